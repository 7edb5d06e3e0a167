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
                    "labels": { "app": "a" },
                    "annotations": { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/a" }
                }],
                "automount_service_account_token": false,
                "image_pull_secret": [{ "name": "registry" }, { "name": "mirror" }],
                "secret": [{ "name": "token" }]
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-away", "namespace": "kube-public" }],
                "image_pull_secret": [{ "name": "mirror" }]
            }"#,
        )
}

#[test]
fn service_accounts() {
    for suite in both(suite, "kubernetes_service_account") {
        run(&suite, Some("/api/v1/serviceaccounts"));
    }
}
