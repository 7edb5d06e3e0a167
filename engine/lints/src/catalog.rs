//! The manual of the rules, made from the rules.

use std::fmt::Write as _;

use trueup_syntax::Severity;

use crate::rule::{Rule, rules};

const INTRODUCTION: &str = "# Lints

<!-- Made from engine/lints/src/rules; `SNAPSHOTS=overwrite cargo test -p trueup-lints` writes it. -->

`trueup plan` and `trueup apply` hold the whole plan against these rules: resources of all
providers and the objects that charts will make, with all values that are known by then. What is
not known yet breaks no rule.

- A finding of severity *warning* is shown below the plan.
- A finding of severity *error* is, too, and `apply` is refused unless it is told
  `-allow=RULE` (several times for several rules).
- `trueup lint` plans and prints the findings only; it exits with 0 if there is nothing to be
  said but warnings, with 1 if there are errors or planning fails, and with 2 after warnings if
  it is told `-strict`. `trueup lint -list` prints the rules, `trueup lint -explain RULE` what
  stands here.
- Plans as JSON have them in `trueup_findings`, the stream of `-json` in lines of type `finding`.

A comment on the block says that a rule is to be ignored there, until when, and why. Right above
the block, behind its header or right below that; on a module call it is for all in the module:

    # trueup:ignore irsa-subject until 2027-01-31 -- the role moves next month
    resource \"aws_iam_role\" \"loki\" {

From the day after on, the finding is back, and the comment is told of. So is one that names a
rule there is not.

| rule | severity | what is wrong |
|---|---|---|
";

/// The page about all rules, in Markdown.
pub fn document() -> String {
    let mut page = INTRODUCTION.to_owned();
    for rule in rules() {
        let _ = writeln!(
            page,
            "| [{0}](#{0}) | {1} | {2} |",
            rule.id,
            word(rule),
            rule.summary
        );
    }
    for rule in rules() {
        let _ = write!(page, "\n## {}\n\n{}", rule.id, rule.explanation());
    }
    page
}

fn word(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

impl Rule {
    /// Its manual, in Markdown.
    pub fn explanation(&self) -> String {
        let Rule {
            summary,
            protects,
            decides,
            fix,
            ..
        } = self;
        let severity = word(self);
        format!(
            "{summary} ({severity}).\n\n{protects}\n\n**How it decides.** {decides}\n\n**How to fix it.** {fix}\n"
        )
    }

    /// `error` or `warning`
    pub fn severity_word(&self) -> &'static str {
        word(self)
    }
}
