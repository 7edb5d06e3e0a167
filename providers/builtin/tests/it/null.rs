//! The provider `null`.

use serde_json::json;

use crate::{NONE, stage::Stage};

#[test]
fn null_resource_is_created_kept_replaced_and_destroyed() {
    let mut stage = Stage::new();
    let one = r#"resource "null_resource" "a" { triggers = { x = "1" } }"#;
    let two = r#"resource "null_resource" "a" { triggers = { x = "2" } }"#;
    let bare = r#"resource "null_resource" "a" {}"#;

    assert_eq!(stage.apply(one), ["null_resource.a: create"]);
    let expected = json!({ "id": "506097522914230528", "triggers": { "x": "1" } });
    assert_eq!(stage.attributes("null_resource"), expected);
    assert_eq!(stage.plan(one), NONE);

    let replaced = ["null_resource.a: delete+create [\"triggers\"]"];
    assert_eq!(stage.apply(two), replaced);
    let expected = json!({ "id": "1084818905618843912", "triggers": { "x": "2" } });
    assert_eq!(stage.attributes("null_resource"), expected);
    assert_eq!(stage.plan(bare), replaced);

    assert_eq!(stage.destroy(two), ["null_resource.a: delete"]);
    assert_eq!(stage.destroy(two), NONE);
}

#[test]
fn null_resource_cannot_be_imported() {
    let stage = Stage::new();
    let expected = "Resource Import Not Implemented";
    assert_eq!(stage.import("null_resource", "1"), expected);
}

#[test]
fn null_data_source_gives_back_what_it_is_given() {
    let mut stage = Stage::new();
    let text = r#"
        data "null_data_source" "a" { inputs = { x = "1" } }
        data "null_data_source" "b" { has_computed_default = "given" }
        resource "null_resource" "a" { triggers = {
          x      = data.null_data_source.a.outputs.x
          a      = data.null_data_source.a.has_computed_default
          b      = data.null_data_source.b.has_computed_default
          static = data.null_data_source.a.id
        } }
    "#;
    assert_eq!(stage.apply(text), ["null_resource.a: create"]);
    assert_eq!(
        stage.attributes("null_resource")["triggers"],
        json!({ "x": "1", "a": "default", "b": "given", "static": "static" })
    );
}

#[test]
fn null_resource_is_read_from_older_states_only() {
    let stage = Stage::new();
    let stored = json!({ "id": "7", "triggers": null, "gone": true });
    assert_eq!(
        stage.upgrade("null_resource", 0, &stored),
        json!({ "id": "7" })
    );
    let newer = stage.upgrade("null_resource", 1, &stored);
    let newer = newer.as_str().expect("an error");
    assert!(newer.contains("newer version of the provider"), "{newer}");
}
