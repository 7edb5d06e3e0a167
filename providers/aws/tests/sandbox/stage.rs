//! The provider in front of the emulator.

use std::{collections::BTreeMap, io, sync::Arc, time::Duration};

use trueup_aws::client::Account;
use trueup_sandbox::{Emulator, EmulatorFront};
use trueup_sdk::{
    Provider,
    native::NativeProvider,
    world::{Random, World},
};
use trueup_testkit::{FakeRandom, Outside, Suite};
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
    use std::hash::{BuildHasher, RandomState};
    let seed = RandomState::new().hash_one(0);
    trueup_aws::aws(&World {
        // The emulator's objects are younger than anything made here, however
        // much time passes in no time.
        clock: Arc::new(Hasty::since(std::time::SystemTime::now() - DAY)),
        random: Arc::new(Unlike(FakeRandom::new(seed))),
        working_dir: "/".into(),
        variables: BTreeMap::new(),
    })
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

/// Puts a type through its lifecycle.
pub(crate) fn play(suite: &Suite) {
    let Some(emulator) = Emulator::shared() else {
        return;
    };
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
    let provider = provider();
    let config = config(&provider, &front.endpoint);
    let bench = Bench { emulator, front };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let report = runtime.block_on(trueup_testkit::run(&suite, &provider, &config, &bench));
    report.expect_kept();
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
