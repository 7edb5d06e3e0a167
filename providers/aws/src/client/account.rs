//! An account and a region, and the clients of the services there.

use std::sync::{Arc, OnceLock, atomic::AtomicU64};

use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use trueup_sdk::{Problem, calls::Calls, world::World};
use trueup_value::Str;

use super::{Identity, Pool, clock::Time, credentials::sdk_region, kept::Kept, xml::Element};
use crate::{arn::Arn, iam::Roles, provider::Settings};

/// What all resource types and data sources reach AWS through.
pub struct Account {
    region: String,
    pub(crate) settings: Settings,
    pub(crate) world: World,
    /// Whose limits its calls count towards: the account, or else what stands
    /// for it.
    pub(super) owner: Str,
    pub(super) calls: Calls,
    pub(super) sdk: SdkConfig,
    pub(super) identity: Arc<tokio::sync::OnceCell<Identity>>,
    clients: Arc<Clients>,
    /// For services without an SDK.
    pub(super) connector: SharedHttpConnector,
    /// All roles of the account, and after how many changes they were read.
    pub(crate) roles: tokio::sync::Mutex<Option<(u64, Arc<Roles>)>>,
    /// What several types read.
    pub(crate) kept: KeptReads,
    /// How many calls that change something have begun or ended.
    pub(super) changes: AtomicU64,
}

/// What the accounts of a provider have in common.
pub(crate) struct Surroundings {
    pub(crate) world: World,
    /// How AWS is reached, by others, too.
    pub(super) pool: Pool,
    /// What requests are sent with, where it is not the usual HTTP client.
    pub(crate) connector: Option<SharedHttpConnector>,
}

impl Surroundings {
    /// Accounts are reached as those of `pool` are.
    pub(crate) fn new(world: &World, pool: &Pool, connector: Option<SharedHttpConnector>) -> Self {
        Surroundings {
            world: world.clone(),
            pool: pool.clone(),
            connector,
        }
    }
}

/// What is part of one object and an object by itself, and so read for both.
#[derive(Default)]
pub(crate) struct KeptReads {
    /// The ARNs of the managed policies attached to roles, by role.
    pub(crate) attached: Kept<Vec<String>>,
    /// Inline policies, by role and name.
    pub(crate) inline: Kept<Option<String>>,
    /// Security groups with their rules, by ID.
    pub(crate) groups: Kept<Option<Element>>,
}

#[derive(Default)]
pub(super) struct Clients {
    eks: OnceLock<aws_sdk_eks::Client>,
    elb: OnceLock<aws_sdk_elasticloadbalancingv2::Client>,
    iam: OnceLock<aws_sdk_iam::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
    sts: OnceLock<aws_sdk_sts::Client>,
}

impl Account {
    pub(crate) async fn new(
        settings: Settings,
        surroundings: &Surroundings,
    ) -> Result<Self, Vec<Problem>> {
        let reached = surroundings.pool.reach(&settings, surroundings).await?;
        let world = surroundings.world.clone();
        let account = Account {
            region: reached.region,
            owner: owner(&settings),
            settings,
            calls: Calls::new(&world, Arc::clone(surroundings.pool.limits())),
            world,
            sdk: reached.sdk,
            identity: reached.identity,
            clients: reached.clients,
            connector: reached.connector,
            roles: tokio::sync::Mutex::default(),
            kept: KeptReads::default(),
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

/// The account that is called, as far as the settings tell; else the key or
/// profile it is called with.
fn owner(settings: &Settings) -> Str {
    let web = settings.web_identity.as_ref();
    let role = settings
        .assume_roles
        .last()
        .map(|role| role.role_arn.as_str())
        .or(web.map(|identity| identity.role_arn.as_str()));
    let account = role.and_then(Arn::parse).map(|arn| arn.account);
    let key = settings.keys.as_ref().map(|keys| keys.access.as_str());
    let name = account.or(key).or(settings.profile.as_deref());
    Str::new(name.unwrap_or_default())
}

/// What all clients have in common.
pub(super) fn base(settings: &Settings, region: &str, time: Time) -> SdkConfig {
    let name = aws_config::AppName::new("trueup").ok();
    let mut builder = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(sdk_region(region))
        // Calls are tried again where they are made, by one rule for all.
        .retry_config(RetryConfig::disabled())
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

pub(super) fn for_sts(settings: &Settings, sdk: &SdkConfig) -> SdkConfig {
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
