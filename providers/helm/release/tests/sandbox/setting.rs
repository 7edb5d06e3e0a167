//! A namespace of a test's own in the sandbox, and the chart.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value};
use tokio::runtime::Runtime;
use trueup_helm::{
    Capabilities, Entropy, KubeVersion, Limits, Options as Rendering, Release, SchemaCheck,
    Sources, load, render,
};
use trueup_helm_release::{
    Record,
    operation::{Options, Releases, Revision},
};
use trueup_kubernetes::client::{Cluster, Settings};
use trueup_sandbox::{Fault, Front, Rule, Shared, shared};
use trueup_sdk::{
    Answer,
    world::{Clock, Random, World},
};

/// A cluster, and a namespace in it.
pub(crate) struct Setting {
    pub(crate) sandbox: Shared,
    /// What the calls go through, if anything.
    pub(crate) front: Option<Front>,
    pub(crate) cluster: Cluster,
    pub(crate) namespace: String,
    pub(crate) runtime: Runtime,
}

struct Wall;

impl Clock for Wall {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

struct Seven;

impl Random for Seven {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

impl Entropy for Seven {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

impl trueup_helm::Clock for Seven {
    fn now(&self) -> (i64, u32) {
        (1_700_000_000, 0)
    }
}

impl Setting {
    /// `None` where there can be no sandbox; that was said then.
    pub(crate) fn new(prefix: &str) -> Option<Setting> {
        let sandbox = shared()?;
        let kubeconfig = sandbox.description().direct_kubeconfig.clone();
        Some(Setting::over(prefix, sandbox, kubeconfig, None))
    }

    /// The same through a proxy that keeps count of its calls.
    pub(crate) fn counted(prefix: &str) -> Option<Setting> {
        let sandbox = shared()?;
        let front = sandbox.front().unwrap();
        let kubeconfig = front.kubeconfig.clone();
        Some(Setting::over(prefix, sandbox, kubeconfig, Some(front)))
    }

    /// The same through a proxy that makes calls fail.
    pub(crate) fn in_a_storm(prefix: &str, seed: u64) -> Option<Setting> {
        let setting = Setting::counted(prefix)?;
        let front = setting.front.as_ref().unwrap();
        let faults = [Fault::Throttle, Fault::Reset, Fault::Lost];
        let rules = faults.map(|fault| Rule {
            probability: 0.05,
            ..Rule::new(fault)
        });
        front.kubernetes_faults.set(&rules, seed).unwrap();
        Some(setting)
    }

    fn over(prefix: &str, sandbox: Shared, kubeconfig: PathBuf, front: Option<Front>) -> Setting {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build().unwrap();
        let settings = Settings {
            config_paths: vec![kubeconfig],
            ..Settings::default()
        };
        let world = World {
            clock: Arc::new(Wall),
            random: Arc::new(Seven),
            working_dir: "/".into(),
            variables: Arc::default(),
        };
        Setting {
            cluster: Cluster::new(settings, None, &world),
            namespace: sandbox.unique(prefix),
            runtime,
            sandbox,
            front,
        }
    }

    pub(crate) fn releases(&self) -> Releases<'_> {
        Releases::new(&self.cluster, &self.namespace).held_by("a test")
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

pub(crate) fn options() -> Options {
    Options {
        wait: true,
        create_namespace: true,
        timeout: Duration::from_secs(120),
        ..Options::default()
    }
}

/// The chart as rendered for a revision, with its own values or with others.
pub(crate) fn revision(namespace: &str, version: u64, values: Map<String, Value>) -> Revision {
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sandbox/chart");
    let chart = load(&chart).unwrap();
    let seven = Arc::new(Seven);
    let rendering = Rendering {
        release: Release {
            name: "rel".to_owned(),
            namespace: namespace.to_owned(),
            revision: i64::try_from(version).unwrap(),
            is_upgrade: version > 1,
        },
        values,
        capabilities: Capabilities::offline(KubeVersion::parse("1.36.3").unwrap()),
        sources: Sources {
            entropy: seven.clone(),
            cluster: None,
            clock: seven,
        },
        helm_3: false,
        strict: false,
        schema: SchemaCheck::All,
        limits: Limits::default(),
    };
    let rendered = render(&chart, &rendering).unwrap();
    Revision {
        record: Record::new(&chart, &rendering, &rendered).unwrap(),
        definitions: rendered.crds,
        ..Revision::default()
    }
}

/// The values of `values-2.yaml`.
pub(crate) fn second_values() -> Map<String, Value> {
    let mut given = trueup_helm::Given::default();
    let file = include_bytes!("chart/values-2.yaml");
    given.file("values-2.yaml", file).unwrap();
    given.values
}
