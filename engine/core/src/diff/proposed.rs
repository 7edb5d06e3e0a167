//! What a provider is asked to plan.

use std::collections::BTreeMap;

use trueup_sdk::{Attribute, AttributeType, Block, NestedBlock, NestedObject, NestingMode};
use trueup_value::{Str, Type, Value};

use super::{attribute, entries, rebuild_entries, rebuild_sequence, sequence};

/// The configuration, and where it leaves a computed attribute open, what the
/// prior object has there. Elements of sets are matched by what the
/// configuration decides in them. Values are unmarked.
pub fn proposed(block: &Block, prior: Option<&Value>, config: &Value) -> Value {
    if config.is_null() || !config.is_known() {
        return config.clone();
    }
    let attributes = proposed_attributes(&block.attributes, prior, config);
    let blocks = block.blocks.iter().map(|(name, nested)| {
        let prior = prior.and_then(|prior| prior.get(name));
        let value = proposed_blocks(nested, prior, &attribute(Some(config), name));
        (name.clone(), value)
    });
    Value::object(attributes.into_iter().chain(blocks))
}

fn proposed_attributes(
    attributes: &BTreeMap<Str, Attribute>,
    prior: Option<&Value>,
    config: &Value,
) -> Vec<(Str, Value)> {
    let one = |(name, schema): (&Str, &Attribute)| {
        let given = attribute(Some(config), name);
        let before = prior.and_then(|prior| prior.get(name));
        (name.clone(), proposed_attribute(schema, before, given))
    };
    attributes.iter().map(one).collect()
}

fn proposed_attribute(schema: &Attribute, prior: Option<&Value>, given: Value) -> Value {
    match (&schema.ty, prior) {
        (_, Some(prior)) if schema.computed && given.is_null() => {
            let decided_by_user = match &schema.ty {
                AttributeType::Nested(nested) if schema.optional => !computable(nested, prior),
                _ => false,
            };
            if decided_by_user {
                given
            } else {
                prior.clone()
            }
        }
        (AttributeType::Nested(nested), prior) => proposed_nested(nested, prior, &given),
        _ => given,
    }
}

/// Whether the provider may have decided everything in `prior` by itself.
fn computable(nested: &NestedObject, prior: &Value) -> bool {
    let objects: Vec<Value> = match nested.nesting {
        NestingMode::Single | NestingMode::Group => vec![prior.clone()],
        _ => sequence(prior),
    };
    objects.iter().all(|object| {
        nested.attributes.iter().all(|(name, schema)| {
            let value = attribute(Some(object), name);
            if value.is_null() || !value.is_known() {
                return true;
            }
            match &schema.ty {
                AttributeType::Nested(inner) => schema.computed && computable(inner, &value),
                AttributeType::Value(_) => schema.computed,
            }
        })
    })
}

fn proposed_nested(nested: &NestedObject, prior: Option<&Value>, given: &Value) -> Value {
    if given.is_null() || !given.is_known() {
        return given.clone();
    }
    let merge = |prior: Option<&Value>, given: &Value| {
        if given.is_null() || !given.is_known() {
            return given.clone();
        }
        Value::object(proposed_attributes(&nested.attributes, prior, given))
    };
    let compare =
        |prior: &Value, given: &Value| matches_attributes(&nested.attributes, prior, given);
    gather(nested.nesting, prior, given, &merge, &compare)
}

fn proposed_blocks(nested: &NestedBlock, prior: Option<&Value>, given: &Value) -> Value {
    if given.is_null() || !given.is_known() {
        return given.clone();
    }
    let merge = |prior: Option<&Value>, given: &Value| proposed(&nested.block, prior, given);
    let compare = |prior: &Value, given: &Value| matches_block(&nested.block, prior, given);
    gather(nested.nesting, prior, given, &merge, &compare)
}

fn gather(
    nesting: NestingMode,
    prior: Option<&Value>,
    given: &Value,
    merge: &dyn Fn(Option<&Value>, &Value) -> Value,
    compare: &dyn Fn(&Value, &Value) -> bool,
) -> Value {
    let prior = prior.filter(|prior| !prior.is_null() && prior.is_known());
    match nesting {
        NestingMode::Single | NestingMode::Group => merge(prior, given),
        NestingMode::List => {
            let before = prior.map(sequence).unwrap_or_default();
            let merged = given.values().enumerate();
            let merged = merged
                .map(|(i, value)| merge(before.get(i), value))
                .collect();
            rebuild_sequence(given, merged)
        }
        NestingMode::Map => {
            let merged = entries(given).into_iter().map(|(key, value)| {
                let before = prior.and_then(|prior| prior.get(&key));
                let value = merge(before, &value);
                (key, value)
            });
            rebuild_entries(given, merged.collect())
        }
        NestingMode::Set => {
            let mut before = prior.map(sequence).unwrap_or_default();
            let merged = given.values().map(|value| {
                let found = before.iter().position(|prior| compare(prior, value));
                let found = found.map(|at| before.remove(at));
                merge(found.as_ref(), value)
            });
            let merged = merged.collect();
            rebuild_sequence(given, merged)
        }
    }
}

/// Whether `given` could have led to `prior`: equal but for what the provider
/// decides. Only what `prior` has is looked at, and sets within sets are not
/// told apart.
fn matches_block(block: &Block, prior: &Value, given: &Value) -> bool {
    matches_attributes(&block.attributes, prior, given)
        && block.blocks.iter().all(|(name, nested)| {
            let prior = attribute(Some(prior), name);
            let given = attribute(Some(given), name);
            let compare = |a: &Value, b: &Value| matches_block(&nested.block, a, b);
            matches_many(nested.nesting, &prior, &given, &compare)
        })
}

fn matches_attributes(attributes: &BTreeMap<Str, Attribute>, prior: &Value, given: &Value) -> bool {
    attributes.iter().all(|(name, schema)| {
        let prior = attribute(Some(prior), name);
        let given = attribute(Some(given), name);
        match &schema.ty {
            _ if prior == given => true,
            AttributeType::Value(Type::Set(_)) => false,
            AttributeType::Value(_) => schema.computed && given.is_null(),
            AttributeType::Nested(nested) => {
                let compare = |a: &Value, b: &Value| matches_attributes(&nested.attributes, a, b);
                matches_many(nested.nesting, &prior, &given, &compare)
            }
        }
    })
}

fn matches_many(
    nesting: NestingMode,
    prior: &Value,
    given: &Value,
    compare: &dyn Fn(&Value, &Value) -> bool,
) -> bool {
    if prior == given {
        return true;
    }
    if !prior.is_known() || !given.is_known() || nesting == NestingMode::Set {
        return false;
    }
    if prior.is_null() || given.is_null() {
        return prior.is_null() || prior.length() == Some(0);
    }
    match nesting {
        NestingMode::Single | NestingMode::Group => compare(prior, given),
        NestingMode::Map => entries(prior)
            .iter()
            .all(|(key, value)| given.get(key).is_some_and(|given| compare(value, given))),
        NestingMode::List | NestingMode::Set => {
            prior.length() <= given.length()
                && prior
                    .values()
                    .zip(given.values())
                    .all(|(a, b)| compare(a, b))
        }
    }
}
