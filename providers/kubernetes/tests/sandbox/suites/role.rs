use super::{both, typed};
use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite(kind: &str) -> Suite {
    typed(kind)
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "rule": [{ "api_groups": [""], "resources": ["pods"], "verbs": ["get"] }]
            }"#,
        )
        .example(
            r#"{
                "metadata": [{
                    "name": "${unique}",
                    "labels": { "app": "a" },
                    "annotations": { "example.com/note": "n" }
                }],
                "rule": [
                    { "api_groups": [""], "resources": ["pods", "services"], "verbs": ["get", "list"] },
                    { "api_groups": ["apps"], "resources": ["deployments"], "resource_names": ["web"], "verbs": ["patch"] }
                ]
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-away", "namespace": "kube-public" }],
                "rule": [{ "api_groups": [""], "resources": ["pods"], "verbs": ["get"] }]
            }"#,
        )
}

#[test]
fn roles() {
    for suite in both(suite, "kubernetes_role") {
        run(&suite, Some("/apis/rbac.authorization.k8s.io/v1/roles"));
    }
}
