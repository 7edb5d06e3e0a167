//! `kubernetes_storage_class`.

use super::{Metadata, Typed, no_extras};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: Metadata {
            namespaced: false,
            generated: true,
        },
        about: "How volumes are made.",
        version: 0,
        outline: OUTLINE,
        extras: no_extras,
        timeouts: &[],
        coding: None,
        ready: None,
    }
}

const OUTLINE: &str = "
allowVolumeExpansion =true
allowedTopologies max1 replaces
  matchLabelExpressions
    key replaces
    values set replaces
mountOptions set replaces
parameters replaces
provisioner as storage_provisioner required replaces
reclaimPolicy =Delete replaces
volumeBindingMode =Immediate replaces
";
