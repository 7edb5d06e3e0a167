//! A cluster as the test kit sees it.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use serde_json::Value as Json;
use trueup_kubernetes::{Surroundings, kubernetes};
use trueup_sandbox::{Cluster, Front, shared};
use trueup_sdk::{
    Answer,
    native::Fields,
    world::{Clock, World},
};
use trueup_testkit::{FakeRandom, Outside, Suite};

/// Of all calls so many go wrong in a storm.
const STORM: f64 = 0.3;
/// A call that was under way when its process was killed has arrived by then.
const REST: Duration = Duration::from_millis(60);
/// Pauses are so many times shorter than they should be.
const HURRY: u32 = 20;

/// Puts a resource type through its lifecycle. `collection` is where its
/// objects are found.
pub(crate) fn run(suite: &Suite, collection: Option<&'static str>) {
    let Some(sandbox) = shared() else { return };
    let front = sandbox.front().unwrap();
    let provider = kubernetes(&world(), &Surroundings::default());
    let mut config = Fields::default();
    config.set_text("config_path", front.kubeconfig.display().to_string());
    let config = trueup_sdk::Provider::schema(&provider)
        .provider
        .block
        .coerce(&config.into_value())
        .unwrap();
    let outside = Server {
        behind: sandbox.cluster().unwrap(),
        front,
        collection,
        mutations: AtomicUsize::new(0),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime
        .block_on(trueup_testkit::run(suite, &provider, &config, &outside))
        .expect_kept();
}

pub(crate) fn world() -> World {
    World {
        clock: Arc::new(Hurried),
        random: Arc::new(FakeRandom::new(1)),
        working_dir: PathBuf::from("/"),
        variables: Arc::default(),
    }
}

/// A clock by which pauses are short.
struct Hurried;

impl Clock for Hurried {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        Box::pin(tokio::time::sleep(duration / HURRY))
    }
}

struct Server {
    behind: Cluster,
    front: Front,
    collection: Option<&'static str>,
    mutations: AtomicUsize,
}

impl Outside for Server {
    fn mutations(&self) -> Option<usize> {
        let faults = &self.front.kubernetes_faults;
        let new = faults.mutations().unwrap();
        faults.forget().unwrap();
        Some(self.mutations.fetch_add(new, Ordering::Relaxed) + new)
    }

    fn count(&self, _: &str, unique: &str) -> Option<usize> {
        let objects = self.behind.list(self.collection?).unwrap();
        let named = objects.iter().filter(|object| {
            let name = object.pointer("/metadata/name").and_then(Json::as_str);
            name.is_some_and(|name| name.contains(unique))
        });
        Some(named.count())
    }

    fn settle(&self) {
        thread::sleep(REST);
    }

    fn storm(&self, seed: u64) -> bool {
        self.front.kubernetes_faults.storm(seed, STORM).unwrap();
        true
    }

    fn calm(&self) {
        self.front.kubernetes_faults.set(&[], 0).unwrap();
    }
}
