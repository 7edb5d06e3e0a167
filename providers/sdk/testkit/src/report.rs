//! What came of a suite.

use std::fmt;

/// A part of the lifecycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// What the examples are like.
    Coverage,
    /// An object is made.
    Create,
    /// It becomes each of the examples.
    Change,
    /// It is imported.
    Import,
    /// It is changed behind our back.
    Drift,
    /// It is destroyed behind our back.
    Gone,
    /// It is destroyed.
    Destroy,
    /// The process is killed.
    Interrupted,
    /// The service and the network are bad.
    Storm,
}

impl Act {
    /// All of them, in their order.
    pub const ALL: [Act; 9] = [
        Act::Coverage,
        Act::Create,
        Act::Change,
        Act::Import,
        Act::Drift,
        Act::Gone,
        Act::Destroy,
        Act::Interrupted,
        Act::Storm,
    ];
}

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// In which part.
    pub act: Act,
    /// What happened, and what should have.
    pub what: String,
}

/// All the promises that were broken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Report {
    /// The resource type.
    pub kind: String,
    /// In the order in which they were.
    pub broken: Vec<Broken>,
    /// The parts that were played.
    pub played: Vec<Act>,
}

impl Report {
    /// Fails a test unless every promise was kept.
    ///
    /// # Panics
    /// One was broken.
    pub fn expect_kept(&self) {
        assert!(self.broken.is_empty(), "{self}");
    }

    /// The parts in which promises were broken.
    pub fn acts(&self) -> Vec<Act> {
        let mut acts: Vec<Act> = self.broken.iter().map(|broken| broken.act).collect();
        acts.dedup();
        acts
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.act, self.what)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} broken", self.kind, self.broken.len())?;
        self.broken
            .iter()
            .try_for_each(|broken| write!(f, "\n- {broken}"))
    }
}
