use crate::world::run;
use trueup_sdk::native::Fields;
use trueup_testkit::Suite;

/// The ID of the object, which is not stored.
fn id(object: &Fields) -> String {
    let metadata = Fields::of(Fields::of(object.get("manifest")).get("metadata"));
    let name = metadata.text("name").unwrap_or_default();
    format!("apiVersion=v1,kind=ConfigMap,namespace=default,name={name}")
}

pub(super) fn suite() -> Suite {
    Suite::new("kubernetes_manifest")
        .example(
            r#"{
                "manifest": {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": { "name": "${unique}", "namespace": "default" },
                    "data": { "colour": "green", "size": "1" }
                }
            }"#,
        )
        .example(
            r#"{
                "manifest": {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": { "name": "${unique}", "namespace": "default", "labels": { "app": "a" } },
                    "data": { "colour": "blue" }
                },
                "computed_fields": ["metadata.labels"],
                "field_manager": [{ "force_conflicts": true }]
            }"#,
        )
        .example(
            r#"{
                "manifest": {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": { "name": "${unique}-other", "namespace": "default" },
                    "immutable": true
                }
            }"#,
        )
        .imported_by(id)
        .unvaried(
            &["field_manager.name", "object", "wait", "wait_for"],
            "whose it is and what to wait for is not of the object; end-to-end tests try it",
        )
        .untold(
            &["computed_fields", "field_manager"],
            "they say how it is applied",
        )
}

#[test]
fn manifests() {
    run(&suite(), Some("/api/v1/configmaps"));
}
