//! Custom resources held against a definition that is not installed yet.

use serde_json::{Value as Json, json};
use trueup_kubernetes::client::Definition;

fn definition() -> Definition {
    let schema = json!({ "type": "object", "required": ["spec"], "properties": { "spec": {
        "type": "object",
        "required": ["serviceRef"],
        "properties": {
            "serviceRef": { "type": "object", "required": ["name", "port"], "properties": {
                "name": { "type": "string", "minLength": 1 },
                "port": { "x-kubernetes-int-or-string": true },
            } },
            "targetType": { "type": "string", "enum": ["instance", "ip"] },
            "vpcID": { "type": "string", "pattern": "^vpc-[0-9a-f]+$" },
            "weights": { "type": "array", "maxItems": 2, "items": { "type": "integer", "maximum": 10 } },
            "labels": { "type": "object", "additionalProperties": { "type": "string" } },
            "free": { "type": "object", "x-kubernetes-preserve-unknown-fields": true },
            "size": { "type": "integer", "default": 1 },
        },
    } } });
    let manifest = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "bindings.example.com" },
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": { "kind": "Binding", "plural": "bindings" },
            "versions": [
                { "name": "v1", "served": true, "storage": true, "schema": { "openAPIV3Schema": schema } },
                { "name": "v1alpha1", "served": false },
            ],
        },
    });
    Definition::of(&manifest).expect("a definition")
}

fn complaints(api_version: &str, spec: &Json) -> Vec<String> {
    let object = json!({ "apiVersion": api_version, "kind": "Binding", "metadata": { "name": "b" }, "spec": spec });
    definition()
        .complaints(&object)
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn objects_are_held_against_the_schema() {
    let right = json!({ "name": "web", "port": "http" });
    let cases = [
        (
            json!({ "serviceRef": right, "free": { "a": [1] }, "labels": { "x": "y" } }),
            vec![],
        ),
        (json!({}), vec!["spec.serviceRef: it is required"]),
        (
            json!({ "serviceRef": { "name": "web" } }),
            vec!["spec.serviceRef.port: it is required"],
        ),
        (
            json!({ "serviceRef": { "name": "", "port": 1.5 } }),
            vec![
                "spec.serviceRef.name: it is too short or too long",
                "spec.serviceRef.port: it must be a whole number or a text",
            ],
        ),
        (
            json!({ "serviceRef": right, "targetTyp": "ip" }),
            vec!["spec.targetTyp: its kind has no such field"],
        ),
        (
            json!({ "serviceRef": right, "targetType": "pod" }),
            vec!["spec.targetType: it must be one of \"instance\", \"ip\""],
        ),
        (
            json!({ "serviceRef": right, "vpcID": "net-1" }),
            vec!["spec.vpcID: it must match ^vpc-[0-9a-f]+$"],
        ),
        (
            json!({ "serviceRef": right, "weights": [1, 11, 3] }),
            vec![
                "spec.weights: it has too few or too many elements",
                "spec.weights[1]: it is too small or too large",
            ],
        ),
        (
            json!({ "serviceRef": right, "labels": { "x": 1 } }),
            vec!["spec.labels.x: it must be of type string"],
        ),
    ];
    for (spec, expected) in cases {
        assert_eq!(complaints("example.com/v1", &spec), expected, "{spec}");
    }
}

#[test]
fn only_versions_that_are_served_will_do() {
    let spec = json!({});
    assert_eq!(
        complaints("example.com/v1alpha1", &spec),
        ["apiVersion: the definition bindings.example.com serves the versions v1 only"]
    );
}
