//! What a strict reading of `Chart.yaml` refuses.

use std::collections::HashSet;

use serde_json::Value;
use trueup_helm_template::yaml::{Content, Document, NodeId, parse};

const CHART: &[&str] = &[
    "name",
    "home",
    "sources",
    "version",
    "description",
    "keywords",
    "maintainers",
    "icon",
    "apiVersion",
    "condition",
    "tags",
    "appVersion",
    "deprecated",
    "annotations",
    "kubeVersion",
    "dependencies",
    "type",
];
const MAINTAINER: &[&str] = &["name", "email", "url"];
const DEPENDENCY: &[&str] = &[
    "name",
    "version",
    "repository",
    "condition",
    "tags",
    "enabled",
    "import-values",
    "alias",
];

/// The first field that means nothing, by the order of keys.
pub(super) fn unknown_field(chart: &Value) -> Option<String> {
    let name = unknown(chart, CHART)?;
    Some(format!(
        "error unmarshaling JSON: while decoding JSON: json: unknown field {name:?}"
    ))
}

fn unknown<'a>(value: &'a Value, known: &[&str]) -> Option<&'a str> {
    let map = value.as_object()?;
    let mut keys: Vec<&String> = map.keys().collect();
    keys.sort_unstable();
    keys.into_iter().find_map(|key| {
        let is_known = known.iter().any(|known| known.eq_ignore_ascii_case(key));
        if !is_known {
            return Some(key.as_str());
        }
        let inner = match key.to_ascii_lowercase().as_str() {
            "maintainers" => MAINTAINER,
            "dependencies" => DEPENDENCY,
            _ => return None,
        };
        let items = map.get(key)?.as_array()?.iter();
        items.filter_map(|item| unknown(item, inner)).next()
    })
}

/// Keys that a map has twice, each with its line.
pub(super) fn repeated_keys(text: &[u8]) -> Option<String> {
    let document = parse(text).ok()?;
    let mut found = Vec::new();
    repeated(&document, document.root()?, &mut found);
    if found.is_empty() {
        return None;
    }
    let found = found.join("\n  ");
    Some(format!(
        "error converting YAML to JSON: yaml: unmarshal errors:\n  {found}"
    ))
}

fn repeated(document: &Document, id: NodeId, found: &mut Vec<String>) {
    let content = document.node(id).map(|node| &node.content);
    match content {
        Some(Content::Mapping(entries)) => {
            let mut seen = HashSet::new();
            for (key, value) in entries {
                repeated(document, *value, found);
                if let Some(node) = document.node(*key)
                    && let Content::Scalar { value: name, .. } = &node.content
                    && !seen.insert(name.clone())
                {
                    let line = node.line + 1;
                    found.push(format!("line {line}: key {name:?} already set in map"));
                }
            }
        }
        Some(Content::Sequence(items)) => {
            items
                .iter()
                .for_each(|item| repeated(document, *item, found));
        }
        _ => {}
    }
}
