//! Plans held against rules.

use trueup_core::plan::{Finding, Plan};
use trueup_lints::{Reviewer, Rule, find_rule, rules};
use trueup_syntax::{Severity, suggest::nearest_name};

use super::Run;
use crate::error::CommandError;

/// Which rules may be broken by what is applied.
#[derive(clap::Args, Debug, Clone, Default)]
pub(crate) struct AllowArgs {
    /// Apply although this rule of severity error is broken; may be given
    /// several times
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
}

impl AllowArgs {
    /// Whether there are such rules.
    ///
    /// # Errors
    /// If not.
    pub(crate) fn check(&self) -> Result<(), CommandError> {
        named(&self.allow).map(drop)
    }

    /// Sees that a plan breaks no rule of severity error but allowed ones.
    ///
    /// # Errors
    /// If it does.
    pub(crate) fn admit(&self, findings: &[Finding]) -> Result<(), CommandError> {
        let refused = findings.iter().filter(|finding| finding.refuses());
        let mut ids: Vec<&str> = refused.map(|finding| finding.rule.as_str()).collect();
        ids.retain(|id| !self.allow.iter().any(|allowed| allowed == id));
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(());
        }
        let flags: Vec<String> = ids.iter().map(|id| format!("-allow={id}")).collect();
        Err(CommandError::usage(
            "Plan breaks rules",
            format!(
                "Nothing was applied: the plan would not do what it is meant to. Mend what is told above. `trueup lint -explain {}` says more. To apply it in spite of that, use {}.",
                ids.first().copied().unwrap_or_default(),
                flags.join(" ")
            ),
        ))
    }
}

/// The rules of these IDs.
///
/// # Errors
/// If one is none.
pub(crate) fn named(ids: &[String]) -> Result<Vec<&'static Rule>, CommandError> {
    ids.iter().map(|id| rule(id)).collect()
}

/// The rule of this ID.
///
/// # Errors
/// If there is none.
pub(crate) fn rule(id: &str) -> Result<&'static Rule, CommandError> {
    find_rule(id).ok_or_else(|| {
        let ids = rules().iter().map(|rule| rule.id);
        let meant = nearest_name(id, ids);
        let meant = meant.map_or_else(String::new, |meant| format!(" Did you mean \"{meant}\"?"));
        let detail = format!("There is no rule \"{id}\".{meant} `trueup lint -list` prints all.");
        CommandError::usage("Unknown rule", detail)
    })
}

impl Run<'_> {
    /// Holds a plan against rules; what is found becomes part of it. What is
    /// wrong with comments is kept until [`Run::tell`].
    pub(crate) fn review(&mut self, plan: &mut Plan, rules: &[&'static Rule]) {
        if plan.errored {
            return;
        }
        let reviewer = Reviewer {
            rules,
            now: self.timestamp,
        };
        let review = reviewer.review(plan, &self.project.config);
        plan.findings = review.findings;
        self.found.extend(review.notices);
    }
}

/// `Lint: 1 error, 2 warnings, 1 ignored.`
pub(crate) fn tally(findings: &[Finding]) -> String {
    let of = |severity: Severity| {
        let told = findings.iter().filter(|finding| finding.ignored.is_none());
        told.filter(|finding| finding.severity == severity).count()
    };
    let counted = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    };
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let ignored = findings.iter().filter(|finding| finding.ignored.is_some());
    let ignored = match ignored.count() {
        0 => String::new(),
        count => format!(", {count} ignored"),
    };
    format!(
        "Lint: {}, {}{ignored}.",
        counted(errors, "error"),
        counted(warnings, "warning")
    )
}
