//! The provider `random`.

use serde_json::json;

use crate::{NONE, stage::Stage};

#[test]
fn random_id_in_all_notations() {
    let mut stage = Stage::new();
    let text = r#"resource "random_id" "a" { byte_length = 4 }"#;
    assert_eq!(stage.apply(text), ["random_id.a: create"]);
    assert_eq!(
        stage.attributes("random_id"),
        json!({
            "keepers": null, "byte_length": 4, "prefix": null,
            "id": "AAECAw", "b64_url": "AAECAw", "b64_std": "AAECAw==",
            "hex": "00010203", "dec": "66051",
        })
    );
    assert_eq!(stage.plan(text), NONE);

    let prefixed = r#"resource "random_id" "a" {
        byte_length = 3
        prefix      = "p-"
        keepers     = { k = null }
    }"#;
    let expected = [r#"random_id.a: delete+create ["byte_length"] ["prefix"]"#];
    assert_eq!(stage.apply(prefixed), expected);
    assert_eq!(
        stage.attributes("random_id"),
        json!({
            "keepers": { "k": null }, "byte_length": 3, "prefix": "p-",
            "id": "BAUG", "b64_url": "p-BAUG", "b64_std": "p-BAUG",
            "hex": "p-040506", "dec": "p-263430",
        })
    );
    assert_eq!(stage.destroy(prefixed), ["random_id.a: delete"]);
    assert_eq!(stage.destroy(prefixed), NONE);
}

#[test]
fn random_id_keeps_its_value_where_only_keys_without_value_come_and_go() {
    let mut stage = Stage::new();
    let with = |keepers: &str| {
        format!("resource \"random_id\" \"a\" {{\n byte_length = 2\n keepers = {keepers}\n}}")
    };
    stage.apply(&with("null"));
    let before = stage.attributes("random_id")["id"].clone();
    for keepers in ["{}", "{ k = null }"] {
        assert_eq!(stage.apply(&with(keepers)), ["random_id.a: update"]);
        assert_eq!(stage.attributes("random_id")["id"], before);
    }
    let expected = [r#"random_id.a: delete+create ["keepers"]"#];
    assert_eq!(stage.plan(&with(r#"{ k = "v" }"#)), expected);
}

#[test]
fn random_id_imports() {
    let stage = Stage::new();
    let plain = json!({
        "keepers": {}, "byte_length": 4, "id": "AAECAw", "b64_url": "AAECAw",
        "b64_std": "AAECAw==", "hex": "00010203", "dec": "66051",
    });
    let prefixed = json!({
        "keepers": {}, "byte_length": 4, "prefix": "a,b", "id": "AAECAw",
        "b64_url": "a,bAAECAw", "b64_std": "a,bAAECAw==", "hex": "a,b00010203", "dec": "a,b66051",
    });
    for (id, expected) in [
        ("AAECAw", plain),
        ("a,b,AAECAw", prefixed),
        ("AAECAw==", json!("Import Random ID Error")),
        ("p, ", json!("Import Random ID Error")),
    ] {
        assert_eq!(stage.import("random_id", id), expected, "{id}");
    }
}
