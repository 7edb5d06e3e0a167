//! Which version of a chart is meant.

use std::cmp::Ordering;

use trueup_helm_template::semver::{Constraint, SemverError, Version};

/// A version or a constraint on versions.
#[derive(Debug, Clone)]
pub struct Wanted {
    text: String,
    constraint: Constraint,
}

impl Wanted {
    /// Reads a constraint as Masterminds' semver does; nothing means the newest stable version,
    /// and with `devel` the newest of all.
    ///
    /// # Errors
    /// Texts that are no constraint.
    pub fn new(version: &str, devel: bool) -> Result<Self, SemverError> {
        let text = match version.trim() {
            "" if devel => ">0.0.0-0",
            text => text,
        };
        let constraint = Constraint::parse(if text.is_empty() { "*" } else { text })?;
        Ok(Self {
            text: text.to_owned(),
            constraint,
        })
    }

    /// As asked for; empty for the newest.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the version is one of those wanted.
    #[must_use]
    pub fn matches(&self, version: &str) -> bool {
        Version::parse(version).is_ok_and(|version| self.constraint.matches(&version))
    }

    /// The version that is spelled exactly so, else the first that the constraint allows.
    pub fn choose<'a, T>(
        &self,
        newest_first: &'a [T],
        version: impl Fn(&T) -> &str,
    ) -> Option<&'a T> {
        if !self.text.is_empty() {
            let exact = newest_first.iter().find(|one| version(one) == self.text);
            if exact.is_some() {
                return exact;
            }
        }
        newest_first.iter().find(|one| self.matches(version(one)))
    }
}

/// Sorts the newest first; what is no version goes to the end.
pub(crate) fn sort_newest_first<T>(items: &mut [T], version: impl Fn(&T) -> &str) {
    items.sort_by_cached_key(|item| std::cmp::Reverse(Key(Version::parse(version(item)).ok())));
}

struct Key(Option<Version>);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Some(left), Some(right)) => left.compare(right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        }
    }
}
