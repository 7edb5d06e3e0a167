//! Whether the examples set and vary every argument.

use std::collections::{BTreeMap, BTreeSet};

use trueup_sdk::{Attribute, AttributeType, Block};
use trueup_value::{Value, json::from_json_simple};

use crate::{Suite, stage::Stage};

/// What the examples leave untried.
pub(crate) fn uncovered(suite: &Suite, stage: &Stage<'_>) -> Vec<String> {
    let mut arguments = BTreeSet::new();
    of_block(stage.block, "", &mut arguments);
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for example in &suite.examples {
        let Ok(example) = from_json_simple(example) else {
            continue;
        };
        for argument in &arguments {
            let values = at(&example, argument);
            let shown = format!("{values:?}");
            seen.entry(argument).or_default().insert(shown);
        }
    }
    let excused = |argument: &str| {
        let mut excuses = suite.unvaried.iter();
        excuses.any(|excuse| {
            let rest = argument.strip_prefix(excuse.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    let untried = arguments.iter().filter(|argument| !excused(argument));
    untried
        .filter(|argument| {
            seen.get(argument.as_str())
                .is_none_or(|values| values.len() < 2)
        })
        .map(|argument| format!("no two examples differ in the argument {argument}"))
        .collect()
}

fn of_block(block: &Block, prefix: &str, arguments: &mut BTreeSet<String>) {
    for (name, attribute) in &block.attributes {
        of_attribute(attribute, &format!("{prefix}{name}"), arguments);
    }
    for (name, nested) in &block.blocks {
        // How long things may take is not of the object.
        if name.as_str() != "timeouts" {
            of_block(&nested.block, &format!("{prefix}{name}."), arguments);
        }
    }
}

fn of_attribute(attribute: &Attribute, path: &str, arguments: &mut BTreeSet<String>) {
    if !attribute.configurable() {
        return;
    }
    match &attribute.ty {
        AttributeType::Value(_) => {
            arguments.insert(path.to_owned());
        }
        AttributeType::Nested(nested) => {
            for (name, attribute) in &nested.attributes {
                of_attribute(attribute, &format!("{path}.{name}"), arguments);
            }
        }
    }
}

/// All that an example has at a path, in whatever nested objects.
fn at(example: &Value, path: &str) -> Vec<Value> {
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    let Some(value) = example.get(first) else {
        return Vec::new();
    };
    let Some(rest) = rest else {
        return vec![value.clone()];
    };
    let inner = rest.split('.').next().unwrap_or(rest);
    match value {
        Value::Object(object) if object.get(inner).is_some() => at(value, rest),
        several => several.values().flat_map(|one| at(one, rest)).collect(),
    }
}
