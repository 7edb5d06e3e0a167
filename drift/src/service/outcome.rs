//! What comes of a check.

use crate::report::Report;

/// What became of a check.
#[derive(Clone, Debug, PartialEq)]
pub enum Checked {
    /// It came to its end.
    Done(Box<Finding>),
    /// It was asked to end early and did.
    Left,
}

/// What was found, and done about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was found.
    pub report: Report,
    /// What was done about it, if that was allowed and there was something to do.
    pub repair: Option<Repair>,
}

/// What was done about drift.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// The addresses of the objects that were changed back.
    pub repaired: Vec<String>,
    /// Why something was not.
    pub failed: Option<String>,
}

impl From<Report> for Finding {
    fn from(report: Report) -> Self {
        Finding {
            report,
            repair: None,
        }
    }
}
