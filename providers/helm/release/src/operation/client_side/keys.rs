//! How lists of Kubernetes' own kinds are merged.
//!
//! Taken from `x-kubernetes-patch-merge-key` and `x-kubernetes-patch-strategy`
//! of Kubernetes' OpenAPI document (1.36), without what is only in a status.

use trueup_kubernetes::client::Kind;

/// How a field is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Merging {
    /// Elements with the same value of this field are the same element.
    By(&'static str),
    /// The list is a set of plain values.
    Values,
    /// An object, or a list that is replaced.
    Whole,
}

/// Where a field is: the name of the field it is in, empty at the top.
type Place = (&'static str, &'static str);

const LISTS: [(Place, Merging); 23] = [
    (("metadata", "finalizers"), Merging::Values),
    (("metadata", "ownerReferences"), Merging::By("uid")),
    (("spec", "containers"), Merging::By("name")),
    (("spec", "initContainers"), Merging::By("name")),
    (("spec", "ephemeralContainers"), Merging::By("name")),
    (("spec", "volumes"), Merging::By("name")),
    (("spec", "hostAliases"), Merging::By("ip")),
    (("spec", "imagePullSecrets"), Merging::By("name")),
    (("spec", "resourceClaims"), Merging::By("name")),
    (("spec", "schedulingGates"), Merging::By("name")),
    (
        ("spec", "topologySpreadConstraints"),
        Merging::By("topologyKey"),
    ),
    (("spec", "podCIDRs"), Merging::Values),
    (("spec", "ports"), Merging::By("port")),
    (("spec", "matchConditions"), Merging::By("name")),
    (("spec", "variables"), Merging::By("name")),
    (("spec", "drivers"), Merging::By("name")),
    (("containers", "env"), Merging::By("name")),
    (("containers", "ports"), Merging::By("containerPort")),
    (("containers", "volumeDevices"), Merging::By("devicePath")),
    (("containers", "volumeMounts"), Merging::By("mountPath")),
    (("", "webhooks"), Merging::By("name")),
    (("webhooks", "matchConditions"), Merging::By("name")),
    (("", "secrets"), Merging::By("name")),
];

/// How a field of a kind of Kubernetes' own is merged.
pub(crate) fn merging(within: &str, field: &str) -> Merging {
    let within = match within {
        "initContainers" | "ephemeralContainers" => "containers",
        other => other,
    };
    let mut lists = LISTS.iter();
    let found = lists.find(|(place, _)| *place == (within, field));
    found.map_or(Merging::Whole, |(_, merging)| *merging)
}

/// Whether objects in a field lose all keys that are not named in a patch of
/// them: what a volume or a roll-out is of makes other keys invalid.
pub(crate) fn drops_others(within: &str, field: &str) -> bool {
    matches!(
        (within, field),
        ("spec", "strategy" | "volumes" | "resourceClaims")
    )
}

/// Whether a kind is Kubernetes' own, and so knows strategic merge patches.
pub(crate) fn is_native(kind: &Kind) -> bool {
    const GROUPS: [&str; 22] = [
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apps",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "extensions",
        "flowcontrol.apiserver.k8s.io",
        "internal.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    ];
    GROUPS.contains(&kind.group())
}
