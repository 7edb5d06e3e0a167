use super::{both, typed};
use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite(kind: &str) -> Suite {
    typed(kind)
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "data": { "password": "one", "user": "u" }
            }"#,
        )
        .example(
            r#"{
                "metadata": [{
                    "name": "${unique}",
                    "labels": { "app": "a" },
                    "annotations": { "example.com/note": "n" }
                }],
                "data": { "password": "two" },
                "binary_data": { "key": "AAEC" }
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "data": { "password": "three" },
                "immutable": true
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-away", "namespace": "kube-public" }],
                "type": "kubernetes.io/basic-auth",
                "data": { "username": "u", "password": "p" },
                "wait_for_service_account_token": false
            }"#,
        )
        .untold(
            &["wait_for_service_account_token"],
            "it says what to wait for",
        )
        .unvaried(
            &[
                "binary_data_wo",
                "binary_data_wo_revision",
                "data_wo",
                "data_wo_revision",
            ],
            "what is never stored cannot be compared; end-to-end tests try it",
        )
}

#[test]
fn secrets() {
    for suite in both(suite, "kubernetes_secret") {
        run(&suite, Some("/api/v1/secrets"));
    }
}
