use super::{both, typed};
use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite(kind: &str) -> Suite {
    typed(kind)
        .example(r#"{ "metadata": [{ "name": "${unique}" }] }"#)
        .example(
            r#"{
                "metadata": [{
                    "name": "${unique}",
                    "labels": { "team": "a" },
                    "annotations": { "example.com/note": "n" }
                }],
                "wait_for_default_service_account": true
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-other", "labels": { "team": "b" } }]
            }"#,
        )
        .costly("the control plane takes five seconds to delete one")
        .untold(
            &["wait_for_default_service_account"],
            "it says what to wait for",
        )
}

#[test]
fn namespaces() {
    for suite in both(suite, "kubernetes_namespace") {
        run(&suite, Some("/api/v1/namespaces"));
    }
}
