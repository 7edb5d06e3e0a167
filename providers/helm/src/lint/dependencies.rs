//! Rules for what a chart depends on.

use std::collections::HashSet;

use super::Report;
use super::subject::Subject;
use crate::chart::Chart;
use crate::dependencies::missing_dependencies;

pub(super) fn check(subject: &Subject, report: &mut Report) {
    let chart = match subject.load() {
        Ok(chart) => chart,
        Err(error) => return report.error("", format!("unable to load chart\n\t{error}")),
    };
    let path = subject.absolute();
    let unnamed = unnamed(&chart).join(",");
    if !unnamed.is_empty() {
        let text = format!("chart metadata is missing these dependencies: {unnamed}");
        report.error(&path, text);
    }
    let shadowed = shadowed(&chart).join(",");
    if !shadowed.is_empty() {
        let text = format!("multiple dependencies with name or alias: {shadowed}");
        report.error(&path, text);
    }
    let missing = missing_dependencies(&chart).join(",");
    if !missing.is_empty() {
        let text = format!("chart directory is missing these dependencies: {missing}");
        report.warning(&path, text);
    }
}

/// Charts in `charts/` that `Chart.yaml` doesn't name.
fn unnamed(chart: &Chart) -> Vec<&str> {
    let named = chart.metadata.dependencies.iter().flatten();
    let named: HashSet<&str> = named.map(|one| one.name.as_str()).collect();
    let found = chart
        .dependencies
        .iter()
        .map(|one| one.metadata.name.as_str());
    found.filter(|name| !named.contains(name)).collect()
}

fn shadowed(chart: &Chart) -> Vec<&str> {
    let mut seen = HashSet::new();
    let wanted = chart.metadata.dependencies.iter().flatten();
    let keys = wanted.map(|one| match one.alias.as_str() {
        "" => one.name.as_str(),
        alias => alias,
    });
    keys.filter(|key| !seen.insert(*key)).collect()
}
