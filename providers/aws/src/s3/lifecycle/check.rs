//! Rules that cannot be.

use std::collections::BTreeSet;

use trueup_sdk::{
    Problem, ProblemSeverity,
    native::{Fields, attribute_problem},
};
use trueup_value::Value;

use super::RULE;
use crate::blocks;

const SUMMARY: &str = "Invalid Attribute Combination";
const SOON: &str = "\n\nThis will be an error in a future version of the provider";

fn given(object: &Fields, name: &str) -> bool {
    let value = object.get(name);
    !value.is_null() && value.length() != Some(0)
}

/// Whether nothing is known of what stands there.
fn open(object: &Fields, names: &[&str]) -> bool {
    names.iter().any(|name| !object.get(name).is_known())
}

/// What is wrong with a configuration.
pub(super) fn check(config: &Fields) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut ids = BTreeSet::new();
    for (place, rule) in blocks::blocks(config, RULE).iter().enumerate() {
        let called = format!("{RULE}[{place}]");
        check_rule(rule, &called, &mut problems);
        if let Some(id) = rule.text("id")
            && !ids.insert(id.to_owned())
        {
            let detail = format!("There are two rules with the ID \"{id}\".");
            problems.push(attribute_problem(RULE, "Duplicate rule ID", detail));
        }
    }
    if config.get(RULE).length() == Some(0) {
        let detail = "The service takes no configuration without a rule.";
        problems.push(attribute_problem(RULE, "Missing rule", detail));
    }
    problems
}

fn check_rule(rule: &Fields, called: &str, problems: &mut Vec<Problem>) {
    only_one(rule, called, &["filter", "prefix"], problems);
    let single = [
        "abort_incomplete_multipart_upload",
        "expiration",
        "filter",
        "noncurrent_version_expiration",
    ];
    for name in single {
        if let Some(count) = rule.get(name).length().filter(|count| *count > 1) {
            let detail = format!(
                "Attribute {called}.{name} list must contain at most 1 elements, got: {count}"
            );
            problems.push(attribute_problem(RULE, "Invalid Attribute Value", detail));
        }
    }
    if let Some(expiration) = blocks::block(rule, "expiration") {
        let called = format!("{called}.expiration[0]");
        only_one(
            &expiration,
            &called,
            &["date", "days", "expired_object_delete_marker"],
            problems,
        );
    }
    for transition in blocks::blocks(rule, "transition") {
        let called = format!("{called}.transition");
        match given(&transition, "date") && given(&transition, "days") {
            true => problems.push(attribute_problem(
                RULE,
                SUMMARY,
                format!("2 attributes specified when one (and only one) of [{called}.date,{called}.days] is required"),
            )),
            false => only_one(&transition, &called, &["date", "days"], problems),
        }
    }
    if let Some(filter) = blocks::block(rule, "filter") {
        check_filter(&filter, &format!("{called}.filter[0]"), problems);
    }
    let actions = [
        "abort_incomplete_multipart_upload",
        "expiration",
        "noncurrent_version_expiration",
        "noncurrent_version_transition",
        "transition",
    ];
    if !open(rule, &actions) && !actions.iter().any(|name| given(rule, name)) {
        let detail = format!(
            "{called} does nothing: it takes at least one of {}.",
            actions.join(", ")
        );
        problems.push(attribute_problem(RULE, SUMMARY, detail));
    }
}

/// The service takes exactly one of these; Terraform's provider warns.
fn only_one(object: &Fields, called: &str, names: &[&str], problems: &mut Vec<Problem>) {
    let off = |name: &str| object.get(name) == &Value::bool(false);
    let count = names
        .iter()
        .filter(|name| given(object, name) && !off(name))
        .count();
    if count == 1 || open(object, names) {
        return;
    }
    let number = match count {
        0 => "No attribute".to_owned(),
        _ => format!("{count} attributes"),
    };
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("{called}.{name}"))
        .collect();
    warn(
        format!(
            "{number} specified when one (and only one) of [{}] is required{SOON}",
            names.join(",")
        ),
        problems,
    );
}

fn check_filter(filter: &Fields, called: &str, problems: &mut Vec<Problem>) {
    let names = [
        "object_size_greater_than",
        "object_size_less_than",
        "prefix",
        "and",
        "tag",
    ];
    let count = names.iter().filter(|name| given(filter, name)).count();
    if count > 1 && !open(filter, &names) {
        let names: Vec<String> = names
            .iter()
            .map(|name| format!("{called}.{name}"))
            .collect();
        warn(
            format!(
                "{count} attributes specified when at most one of [{}] may be set{SOON}",
                names.join(",")
            ),
            problems,
        );
    }
}

fn warn(detail: String, problems: &mut Vec<Problem>) {
    let mut problem = attribute_problem(RULE, SUMMARY, detail);
    problem.severity = ProblemSeverity::Warning;
    problems.push(problem);
}
