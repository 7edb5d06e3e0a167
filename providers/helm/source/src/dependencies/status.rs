//! `helm dependency list`: what is there of what a chart needs.

use std::fs;
use std::path::{Path, PathBuf};

use trueup_helm::{Chart, Dependency, load};
use trueup_helm_template::semver::{Constraint, Version};

/// Whether a dependency of the chart at `path` is there, in Helm's words: `ok` for an archive,
/// `unpacked` for a folder, else what is wrong.
#[must_use]
pub fn dependency_status(path: &Path, chart: &Chart, wanted: &Dependency) -> &'static str {
    let archives = archives(path, &wanted.name);
    let found = match archives.as_slice() {
        [one] => Some(one),
        several => {
            let mut versioned = several
                .iter()
                .filter(|path| has_version(path, &wanted.name));
            match (versioned.next(), versioned.next()) {
                (Some(_), Some(_)) => return "too many matches",
                (found, _) => found,
            }
        }
    };
    if let Some(path) = found {
        return match load(path) {
            Err(_) => "corrupt",
            Ok(found) if found.metadata.name != wanted.name => "misnamed",
            Ok(found) => version_problem(&found, wanted).unwrap_or("ok"),
        };
    }
    let found = chart.dependencies.iter().rev();
    match found
        .into_iter()
        .find(|found| found.metadata.name == wanted.name)
    {
        None => "missing",
        Some(found) => version_problem(found, wanted).unwrap_or("unpacked"),
    }
}

/// What lies in `charts/` without being asked for, with what is wrong about it.
#[must_use]
pub fn stray_charts(path: &Path, wanted: &[Dependency]) -> Vec<(PathBuf, &'static str)> {
    let mut strays = Vec::new();
    for path in entries(&path.join("charts")) {
        if !path.is_dir() && path.extension().is_none_or(|extension| extension != "tgz") {
            continue;
        }
        match load(&path) {
            Err(_) => strays.push((path, "is not a chart")),
            Ok(found) => {
                if wanted.iter().all(|one| one.name != found.metadata.name) {
                    strays.push((path, "is not in Chart.yaml"));
                }
            }
        }
    }
    strays
}

fn version_problem(found: &Chart, wanted: &Dependency) -> Option<&'static str> {
    if found.metadata.version == wanted.version {
        return None;
    }
    match (
        Constraint::parse(&wanted.version),
        Version::parse(&found.metadata.version),
    ) {
        (Ok(constraint), Ok(version)) => (!constraint.matches(&version)).then_some("wrong version"),
        _ => Some("invalid version"),
    }
}

/// The files `charts/NAME-*.tgz`.
fn archives(path: &Path, name: &str) -> Vec<PathBuf> {
    let mut found = entries(&path.join("charts"));
    found.retain(|path| version_text(path, name).is_some());
    found
}

fn version_text(path: &Path, name: &str) -> Option<String> {
    let file = path.file_name()?.to_string_lossy();
    let rest = file.strip_prefix(name)?.strip_prefix('-')?;
    rest.strip_suffix(".tgz").map(str::to_owned)
}

fn has_version(path: &Path, name: &str) -> bool {
    let text = version_text(path, name).unwrap_or_default();
    let core = text.split(['-', '+']).next().unwrap_or_default();
    core.split('.').count() == 3 && !text.starts_with('v') && Version::parse(&text).is_ok()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default();
        !name.to_string_lossy().starts_with('.') || path.is_dir()
    });
    paths
}
