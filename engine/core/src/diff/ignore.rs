//! `ignore_changes`.

use trueup_sdk::{Attribute, AttributeType, Block};
use trueup_syntax::ast::{Step, StepKind};
use trueup_value::{Path, PathStep, Str, Type, Value};

use super::{attribute, entries, rebuild_entries, rebuild_sequence, sequence, value_at};
use crate::config::Lifecycle;

/// The configuration as if what is ignored had stayed as it was, marks
/// included.
pub fn ignore_changes(
    block: &Block,
    lifecycle: &Lifecycle,
    prior: Option<&Value>,
    config: &Value,
) -> Value {
    let Some(prior) = prior else {
        return config.clone();
    };
    if lifecycle.ignore_all_changes {
        return configurable(block, prior);
    }
    let paths = lifecycle.ignore_changes.iter();
    paths.fold(config.clone(), |config, steps| {
        restore(&config, prior, steps)
    })
}

/// An object without what only the provider decides.
fn configurable(block: &Block, prior: &Value) -> Value {
    let (bare, marks) = prior.unmarked();
    if bare.is_null() || !bare.is_known() {
        return prior.clone();
    }
    let attributes = block.attributes.iter().map(|(name, schema)| {
        let value = attribute(Some(bare), name);
        (name.clone(), configurable_attribute(schema, &value))
    });
    let blocks = block.blocks.iter().map(|(name, nested)| {
        let value = attribute(Some(bare), name);
        let (inner, marks) = value.unmarked();
        let value = match inner {
            _ if is_single(nested.nesting) => configurable(&nested.block, inner),
            _ => inner.map_values(&mut |_, value| configurable(&nested.block, value)),
        };
        (name.clone(), value.with_marks(marks))
    });
    Value::object(attributes.chain(blocks)).with_marks(marks)
}

fn is_single(nesting: trueup_sdk::NestingMode) -> bool {
    use trueup_sdk::NestingMode::{Group, Single};
    matches!(nesting, Single | Group)
}

fn configurable_attribute(schema: &Attribute, value: &Value) -> Value {
    if schema.computed && !schema.optional {
        return Value::null(value.ty());
    }
    let AttributeType::Nested(nested) = &schema.ty else {
        return value.clone();
    };
    let object = |value: &Value| {
        let (bare, marks) = value.unmarked();
        if bare.is_null() || !bare.is_known() {
            return value.clone();
        }
        let attributes = nested.attributes.iter().map(|(name, schema)| {
            let value = attribute(Some(bare), name);
            (name.clone(), configurable_attribute(schema, &value))
        });
        Value::object(attributes).with_marks(marks)
    };
    match is_single(nested.nesting) {
        true => object(value),
        false => value.map_values(&mut |_, value| object(value)),
    }
}

/// A traversal as a path.
pub(crate) fn steps_path(steps: &[Step]) -> Path {
    let step = |step: &Step| match &step.kind {
        StepKind::Attr(name) => PathStep::Attr(name.clone()),
        StepKind::Index(key) => PathStep::Index(key.clone()),
    };
    steps.iter().map(step).collect()
}

fn restore(config: &Value, prior: &Value, steps: &[Step]) -> Value {
    let last_key = steps
        .split_last()
        .and_then(|(last, rest)| match &last.kind {
            StepKind::Index(key) => key.as_str().map(|key| (key, rest)),
            StepKind::Attr(_) => None,
        });
    let (key, steps) = match last_key {
        Some((key, rest)) => (Some(key), rest),
        None => (None, steps),
    };
    let path = steps_path(steps);
    let (Some(before), Some(now)) = (value_at(prior, &path), value_at(config, &path)) else {
        return config.clone();
    };
    if before == now {
        return config.clone();
    }
    replace_at(config, path.steps(), &|now| restored(now, &before, key))
}

/// What stands in place of `now`. Of a map, only the entry `key` if there is
/// one.
fn restored(now: &Value, before: &Value, key: Option<&str>) -> Value {
    let (bare, marks) = now.unmarked();
    let Type::Map(element) = bare.ty() else {
        return before.clone();
    };
    if !bare.is_null() && !bare.is_known() {
        return now.clone();
    }
    let Some(key) = key else {
        return before.clone();
    };
    let (before, _) = before.unmarked();
    let mut all: Vec<(Str, Value)> = entries(bare);
    all.retain(|(name, _)| name.as_str() != key);
    if let Some(value) = before.get(key) {
        all.push((Str::new(key), value.clone()));
    } else if bare.is_null() {
        return now.clone();
    }
    Value::map(Type::clone(&element), all).with_marks(marks)
}

fn replace_at(value: &Value, path: &[PathStep], with: &dyn Fn(&Value) -> Value) -> Value {
    let Some((step, rest)) = path.split_first() else {
        return with(value);
    };
    let (bare, marks) = value.unmarked();
    let at = |wanted: usize| {
        let mut elements = sequence(bare);
        if let Some(slot) = elements.get_mut(wanted) {
            *slot = replace_at(slot, rest, with);
        }
        rebuild_sequence(bare, elements)
    };
    let named = |wanted: &str| {
        let changed = entries(bare).into_iter().map(|(name, value)| {
            let value = match name.as_str() == wanted {
                true => replace_at(&value, rest, with),
                false => value,
            };
            (name, value)
        });
        rebuild_entries(bare, changed.collect())
    };
    let replaced = match step {
        PathStep::Attr(name) => named(name),
        PathStep::Index(key) => match (key.as_str(), key.as_number()) {
            (Some(key), _) => named(key),
            (_, Some(index)) => {
                let index = index.to_i64().and_then(|index| usize::try_from(index).ok());
                index.map_or_else(|| bare.clone(), at)
            }
            _ => bare.clone(),
        },
    };
    replaced.with_marks(marks)
}
