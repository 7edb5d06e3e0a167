//! User names, passwords and tokens: never shown.

use std::fmt;

use url::Url;

/// A text that `Debug` doesn't show.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` from being shown.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// A user name with its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// User name.
    pub username: String,
    /// Password or token.
    pub password: Secret,
}

/// `url` without user name, password and query: the query of a signed URL is a password too.
#[must_use]
pub fn redact(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else {
        return redact_unparsed(url);
    };
    let marked = !parsed.username().is_empty() || parsed.password().is_some();
    if !marked && parsed.query().is_none() {
        return url.to_owned();
    }
    if marked {
        // Both fail only for URLs that have no host, and so no user either.
        let _ = parsed.set_password(None);
        let _ = parsed.set_username("***");
    }
    if parsed.query().is_some() {
        parsed.set_query(Some("***"));
    }
    parsed.into()
}

/// What stands between `//` and the last `@` before the path is hidden.
fn redact_unparsed(url: &str) -> String {
    let Some(start) = url.find("//").map(|at| at + 2) else {
        return url.to_owned();
    };
    let (head, rest) = url.split_at(start);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rfind('@') {
        None => url.to_owned(),
        Some(at) => format!("{head}***{}", rest.get(at..).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        let table = [
            ("https://example.com/charts", "https://example.com/charts"),
            ("https://example.com", "https://example.com"),
            (
                "https://ann:pa55@example.com/charts",
                "https://***@example.com/charts",
            ),
            ("https://ann@example.com/c", "https://***@example.com/c"),
            (
                "https://example.com/a.tgz?X-Signature=abc",
                "https://example.com/a.tgz?***",
            ),
            (
                "oci://ann:pa55@example.com/a/b",
                "oci://***@example.com/a/b",
            ),
            ("http://ann:pa55@exa mple.com/", "http://***@exa mple.com/"),
            ("./charts/a@b", "./charts/a@b"),
        ];
        for (url, expected) in table {
            assert_eq!(redact(url), expected);
        }
        let credentials = Credentials {
            username: "ann".to_owned(),
            password: Secret::new("pa55"),
        };
        assert_eq!(
            format!("{credentials:?}"),
            "Credentials { username: \"ann\", password: *** }"
        );
    }
}
