//! The provider in front of the emulator.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use trueup_aws::client::Account;
use trueup_sandbox::{Emulator, EmulatorFront, Rule};
use trueup_sdk::{
    Provider,
    native::NativeProvider,
    world::{Clock, Random, World},
};
use trueup_testkit::{FakeRandom, Outside, Report, Step, Suite};
use trueup_value::{Value, json::from_json_simple};

use crate::hasty::Hasty;

const REGION: &str = "eu-central-1";

/// The cluster associations are made in.
pub(crate) const CLUSTER: &str = "lifecycle";

struct Unlike(FakeRandom);

impl Random for Unlike {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        self.0.fill(bytes)
    }
}

/// The provider in a world in which waiting takes no time. Names with chance in
/// them differ from those of other tests on the same emulator.
pub(crate) fn provider() -> NativeProvider<Account> {
    hasty_provider().0
}

/// The same with its clock.
fn hasty_provider() -> (NativeProvider<Account>, Arc<Hasty>) {
    use std::hash::{BuildHasher, RandomState};
    let seed = RandomState::new().hash_one(0);
    // The emulator's objects are younger than anything made here, however
    // much time passes in no time.
    let clock = Arc::new(Hasty::since(std::time::SystemTime::now() - DAY));
    let provider = trueup_aws::aws(&World {
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        random: Arc::new(Unlike(FakeRandom::new(seed))),
        working_dir: "/".into(),
        variables: Arc::default(),
    });
    (provider, clock)
}

const DAY: Duration = Duration::from_secs(86_400);

struct Bench {
    emulator: &'static Emulator,
    front: EmulatorFront,
}

impl Outside for Bench {
    fn mutations(&self) -> Option<usize> {
        Some(self.front.faults.mutations().expect("the proxy"))
    }

    fn count(&self, kind: &str, unique: &str) -> Option<usize> {
        let census = self.emulator.census(REGION, kind, unique);
        census.expect("the emulator")
    }

    fn settle(&self) {
        std::thread::sleep(Duration::from_millis(500));
    }

    fn storm(&self, seed: u64) -> bool {
        self.front.faults.storm(seed, 0.3).expect("the proxy");
        true
    }

    fn calm(&self) {
        self.front.faults.set(&[], 0).expect("the proxy");
    }
}

fn config(provider: &dyn Provider, url: &str) -> Value {
    let text = format!(
        r#"{{"region": "{REGION}", "access_key": "a", "secret_key": "b", "s3_use_path_style": true,
             "endpoints": [{{"ec2": "{url}", "eks": "{url}", "elbv2": "{url}", "iam": "{url}", "s3": "{url}", "sts": "{url}"}}]}}"#
    );
    let block = &provider.schema().provider.block;
    let config = from_json_simple(&text).expect("JSON");
    block.coerce(&config).expect("of the schema")
}

/// A type in front of the emulator, and all it takes to put it through something.
pub(crate) struct Set {
    pub(crate) suite: Suite,
    pub(crate) clock: Arc<Hasty>,
    bench: Bench,
    provider: NativeProvider<Account>,
    config: Value,
    runtime: tokio::runtime::Runtime,
}

impl Set {
    /// `None` where there is no emulator.
    pub(crate) fn of(suite: &Suite) -> Option<Self> {
        let emulator = Emulator::shared()?;
        let network = emulator.network(REGION).expect("a network");
        emulator
            .register_cluster(REGION, CLUSTER)
            .expect("a cluster");
        let suite = suite
            .clone()
            .given("vpc", network.vpc)
            .given("subnet_a", network.subnets[0].as_str())
            .given("subnet_b", network.subnets[1].as_str())
            .given("subnet_c", network.subnets[2].as_str());
        let front = emulator.front().expect("a proxy");
        let (provider, clock) = hasty_provider();
        let config = config(&provider, &front.endpoint);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Some(Set {
            suite,
            clock,
            bench: Bench { emulator, front },
            provider,
            config,
            runtime: runtime.expect("a runtime"),
        })
    }

    /// Lets the type take one step while a call meets `rule`: what that failed
    /// with, if it did, and how often the rule struck.
    pub(crate) fn disturbed(
        &self,
        step: Step,
        rule: &Rule,
    ) -> Result<(Option<String>, u32), String> {
        let faults = &self.bench.front.faults;
        let fired = AtomicU32::new(0);
        let calm = Calm {
            bench: &self.bench,
            fired: &fired,
        };
        let disturb = || {
            faults
                .set(std::slice::from_ref(rule), 0)
                .expect("the proxy")
        };
        let (provider, config) = (&self.provider, &self.config);
        let played = trueup_testkit::disturbed(&self.suite, provider, config, &calm, step, disturb);
        let failed = self.runtime.block_on(played)?;
        Ok((failed, fired.into_inner()))
    }

    fn play(&self) -> Report {
        let played = trueup_testkit::run(&self.suite, &self.provider, &self.config, &self.bench);
        self.runtime.block_on(played)
    }
}

/// The world, which tells how often a rule has struck when it is calmed.
struct Calm<'a> {
    bench: &'a Bench,
    fired: &'a AtomicU32,
}

impl Outside for Calm<'_> {
    fn mutations(&self) -> Option<usize> {
        self.bench.mutations()
    }

    fn calm(&self) {
        let fired = self.bench.front.faults.fired().expect("the proxy");
        self.fired.store(fired.iter().sum(), Ordering::Relaxed);
        self.bench.calm();
    }
}

/// Puts a type through its lifecycle.
pub(crate) fn play(suite: &Suite) {
    if let Some(set) = Set::of(suite) {
        set.play().expect_kept();
    }
}

/// A test for each of the suites.
macro_rules! suites {
    ($($name:ident),* $(,)?) => {
        pub(crate) const SUITES: &[fn() -> trueup_testkit::Suite] = &[$(suite::$name),*];

        $(#[test]
        fn $name() {
            crate::stage::play(&suite::$name());
        })*
    };
}

pub(crate) use suites;

/// The reason for attributes that only the provider fills in.
pub(crate) const COMPUTED: &str = "the provider fills it in";
