use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite() -> Suite {
    Suite::new("kubernetes_annotations")
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
                "annotations": { "example.com/a": "1", "example.com/b": "2" }
            }"#,
        )
        .example(
            r#"{
                "api_version": "v1",
                "kind": "ConfigMap",
                "metadata": [{ "name": "${marked.metadata.name}" }],
                "annotations": { "example.com/a": "3" },
                "force": true
            }"#,
        )
        .unvaried(
            &["api_version", "kind", "metadata", "id", "field_manager"],
            "they say which object it is, and whose the annotations are",
        )
        .unvaried(
            &["template_annotations"],
            "config maps make no pods; a test of its own has a deployment",
        )
        .untold(&["force"], "it says what to do about others")
}

#[test]
fn annotations() {
    run(&suite(), None);
}

#[test]
fn annotations_of_pods() {
    let example = |note: &str| {
        format!(
            r#"{{
                "api_version": "apps/v1",
                "kind": "Deployment",
                "metadata": [{{ "name": "${{marked.manifest.metadata.name}}" }}],
                "template_annotations": {{ "example.com/note": "{note}" }}
            }}"#
        )
    };
    let suite = Suite::new("kubernetes_annotations")
        .needs(
            "marked",
            "kubernetes_manifest",
            r#"{
                "manifest": {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "metadata": { "name": "${unique}", "namespace": "default" },
                    "spec": {
                        "replicas": 1,
                        "selector": { "matchLabels": { "app": "${unique}" } },
                        "template": {
                            "metadata": { "labels": { "app": "${unique}" } },
                            "spec": { "containers": [{ "name": "a", "image": "example.com/a:1" }] }
                        }
                    }
                }
            }"#,
        )
        .unvaried(
            &[
                "annotations",
                "api_version",
                "field_manager",
                "force",
                "id",
                "kind",
                "metadata",
            ],
            "the suite of the type tries them",
        )
        .example(&example("one"))
        .example(&example("two"));
    run(&suite, None);
}
