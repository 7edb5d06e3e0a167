//! A cluster in memory: objects by path, server-side apply on maps, jobs and
//! deployments that get ready at once. It dies when it is told to.

mod apply;
mod kinds;
mod server;

use std::{
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, SystemTime},
};

use kube::Client;
use serde_json::Value;
use trueup_helm_release::operation::Releases;
use trueup_kubernetes::client::Cluster;
use trueup_sdk::{
    Answer,
    world::{self, Clock},
};

pub(crate) use server::State;

/// A cluster, and what is in it.
pub(crate) struct World {
    pub(crate) cluster: Cluster,
    state: Arc<Mutex<State>>,
}

/// A clock on which waiting takes no time but lets it pass.
struct Hasty(Mutex<Duration>);

impl Clock for Hasty {
    fn now(&self) -> SystemTime {
        let passed = *self.0.lock().expect("the time");
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000) + passed
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        *self.0.lock().expect("the time") += duration;
        Box::pin(std::future::ready(()))
    }
}

/// A machine with nothing on it, where chance has it always the same way.
fn machine() -> world::World {
    struct NoRandomness;
    impl world::Random for NoRandomness {
        fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
            bytes.fill(7);
            Ok(())
        }
    }
    world::World {
        clock: Arc::new(Hasty(Mutex::new(Duration::ZERO))),
        random: Arc::new(NoRandomness),
        working_dir: "/".into(),
        variables: Arc::default(),
    }
}

impl World {
    /// With the namespace `ns`, and nothing else.
    pub(crate) fn new() -> World {
        World::over(State::with_namespace("ns"))
    }

    /// A process that begins with what another one left.
    pub(crate) fn over(state: State) -> World {
        let state = Arc::new(Mutex::new(state));
        let served = state.clone();
        let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
            let state = served.clone();
            async move { Ok::<_, tower::BoxError>(server::answer(&state, request).await) }
        });
        let _inside = runtime().enter();
        let client = Client::new(service, "default");
        World {
            cluster: Cluster::over(client, &machine()),
            state,
        }
    }

    /// The releases of `ns`, worked on by `holder`.
    pub(crate) fn releases<'a>(&'a self, holder: &'a str) -> Releases<'a> {
        Releases::new(&self.cluster, "ns").held_by(holder)
    }

    /// What is in the cluster now.
    pub(crate) fn state(&self) -> State {
        self.state.lock().expect("the state").clone()
    }

    /// Changes something behind everybody's back.
    pub(crate) fn meddle(&self, with: impl FnOnce(&mut State)) {
        with(&mut self.state.lock().expect("the state"));
    }

    /// An object by the end of its path: `configmaps/app`.
    pub(crate) fn object(&self, end: &str) -> Option<Value> {
        self.state().object(end).cloned()
    }
}

/// Runs to the end.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    runtime().block_on(future)
}

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        runtime.enable_all().build().expect("a runtime")
    })
}
