//! `ignored-helm-value`

use trueup_sdk::Fact;
use trueup_syntax::Severity;

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

fn check(view: &View<'_>) -> Vec<Found> {
    let releases = view.managed("helm_release");
    let ignored = releases.flat_map(|release| {
        let facts = release.facts("ignored-value");
        facts.map(move |fact| found(release, fact))
    });
    ignored.collect()
}

fn found(release: &Resource<'_>, fact: &Fact) -> Found {
    let told = Look::of(&fact.value);
    let place = match told.at("place").text() {
        Some(place) => format!(" ({place})"),
        None => String::new(),
    };
    let detail = format!("Nothing in the chart reads {}{place}.", fact.name);
    let found = Found::at(release, fact.path.clone(), detail);
    let beside: Vec<&str> = told.at("beside").items().filter_map(Look::text).collect();
    match told.at("near").text() {
        Some(near) => found.hint(format!("did you mean `{near}`?")),
        None if !beside.is_empty() => found.hint(format!("read there: {}", beside.join(", "))),
        None => found,
    }
}
