//! Which subcharts a run has, under which names, and what they export to their parents.

use serde_json::Value as Json;
use trueup_helm_template::semver::{Constraint, Version};
use trueup_helm_template::{Map, Str, Value};

use crate::chart::Chart;
use crate::error::ChartError;
use crate::metadata::Dependency;
use crate::node::Node;
use crate::values::{Coalesce, PathError, copy_map, path_value, table};

/// How dependencies are processed.
pub(crate) struct Processing<'a> {
    pub(crate) helm_3: bool,
    pub(crate) warnings: &'a mut Vec<String>,
}

/// The dependencies that `Chart.yaml` names and `charts/` doesn't have.
#[must_use]
pub fn missing_dependencies(chart: &Chart) -> Vec<&str> {
    let present = |wanted: &Dependency| {
        let mut found = chart.dependencies.iter();
        found.any(|found| found.metadata.name == wanted.name)
    };
    let wanted = chart.metadata.dependencies.iter().flatten();
    wanted
        .filter(|wanted| !present(wanted))
        .map(|wanted| wanted.name.as_str())
        .collect()
}

/// Refuses a chart that names dependencies which `charts/` doesn't have.
pub(crate) fn check_present(chart: &Chart) -> Result<(), ChartError> {
    let missing = missing_dependencies(chart);
    if missing.is_empty() {
        return Ok(());
    }
    Err(ChartError::new(format!(
        "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: {}",
        missing.join(", ")
    )))
}

pub(crate) fn is_compatible(constraint: &str, version: &str) -> bool {
    match (Constraint::parse(constraint), Version::parse(version)) {
        (Ok(constraint), Ok(version)) => constraint.matches(&version),
        _ => false,
    }
}

impl Processing<'_> {
    /// Removes disabled subcharts, renames aliased ones and imports values.
    pub(crate) fn run(&mut self, root: &mut Node<'_>, values: &Map) -> Result<(), ChartError> {
        self.enable(root, values, "")?;
        self.import(root)
    }

    /// Renames aliased subcharts and imports values, whichever are enabled; `fill` is shown the
    /// charts once they have their names.
    pub(crate) fn keep_all(
        &mut self,
        root: &mut Node<'_>,
        fill: impl FnOnce(&mut Node<'_>),
    ) -> Result<(), ChartError> {
        arrange_all(root);
        fill(root);
        self.import(root)
    }

    fn coalesce(&mut self, node: &Node<'_>, values: &Map, merge: bool) -> Result<Map, ChartError> {
        let mut coalesce = Coalesce {
            merge,
            helm_3: self.helm_3,
            warnings: &mut Vec::new(),
        };
        coalesce.values(node, values)
    }

    fn enable(&mut self, node: &mut Node<'_>, values: &Map, path: &str) -> Result<(), ChartError> {
        let Some(mut wanted) = node.metadata.dependencies.take() else {
            return Ok(());
        };
        node.dependencies = arrange(&node.dependencies, &mut wanted);
        let values = self.coalesce(node, values, false)?;
        self.apply_tags(&mut wanted, &values);
        self.apply_conditions(&mut wanted, &values, path);
        let disabled: Vec<&str> = wanted
            .iter()
            .filter(|one| !one.enabled)
            .map(|one| one.name.as_str())
            .collect();
        node.dependencies
            .retain(|found| !disabled.contains(&found.metadata.name.as_str()));
        for subchart in &mut node.dependencies {
            let path = format!("{path}{}.", subchart.metadata.name);
            self.enable(subchart, &values, &path)?;
        }
        let gone: Vec<String> = disabled.into_iter().map(str::to_owned).collect();
        wanted.retain(|one| !gone.contains(&one.name));
        node.metadata.dependencies = (!wanted.is_empty()).then_some(wanted);
        Ok(())
    }

    fn apply_tags(&mut self, wanted: &mut [Dependency], values: &Map) {
        let tags = values.get("tags").and_then(|tags| tags.as_map().cloned());
        for one in wanted {
            let mut switches = Vec::new();
            for tag in &one.tags {
                let Some(value) = tags.as_ref().and_then(|tags| tags.get(tag)) else {
                    continue;
                };
                match value.as_bool() {
                    Some(value) => switches.push(value),
                    None => self.warnings.push(format!(
                        "returned non-bool value tag={tag} chart={}",
                        one.name
                    )),
                }
            }
            one.enabled = switches.is_empty() || switches.contains(&true);
        }
    }

    fn apply_conditions(&mut self, wanted: &mut [Dependency], values: &Map, prefix: &str) {
        for one in wanted {
            for path in one
                .condition
                .trim()
                .split(',')
                .filter(|path| !path.is_empty())
            {
                let Ok(value) = path_value(values, &format!("{prefix}{path}")) else {
                    continue;
                };
                if let Some(value) = value.as_bool() {
                    one.enabled = value;
                    break;
                }
                self.warnings.push(format!(
                    "returned non-bool value path={path} chart={}",
                    one.name
                ));
            }
        }
    }

    fn import(&mut self, node: &mut Node<'_>) -> Result<(), ChartError> {
        for subchart in &mut node.dependencies {
            self.import(subchart)?;
        }
        let Some(mut wanted) = node.metadata.dependencies.take() else {
            return Ok(());
        };
        let imported = self.import_into(node, &mut wanted);
        node.metadata.dependencies = Some(wanted);
        imported
    }

    fn import_into(
        &mut self,
        node: &mut Node<'_>,
        wanted: &mut [Dependency],
    ) -> Result<(), ChartError> {
        let values = self.coalesce(node, &Map::new(), true)?;
        let mut imports = Map::new();
        for one in wanted {
            let name = one.name.clone();
            let mut resolved = Vec::new();
            for import in &one.import_values {
                let Some((child, parent)) = import_paths(import) else {
                    continue;
                };
                resolved.push(serde_json::json!({ "child": child, "parent": parent }));
                match table(&values, &format!("{name}.{child}")) {
                    Ok(found) => imports = self.overlay(imports, below(&parent, found)),
                    Err(error) => self.warn_import(&name, &error),
                }
            }
            one.import_values = resolved;
        }
        node.values = if imports.is_empty() {
            values
        } else {
            self.overlay(copy_map(&values), imports)
        };
        Ok(())
    }

    fn warn_import(&mut self, name: &str, error: &PathError) {
        self.warnings.push(format!(
            "ImportValues missing table from chart chart={name} error={error}"
        ));
    }

    fn overlay(&mut self, over: Map, under: Map) -> Map {
        let mut coalesce = Coalesce {
            merge: true,
            helm_3: self.helm_3,
            warnings: self.warnings,
        };
        coalesce.tables(&over, &under, "", true);
        over
    }
}

/// The charts that stay whatever `Chart.yaml` says, then one for each dependency found.
fn arrange<'a>(found: &[Node<'a>], wanted: &mut [Dependency]) -> Vec<Node<'a>> {
    let fits = |one: &Dependency, node: &Node<'_>| {
        node.metadata.name == one.name && is_compatible(&one.version, &node.metadata.version)
    };
    let mut arranged: Vec<Node<'a>> = found
        .iter()
        .filter(|node| !wanted.iter().any(|one| fits(one, node)))
        .cloned()
        .collect();
    for one in wanted {
        if let Some(node) = found.iter().find(|node| fits(one, node)) {
            let mut node = node.clone();
            if !one.alias.is_empty() {
                node.metadata.name.clone_from(&one.alias);
            }
            arranged.push(node);
        }
        if !one.alias.is_empty() {
            one.name.clone_from(&one.alias);
        }
        one.enabled = true;
    }
    arranged
}

fn arrange_all(node: &mut Node<'_>) {
    let Some(mut wanted) = node.metadata.dependencies.take() else {
        return;
    };
    node.dependencies = arrange(&node.dependencies, &mut wanted);
    node.dependencies.iter_mut().for_each(arrange_all);
    node.metadata.dependencies = (!wanted.is_empty()).then_some(wanted);
}

/// Where an entry of `import-values` takes from and puts to.
pub(crate) fn import_paths(import: &Json) -> Option<(String, String)> {
    let text = |value: Option<&Json>| match value {
        Some(Json::String(text)) => text.clone(),
        None | Some(Json::Null) => "<nil>".to_owned(),
        Some(other) => other.to_string(),
    };
    match import {
        Json::String(name) => Some((format!("exports.{name}"), ".".to_owned())),
        Json::Object(map) => Some((text(map.get("child")), text(map.get("parent")))),
        _ => None,
    }
}

/// `values` at a dotted path of an otherwise empty map.
fn below(path: &str, values: Map) -> Map {
    if path == "." {
        return values;
    }
    path.split('.').rev().fold(values, |inner, key| {
        let entry: (Str, Value) = (key.into(), inner.into());
        std::iter::once(entry).collect()
    })
}
