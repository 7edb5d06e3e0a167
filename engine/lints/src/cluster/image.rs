//! Names of images.

use crate::software::version::Version;

/// An image's name, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Image<'a> {
    /// Registry and repository.
    pub(crate) repository: &'a str,
    pub(crate) tag: Option<&'a str>,
    pub(crate) digest: Option<&'a str>,
}

impl<'a> Image<'a> {
    /// `registry:5000/grafana/loki:2.6.1@sha256:…`
    pub(crate) fn parse(text: &'a str) -> Self {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        // A colon before the last slash belongs to the registry's port.
        let (repository, tag) = match name.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
            _ => (name, None),
        };
        Image {
            repository,
            tag,
            digest,
        }
    }

    /// Whether it is the image of this name, from whatever registry:
    /// `grafana/loki`.
    pub(crate) fn is(self, name: &str) -> bool {
        let rest = self.repository.strip_suffix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    }

    /// The version its tag begins with.
    pub(crate) fn version(self) -> Option<Version> {
        Version::parse(self.tag?)
    }
}

#[cfg(test)]
mod tests {
    use super::Image;

    #[test]
    fn names_are_taken_apart() {
        let image = Image::parse("localhost:5000/grafana/loki:2.6.1@sha256:ab");
        assert_eq!(image.repository, "localhost:5000/grafana/loki");
        assert_eq!(
            (image.tag, image.digest),
            (Some("2.6.1"), Some("sha256:ab"))
        );
        assert!(image.is("grafana/loki"));
        assert!(!Image::parse("grafana/loki-canary").is("grafana/loki"));
        assert!(!Image::parse("mygrafana/loki").is("grafana/loki"));
        assert_eq!(Image::parse("localhost:5000/loki").tag, None);
    }
}
