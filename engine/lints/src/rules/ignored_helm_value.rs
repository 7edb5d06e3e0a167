//! `ignored-helm-value`

use trueup_sdk::Fact;
use trueup_syntax::Severity;
use trueup_value::Path;

use crate::{
    found::Found,
    rule::Rule,
    view::{Look, Resource, View},
};

pub(super) static RULE: Rule = Rule {
    id: "ignored-helm-value",
    severity: Severity::Warning,
    summary: "Value of a chart without effect",
    protects: "Helm accepts values that no template reads without a word: a setting with a typing error, at the wrong depth, or of another version of the chart looks as if it were made, and the program runs with its default.",
    decides: "The chart's templates, schema, conditions and imports are read for the values they use. A value that is none of them, is not null, and is not what the chart has anyway is told, with the value that was probably meant. Silent while the values are not known.",
    fix: "Move the value to where the chart reads it (`trueup helm values CHART` prints all it reads), or remove it.",
    when_destroying: false,
    check,
};

/// How many are listed.
const MOST: usize = 20;

fn check(view: &View<'_>) -> Vec<Found> {
    view.managed("helm_release").flat_map(of).collect()
}

/// One finding for each attribute that sets values in vain.
fn of(release: &Resource<'_>) -> Vec<Found> {
    let mut attributes: Vec<(&Path, Vec<&Fact>)> = Vec::new();
    for fact in release.facts("ignored-value") {
        match attributes.iter_mut().find(|(path, _)| **path == fact.path) {
            Some((_, facts)) => facts.push(fact),
            None => attributes.push((&fact.path, vec![fact])),
        }
    }
    let found = attributes.into_iter().map(|(path, facts)| match facts[..] {
        [fact] => one(release, fact),
        _ => Found::at(release, path.clone(), list(&facts)),
    });
    found.collect()
}

fn one(release: &Resource<'_>, fact: &Fact) -> Found {
    let detail = format!("Nothing in the chart reads {}.", name(fact));
    let found = Found::at(release, fact.path.clone(), detail);
    match advice(fact) {
        Some(advice) => found.hint(advice),
        None => found,
    }
}

fn list(facts: &[&Fact]) -> String {
    let mut lines = vec![format!(
        "Nothing in the chart reads these {} values:",
        facts.len()
    )];
    for fact in facts.iter().take(MOST) {
        lines.push(match advice(fact) {
            Some(advice) => format!("  {}: {advice}", name(fact)),
            None => format!("  {}", name(fact)),
        });
    }
    match facts.len().saturating_sub(MOST) {
        0 => {}
        more => lines.push(format!("  and {more} more")),
    }
    lines.join("\n")
}

/// The value and where it is set.
fn name(fact: &Fact) -> String {
    match Look::of(&fact.value).at("place").text() {
        Some(place) => format!("{} ({place})", fact.name),
        None => fact.name.to_string(),
    }
}

/// What was probably meant, or what is read beside it.
fn advice(fact: &Fact) -> Option<String> {
    let told = Look::of(&fact.value);
    if let Some(near) = told.at("near").text() {
        return Some(format!("did you mean `{near}`?"));
    }
    let beside: Vec<&str> = told.at("beside").items().filter_map(Look::text).collect();
    (!beside.is_empty()).then(|| format!("read there: {}", beside.join(", ")))
}
