//! The schemas against those of Terraform's helm provider 3.1: `schema.txt`
//! has a line for each attribute, with its type and what may be done with it.

use std::{collections::BTreeMap, fmt::Write as _};

use trueup_helm_provider::schema;
use trueup_sdk::{Attribute, AttributeType, NestingMode, ResourceSchema};
use trueup_value::{Str, Type};

#[test]
fn schemas_have_the_shape_of_terraforms() {
    let mut text = String::new();
    one("provider", &schema::provider(), &mut text);
    one("helm_release", &schema::release(), &mut text);
    one("helm_template", &schema::template(), &mut text);
    // What Terraform's does not have: another way to log in.
    let own = "provider.kubernetes.eks";
    let theirs = text.lines().filter(|line| !line.starts_with(own));
    let theirs: String = theirs.map(|line| format!("{line}\n")).collect();
    assert_eq!(theirs, include_str!("schema.txt"));
}

#[test]
fn attributes_say_what_they_are_for() {
    for schema in [schema::provider(), schema::release(), schema::template()] {
        for (name, attribute) in &schema.block.attributes {
            assert!(!attribute.description.is_empty(), "{name}");
        }
    }
}

fn one(name: &str, schema: &ResourceSchema, text: &mut String) {
    writeln!(text, "{name}: version {}", schema.version).unwrap();
    attributes(name, &schema.block.attributes, text);
}

fn attributes(prefix: &str, attributes: &BTreeMap<Str, Attribute>, text: &mut String) {
    for (name, attribute) in attributes {
        let ty = match &attribute.ty {
            AttributeType::Value(ty) => plain(ty),
            AttributeType::Nested(nested) => format!("{} of objects", mode(nested.nesting)),
        };
        let flags = [
            ("required", attribute.required),
            ("optional", attribute.optional),
            ("computed", attribute.computed),
            ("sensitive", attribute.sensitive),
            ("write_only", attribute.write_only),
        ];
        let flags: Vec<&str> = flags
            .iter()
            .filter(|flag| flag.1)
            .map(|flag| flag.0)
            .collect();
        writeln!(text, "{prefix}.{name}: {ty} {}", flags.join(" ")).unwrap();
        if let AttributeType::Nested(nested) = &attribute.ty {
            self::attributes(&format!("{prefix}.{name}"), &nested.attributes, text);
        }
    }
}

fn plain(ty: &Type) -> String {
    let kind = match ty {
        Type::String => return "\"string\"".into(),
        Type::Number => return "\"number\"".into(),
        Type::Bool => return "\"bool\"".into(),
        Type::List(_) => "list",
        Type::Map(_) => "map",
        other => return format!("{other:?}"),
    };
    format!(
        "[\"{kind}\",{}]",
        ty.element().map(plain).unwrap_or_default()
    )
}

fn mode(mode: NestingMode) -> &'static str {
    match mode {
        NestingMode::Single => "single",
        NestingMode::List => "list",
        NestingMode::Set => "set",
        _ => "another",
    }
}
