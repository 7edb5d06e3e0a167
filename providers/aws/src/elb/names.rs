//! Names of load balancers and target groups.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html>

use trueup_sdk::{Problem, native::problem};
use trueup_value::Value;

/// Longest name of a load balancer or target group.
pub(super) const LONGEST: usize = 32;

/// Longest prefix that leaves room for what makes a name unique.
pub(super) const LONGEST_PREFIX: usize = 6;

/// What is wrong with a name of a target group.
pub(super) fn check_name(value: &Value, called: &str) -> Option<Problem> {
    check(value.as_str()?, called, LONGEST, true)
}

/// What is wrong with a prefix of names.
pub(super) fn check_prefix(value: &Value, called: &str) -> Option<Problem> {
    check(value.as_str()?, called, LONGEST_PREFIX, false)
}

/// What is wrong with a name of a load balancer, which is empty where one is
/// to be generated.
pub(super) fn check_load_balancer(value: &Value, called: &str) -> Option<Problem> {
    let name = value.as_str().filter(|name| !name.is_empty())?;
    let found = check(name, called, LONGEST, true);
    let internal = name.starts_with("internal-");
    let found = found.or_else(|| {
        internal.then(|| problem(&format!("\"{called}\" cannot begin with \"internal-\""), ""))
    });
    found.map(|problem| Problem {
        summary: format!("{}: {name:?}", problem.summary),
        ..problem
    })
}

fn check(name: &str, called: &str, longest: usize, whole: bool) -> Option<Problem> {
    let wrong = |summary: String| Some(problem(&summary, ""));
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if name.is_empty() || !name.chars().all(allowed) {
        return wrong(format!(
            "only alphanumeric characters and hyphens allowed in \"{called}\""
        ));
    }
    if name.len() > longest {
        return wrong(format!(
            "\"{called}\" cannot be longer than {longest} characters"
        ));
    }
    if name.starts_with('-') {
        return wrong(format!("\"{called}\" cannot begin with a hyphen"));
    }
    if whole && name.ends_with('-') {
        return wrong(format!("\"{called}\" cannot end with a hyphen"));
    }
    None
}
