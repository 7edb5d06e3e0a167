//! The rules: one file each.

mod bucket_reach;
mod crd_not_installed;
mod deprecated_chart;
mod destroy_order;
mod ignored_helm_value;
mod irsa_audience;
mod irsa_provider;
mod irsa_subject;
mod known_incompatible;
mod node_selector_nowhere;
mod policy_too_wide;
mod retention_off;
mod secret_in_plain_value;
mod storage_not_persistent;
mod target_group_binding_service;
mod target_group_health;
mod unpinned_image;

use crate::rule::Rule;

/// All, sorted by ID.
pub(crate) const ALL: &[&Rule] = &[
    &bucket_reach::RULE,
    &crd_not_installed::RULE,
    &deprecated_chart::RULE,
    &destroy_order::RULE,
    &ignored_helm_value::RULE,
    &irsa_audience::RULE,
    &irsa_provider::RULE,
    &irsa_subject::RULE,
    &known_incompatible::RULE,
    &node_selector_nowhere::RULE,
    &policy_too_wide::RULE,
    &retention_off::RULE,
    &secret_in_plain_value::RULE,
    &storage_not_persistent::RULE,
    &target_group_binding_service::RULE,
    &target_group_health::RULE,
    &unpinned_image::RULE,
];
