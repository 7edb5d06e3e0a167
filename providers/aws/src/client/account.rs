//! An account and a region, and the clients of the services there.

use std::sync::{Arc, OnceLock, atomic::AtomicU64};

use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use trueup_sdk::{Problem, native::attribute_problem, world::World};

use super::{
    Identity,
    clock::Time,
    credentials::{self, no_region, sdk_region},
};
use crate::{iam::Roles, provider::Settings, region};

/// What all resource types and data sources reach AWS through.
pub struct Account {
    region: String,
    pub(crate) settings: Settings,
    pub(crate) world: World,
    pub(super) sdk: SdkConfig,
    pub(super) identity: tokio::sync::OnceCell<Identity>,
    clients: Clients,
    /// For services without an SDK.
    pub(super) connector: OnceLock<Option<SharedHttpConnector>>,
    /// All roles of the account, and after how many changes they were read.
    pub(crate) roles: tokio::sync::Mutex<Option<(u64, Arc<Roles>)>>,
    /// How many calls that change something have begun or ended.
    pub(super) changes: AtomicU64,
}

#[derive(Default)]
struct Clients {
    eks: OnceLock<aws_sdk_eks::Client>,
    elb: OnceLock<aws_sdk_elasticloadbalancingv2::Client>,
    iam: OnceLock<aws_sdk_iam::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
    sts: OnceLock<aws_sdk_sts::Client>,
}

impl Account {
    pub(crate) async fn new(settings: Settings, world: World) -> Result<Self, Vec<Problem>> {
        let time = Time(Arc::clone(&world.clock));
        let region = match &settings.region {
            Some(region) => region.clone(),
            None => credentials::region(&settings, &time)
                .await
                .ok_or_else(|| vec![no_region()])?,
        };
        if !settings.skip_region_validation
            && let Some(detail) = region::unknown(&region)
        {
            let summary = format!("Invalid AWS Region: {region}");
            return Err(vec![attribute_problem("region", &summary, detail)]);
        }
        let mut sdk = base(&settings, &region, time);
        let credentials = credentials::credentials(&settings, &for_sts(&settings, &sdk)).await;
        sdk = sdk.to_builder().credentials_provider(credentials).build();
        let account = Account {
            region,
            settings,
            world,
            sdk,
            identity: tokio::sync::OnceCell::new(),
            clients: Clients::default(),
            connector: OnceLock::new(),
            roles: tokio::sync::Mutex::default(),
            changes: AtomicU64::new(0),
        };
        account.judge_account().await?;
        Ok(account)
    }

    /// Refuses an account that must not be touched.
    async fn judge_account(&self) -> Result<(), Vec<Problem>> {
        let Settings {
            allowed_accounts,
            forbidden_accounts,
            ..
        } = &self.settings;
        if allowed_accounts.is_empty() && forbidden_accounts.is_empty() {
            return Ok(());
        }
        let identity = self.identity().await;
        let identity = identity.map_err(|e| vec![e.problem("retrieving AWS account details")])?;
        let account = &identity.account;
        let allowed = allowed_accounts.is_empty() || allowed_accounts.contains(account);
        if allowed && !forbidden_accounts.contains(account) {
            return Ok(());
        }
        let detail = "The credentials are for an account that \"allowed_account_ids\" or \"forbidden_account_ids\" keeps this configuration from.";
        let summary = format!("AWS account ID not allowed: {account}");
        Err(vec![trueup_sdk::native::problem(&summary, detail)])
    }

    /// The region calls go to.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// What a service's client is made of: credentials, region, endpoint.
    pub fn sdk(&self, service: &str) -> SdkConfig {
        at_endpoint(&self.settings, &self.sdk, service)
    }

    /// The client of the service.
    pub fn eks(&self) -> &aws_sdk_eks::Client {
        let client = || aws_sdk_eks::Client::new(&self.sdk("eks"));
        self.clients.eks.get_or_init(client)
    }

    /// The client of the service.
    pub fn elb(&self) -> &aws_sdk_elasticloadbalancingv2::Client {
        let client = || aws_sdk_elasticloadbalancingv2::Client::new(&self.sdk("elbv2"));
        self.clients.elb.get_or_init(client)
    }

    /// The client of the service.
    pub fn iam(&self) -> &aws_sdk_iam::Client {
        let client = || aws_sdk_iam::Client::new(&self.sdk("iam"));
        self.clients.iam.get_or_init(client)
    }

    /// The client of the service.
    pub fn s3(&self) -> &aws_sdk_s3::Client {
        self.clients.s3.get_or_init(|| {
            let config = aws_sdk_s3::config::Builder::from(&self.sdk("s3"));
            let path_style = self.settings.s3_path_style;
            aws_sdk_s3::Client::from_conf(config.force_path_style(path_style).build())
        })
    }

    /// The client of the service.
    pub fn sts(&self) -> &aws_sdk_sts::Client {
        let client = || aws_sdk_sts::Client::new(&for_sts(&self.settings, &self.sdk));
        self.clients.sts.get_or_init(client)
    }
}

/// What all clients have in common.
fn base(settings: &Settings, region: &str, time: Time) -> SdkConfig {
    let retry = &settings.retry;
    let mode = match retry.adaptive {
        true => RetryConfig::adaptive(),
        false => RetryConfig::standard(),
    };
    let name = aws_config::AppName::new("trueup").ok();
    let mut builder = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(sdk_region(region))
        .retry_config(mode.with_max_attempts(retry.attempts))
        .time_source(time.clone())
        .sleep_impl(time)
        .identity_cache(aws_config::identity::IdentityCache::lazy().build())
        .use_fips(settings.fips)
        .use_dual_stack(settings.dual_stack);
    builder.set_app_name(name);
    builder.build()
}

fn at_endpoint(settings: &Settings, sdk: &SdkConfig, service: &str) -> SdkConfig {
    match settings.endpoints.get(service) {
        Some(url) => sdk.to_builder().endpoint_url(url).build(),
        None => sdk.clone(),
    }
}

fn for_sts(settings: &Settings, sdk: &SdkConfig) -> SdkConfig {
    let sts = at_endpoint(settings, sdk, "sts");
    match &settings.sts_region {
        Some(region) => sts.to_builder().region(sdk_region(region)).build(),
        None => sts,
    }
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}
