use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite() -> Suite {
    Suite::new("kubernetes_labels")
        .needs(
            "marked",
            "kubernetes_config_map",
            r#"{ "metadata": [{ "name": "${unique}" }] }"#,
        )
        .example(
            r#"{
                "api_version": "v1",
                "kind": "ConfigMap",
                "metadata": [{ "name": "${marked.metadata.name}" }],
                "labels": { "team": "a", "stage": "live" }
            }"#,
        )
        .example(
            r#"{
                "api_version": "v1",
                "kind": "ConfigMap",
                "metadata": [{ "name": "${marked.metadata.name}" }],
                "labels": { "team": "b" },
                "force": true
            }"#,
        )
        .unvaried(
            &["api_version", "kind", "metadata", "id", "field_manager"],
            "they say which object it is, and whose the labels are",
        )
        .untold(&["force"], "it says what to do about others")
}

#[test]
fn labels() {
    run(&suite(), None);
}
