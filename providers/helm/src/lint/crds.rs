//! Rules for `crds/`.

use super::Report;
use super::documents::{Documents, Outline};
use super::subject::{Entry, Subject};
use crate::chart::Chart;

const FOLDER: &str = "crds/";

pub(super) fn check(subject: &Subject, report: &mut Report) {
    match subject.entry("crds") {
        Entry::Missing => return,
        Entry::File => return report.error(FOLDER, "not a directory"),
        Entry::Folder => {}
    }
    match subject.load() {
        Ok(chart) => {
            check_chart(&chart, report);
        }
        Err(error) => report.error(FOLDER, error.to_string()),
    }
}

/// Whether all could be read: the first that can't be ends it.
fn check_chart(chart: &Chart, report: &mut Report) -> bool {
    let own = chart.files.iter().filter(|file| is_manifest(&file.name));
    for file in own {
        let text = String::from_utf8_lossy(&file.data);
        for document in Documents::new(&text) {
            match document {
                Ok(Some(outline)) => check_one(&file.name, &outline, report),
                Ok(None) => {}
                Err(error) => {
                    report.error(&file.name, format!("unable to parse YAML: {error}"));
                    return false;
                }
            }
        }
    }
    chart
        .dependencies
        .iter()
        .all(|chart| check_chart(chart, report))
}

fn is_manifest(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or_default();
    name.starts_with(FOLDER)
        && ["yaml", "yml", "json"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
}

fn check_one(file: &str, outline: &Outline, report: &mut Report) {
    if !outline.api_version.starts_with("apiextensions.k8s.io") {
        report.error(file, "apiVersion is not in 'apiextensions.k8s.io'");
    }
    if outline.kind != "CustomResourceDefinition" {
        report.error(file, "object kind is not 'CustomResourceDefinition'");
    }
}
