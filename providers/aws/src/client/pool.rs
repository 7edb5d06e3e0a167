//! How accounts are reached, for many who reach them alike.

use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use tokio::sync::OnceCell;
use trueup_sdk::{
    Problem,
    calls::{Calls, Limits},
    native::attribute_problem,
    world::Clock,
};

use super::{
    Identity,
    account::{Clients, Surroundings, base, for_sts},
    clock::Time,
    credentials::{self, no_region},
    pace::pace,
    wire,
};
use crate::{provider::Settings, region};

/// Credentials, connections and allowances, for all blocks with the same
/// settings, of many stacks at once. What was read of an account is not shared:
/// who comes later shall see what is there then.
#[derive(Clone)]
pub struct Pool {
    /// How much each service bears, whichever block calls it.
    limits: Arc<Limits>,
    known: Arc<Mutex<Vec<Known>>>,
    /// What waits for connections and credentials; that of whoever comes first
    /// if there is none.
    clock: Option<Arc<dyn Clock>>,
}

type Known = (Settings, Arc<OnceCell<Reached>>);

/// An account in a region, as it is reached.
#[derive(Clone)]
pub(super) struct Reached {
    pub(super) region: String,
    pub(super) sdk: SdkConfig,
    pub(super) identity: Arc<OnceCell<Identity>>,
    pub(super) clients: Arc<Clients>,
    pub(super) connector: SharedHttpConnector,
}

impl Default for Pool {
    /// Nothing is known of any service yet.
    fn default() -> Self {
        Pool {
            limits: Arc::new(Limits::new(pace)),
            known: Arc::default(),
            clock: None,
        }
    }
}

impl Pool {
    /// A pool for many runs: nothing in it waits on the clock of one of them.
    pub fn of_many(clock: Arc<dyn Clock>) -> Self {
        Pool {
            clock: Some(clock),
            ..Pool::default()
        }
    }

    pub(super) fn limits(&self) -> &Arc<Limits> {
        &self.limits
    }

    /// How the account is reached that `settings` lead to.
    pub(super) async fn reach(
        &self,
        settings: &Settings,
        surroundings: &Surroundings,
    ) -> Result<Reached, Vec<Problem>> {
        // Tags have nothing to do with it.
        let settings = Settings {
            default_tags: crate::tags::DefaultTags::default(),
            ignored_tags: crate::tags::IgnoredTags::default(),
            ..settings.clone()
        };
        let place = self.place(&settings);
        let reached = place.get_or_try_init(|| reach(&settings, surroundings));
        reached.await.cloned()
    }

    fn place(&self, settings: &Settings) -> Arc<OnceCell<Reached>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, place)) = known.iter().find(|(known, _)| known == settings) {
            return Arc::clone(place);
        }
        let place = Arc::default();
        known.push((settings.clone(), Arc::clone(&place)));
        place
    }
}

async fn reach(settings: &Settings, surroundings: &Surroundings) -> Result<Reached, Vec<Problem>> {
    let mut world = surroundings.world.clone();
    if let Some(clock) = &surroundings.pool.clock {
        world.clock = Arc::clone(clock);
    }
    let calls = Calls::new(&world, Arc::clone(surroundings.pool.limits()));
    let time = Time(Arc::clone(&world.clock));
    let region = match &settings.region {
        Some(region) => region.clone(),
        None => credentials::region(settings, &time)
            .await
            .ok_or_else(|| vec![no_region()])?,
    };
    if !settings.skip_region_validation
        && let Some(detail) = region::unknown(&region)
    {
        let summary = format!("Invalid AWS Region: {region}");
        return Err(vec![attribute_problem("region", &summary, detail)]);
    }
    let mut sdk = base(settings, &region, time);
    let connector = match &surroundings.connector {
        Some(connector) => connector.clone(),
        None => wire::connector(&world, sdk.sleep_impl()),
    };
    let shared = connector.clone();
    let client = http_client_fn(move |_, _| shared.clone());
    sdk = sdk.to_builder().http_client(client).build();
    let sts = for_sts(settings, &sdk);
    let credentials = credentials::credentials(settings, &sts, &calls, wire::client(&world)).await;
    sdk = sdk.to_builder().credentials_provider(credentials).build();
    Ok(Reached {
        region,
        sdk,
        identity: Arc::default(),
        clients: Arc::default(),
        connector,
    })
}
