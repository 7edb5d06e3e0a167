use super::{both, typed};
use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite(kind: &str) -> Suite {
    typed(kind)
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "role_ref": [{ "api_group": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader" }],
                "subject": [{ "kind": "ServiceAccount", "name": "default", "namespace": "kube-public" }]
            }"#,
        )
        .example(
            r#"{
                "metadata": [{
                    "name": "${unique}",
                    "labels": { "app": "a" },
                    "annotations": { "example.com/note": "n" }
                }],
                "role_ref": [{ "api_group": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader" }],
                "subject": [
                    { "kind": "User", "name": "ada", "api_group": "rbac.authorization.k8s.io" },
                    { "kind": "Group", "name": "ops" },
                    { "kind": "ServiceAccount", "name": "default" }
                ]
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-away", "namespace": "kube-public" }],
                "role_ref": [{ "api_group": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view" }],
                "subject": [{ "kind": "Group", "name": "dev", "api_group": "rbac.authorization.k8s.io" }]
            }"#,
        )
        .unvaried(
            &["role_ref.api_group"],
            "there is only one group roles are in",
        )
}

#[test]
fn role_bindings() {
    for suite in both(suite, "kubernetes_role_binding") {
        run(
            &suite,
            Some("/apis/rbac.authorization.k8s.io/v1/rolebindings"),
        );
    }
}
