use super::{both, typed};
use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite(kind: &str) -> Suite {
    typed(kind)
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "rule": [{ "api_groups": [""], "resources": ["nodes"], "verbs": ["get"] }]
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
                    { "non_resource_urls": ["/metrics"], "verbs": ["get"] },
                    { "api_groups": ["apps"], "resources": ["deployments"], "resource_names": ["web"], "verbs": ["get", "patch"] }
                ]
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-all" }],
                "aggregation_rule": [{
                    "cluster_role_selectors": [{
                        "match_labels": { "example.com/of": "${unique}" },
                        "match_expressions": [{ "key": "example.com/${unique}", "operator": "In", "values": ["x"] }]
                    }]
                }]
            }"#,
        )
}

#[test]
fn cluster_roles() {
    for suite in both(suite, "kubernetes_cluster_role") {
        run(
            &suite,
            Some("/apis/rbac.authorization.k8s.io/v1/clusterroles"),
        );
    }
}
