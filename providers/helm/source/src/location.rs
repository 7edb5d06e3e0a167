//! URLs of repositories and of what is in them.

use url::Url;

use crate::error::SourceError;
use crate::secret::redact;

/// `reference` as seen from the repository at `base`: an absolute URL as it is, else below the
/// base, with the base's query.
///
/// # Errors
/// Texts that are no URLs.
pub(crate) fn resolve(base: &str, reference: &str) -> Result<String, SourceError> {
    if Url::parse(reference).is_ok() {
        return Ok(reference.to_owned());
    }
    let mut folder = parse(base)?;
    let path = format!("{}/", folder.path().trim_end_matches('/'));
    folder.set_path(&path);
    let mut resolved = folder.join(reference).map_err(|error| SourceError::Url {
        url: redact(reference),
        problem: error.to_string(),
    })?;
    resolved.set_query(folder.query());
    Ok(resolved.into())
}

pub(crate) fn parse(url: &str) -> Result<Url, SourceError> {
    let parsed = Url::parse(url).map_err(|error| SourceError::Url {
        url: redact(url),
        problem: error.to_string(),
    })?;
    if !matches!(parsed.scheme(), "http" | "https") {
        let scheme = parsed.scheme();
        return Err(SourceError::Url {
            url: redact(url),
            problem: format!("scheme {scheme:?} not supported"),
        });
    }
    Ok(parsed)
}

/// Whether both are the same place: of the same scheme, host and port.
pub(crate) fn same_host(left: &str, right: &str) -> bool {
    match (Url::parse(left), Url::parse(right)) {
        (Ok(left), Ok(right)) => left.host().is_some() && left.origin() == right.origin(),
        _ => false,
    }
}

/// The last part of the path.
pub(crate) fn file_name(url: &str) -> String {
    let path = match Url::parse(url) {
        Ok(url) => url.path().to_owned(),
        Err(_) => url.to_owned(),
    };
    let name = path.trim_end_matches('/').rsplit('/').next();
    name.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_helm_does() {
        let table = [
            (
                "http://localhost:8123/charts/",
                "nginx-0.2.0.tgz",
                "http://localhost:8123/charts/nginx-0.2.0.tgz",
            ),
            (
                "http://localhost:8123/charts-with-no-trailing-slash",
                "nginx-0.2.0.tgz",
                "http://localhost:8123/charts-with-no-trailing-slash/nginx-0.2.0.tgz",
            ),
            (
                "http://localhost:8123",
                "https://charts.example.com/stable/nginx.tgz",
                "https://charts.example.com/stable/nginx.tgz",
            ),
            (
                "http://localhost:8123/charts%2fwith%2fescaped%2fslash",
                "nginx-0.2.0.tgz",
                "http://localhost:8123/charts%2fwith%2fescaped%2fslash/nginx-0.2.0.tgz",
            ),
            (
                "http://localhost:8123/charts?with=queryparameter",
                "nginx-0.2.0.tgz",
                "http://localhost:8123/charts/nginx-0.2.0.tgz?with=queryparameter",
            ),
            (
                "http://localhost:8123/charts",
                "/nginx-0.2.0.tgz",
                "http://localhost:8123/nginx-0.2.0.tgz",
            ),
            (
                "http://localhost:8123/a/b",
                "../nginx-0.2.0.tgz",
                "http://localhost:8123/a/nginx-0.2.0.tgz",
            ),
        ];
        for (base, reference, expected) in table {
            assert_eq!(resolve(base, reference).unwrap(), expected);
        }
    }

    #[test]
    fn credentials_stay_with_their_host() {
        let table = [
            ("http://a.example/x", "http://a.example/y", true),
            ("https://a.example/x", "https://a.example:443/y", true),
            ("http://a.example/x", "https://a.example/y", false),
            ("http://a.example/x", "http://a.example:8080/y", false),
            ("http://a.example/x", "http://b.example/x", false),
        ];
        for (left, right, expected) in table {
            assert_eq!(same_host(left, right), expected, "{left} {right}");
        }
    }
}
