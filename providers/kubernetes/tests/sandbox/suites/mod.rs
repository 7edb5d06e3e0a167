//! The examples of all resource types.

mod annotations;
mod cluster_role;
mod cluster_role_binding;
mod config_map;
mod ingress_v1;
mod labels;
mod manifest;
mod namespace;
mod network_policy;
mod persistent_volume_claim;
mod role;
mod role_binding;
mod secret;
mod service;
mod service_account;
mod storage_class;

use trueup_kubernetes::{Surroundings, kubernetes};
use trueup_sdk::Provider;
use trueup_testkit::{Suite, without_suite};

/// The suite of a type that stands for one kind.
fn typed(kind: &str) -> Suite {
    Suite::new(kind)
        .unvaried(&["id"], "it follows from the name")
        .unvaried(
            &["metadata.generate_name"],
            "the same for all types; kubernetes_config_map tries it",
        )
        .rerolled(&[
            "metadata.generation",
            "metadata.resource_version",
            "metadata.uid",
        ])
}

/// Types that stand for one kind go by two names.
/// The suite of a type that goes by two names.
type Named = fn(&str) -> Suite;

fn both(suite: Named, name: &str) -> [Suite; 2] {
    [suite(name), suite(&format!("{name}_v1"))]
}

fn all() -> Vec<Suite> {
    let mut suites = vec![
        annotations::suite(),
        ingress_v1::suite(),
        labels::suite(),
        manifest::suite(),
    ];
    let kinds: [(Named, &str); 12] = [
        (cluster_role::suite, "kubernetes_cluster_role"),
        (
            cluster_role_binding::suite,
            "kubernetes_cluster_role_binding",
        ),
        (config_map::suite, "kubernetes_config_map"),
        (namespace::suite, "kubernetes_namespace"),
        (network_policy::suite, "kubernetes_network_policy"),
        (
            persistent_volume_claim::suite,
            "kubernetes_persistent_volume_claim",
        ),
        (role::suite, "kubernetes_role"),
        (role_binding::suite, "kubernetes_role_binding"),
        (secret::suite, "kubernetes_secret"),
        (service::suite, "kubernetes_service"),
        (service_account::suite, "kubernetes_service_account"),
        (storage_class::suite, "kubernetes_storage_class"),
    ];
    suites.extend(
        kinds
            .into_iter()
            .flat_map(|(suite, name)| both(suite, name)),
    );
    suites
}

#[test]
fn every_resource_type_has_a_suite() {
    let provider = kubernetes(&crate::world::world(), &Surroundings::default());
    assert_eq!(without_suite(provider.schema(), &all()), [""; 0]);
}
