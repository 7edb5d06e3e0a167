//! Resources as text: what an object would be configured like.
//!
//! Attributes that only the provider sets are left out, sensitive ones are
//! null. The layout is that of Terraform's generated configuration.

use std::fmt::Write;

use trueup_lang::functions::expression_text;
use trueup_sdk::{Attribute, AttributeType, Block, NestedBlock, NestedObject, NestingMode};
use trueup_syntax::{fmt::format_spaces, token::is_identifier};
use trueup_value::{Marks, Str, Value, json::from_json_simple};

use super::ResourceChange;
use crate::address::Resource;

/// What a text is made up for.
pub(super) struct Generated<'a> {
    pub(super) address: &'a Resource,
    /// The `provider` argument.
    pub(super) provider: Option<String>,
    pub(super) schema: &'a Block,
}

/// The file that holds all the configuration made up for a plan's imports;
/// none if there is none.
pub fn generated_config(changes: &[ResourceChange]) -> Option<String> {
    let mut text = String::from(
        "# __generated__ by Terraform\n# Please review these resources and move them into your main configuration files.\n",
    );
    let mut any = false;
    for change in changes {
        let Some(config) = &change.generated_config else {
            continue;
        };
        any = true;
        text.push_str("\n# __generated__ by Terraform");
        if let Some(id) = &change.importing {
            let _ = write!(text, " from {:?}", id.as_str());
        }
        let _ = write!(text, "\n{config}\n");
    }
    any.then_some(text)
}

/// A `resource` block for an object.
pub(super) fn resource_text(generated: &Generated<'_>, value: &Value) -> String {
    let Resource { kind, name, .. } = generated.address;
    let mut out = format!("resource \"{kind}\" \"{name}\" {{\n");
    if let Some(provider) = &generated.provider {
        let _ = writeln!(out, "  provider = {provider}");
    }
    for (name, attribute) in &generated.schema.attributes {
        // Old providers add an `id` to every schema that nobody may set.
        let own_id = name.as_str() == "id" && attribute.computed && attribute.optional;
        if !own_id {
            write_attribute(&mut out, name, attribute, value, 2);
        }
    }
    write_blocks(&mut out, generated.schema, value, 2);
    out.push('}');
    format_spaces(&out)
}

fn indent(out: &mut String, width: usize) {
    out.extend(std::iter::repeat_n(' ', width));
}

fn is_sensitive(value: &Value) -> bool {
    value.marks().contains(Marks::SENSITIVE)
}

fn is_left_out(attribute: &Attribute) -> bool {
    attribute.deprecated || (attribute.computed && !attribute.optional)
}

fn member(object: &Value, name: &Str) -> Value {
    let found = object.unmarked().0.get(name);
    found.cloned().unwrap_or_else(Value::dynamic)
}

fn write_attribute(
    out: &mut String,
    name: &Str,
    attribute: &Attribute,
    object: &Value,
    width: usize,
) {
    if is_left_out(attribute) {
        return;
    }
    let value = member(object, name);
    match &attribute.ty {
        AttributeType::Nested(nested) => {
            let hidden = attribute.sensitive || is_sensitive(&value);
            write_nested(out, name, nested, hidden, &value, width);
        }
        AttributeType::Value(_) => {
            indent(out, width);
            let _ = write!(out, "{name} = ");
            if attribute.sensitive || is_sensitive(&value) {
                out.push_str("null # sensitive");
            } else if attribute.optional && value.as_str() == Some("") {
                // Old providers cannot tell text that is not there.
                out.push_str("null");
            } else {
                out.push_str(&value_text(&value));
            }
            out.push('\n');
        }
    }
}

/// Text that is JSON is written as what it encodes.
fn value_text(value: &Value) -> String {
    let decoded = value.as_str().and_then(|text| from_json_simple(text).ok());
    match decoded {
        Some(inner) if !is_primitive(&inner) => format!("jsonencode({})", expression_text(&inner)),
        _ => expression_text(value),
    }
}

/// Text such as `5` is taken for text.
fn is_primitive(value: &Value) -> bool {
    matches!(value, Value::Bool(_) | Value::Number(_) | Value::String(_))
}

fn write_attributes(out: &mut String, nested: &NestedObject, value: &Value, width: usize) {
    for (name, attribute) in &nested.attributes {
        write_attribute(out, name, attribute, value, width);
    }
}

fn write_nested(
    out: &mut String,
    name: &Str,
    nested: &NestedObject,
    hidden: bool,
    value: &Value,
    width: usize,
) {
    let many = matches!(nested.nesting, NestingMode::List | NestingMode::Set);
    let (open, close) = if many { ("[", "]") } else { ("{", "}") };
    indent(out, width);
    if hidden {
        let _ = writeln!(out, "{name} = {open}{close} # sensitive");
        return;
    }
    if value.is_null() || !value.is_known() {
        let _ = writeln!(out, "{name} = null");
        return;
    }
    let _ = writeln!(out, "{name} = {open}");
    match nested.nesting {
        NestingMode::Single | NestingMode::Group => {
            write_attributes(out, nested, value, width + 2);
        }
        NestingMode::List | NestingMode::Set => {
            for element in value.values() {
                indent(out, width + 2);
                if is_sensitive(element) {
                    out.push_str("{}, # sensitive\n");
                    continue;
                }
                out.push_str("{\n");
                write_attributes(out, nested, element, width + 4);
                indent(out, width + 2);
                out.push_str("},\n");
            }
        }
        NestingMode::Map => {
            for (key, element) in value.elements() {
                indent(out, width + 2);
                let _ = write!(out, "{} = {{", key_text(key.as_str().unwrap_or_default()));
                if is_sensitive(&element) {
                    out.push_str("} # sensitive\n");
                    continue;
                }
                out.push('\n');
                write_attributes(out, nested, &element, width + 4);
                indent(out, width + 2);
                out.push_str("}\n");
            }
        }
    }
    indent(out, width);
    let _ = writeln!(out, "{close}");
}

fn key_text(key: &str) -> String {
    match is_identifier(key) {
        true => key.to_owned(),
        false => format!("{key:?}"),
    }
}

fn write_blocks(out: &mut String, schema: &Block, object: &Value, width: usize) {
    for (name, nested) in &schema.blocks {
        if nested.block.deprecated {
            continue;
        }
        let value = member(object, name);
        if is_sensitive(&value) {
            indent(out, width);
            let _ = writeln!(out, "{name} {{}} # sensitive");
            continue;
        }
        if value.is_null() || !value.is_known() {
            continue;
        }
        match nested.nesting {
            NestingMode::Single | NestingMode::Group => {
                write_block(out, name.as_str(), nested, &value, width);
            }
            NestingMode::List | NestingMode::Set => {
                for element in value.values() {
                    write_block(out, name.as_str(), nested, element, width);
                }
            }
            NestingMode::Map => {
                for (key, element) in value.elements() {
                    let header = format!("{name} {:?}", key.as_str().unwrap_or_default());
                    write_block(out, &header, nested, &element, width);
                }
            }
        }
    }
}

fn write_block(out: &mut String, header: &str, nested: &NestedBlock, value: &Value, width: usize) {
    indent(out, width);
    if is_sensitive(value) {
        let _ = writeln!(out, "{header} {{}} # sensitive");
        return;
    }
    let _ = writeln!(out, "{header} {{");
    for (name, attribute) in &nested.block.attributes {
        write_attribute(out, name, attribute, value, width + 2);
    }
    write_blocks(out, &nested.block, value, width + 2);
    indent(out, width);
    out.push_str("}\n");
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};
    use trueup_sdk::ResourceSchema;
    use trueup_value::json::from_json;

    use super::*;
    use crate::address::ResourceMode;

    const CASES: &str = include_str!("../../tests/generated.jsonl");

    /// Schemas and values made at random, and what Terraform's generator
    /// makes of them.
    #[test]
    fn objects_are_written_as_terraform_writes_them() {
        let address = Resource {
            mode: ResourceMode::Managed,
            kind: "mock_thing".into(),
            name: "it".into(),
        };
        let mut count = 0;
        for line in CASES.lines() {
            let case: Json = serde_json::from_str(line).expect("JSON");
            let schema = json!({ "version": 0, "block": case["schema"] });
            let schema = ResourceSchema::from_json(&schema).expect("a schema");
            let ty = schema.block.implied_type();
            let value = from_json(case["value"].to_string(), &ty).expect("a value");
            let generated = Generated {
                address: &address,
                provider: None,
                schema: &schema.block,
            };
            let text = resource_text(&generated, &value);
            assert_eq!(Some(text.as_str()), case["text"].as_str(), "{line}");
            count += 1;
        }
        assert_eq!(count, 120);
    }
}
