//! `deprecated-chart`

use trueup_syntax::Severity;
use trueup_value::Path;

use crate::{
    found::Found,
    rule::Rule,
    view::{Look, View},
};

pub(super) static RULE: Rule = Rule {
    id: "deprecated-chart",
    severity: Severity::Warning,
    summary: "Chart that its authors have given up",
    protects: "A deprecated chart gets no fixes: its images stay as old as they are, and the next version of Kubernetes may not accept its objects.",
    decides: "`deprecated: true` in the Chart.yaml of a release's chart. Silent while it is not known which chart it is.",
    fix: "Move to the chart that took its place; its README says which.",
    when_destroying: false,
    check,
};

fn check(view: &View<'_>) -> Vec<Found> {
    let releases = view.managed("helm_release");
    let found = releases.filter_map(|release| {
        let mut charts = release.facts("chart");
        let chart =
            charts.find(|chart| Look::of(&chart.value).at("deprecated").flag() == Some(true))?;
        let detail = format!("{} is deprecated, says its Chart.yaml.", chart.name);
        Some(Found::at(release, Path::new().attr("chart"), detail))
    });
    found.collect()
}
