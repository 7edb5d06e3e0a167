//! Stacks that are planned and applied more than once: each plan does what is
//! known, and the next one what that made known.

use std::collections::BTreeSet;

use trueup_syntax::{Diagnostic, Severity};

use crate::plan::{Action, Deferred, Options, Plan};

/// Follows plan after plan until nothing is deferred any more.
#[derive(Clone, Debug, Default)]
pub struct Waves {
    /// What was deferred last time, and what was changed.
    last: Option<(BTreeSet<String>, BTreeSet<String>)>,
}

/// What is to be done after a plan was applied.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Nothing: all is done.
    Done,
    /// Plan again, with [`Waves::options`].
    Plan,
    /// Nothing that helps: what was deferred would be so again. The
    /// diagnostic says what waits for what.
    Stuck(Box<Diagnostic>),
}

impl Waves {
    /// What is to be done after `plan` was applied without an error.
    pub fn after(&mut self, plan: &Plan) -> Next {
        if plan.deferred.is_empty() {
            return Next::Done;
        }
        let deferred = plan.deferred.iter().map(|d| d.resource.to_string());
        let deferred: BTreeSet<String> = deferred.collect();
        let changes = plan.changes.iter();
        let changed = changes.filter(|c| c.action != Action::NoOp || c.importing.is_some());
        let changed: BTreeSet<String> = changed.map(|c| c.address.to_string()).collect();
        let repeated = self
            .last
            .as_ref()
            .is_some_and(|(before, done)| *before == deferred && changed.is_subset(done));
        if changed.is_empty() || repeated {
            return Next::Stuck(Box::new(stuck(&plan.deferred)));
        }
        self.last = Some((deferred, changed));
        Next::Plan
    }

    /// The options of the next plan: what was replaced is not replaced again.
    pub fn options(plan: &Plan, options: &Options) -> Options {
        let mut next = options.clone();
        next.replace
            .retain(|address| plan.changes.iter().all(|c| c.address != *address));
        next
    }
}

fn stuck(deferred: &[Deferred]) -> Diagnostic {
    let lines = deferred.iter().map(|deferred| {
        let because = deferred.reason.because();
        let on = match &deferred.waits_for[..] {
            [] => String::new(),
            names => {
                let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
                format!(": {}", names.join(", "))
            }
        };
        format!("\n  - {} ({because}{on})", deferred.resource)
    });
    Diagnostic::without_place(
        Severity::Error,
        "Resources cannot be planned",
        format!(
            "Everything that could be planned was applied, but some resources still depend on values that are not known:{}\n\nValues that become known only while they are used cannot decide how many instances there are, nor configure a provider.",
            lines.collect::<String>()
        ),
    )
}
