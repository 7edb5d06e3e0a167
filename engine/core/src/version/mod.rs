//! Versions and version constraints, as `required_version` and provider
//! requirements write them.

mod constraint;

use std::{cmp::Ordering, fmt};

pub use constraint::{Constraint, Constraints, Operator};

/// The version of Terraform whose language this is.
pub const LANGUAGE_VERSION: &str = "1.11.4";

/// The largest number in a version.
const LARGEST: u64 = i64::MAX as u64;

/// A version such as `1.2.3-beta1+build`.
#[derive(Clone, Debug)]
pub struct Version {
    segments: Vec<u64>,
    given: usize,
    prerelease: String,
    metadata: String,
}

impl Version {
    /// Reads a version: dotted numbers, at least one, with an optional `v` in
    /// front; missing segments count as zero.
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.strip_prefix('v').unwrap_or(text);
        let end = bare
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(bare.len());
        let (numbers, rest) = bare.split_at(end);
        let mut segments = numbers
            .split('.')
            .map(|part| part.parse().ok().filter(|number| *number <= LARGEST))
            .collect::<Option<Vec<u64>>>()?;
        let (rest, metadata) = match rest.split_once('+') {
            Some((rest, metadata)) => (rest, identifiers(metadata)?),
            None => (rest, ""),
        };
        let given = segments.len();
        while segments.len() < 3 {
            segments.push(0);
        }
        Some(Version {
            segments,
            given,
            prerelease: prerelease(rest)?.to_owned(),
            metadata: metadata.to_owned(),
        })
    }

    /// What stands after the first dash; empty for a release.
    pub fn prerelease(&self) -> &str {
        &self.prerelease
    }

    /// The numbers, at least three.
    pub fn segments(&self) -> &[u64] {
        &self.segments
    }

    /// The same release without its prerelease part.
    pub fn core(&self) -> Version {
        Version {
            prerelease: String::new(),
            metadata: String::new(),
            ..self.clone()
        }
    }
}

fn identifiers(text: &str) -> Option<&str> {
    let valid = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '~'))
    };
    text.split('.').all(valid).then_some(text)
}

/// `-beta.1`, or `beta1` directly after the numbers.
fn prerelease(text: &str) -> Option<&str> {
    match text.strip_prefix('-') {
        None if text.is_empty() => Some(""),
        None if text.starts_with(|c: char| c.is_ascii_digit()) => None,
        None => identifiers(text),
        // A dash may stand for itself, as in `1.0-`.
        Some(rest) => identifiers(rest).or_else(|| identifiers(text)),
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let segments: Vec<String> = self.segments.iter().map(u64::to_string).collect();
        f.write_str(&segments.join("."))?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    /// By precedence; build metadata does not count.
    fn cmp(&self, other: &Self) -> Ordering {
        compare_segments(&self.segments, &other.segments)
            .then_with(|| compare_prereleases(&self.prerelease, &other.prerelease))
    }
}

fn compare_segments(a: &[u64], b: &[u64]) -> Ordering {
    let length = a.len().max(b.len());
    let at = |segments: &[u64], index: usize| segments.get(index).copied().unwrap_or(0);
    (0..length)
        .map(|index| at(a, index).cmp(&at(b, index)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn compare_prereleases(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => match compare_identifiers(a, b) {
                Ordering::Equal => {}
                order => return order,
            },
        }
    }
}

fn compare_identifiers(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::{Constraints, Version};

    #[test]
    fn versions_are_read_as_go_version_reads_them() {
        let cases = [
            ("1", Some("1.0.0")),
            ("1.2", Some("1.2.0")),
            ("v1.2.3", Some("1.2.3")),
            ("1.2.3.4", Some("1.2.3.4")),
            ("1.2.3-beta.1+b", Some("1.2.3-beta.1+b")),
            ("1.2beta", Some("1.2.0-beta")),
            ("", None),
            ("1..2", None),
            ("1.", None),
            ("x", None),
            ("1.2-", Some("1.2.0--")),
            ("1.2-+b", Some("1.2.0--+b")),
            ("1.2-.1", Some("1.2.0--.1")),
            ("9223372036854775808", None),
        ];
        for (text, expected) in cases {
            let version = Version::parse(text).map(|v| v.to_string());
            assert_eq!(version.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn provider_versions_are_read_strictly() {
        let cases = [
            ("1.0-, ~> 1 , >=1.2.3-a.-b+c", None),
            (
                "=\t\u{c}1",
                Some(r#"invalid specification "=\t\f1": only one"#),
            ),
            ("v1.2", Some("a \"v\" prefix")),
            ("1.0,~> v1.2.3.4", Some("a \"v\" prefix")),
            ("1.0,  1.0v2", Some("a \"v\" prefix")),
            ("1.7rc2", Some(r#"missing comma after "1.7""#)),
            ("1.0-+b", Some(r#"missing comma after "1.0-""#)),
            ("1.0-a~b", Some(r#"missing comma after "1.0-a""#)),
            ("1.0+a~b", Some(r#"missing comma after "1.0+a""#)),
        ];
        for (text, expected) in cases {
            let fault = Constraints::parse(text).expect(text).provider_fault();
            match (fault, expected) {
                (None, None) => {}
                (Some(fault), Some(start)) if fault.starts_with(start) => {}
                (fault, _) => panic!("{text}: {fault:?}"),
            }
        }
    }

    #[test]
    fn constraints_admit_versions() {
        let cases = [
            ("~> 1.2", "1.2.0", true),
            ("~> 1.2", "1.9.9", true),
            ("~> 1.2", "2.0.0", false),
            ("~> 1.2.3", "1.2.9", true),
            ("~> 1.2.3", "1.3.0", false),
            ("~> 1", "1.9.0", true),
            (">= 1.0, < 2.0", "1.5.0", true),
            (">= 1.0, < 2.0", "2.0.0", false),
            ("1.0", "1.0.0", true),
            ("= 1.0.0", "1.0.1", false),
            ("!= 1.0.0", "1.0.1", true),
            ("> 1.0", "1.1.0-beta", false),
            (">= 1.1.0-alpha", "1.1.0-beta", true),
            ("~> 1.1.0-alpha", "1.1.0", false),
        ];
        for (constraint, version, expected) in cases {
            let constraints = Constraints::parse(constraint).expect(constraint);
            let version = Version::parse(version).expect("a version");
            assert_eq!(
                constraints.admit(&version),
                expected,
                "{constraint} {version}"
            );
        }
        for bad in ["", ">", "=> 1", "1.0,", "~> x", ">= 1 < 2"] {
            assert!(Constraints::parse(bad).is_none(), "{bad}");
        }
    }
}
