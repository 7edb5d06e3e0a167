use super::{both, typed};
use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite(kind: &str) -> Suite {
    typed(kind)
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "data": { "colour": "green", "size": "1" }
            }"#,
        )
        .example(
            r#"{
                "metadata": [{
                    "name": "${unique}",
                    "labels": { "app": "a", "part": "p" },
                    "annotations": { "example.com/note": "n" }
                }],
                "data": { "colour": "blue" },
                "binary_data": { "bytes": "AAEC" }
            }"#,
        )
        .example(
            r#"{
                "metadata": [{
                    "name": "${unique}",
                    "labels": { "app": "b" }
                }],
                "data": { "colour": "red" },
                "immutable": true
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-away", "namespace": "kube-public" }],
                "data": { "colour": "green" }
            }"#,
        )
}

#[test]
fn config_maps() {
    for suite in both(suite, "kubernetes_config_map") {
        run(&suite, Some("/api/v1/configmaps"));
    }
}

#[test]
fn config_maps_whose_names_are_made_up() {
    let made_up = |colour: &str| {
        format!(
            r#"{{ "metadata": [{{ "generate_name": "${{unique}}-" }}], "data": {{ "colour": "{colour}" }} }}"#
        )
    };
    let suite = Suite::new("kubernetes_config_map")
        .unvaried(
            &["id", "binary_data", "data", "immutable", "metadata"],
            "the suite of the type tries them",
        )
        .rerolled(&[
            "id",
            "metadata.generation",
            "metadata.name",
            "metadata.resource_version",
            "metadata.uid",
        ])
        .untold(
            &["metadata.generate_name"],
            "the name is made here, so that it can be found again; the object has no trace of it",
        )
        .example(&made_up("green"))
        .example(&made_up("blue"));
    run(&suite, Some("/api/v1/configmaps"));
}
