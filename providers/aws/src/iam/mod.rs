//! Identity and access management.

mod documents;
mod instance_profile;
mod names;
mod openid_connect_provider;
mod policy;
mod policy_document;
mod role;
mod role_policy;
mod role_policy_attachment;
mod service;
mod snapshot;

use trueup_sdk::{Answer, Drift, Explanation, native::NativeProvider};
use trueup_value::Value;

use crate::{
    client::{Account, Service},
    trail,
};

pub(crate) use snapshot::Roles;

/// Who changed an object, by the attribute whose value the trail knows it by.
fn explain<'a>(
    account: &'a Account,
    drift: Drift<'a>,
    by: &'static str,
) -> Answer<'a, Vec<Explanation>> {
    Box::pin(async move {
        let known = drift.after.unwrap_or(drift.before);
        let name = known.get(by).and_then(Value::as_str).unwrap_or_default();
        trail::explain(account, Service::Iam, &[name]).await
    })
}

pub(crate) fn register(provider: NativeProvider<Account>) -> NativeProvider<Account> {
    provider
        .resource(
            "aws_iam_instance_profile",
            instance_profile::InstanceProfile,
        )
        .resource(
            "aws_iam_openid_connect_provider",
            openid_connect_provider::OpenIdConnectProvider,
        )
        .resource("aws_iam_policy", policy::Policy)
        .resource("aws_iam_role", role::Role)
        .resource("aws_iam_role_policy", role_policy::RolePolicy)
        .resource(
            "aws_iam_role_policy_attachment",
            role_policy_attachment::RolePolicyAttachment,
        )
        .data_source(
            "aws_iam_openid_connect_provider",
            openid_connect_provider::OpenIdConnectProviderData,
        )
        .data_source("aws_iam_policy", policy::PolicyData)
        .data_source("aws_iam_policy_document", policy_document::PolicyDocument)
        .data_source("aws_iam_role", role::RoleData)
}
