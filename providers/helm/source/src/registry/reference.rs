//! Names of charts in registries.

use crate::error::SourceError;

/// `registry/repository:tag@digest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OciReference {
    /// Host, with its port if any.
    pub registry: String,
    /// Path in the registry.
    pub repository: String,
    /// Tag, with `+` as `_`; empty if none.
    pub tag: String,
    /// `sha256:…`; empty if none.
    pub digest: String,
}

/// Whether the text is meant to name a chart in a registry.
#[must_use]
pub fn is_oci(text: &str) -> bool {
    text.starts_with("oci://")
}

impl OciReference {
    /// Reads a reference, with or without `oci://`.
    ///
    /// # Errors
    /// In the words of Helm's registry client.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        let text = text.strip_prefix("oci://").unwrap_or(text);
        let (text, digest) = text.rsplit_once('@').unwrap_or((text, ""));
        let refuse = |problem: &str| {
            let problem = format!("invalid reference: {problem}");
            let hint = Some("write oci://HOST/PATH/CHART".to_owned());
            Err(SourceError::Reference { problem, hint })
        };
        let Some((registry, path)) = text.split_once('/') else {
            return refuse("missing registry or repository");
        };
        let (repository, tag) = match path.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, tag.replace('+', "_")),
            _ => (path, String::new()),
        };
        if !is_registry(registry) {
            return refuse(&format!("invalid registry {registry:?}"));
        }
        if !is_repository(repository) {
            return refuse(&format!("invalid repository {repository:?}"));
        }
        if !tag.is_empty() && !is_tag(&tag) {
            return refuse(&format!("invalid tag {tag:?}"));
        }
        if !digest.is_empty() && crate::Digest::parse(digest).is_none() {
            return refuse(&format!("invalid digest {digest:?}"));
        }
        Ok(Self {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag,
            digest: digest.to_owned(),
        })
    }

    /// The host to connect to: Docker Hub's differs from its name.
    pub(crate) fn host(&self) -> &str {
        match self.registry.as_str() {
            "docker.io" => "registry-1.docker.io",
            other => other,
        }
    }

    /// Name of the archive as Helm would save it.
    #[must_use]
    pub fn file_name(&self, version: &str) -> String {
        let name = self.repository.rsplit('/').next().unwrap_or_default();
        format!("{name}-{version}.tgz")
    }
}

impl std::fmt::Display for OciReference {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.registry, self.repository)?;
        match (self.tag.as_str(), self.digest.as_str()) {
            ("", "") => Ok(()),
            ("", digest) => write!(out, "@{digest}"),
            (tag, _) => write!(out, ":{tag}"),
        }
    }
}

fn is_registry(text: &str) -> bool {
    let host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    !text.is_empty()
        && text.bytes().all(host)
        && url::Url::parse(&format!("http://{text}/")).is_ok_and(|url| url.host().is_some())
}

/// Parts of lower-case letters and digits, with `.`, `_`, `__` or dashes between.
fn is_repository(text: &str) -> bool {
    text.split('/').all(|part| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let allowed = |byte: u8| inner(byte) || b"._-".contains(&byte);
        part.bytes().next().is_some_and(inner)
            && part.bytes().next_back().is_some_and(inner)
            && part.bytes().all(allowed)
            && !["..", "___", "._", "_.", "-.", ".-", "-_", "_-"]
                .iter()
                .any(|bad| part.contains(bad))
    })
}

fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|byte| word(byte) || b".-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        let table = [
            ("oci://h.example/a/b", "h.example|a/b||"),
            (
                "oci://h.example:5000/a/b:1.2.3",
                "h.example:5000|a/b|1.2.3|",
            ),
            ("h.example/a:1.2.3+build.1", "h.example|a|1.2.3_build.1|"),
            ("localhost:5000/a", "localhost:5000|a||"),
            ("[::1]:5000/a", "[::1]:5000|a||"),
            ("a", "invalid reference: missing registry or repository"),
            ("h.example/A", "invalid reference: invalid repository \"A\""),
            ("h.example/", "invalid reference: invalid repository \"\""),
            (
                "h.example/a//b",
                "invalid reference: invalid repository \"a//b\"",
            ),
            ("h.example/a:-x", "invalid reference: invalid tag \"-x\""),
            (
                "h.example/a@md5:x",
                "invalid reference: invalid digest \"md5:x\"",
            ),
            ("/a", "invalid reference: invalid registry \"\""),
            (
                "../../etc",
                "invalid reference: invalid repository \"../etc\"",
            ),
        ];
        let show = |text: &str| match OciReference::parse(text) {
            Ok(one) => format!(
                "{}|{}|{}|{}",
                one.registry, one.repository, one.tag, one.digest
            ),
            Err(error) => error.to_string(),
        };
        for (text, expected) in table {
            assert_eq!(show(text), expected, "{text}");
        }
        assert_eq!(
            show(&format!("h.example/a:1.0.0@{digest}")),
            format!("h.example|a|1.0.0|{digest}")
        );
    }
}
