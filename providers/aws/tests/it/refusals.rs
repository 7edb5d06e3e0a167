//! Configurations that are refused before anything is called.

use serde::Deserialize;
use serde_json::value::RawValue;
use trueup_sdk::{ProblemSeverity, Provider};

use crate::{stage, world};

#[derive(Deserialize)]
struct Case<'a> {
    name: &'a str,
    kind: &'a str,
    #[serde(borrow)]
    config: &'a RawValue,
    /// The errors of Terraform's provider 5.100, of `validate` and of `plan`.
    terraform: Vec<String>,
}

/// Where Terraform's provider refuses, this one does, too.
#[test]
fn what_terraform_refuses_is_refused() {
    let cases: Vec<Case<'_>> = serde_json::from_str(include_str!("data/refused.json")).unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let config = stage::config(&*world::PROVIDER, case.kind, case.config.get());
        let problems = world::PROVIDER.validate_resource(case.kind, &config);
        let errors: Vec<_> = problems
            .into_iter()
            .filter(|p| p.severity == ProblemSeverity::Error)
            .collect();
        let said = stage::said(&errors);
        if case.terraform.is_empty() == said.is_empty() || OURS_ALONE.contains(&case.name) {
            continue;
        }
        wrong.push(format!(
            "{}: {:?}, Terraform: {:?}",
            case.name, said, case.terraform
        ));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Terraform's provider lets these pass while planning; the services refuse
/// them, but for settings of buckets that are resource types of their own here.
const OURS_ALONE: &[&str] = &[
    "att_arn",
    "att_port",
    "ip_path",
    "ip_role_arn",
    "lc_dup",
    "lc_exp_date_mid",
    "lc_noaction",
    "lc_norule",
    "lc_size",
    "oidc_thumb_chars",
    "pol_action_vendor",
    "pol_both_actions",
    "pol_condition",
    "pol_desc_long",
    "pol_dup_sid",
    "pol_effect",
    "pol_noaction",
    "pol_noresource",
    "pol_nostatement",
    "pol_path_long",
    "pol_path_noslash",
    "pol_path_space",
    "pol_principal",
    "pol_resource_arn",
    "pol_resource_parts",
    "pol_sid",
    "pol_size",
    "pol_tag_key_long",
    "pol_tag_value_long",
    "pol_tags_many",
    "pol_unknown_key",
    "pol_version",
    "ratt_role_arn",
    "ratt_role_as_policy",
    "ratt_role_empty",
    "role_desc_chars",
    "role_path",
    "role_trust_federated",
    "role_trust_noprincipal",
    "role_trust_principal_kind",
    "role_trust_resource",
    "rp_principal",
    "rp_role_chars",
    "rp_role_long",
    "rp_size",
    "rule_cond_empty",
    "rule_cond_method",
    "rule_cond_query",
    "rule_cond_two",
    "s3_deprecated",
    "s3_short",
    "s3_upper",
    "sg_all",
    "sg_nosource",
    "tg_hc_timeout_interval",
    "tg_sticky_app",
    "tg_sticky_http_source",
    "tg_sticky_tcp",
];
