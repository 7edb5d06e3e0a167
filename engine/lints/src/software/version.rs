//! Versions in tags and charts.

use std::fmt;

/// Major, minor and patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u64, pub(crate) u64, pub(crate) u64);

/// Versions from one on and below another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub(crate) from: Option<Version>,
    pub(crate) below: Option<Version>,
}

impl Version {
    /// The version a text begins with: `v2.6.1-alpine`, `11`. What is left out
    /// is nought.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
        let text = text.get(..end.unwrap_or(text.len()))?;
        let mut numbers = text.trim_end_matches('.').split('.').map(str::parse);
        let first = numbers.next()?.ok()?;
        let mut next = || numbers.next().map_or(Some(0), Result::ok);
        Some(Version(first, next()?, next()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl Range {
    /// All before one.
    pub(crate) const fn below(version: Version) -> Self {
        Range {
            from: None,
            below: Some(version),
        }
    }

    /// One and all after it.
    pub(crate) const fn from(version: Version) -> Self {
        Range {
            from: Some(version),
            below: None,
        }
    }

    pub(crate) fn contains(&self, version: Version) -> bool {
        self.from.is_none_or(|from| from <= version)
            && self.below.is_none_or(|below| version < below)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_begin_tags() {
        for (text, expected) in [
            ("2.6.1", Some(Version(2, 6, 1))),
            ("v3.0.0-rc.1", Some(Version(3, 0, 0))),
            ("11", Some(Version(11, 0, 0))),
            ("10.2-ubuntu", Some(Version(10, 2, 0))),
            ("latest", None),
            ("", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(Version::parse(text), expected, "{text}");
        }
    }
}
