//! Sets of fields.

use serde_json::json;
use trueup_kubernetes::client::fields::{FieldSet, path_text};

#[test]
fn notation_is_read_and_written() {
    let notation = json!({
        "f:metadata": { "f:labels": { ".": {}, "f:app": {} }, "f:finalizers": { "v:\"a/b\"": {} } },
        "f:spec": {
            "f:ports": { "k:{\"port\":80,\"protocol\":\"TCP\"}": { ".": {}, "f:port": {} } },
            "f:args": { "i:2": {} },
        },
    });
    let set = FieldSet::parse(&notation);
    assert_eq!(set.to_json(), notation);
    let paths: Vec<String> = set.paths().iter().map(|path| path_text(path)).collect();
    assert_eq!(
        paths,
        [
            ".metadata.finalizers[=\"a/b\"]",
            ".metadata.labels",
            ".metadata.labels.app",
            ".spec.args[2]",
            ".spec.ports[port=80,protocol=\"TCP\"]",
            ".spec.ports[port=80,protocol=\"TCP\"].port",
        ]
    );
}

#[test]
fn sets_are_joined_and_taken_apart() {
    let ours = FieldSet::parse(&json!({ "f:data": { "f:a": {}, "f:b": {} } }));
    let theirs = FieldSet::parse(&json!({ "f:data": { ".": {}, "f:b": {}, "f:c": {} } }));
    let both = json!({ "f:data": { ".": {}, "f:a": {}, "f:b": {}, "f:c": {} } });
    assert_eq!(ours.union(&theirs).to_json(), both);
    let rest = json!({ "f:data": { ".": {}, "f:c": {} } });
    assert_eq!(theirs.without(&ours).to_json(), rest);
    assert!(theirs.without(&theirs).is_empty());
}
