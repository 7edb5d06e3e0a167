//! Marks the schema asks for.

use std::collections::BTreeMap;

use trueup_sdk::{Attribute, AttributeType, Block, NestedObject};
use trueup_value::{Marks, Str, Value};

/// Marks every attribute that the schema calls sensitive.
pub fn mark_sensitive(block: &Block, value: &Value) -> Value {
    if !has_sensitive(block) {
        return value.clone();
    }
    mark_block(block, value)
}

fn has_sensitive(block: &Block) -> bool {
    attributes_sensitive(&block.attributes)
        || block
            .blocks
            .values()
            .any(|nested| has_sensitive(&nested.block))
}

fn attributes_sensitive(attributes: &BTreeMap<Str, Attribute>) -> bool {
    attributes.values().any(|attribute| {
        attribute.sensitive
            || matches!(&attribute.ty, AttributeType::Nested(n) if attributes_sensitive(&n.attributes))
    })
}

fn mark_block(block: &Block, value: &Value) -> Value {
    let (bare, marks) = value.unmarked();
    let Value::Object(object) = bare else {
        return value.clone();
    };
    let marked = object.attributes().iter().map(|(name, value)| {
        let marked = match (block.attributes.get(name), block.blocks.get(name)) {
            (Some(attribute), _) if attribute.sensitive => {
                // Of a whole that is sensitive, its parts are marked, too.
                mark_parts(attribute, value).with_marks(Marks::SENSITIVE)
            }
            (Some(attribute), _) => mark_parts(attribute, value),
            (_, Some(nested)) => each_object(value, &|value| mark_block(&nested.block, value)),
            _ => value.clone(),
        };
        (name.clone(), marked)
    });
    Value::object(marked).with_marks(marks)
}

fn mark_attribute(attribute: &Attribute, value: &Value) -> Value {
    if attribute.sensitive {
        return value.with_marks(Marks::SENSITIVE);
    }
    mark_parts(attribute, value)
}

fn mark_parts(attribute: &Attribute, value: &Value) -> Value {
    match &attribute.ty {
        AttributeType::Nested(nested) if attributes_sensitive(&nested.attributes) => {
            each_object(value, &|value| mark_nested(nested, value))
        }
        _ => value.clone(),
    }
}

fn mark_nested(nested: &NestedObject, value: &Value) -> Value {
    let (bare, marks) = value.unmarked();
    let Value::Object(object) = bare else {
        return value.clone();
    };
    let marked = object.attributes().iter().map(|(name, value)| {
        let marked = match nested.attributes.get(name) {
            Some(attribute) => mark_attribute(attribute, value),
            None => value.clone(),
        };
        (name.clone(), marked)
    });
    Value::object(marked).with_marks(marks)
}

/// The objects in a list, set or map, or the object itself.
fn each_object(value: &Value, mark: &dyn Fn(&Value) -> Value) -> Value {
    let (bare, marks) = value.unmarked();
    let marked = match bare {
        Value::Object(_) => mark(bare),
        _ => bare.map_values(&mut |_, value| mark(value)),
    };
    marked.with_marks(marks)
}
