//! Credentials of roles that are assumed.

use std::time::SystemTime;

use aws_config::{Region, SdkConfig};
use aws_credential_types::{
    Credentials,
    provider::{
        self, ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future,
    },
};
use aws_sdk_sts::{
    Client,
    types::{self, PolicyDescriptorType, Tag},
};

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use trueup_sdk::calls::{Calls, Family, Policy};
use trueup_value::Str;

use super::{Service, judge::judge};
use crate::{
    CallError,
    arn::Arn,
    provider::{AssumeRole, WebIdentity},
};

/// How sessions are called that have no name.
const SESSION: &str = "trueup";

struct Assumed {
    sts: Sts,
    role: AssumeRole,
}

struct WithToken {
    sts: Sts,
    identity: WebIdentity,
}

/// STS, and how it is called.
struct Sts {
    client: Client,
    calls: Calls,
}

impl Sts {
    async fn call<T, E, F>(
        &self,
        action: &'static str,
        role: &str,
        send: impl Fn() -> F,
    ) -> Result<T, CredentialsError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let family = Family {
            account: Arn::parse(role)
                .map(|arn| arn.account)
                .unwrap_or_default()
                .into(),
            region: self
                .client
                .config()
                .region()
                .map_or("", Region::as_ref)
                .into(),
            api: Str::new("sts"),
        };
        let attempt = || async {
            let answer = send().await;
            answer.map_err(|error| CallError::of(Service::Sts, action, &error))
        };
        let answer = self.calls.call(&family, &Policy::PATIENT, judge, attempt);
        answer.await.map_err(|error| {
            CredentialsError::provider_error(format!("the role {role} cannot be assumed: {error}"))
        })
    }
}

impl std::fmt::Debug for Assumed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Assumed").field(&self.role.role_arn).finish()
    }
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
    calls: &Calls,
    credentials: SharedCredentialsProvider,
) -> SharedCredentialsProvider {
    let sts = sts.to_builder().credentials_provider(credentials).build();
    SharedCredentialsProvider::new(Assumed {
        sts: Sts {
            client: Client::new(&sts),
            calls: calls.clone(),
        },
        role: role.clone(),
    })
}

/// Those of a role, assumed with a token.
pub(super) fn with_token(
    identity: &WebIdentity,
    sts: &SdkConfig,
    calls: &Calls,
) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(WithToken {
        sts: Sts {
            client: Client::new(sts),
            calls: calls.clone(),
        },
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
            .client
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
        let send = || call.clone().send();
        let answer = self.sts.call("AssumeRole", &role.role_arn, send).await?;
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
            .client
            .assume_role_with_web_identity()
            .role_arn(&identity.role_arn)
            .role_session_name(session.name.as_deref().unwrap_or(SESSION))
            .web_identity_token(token.trim())
            .set_policy(session.policy.clone())
            .set_policy_arns(policies(&session.policy_arns))
            .set_duration_seconds(session.duration.and_then(|d| d.as_secs().try_into().ok()));
        let (action, role) = ("AssumeRoleWithWebIdentity", &identity.role_arn);
        let answer = self.sts.call(action, role, || call.clone().send()).await?;
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
