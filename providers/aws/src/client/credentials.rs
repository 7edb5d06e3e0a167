//! Where credentials come from: the provider's block, the environment, and
//! then the SDK's own chain (profiles, SSO, processes, web identity, ECS, EC2).
//! Nothing is asked for before the first call needs it.

use aws_config::{
    BehaviorVersion, Region, SdkConfig,
    ecs::EcsCredentialsProvider,
    imds::region::ImdsRegionProvider,
    meta::{credentials::CredentialsProviderChain, region::ProvideRegion},
    profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider},
    provider_config::ProviderConfig,
    web_identity_token::WebIdentityTokenCredentialsProvider,
};
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future},
};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::os_shim_internal::{Env, Fs};
use trueup_sdk::{Problem, calls::Calls, native::attribute_problem};

use super::{assumed, clock::Time};
use crate::provider::Settings;

/// The region of the profile, or else of the machine.
pub(super) async fn region(settings: &Settings, time: &Time) -> Option<String> {
    let config = ProviderConfig::without_region().with_time_source(time.clone());
    let mut profile = ProfileFileRegionProvider::builder()
        .configure(&config)
        .profile_files(profile_files(settings));
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name.clone());
    }
    let mut found = profile.build().region().await;
    if found.is_none() && !settings.skip_metadata {
        let machine = ImdsRegionProvider::builder().configure(&config).build();
        found = machine.region().await;
    }
    found.map(|region| region.to_string())
}

fn profile_files(settings: &Settings) -> EnvConfigFiles {
    let mut files = EnvConfigFiles::builder();
    let (config, credentials) = (&settings.config_files, &settings.credentials_files);
    files = files
        .include_default_config_file(config.is_empty())
        .include_default_credentials_file(credentials.is_empty());
    for path in config {
        files = files.with_file(EnvConfigFileKind::Config, path);
    }
    for path in credentials {
        files = files.with_file(EnvConfigFileKind::Credentials, path);
    }
    files.build()
}

/// The credentials all calls are signed with. `sts` is what STS is called
/// with, but for its credentials; `http` asks who else has some.
pub(super) async fn credentials(
    settings: &Settings,
    sts: &SdkConfig,
    calls: &Calls,
    http: SharedHttpClient,
) -> SharedCredentialsProvider {
    let mut credentials = match (&settings.keys, &settings.web_identity) {
        (_, Some(identity)) => assumed::with_token(identity, sts, calls),
        (Some(keys), None) => SharedCredentialsProvider::new(Credentials::new(
            keys.access.clone(),
            keys.secret.clone(),
            keys.token.clone(),
            None,
            "trueup",
        )),
        (None, None) => chain(settings, sts, http).await,
    };
    for role in &settings.assume_roles {
        credentials = assumed::assume(role, sts, calls, credentials);
    }
    credentials
}

/// The SDK's chain. Its profiles are read here, nothing is called.
async fn chain(
    settings: &Settings,
    sts: &SdkConfig,
    http: SharedHttpClient,
) -> SharedCredentialsProvider {
    if let Some(name) = undefined_profile(settings).await {
        return SharedCredentialsProvider::new(UndefinedProfile(name));
    }
    if settings.skip_metadata {
        return without_metadata(settings, sts, http);
    }
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(sts.region().cloned())
        .http_client(http)
        .profile_files(profile_files(settings));
    if let Some(name) = &settings.profile {
        loader = loader.profile_name(name);
    }
    if let Some(time) = sts.time_source() {
        loader = loader.time_source(time);
    }
    let found = loader.load().await.credentials_provider();
    found.unwrap_or_else(|| SharedCredentialsProvider::new(NoCredentials))
}

/// The same but for the machine, whose metadata service is not asked.
fn without_metadata(
    settings: &Settings,
    sts: &SdkConfig,
    http: SharedHttpClient,
) -> SharedCredentialsProvider {
    let mut config = ProviderConfig::without_region()
        .with_region(sts.region().cloned())
        .with_http_client(http);
    if let Some(time) = sts.time_source() {
        config = config.with_time_source(time);
    }
    let mut profile = ProfileFileCredentialsProvider::builder()
        .configure(&config)
        .profile_files(profile_files(settings));
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    let token = WebIdentityTokenCredentialsProvider::builder().configure(&config);
    let container = EcsCredentialsProvider::builder().configure(&config);
    let chain = CredentialsProviderChain::first_try("Profile", profile.build())
        .or_else("WebIdentityToken", token.build())
        .or_else("EcsContainer", container.build());
    SharedCredentialsProvider::new(chain)
}

/// The profile that is asked for, if no file has it. The chain would go on to who
/// else has credentials, and work on the account of the machine it runs on.
async fn undefined_profile(settings: &Settings) -> Option<String> {
    let name = settings.profile.clone().filter(|name| name != "default")?;
    let files = profile_files(settings);
    let wanted = Some(name.clone().into());
    let found = aws_config::profile::load(&Fs::real(), &Env::real(), &files, wanted).await;
    let undefined = found.is_ok_and(|profiles| profiles.get_profile(&name).is_none());
    undefined.then_some(name)
}

#[derive(Debug)]
struct UndefinedProfile(String);

impl ProvideCredentials for UndefinedProfile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(CredentialsError::invalid_configuration(format!(
            "the profile \"{}\" is in none of the files with profiles",
            self.0
        ))))
    }
}

#[derive(Debug)]
struct NoCredentials;

impl ProvideCredentials for NoCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(CredentialsError::not_loaded("no credentials")))
    }
}

/// What is said where no region can be found.
pub(super) fn no_region() -> Problem {
    attribute_problem(
        "region",
        "Missing region",
        "The region is not given by the provider's block, the environment (AWS_REGION), the profile or the machine. Set \"region\".",
    )
}

/// The region as the SDK writes it.
pub(super) fn sdk_region(region: &str) -> Region {
    Region::new(region.to_owned())
}
