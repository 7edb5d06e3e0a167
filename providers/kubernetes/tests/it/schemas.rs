//! What the types look like.

use std::{fmt::Write as _, fs};

use serde_json::Value as Json;

/// Names, types, and what attributes are, of everything the provider offers.
fn outline(schema: &Json) -> String {
    let mut text = String::new();
    for part in ["resource_schemas", "data_source_schemas"] {
        for (name, schema) in schema[part].as_object().into_iter().flatten() {
            writeln!(text, "{part} {name} {}", schema["version"]).expect("a text");
            block(&schema["block"], 1, &mut text);
        }
    }
    text
}

fn block(block: &Json, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    for (name, attribute) in block["attributes"].as_object().into_iter().flatten() {
        let flags = [
            "required",
            "optional",
            "computed",
            "sensitive",
            "write_only",
        ];
        let flags = flags
            .into_iter()
            .filter(|flag| attribute[*flag] == Json::Bool(true));
        let flags: Vec<&str> = flags.collect();
        writeln!(
            text,
            "{indent}{name} {} {}",
            attribute["type"],
            flags.join(" ")
        )
        .expect("a text");
    }
    for (name, nested) in block["block_types"].as_object().into_iter().flatten() {
        let mode = nested["nesting_mode"].as_str().unwrap_or_default();
        let bounds = [&nested["min_items"], &nested["max_items"]].map(|n| n.as_u64().unwrap_or(0));
        writeln!(
            text,
            "{indent}{name} {{{mode} {}..{}}}",
            bounds[0], bounds[1]
        )
        .expect("a text");
        self::block(&nested["block"], depth + 1, text);
    }
}

/// The expected text was held against what `terraform providers schema -json`
/// prints for version 3 of HashiCorp's provider: the same, type by type.
#[test]
fn schemas_are_terraforms() {
    let provider = crate::server::provider();
    let found = outline(&trueup_sdk::Provider::schema(&provider).to_json());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/schemas.txt");
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::write(path, &found).expect("a file to write");
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(found == expected, "tests/it/schemas.txt differs:\n{found}");
}
