use super::{both, typed};
use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite(kind: &str) -> Suite {
    typed(kind)
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "role_ref": [{ "api_group": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view" }],
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
                "role_ref": [{ "api_group": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view" }],
                "subject": [
                    { "kind": "User", "name": "ada", "api_group": "rbac.authorization.k8s.io" },
                    { "kind": "ServiceAccount", "name": "default" }
                ]
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-other" }],
                "role_ref": [{ "api_group": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit" }],
                "subject": [{ "kind": "Group", "name": "dev" }]
            }"#,
        )
        .unvaried(
            &["role_ref.api_group", "role_ref.kind"],
            "there is only one kind a binding everywhere can have",
        )
}

#[test]
fn cluster_role_bindings() {
    for suite in both(suite, "kubernetes_cluster_role_binding") {
        run(
            &suite,
            Some("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"),
        );
    }
}
