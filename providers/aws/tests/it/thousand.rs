//! 1 000 roles with a policy each, as the engine makes and reads them, on a
//! service that bears only so much. Time passes only while somebody waits.

#![expect(clippy::print_stdout, reason = "figures for whoever reads them")]

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, SystemTime},
};

use trueup_aws::SharedHttpConnector;
use trueup_core::{
    address::ProviderSource,
    apply::apply,
    load::{Config, Loader},
    plan::{Action, Options, Plan, plan},
    progress::Watch,
    run::Stack,
    state::State,
    validate::Registry,
};
use trueup_lang::{
    context::{Clock, Context, FileKind, Files, ParsedTemplate, Random, Templates},
    function::{FunctionError, Functions},
    functions::standard,
};
use trueup_sdk::{SlotClock, world::World};
use trueup_testkit::{FakeClock, FakeRandom};

use crate::stub::{Bucket, Fault, LATENCY, Wire};

const STACK: &str = r#"
provider "aws" {
  region     = "eu-central-1"
  access_key = "AKIAIOSFODNN7EXAMPLE"
  secret_key = "secret"
}

locals {
  trust  = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}]}"
  policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}"
}

resource "aws_iam_role" "r" {
  count              = 1000
  name               = "role-${count.index}"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "p" {
  count  = 1000
  name   = "read"
  role   = aws_iam_role.r[count.index].name
  policy = local.policy
}
"#;

/// The configuration, and nothing else.
struct OneFile;

impl Files for OneFile {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match path.ends_with("main.tf") {
            true => Ok(STACK.as_bytes().to_vec()),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        match path.ends_with("main.tf") {
            true => Ok(FileKind::File),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn list(&self, _: &Path) -> io::Result<Vec<OsString>> {
        Ok(vec!["main.tf".into()])
    }
}

struct Nothing;

impl Clock for Nothing {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}

impl Random for Nothing {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

impl Templates for Nothing {
    fn parse(&self, _: &str, _: &str) -> Result<Box<dyn ParsedTemplate>, FunctionError> {
        Err(FunctionError::new("no templates here"))
    }
}

fn functions() -> Functions {
    standard(&Context {
        base_dir: PathBuf::from("."),
        working_dir: PathBuf::from("/"),
        home_dir: None,
        plan_timestamp: None,
        pure_only: true,
        console: false,
        clock: Arc::new(Nothing),
        random: Arc::new(Nothing),
        files: Arc::new(OneFile),
        templates: Arc::new(Nothing),
    })
}

/// The stack, its state, and the service.
struct Run {
    clock: FakeClock,
    wire: Wire,
    registry: Registry,
    functions: Functions,
    config: Config,
    state: State,
}

impl Run {
    fn new(bears: fn(&str) -> Bucket, faults: fn(usize, &str) -> Option<Fault>) -> Self {
        let clock = FakeClock::new();
        let wire = Wire::new(&clock, bears, faults);
        let mut registry = Registry::default();
        let world = World {
            clock: Arc::new(SlotClock::new(Arc::new(clock.clone()), registry.slots())),
            random: Arc::new(FakeRandom::new(7)),
            working_dir: PathBuf::from("/"),
            variables: Arc::default(),
        };
        let aws = trueup_aws::aws_over(&world, SharedHttpConnector::new(wire.clone()));
        registry.add(ProviderSource::official("aws"), Box::new(aws));
        let (config, found) = Loader::new(&OneFile).load(Path::new("."), Path::new(".terraform"));
        assert_eq!(found.0, []);
        Run {
            clock,
            wire,
            registry,
            functions: functions(),
            config,
            state: State::default(),
        }
    }

    fn with<T>(&self, run: impl FnOnce(Stack<'_>) -> T) -> T {
        run(Stack {
            config: &self.config,
            schemas: &self.registry,
            functions: &self.functions,
            workspace: "default",
            cwd: "/",
            inputs: &BTreeMap::new(),
        })
    }

    fn plan(&self) -> Plan {
        let options = Options {
            parallelism: 10,
            ..Options::default()
        };
        let (plan, found) = self.with(|stack| {
            let planned = plan(stack, &self.state, &options, Watch::default());
            self.clock.run(planned)
        });
        assert_eq!(found.0, []);
        plan
    }

    /// Applies, and says how long it took.
    fn apply(&mut self, plan: &Plan) -> Duration {
        let begun = self.clock.elapsed();
        let (state, found) = self.with(|stack| {
            let applied = apply(stack, plan, None, 10, Watch::default());
            self.clock.run(applied)
        });
        assert_eq!(found.0, []);
        self.state = state;
        self.clock.elapsed() - begun
    }
}

fn never(_: usize, _: &str) -> Option<Fault> {
    None
}

/// Of IAM's limits nothing is documented but that each action has a bucket:
/// these are less than what calls begin with for roles, and more for policies.
fn little(action: &str) -> Bucket {
    match action {
        "CreateRole" => Bucket {
            burst: 20.0,
            rate: 10.0,
        },
        _ => Bucket {
            burst: 50.0,
            rate: 25.0,
        },
    }
}

/// How long so many calls of an action take at best.
fn at_best(action: &str, calls: f64) -> f64 {
    let bucket = little(action);
    (calls - bucket.burst) / bucket.rate + LATENCY.as_secs_f64()
}

fn apply_and_refresh() {
    let mut run = Run::new(little, never);
    let plan = run.plan();
    let took = run.apply(&plan).as_secs_f64();
    // Policies refer to all roles, as Terraform sees it.
    let best = at_best("CreateRole", 1000.0) + at_best("PutRolePolicy", 1000.0);
    let refused = run.wire.refused();
    println!("{took:.1} s, at best {best:.1} s, {refused} refused");
    assert!(took <= best * 1.05, "{took} s, at best {best} s");
    {
        let mut state = run.wire.state();
        assert_eq!(state.iam.roles.len(), 1000);
        assert!(state.iam.roles.values().all(|role| role.inline.len() == 1));
        state.calls.clear();
    }
    let plan = run.plan();
    let changed = plan.changes.iter();
    let changed = changed.filter(|change| change.action != Action::NoOp);
    assert_eq!(changed.count(), 0);
    let calls = &run.wire.state().calls;
    let count: usize = calls.values().sum();
    println!("{calls:?}");
    assert!(count <= 20, "{calls:?}");
}

/// The most memory this process had, in KiB.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("the kernel's word");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let amount = line.and_then(|line| line.split_whitespace().next());
    amount
        .and_then(|amount| amount.parse().ok())
        .expect("an amount")
}

const ALONE: &str = "TRUEUP_TEST_ALONE";
const NAME: &str = "thousand::roles_are_made_as_fast_as_the_service_bears_and_read_in_few_calls";

/// In a process of its own, so that its memory is its own.
#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "2026-11: memory is read as Linux tells it"
)]
fn roles_are_made_as_fast_as_the_service_bears_and_read_in_few_calls() {
    if std::env::var_os(ALONE).is_some() {
        apply_and_refresh();
        println!("{} KiB", peak());
        return;
    }
    let mut alone = Command::new(std::env::current_exe().expect("this program"));
    let alone = alone.args(["--exact", NAME, "--nocapture"]).env(ALONE, "1");
    let output = alone.output().expect("a run");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
    let peak = said.lines().find_map(|line| line.strip_suffix(" KiB"));
    let peak: usize = peak.and_then(|peak| peak.parse().ok()).expect("a peak");
    println!("{said}");
    assert!(peak <= 150 * 1024, "{peak} KiB");
}
