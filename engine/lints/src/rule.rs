//! What a rule is.

use trueup_syntax::Severity;

use crate::{found::Found, rules::ALL, view::View};

/// A check over a whole plan. The texts are its manual.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What it is called in commands and comments: `irsa-subject`.
    pub id: &'static str,
    /// An error refuses applying unless the rule is allowed to be broken.
    pub severity: Severity,
    /// What is wrong where it is broken, in a line without a period.
    pub summary: &'static str,
    /// What goes wrong later if nobody says so now. Full sentences, as the
    /// following.
    pub protects: &'static str,
    /// What it looks at, and when it is silent.
    pub decides: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// Whether it judges plans that destroy everything, too.
    pub(crate) when_destroying: bool,
    /// Finds where it is broken.
    pub(crate) check: fn(&View<'_>) -> Vec<Found>,
}

/// All rules, sorted by ID.
pub fn rules() -> &'static [&'static Rule] {
    ALL
}

/// The rule of this ID.
pub fn find_rule(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
