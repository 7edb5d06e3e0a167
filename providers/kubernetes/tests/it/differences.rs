//! What is, what is wanted, and what a dry run says.

use serde_json::{Value as Json, json};
use trueup_kubernetes::client::{changes, in_sync, overlay, owned_part};

fn managed(object: Json, fields: Json) -> Json {
    let mut object = object;
    object["metadata"]["managedFields"] = json!([
        { "manager": "trueup", "operation": "Apply", "apiVersion": "v1", "fieldsV1": fields },
    ]);
    object
}

fn service(ports: Json) -> Json {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": { "name": "web", "namespace": "default" },
        "spec": { "ports": ports },
    })
}

#[test]
fn nothing_to_do_is_seen_without_asking() {
    let web = |number: u16| json!({ "name": "web", "port": number });
    let live = |number: u16| json!({ "name": "web", "port": number, "protocol": "TCP", "nodePort": 31000 });
    let element = json!({ ".": {}, "f:name": {}, "f:port": {} });
    let ours =
        json!({ "f:spec": { "f:ports": { "k:{\"port\":80,\"protocol\":\"TCP\"}": element } } });
    let cases = [
        ("as applied", json!([web(80)]), json!([live(80)]), true),
        (
            "others added an element",
            json!([web(80)]),
            json!([live(81), live(80)]),
            true,
        ),
        (
            "another value",
            json!([{ "name": "www", "port": 80 }]),
            json!([live(80)]),
            false,
        ),
        (
            "a field more",
            json!([{ "name": "web", "port": 80, "appProtocol": "h2c" }]),
            json!([live(80)]),
            false,
        ),
        (
            "a field less",
            json!([{ "port": 80 }]),
            json!([live(80)]),
            false,
        ),
        (
            "an element more",
            json!([web(80), web(81)]),
            json!([live(80), live(81)]),
            false,
        ),
        ("an element less", json!([]), json!([live(80)]), false),
        ("it is gone", json!([web(80)]), json!([]), false),
    ];
    for (case, wanted, found, expected) in cases {
        let live = managed(service(found), ours.clone());
        assert_eq!(
            in_sync(&service(wanted), &live, "trueup"),
            expected,
            "{case}"
        );
        assert!(!in_sync(&service(json!([])), &live, "somebody"), "{case}");
    }
}

#[test]
fn what_others_do_in_passing_is_left_out() {
    let before = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": "web" },
        "spec": {
            "replicas": 5,
            "template": { "spec": { "containers": [
                { "name": "web", "image": "web:1", "pullPolicy": "Always" },
                { "name": "mesh", "image": "mesh:1" },
            ] } },
        },
    });
    let container = json!({ ".": {}, "f:name": {}, "f:image": {} });
    let fields = json!({ "f:spec": { "f:template": { "f:spec": { "f:containers": {
        "k:{\"name\":\"web\"}": container,
    } } } } });
    let mut after = before.clone();
    after["spec"]["replicas"] = json!(1);
    let containers = &mut after["spec"]["template"]["spec"]["containers"];
    containers[0]["image"] = json!("web:2");
    containers[0]["pullPolicy"] = json!("Never");
    containers[1]["image"] = json!("mesh:2");
    let live = managed(before.clone(), fields.clone());
    let dry = managed(after, fields);
    let merged = overlay(&live, &dry, "trueup");
    let changed: Vec<String> = changes(&live, &merged)
        .into_iter()
        .map(|c| c.path)
        .collect();
    assert_eq!(
        changed,
        [
            ".spec.template.spec.containers[0].image",
            ".spec.template.spec.containers[1]"
        ]
    );
}

#[test]
fn a_field_let_go_of_is_a_change() {
    let had = json!({ "f:data": { "f:a": {}, "f:b": {} } });
    let has = json!({ "f:data": { "f:a": {} } });
    let map = |data: Json| json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "m" }, "data": data });
    let live = managed(map(json!({ "a": "1", "b": "2", "c": "3" })), had);
    let dry = managed(map(json!({ "a": "1", "c": "3" })), has);
    let merged = overlay(&live, &dry, "trueup");
    assert_eq!(merged["data"], json!({ "a": "1", "c": "3" }));
}

#[test]
fn a_manifest_is_found_again_in_what_was_applied() {
    let live = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": { "name": "web", "namespace": "default", "uid": "1", "labels": { "a": "1", "b": "2" } },
        "spec": { "clusterIP": "10.0.0.1", "ports": [{ "port": 80, "protocol": "TCP", "nodePort": 1 }] },
    });
    let owned = trueup_kubernetes::client::fields::FieldSet::parse(&json!({
        "f:metadata": { "f:labels": { "f:a": {} } },
        "f:spec": { "f:ports": { "k:{\"port\":80,\"protocol\":\"TCP\"}": { ".": {}, "f:port": {} } } },
    }));
    assert_eq!(
        owned_part(&live, &owned),
        json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": { "name": "web", "namespace": "default", "labels": { "a": "1" } },
            "spec": { "ports": [{ "port": 80 }] },
        })
    );
}
