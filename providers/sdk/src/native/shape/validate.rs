//! What is wrong with single values of a configuration, in the words of
//! providers built on Terraform's plugin SDK.

use trueup_value::{Path, PathStep, Value};

use super::{body::Body, elements::Gathered, rule::Rule};
use crate::{Problem, native::Fields};

impl Body {
    pub(super) fn validate(&self, config: &Fields, place: &Path, problems: &mut Vec<Problem>) {
        let fields = self.fields.iter().map(|field| (&field.name, &field.rules));
        let blocks = self.blocks.iter().map(|block| (&block.name, &block.rules));
        for (name, rules) in fields.chain(blocks) {
            let path = place.clone().attr(name.clone());
            problems.extend(check(config, name, rules, &path));
        }
        for (inner, nesting, body) in self.inner() {
            if body.is_unchecked() {
                continue;
            }
            let value = config.get(inner.name());
            for (step, object) in (Gathered { nesting, value }).objects() {
                let mut place = place.clone().attr(inner.name());
                if let Some(step) = step {
                    place.push(step);
                }
                body.validate(&object, &place, problems);
            }
        }
    }

    fn is_unchecked(&self) -> bool {
        self.fields.iter().all(|field| field.rules.is_empty())
            && self.blocks.iter().all(|block| block.rules.is_empty())
            && self.inner().all(|(.., body)| body.is_unchecked())
    }
}

fn check(config: &Fields, name: &str, rules: &[Rule], path: &Path) -> Vec<Problem> {
    let value = config.get(name);
    if value.is_null() || !value.is_known() {
        return Vec::new();
    }
    let rules = rules.iter();
    let mut problems: Vec<Problem> = rules
        .clone()
        .filter_map(|rule| check_rule(rule, config, name, value, path))
        .collect();
    let bounds = rules.filter_map(|rule| match rule {
        Rule::Integer(least) => Some(*least),
        _ => None,
    });
    problems.extend(
        bounds
            .max()
            .and_then(|least| integer(value, least, name, path)),
    );
    problems
}

fn check_rule(
    rule: &Rule,
    config: &Fields,
    name: &str,
    value: &Value,
    path: &Path,
) -> Option<Problem> {
    match rule {
        Rule::OneOf(texts) => one_of(value.as_str()?, texts, path),
        Rule::Between(least, most) => {
            let given = value.as_number()?;
            let inside = given
                .to_i64()
                .is_some_and(|n| (*least..=*most).contains(&n));
            let flat = flat(path);
            let summary =
                format!("expected {flat} to be in the range ({least} - {most}), got {given}");
            (!inside).then(|| Problem::error(summary, "", path.clone()))
        }
        Rule::Length(least, most) => {
            let text = value.as_str()?;
            // Go counts bytes.
            let inside = (*least..=*most).contains(&text.len());
            let flat = flat(path);
            let summary = format!(
                "expected length of {flat} to be in the range ({least} - {most}), got {text}"
            );
            (!inside).then(|| Problem::error(summary, "", path.clone()))
        }
        Rule::Check(check) => {
            let mut problem = check(value, &flat(path))?;
            let steps = path.steps().iter().chain(problem.path.steps());
            problem.path = steps.cloned().collect();
            Some(problem)
        }
        Rule::Conflicts(others) => conflict(config, name, value, others, path),
        _ => None,
    }
}

fn one_of(given: &str, texts: &[&str], path: &Path) -> Option<Problem> {
    if texts.contains(&given) {
        return None;
    }
    let texts: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
    let (flat, texts) = (flat(path), texts.join(" "));
    let summary = format!("expected {flat} to be one of [{texts}], got {given}");
    Some(Problem::error(summary, "", path.clone()))
}

fn conflict(
    config: &Fields,
    name: &str,
    value: &Value,
    others: &[&str],
    path: &Path,
) -> Option<Problem> {
    let is_given = |value: &Value| !value.is_null() && value.length() != Some(0);
    if !is_given(value) {
        return None;
    }
    let other = others.iter().find(|other| is_given(config.get(other)))?;
    let detail = format!("\"{name}\": conflicts with {other}");
    let summary = "Conflicting configuration arguments";
    Some(Problem::error(summary, detail, path.clone()))
}

fn integer(value: &Value, least: i64, name: &str, path: &Path) -> Option<Problem> {
    let number = value.as_number()?;
    let wanted = match number.to_i64() {
        None => "a whole number of at most 64 bits".to_owned(),
        Some(given) if given < least => format!("at least {least}"),
        Some(_) => return None,
    };
    let detail = format!("Attribute {name} value must be {wanted}, got: {number}");
    Some(Problem::error(
        "Invalid Attribute Value",
        detail,
        path.clone(),
    ))
}

/// A path as messages of providers on the plugin SDK name it: `port.0.name`.
fn flat(path: &Path) -> String {
    let steps = path.steps().iter().map(|step| match step {
        PathStep::Attr(name) => name.to_string(),
        PathStep::Index(key) => match (key.as_str(), key.as_number()) {
            (Some(text), _) => text.to_owned(),
            (_, Some(number)) => number.to_string(),
            _ => "*".to_owned(),
        },
    });
    steps.collect::<Vec<_>>().join(".")
}
