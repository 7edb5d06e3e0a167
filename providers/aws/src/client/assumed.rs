//! Credentials of roles that are assumed.

use std::time::SystemTime;

use aws_config::SdkConfig;
use aws_credential_types::{
    Credentials,
    provider::{
        self, ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future,
    },
};
use aws_sdk_sts::{
    Client,
    error::DisplayErrorContext,
    types::{self, PolicyDescriptorType, Tag},
};

use crate::provider::{AssumeRole, WebIdentity};

/// How sessions are called that have no name.
const SESSION: &str = "trueup";

#[derive(Debug)]
struct Assumed {
    sts: Client,
    role: AssumeRole,
}

struct WithToken {
    sts: Client,
    identity: WebIdentity,
}

impl std::fmt::Debug for WithToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WithToken")
            .field(&self.identity.role_arn)
            .finish()
    }
}

/// Those of a role, assumed with other credentials.
pub(super) fn assume(
    role: &AssumeRole,
    sts: &SdkConfig,
    credentials: SharedCredentialsProvider,
) -> SharedCredentialsProvider {
    let sts = sts.to_builder().credentials_provider(credentials).build();
    SharedCredentialsProvider::new(Assumed {
        sts: Client::new(&sts),
        role: role.clone(),
    })
}

/// Those of a role, assumed with a token.
pub(super) fn with_token(identity: &WebIdentity, sts: &SdkConfig) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(WithToken {
        sts: Client::new(sts),
        identity: identity.clone(),
    })
}

impl Assumed {
    async fn credentials(&self) -> provider::Result {
        let role = &self.role;
        let session = &role.session;
        let tags = role
            .tags
            .iter()
            .map(|(key, value)| Tag::builder().key(key).value(value).build());
        let tags = tags.collect::<Result<Vec<_>, _>>();
        let call = self
            .sts
            .assume_role()
            .role_arn(&role.role_arn)
            .role_session_name(session.name.as_deref().unwrap_or(SESSION))
            .set_external_id(role.external_id.clone())
            .set_source_identity(role.source_identity.clone())
            .set_policy(session.policy.clone())
            .set_policy_arns(policies(&session.policy_arns))
            .set_duration_seconds(session.duration.and_then(|d| d.as_secs().try_into().ok()))
            .set_tags(some(tags.map_err(CredentialsError::provider_error)?))
            .set_transitive_tag_keys(some(role.transitive_tags.clone()));
        let answer = call.send().await;
        let answer =
            answer.map_err(|error| failed(&role.role_arn, &DisplayErrorContext(&error)))?;
        read(answer.credentials)
    }
}

impl WithToken {
    async fn credentials(&self) -> provider::Result {
        let identity = &self.identity;
        let session = &identity.session;
        let token = match (&identity.token, &identity.token_file) {
            (Some(token), _) => token.clone(),
            (None, Some(path)) => std::fs::read_to_string(path).map_err(|error| {
                CredentialsError::invalid_configuration(format!("the token file {path}: {error}"))
            })?,
            (None, None) => {
                return Err(CredentialsError::invalid_configuration(
                    "assume_role_with_web_identity has neither a token nor a file with one",
                ));
            }
        };
        let call = self
            .sts
            .assume_role_with_web_identity()
            .role_arn(&identity.role_arn)
            .role_session_name(session.name.as_deref().unwrap_or(SESSION))
            .web_identity_token(token.trim())
            .set_policy(session.policy.clone())
            .set_policy_arns(policies(&session.policy_arns))
            .set_duration_seconds(session.duration.and_then(|d| d.as_secs().try_into().ok()));
        let answer = call.send().await;
        let answer =
            answer.map_err(|error| failed(&identity.role_arn, &DisplayErrorContext(&error)))?;
        read(answer.credentials)
    }
}

fn policies(arns: &[String]) -> Option<Vec<PolicyDescriptorType>> {
    let arns = arns.iter();
    some(
        arns.map(|arn| PolicyDescriptorType::builder().arn(arn).build())
            .collect(),
    )
}

fn some<T>(all: Vec<T>) -> Option<Vec<T>> {
    (!all.is_empty()).then_some(all)
}

fn failed(role: &str, error: &impl std::fmt::Display) -> CredentialsError {
    let error = error.to_string();
    // What follows in brackets is the debug text of the same.
    let said = error.split(" (").next().unwrap_or_default();
    CredentialsError::provider_error(format!("the role {role} cannot be assumed: {said}"))
}

fn read(credentials: Option<types::Credentials>) -> provider::Result {
    let credentials = credentials
        .ok_or_else(|| CredentialsError::unhandled("STS answered without credentials"))?;
    Ok(Credentials::new(
        credentials.access_key_id,
        credentials.secret_access_key,
        Some(credentials.session_token),
        SystemTime::try_from(credentials.expiration).ok(),
        "AssumeRole",
    ))
}

impl ProvideCredentials for Assumed {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

impl ProvideCredentials for WithToken {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}
