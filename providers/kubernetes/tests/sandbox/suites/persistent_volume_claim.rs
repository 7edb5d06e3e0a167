use super::{both, typed};
use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite(kind: &str) -> Suite {
    typed(kind)
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "spec": [{
                    "access_modes": ["ReadWriteOnce"],
                    "storage_class_name": "none",
                    "resources": [{ "requests": { "storage": "1Gi" } }]
                }],
                "wait_until_bound": false
            }"#,
        )
        .example(
            r#"{
                "metadata": [{
                    "name": "${unique}",
                    "labels": { "app": "a" },
                    "annotations": { "example.com/note": "n" }
                }],
                "spec": [{
                    "access_modes": ["ReadWriteOnce"],
                    "storage_class_name": "none",
                    "resources": [{ "requests": { "storage": "1Gi" } }]
                }],
                "wait_until_bound": false
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-away", "namespace": "kube-public" }],
                "spec": [{
                    "access_modes": ["ReadWriteMany", "ReadOnlyMany"],
                    "storage_class_name": "other",
                    "volume_mode": "Block",
                    "volume_name": "${unique}",
                    "selector": [{
                        "match_labels": { "disk": "fast" },
                        "match_expressions": [{ "key": "zone", "operator": "In", "values": ["a"] }]
                    }],
                    "resources": [{ "requests": { "storage": "2Gi" }, "limits": { "storage": "4Gi" } }]
                }],
                "wait_until_bound": false
            }"#,
        )
        .unvaried(&["wait_until_bound"], "there are no volumes of these classes")
        .untold(&["wait_until_bound"], "it says what to wait for")
}

#[test]
fn persistent_volume_claims() {
    for suite in both(suite, "kubernetes_persistent_volume_claim") {
        run(&suite, Some("/api/v1/persistentvolumeclaims"));
    }
}
