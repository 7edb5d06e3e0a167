use super::{both, typed};
use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite(kind: &str) -> Suite {
    typed(kind)
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "storage_provisioner": "ebs.csi.aws.com"
            }"#,
        )
        .example(
            r#"{
                "metadata": [{
                    "name": "${unique}",
                    "labels": { "app": "a" },
                    "annotations": { "example.com/note": "n" }
                }],
                "storage_provisioner": "ebs.csi.aws.com",
                "allow_volume_expansion": false
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-other" }],
                "storage_provisioner": "efs.csi.aws.com",
                "allowed_topologies": [{
                    "match_label_expressions": [{ "key": "topology.kubernetes.io/zone", "values": ["a", "b"] }]
                }],
                "mount_options": ["ro", "noatime"],
                "parameters": { "type": "gp3" },
                "reclaim_policy": "Retain",
                "volume_binding_mode": "WaitForFirstConsumer"
            }"#,
        )
}

#[test]
fn storage_classes() {
    for suite in both(suite, "kubernetes_storage_class") {
        run(&suite, Some("/apis/storage.k8s.io/v1/storageclasses"));
    }
}
