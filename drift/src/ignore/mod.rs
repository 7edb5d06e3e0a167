//! `drift.hcl` beside a stack: what may drift there, why, and until when.
//!
//! ```hcl
//! ignore {
//!   address = "kubernetes_deployment_v1.web"
//!   path    = "spec[0].replicas"
//!   reason  = "an autoscaler sets it"
//!   until   = "2027-01-31"
//! }
//! ```

mod judge;
mod pattern;
mod read;

#[cfg(test)]
mod tests;

use jiff::civil::Date;

use self::pattern::Pattern;

/// What the file is called.
pub const FILE: &str = "drift.hcl";

/// The rules of a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(Vec<Rule>);

/// What may drift. All that a rule says must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// Where it stands: file and line.
    place: String,
    /// Which resources, as `-target` names them.
    address: Option<Pattern>,
    /// Which of the parts of a release: kind and name.
    part: Option<Pattern>,
    /// Which fields, with what is in them.
    path: Option<Pattern>,
    /// Who has changed it.
    manager: Option<Pattern>,
    /// Why.
    reason: String,
    /// The last day it holds.
    until: Option<Date>,
}

impl Rules {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
