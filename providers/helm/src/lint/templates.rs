//! Rules for templates and what they render.

use serde_json::Value;
use trueup_helm_template::yaml::from_yaml;

use super::Report;
use super::documents::{Documents, Outline, get};
use super::subject::{Entry, Subject};
use super::{deprecations, names};
use crate::capabilities::KubeVersion;
use crate::chart::Chart;
use crate::error::ChartError;
use crate::template::{Files, Options, render_for_lint, text};

const FOLDER: &str = "templates/";

pub(super) fn check(subject: &Subject, options: &Options, report: &mut Report) {
    match subject.entry("templates") {
        Entry::Missing => return report.warning(FOLDER, "directory does not exist"),
        Entry::File => return report.error(FOLDER, "not a directory"),
        Entry::Folder => {}
    }
    let chart = match subject.load() {
        Ok(chart) => chart,
        Err(error) => return report.error(FOLDER, error.to_string()),
    };
    match render_for_lint(&chart, options) {
        Ok(Some(files)) => {
            let kube = &options.capabilities.kube_version;
            check_files(&chart, &files, kube, report);
        }
        // Dependencies that can't be processed are no business of these rules.
        Ok(None) => {}
        Err(error) => report.error(FOLDER, ChartError::to_string(&error)),
    }
}

fn check_files(chart: &Chart, files: &Files, kube: &KubeVersion, report: &mut Report) {
    for template in &chart.templates {
        let name = &template.name;
        let base = name.rsplit('/').next().unwrap_or_default();
        let extension = base.rfind('.').and_then(|dot| base.get(dot..));
        let extension = extension.unwrap_or_default();
        if ![".yaml", ".yml", ".tpl", ".txt"].contains(&extension) {
            let text = format!(
                "file extension '{extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"
            );
            report.error(name, text);
        }
        if !matches!(extension.to_lowercase().as_str(), ".yaml" | ".yml") {
            continue;
        }
        let printed = files.get(&format!("{}/{name}", chart.metadata.name));
        let printed = printed.map(text).unwrap_or_default();
        if !printed.trim().is_empty() && !check_text(name, &printed, kube, report) {
            return;
        }
    }
}

/// Whether it could be read: the first text that can't be ends the rules.
fn check_text(file: &str, printed: &str, kube: &KubeVersion, report: &mut Report) -> bool {
    let first = printed.lines().find(|line| !line.trim().is_empty());
    if let Some(line) = first.filter(|line| line.starts_with([' ', '\t'])) {
        let text = format!(
            "document starts with an illegal indent: {line:?}, which may cause parsing problems"
        );
        report.warning(file, text);
    }
    for document in Documents::new(printed) {
        match document {
            Ok(Some(outline)) => check_object(file, &outline, printed, kube, report),
            Ok(None) => {}
            Err(error) => {
                report.error(file, format!("unable to parse YAML: {error}"));
                return false;
            }
        }
    }
    true
}

fn check_object(
    file: &str,
    outline: &Outline,
    printed: &str,
    kube: &KubeVersion,
    report: &mut Report,
) {
    let Outline {
        api_version,
        kind,
        name,
    } = outline;
    if let Some(text) = bad_name(kind, name) {
        report.warning(file, text);
    }
    if let Some(text) = deprecations::warning(api_version, kind, kube) {
        report.warning(file, text);
    }
    let selects = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"];
    if selects.contains(&kind.as_str())
        && !printed.contains("matchLabels")
        && !printed.contains("matchExpressions")
    {
        let text =
            format!("a {kind} must contain matchLabels or matchExpressions, and {name:?} does not");
        report.error(file, text);
    }
    if kind == "List"
        && let Some(text) = bad_list(printed)
    {
        report.error(file, text);
    }
}

fn bad_name(kind: &str, name: &str) -> Option<String> {
    let problems = names::problems(kind, name);
    let problems: Vec<String> = problems
        .iter()
        .map(|problem| format!("metadata.name: Invalid value: {name:?}: {problem}"))
        .collect();
    let all = match problems.as_slice() {
        [] => return None,
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    Some(format!(
        "object name does not conform to Kubernetes naming requirements: {name:?}: {all}"
    ))
}

/// Annotations of what is in a list do nothing.
fn bad_list(printed: &str) -> Option<String> {
    let list = match from_yaml(printed.as_bytes()) {
        Ok(list) => list,
        Err(error) => {
            return Some(format!(
                "unable to parse YAML: error converting YAML to JSON: {error}"
            ));
        }
    };
    let field = |value: &Value, name: &str| get(value.as_object()?, name).cloned();
    let items = field(&list, "items")?;
    let kept = items.as_array()?.iter().any(|item| {
        let metadata = field(item, "metadata").unwrap_or_default();
        let annotations = field(&metadata, "annotations").unwrap_or_default();
        annotations.get("helm.sh/resource-policy").is_some()
    });
    kept.then(|| "annotation 'helm.sh/resource-policy' within List objects are ignored".to_owned())
}
