//! What is done first, what is read together, and who holds a slot.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    sync::{Arc, Mutex},
    task::Poll,
};

use trueup_core::{address::ProviderSource, plan::Options};
use trueup_sdk::{
    Answer, ApplyRequest, ApplyResponse, Attribute, Block, Configuration, Configured, Object,
    PlanRequest, PlanResponse, Problem, Provider, ProviderSchema, ReadRequest, ReadResponse,
    ResourceSchema, Slots, ready,
};
use trueup_value::{Str, Type, Value};

use crate::run::World;

type Log = Arc<Mutex<Vec<String>>>;

/// A provider that notes what it does. Of `work_flock` three are read at once;
/// `work_wait` waits for a while when it is made.
struct Work {
    schema: ProviderSchema,
    log: Log,
    slots: Arc<Slots>,
}

struct Ready {
    log: Log,
    slots: Arc<Slots>,
}

impl Work {
    fn new(log: &Log, slots: Arc<Slots>) -> Self {
        let attributes = ["name", "after"].map(|name| {
            let attribute = Attribute::optional(Type::String);
            (Str::new(name), attribute)
        });
        let schema = ResourceSchema::new(Block {
            attributes: BTreeMap::from(attributes),
            ..Block::default()
        });
        let kinds = ["work_flock", "work_single", "work_wait"];
        Work {
            schema: ProviderSchema {
                resources: kinds
                    .map(|kind| (Str::new(kind), schema.clone()))
                    .into_iter()
                    .collect(),
                ..ProviderSchema::default()
            },
            log: Arc::clone(log),
            slots,
        }
    }
}

impl Provider for Work {
    fn schema(&self) -> &ProviderSchema {
        &self.schema
    }

    fn configure<'a>(&'a self, _: &'a Value) -> Answer<'a, Configuration> {
        ready(Ok(Arc::new(Ready {
            log: Arc::clone(&self.log),
            slots: Arc::clone(&self.slots),
        })))
    }
}

fn name(value: &Value) -> String {
    let name = value.get("name").and_then(Value::as_str);
    name.unwrap_or_default().to_owned()
}

/// Lets everything else go on for so many rounds.
async fn rounds(count: usize) {
    let mut left = count;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl Ready {
    fn note(&self, line: String) {
        self.log.lock().expect("no panic").push(line);
    }
}

impl Configured for Ready {
    fn read<'a>(&'a self, requests: Vec<ReadRequest<'a>>) -> Answer<'a, Vec<ReadResponse>> {
        let names: Vec<String> = requests.iter().map(|r| name(&r.object.value)).collect();
        self.note(format!("read {}", names.join(" ")));
        let answers = requests.into_iter().map(|request| {
            let gone = name(&request.object.value) == "gone";
            ReadResponse {
                object: Some(request.object).filter(|_| !gone),
                ..ReadResponse::default()
            }
        });
        ready(answers.collect())
    }

    fn reads_at_once(&self, kind: &str) -> usize {
        if kind == "work_flock" { 3 } else { 1 }
    }

    fn plan<'a>(&'a self, request: PlanRequest<'a>) -> Answer<'a, PlanResponse> {
        ready(PlanResponse {
            planned: request.proposed.cloned(),
            ..PlanResponse::default()
        })
    }

    fn apply<'a>(&'a self, request: ApplyRequest<'a>) -> Answer<'a, ApplyResponse> {
        Box::pin(async move {
            let name = request
                .planned
                .or(request.prior.map(|o| &o.value))
                .map(name);
            let name = name.unwrap_or_default();
            self.note(format!("begin {name}"));
            match request.kind {
                "work_wait" => self.slots.aside(rounds(5)).await,
                _ => rounds(1).await,
            }
            self.note(format!("end {name}"));
            ApplyResponse {
                object: request.planned.map(|planned| Object {
                    value: planned.clone(),
                    private: Vec::new(),
                }),
                ..ApplyResponse::default()
            }
        })
    }

    fn read_data<'a>(
        &'a self,
        _: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        ready(Ok(config.clone()))
    }
}

fn world(text: &str) -> (World, Log) {
    let log = Log::default();
    let mut world = World::new(text);
    let slots = world.registry().slots();
    let work = Box::new(Work::new(&log, slots));
    world.registry().add(ProviderSource::official("work"), work);
    (world, log)
}

fn taken(log: &Log) -> Vec<String> {
    std::mem::take(&mut log.lock().expect("no panic"))
}

fn with_parallelism(parallelism: usize) -> Options {
    Options {
        parallelism,
        ..Options::default()
    }
}

#[test]
fn objects_of_one_type_are_read_together() {
    let (mut world, log) = world(
        r#"## main.tf
resource "work_flock" "many" {
  count = 4
  name  = "m${count.index}"
}
resource "work_flock" "more" { name = "more" }
resource "work_flock" "gone" { name = "gone" }
resource "work_single" "one" {
  count = 2
  name  = "s${count.index}"
}
"#,
    );
    let plan = world.plan();
    world.apply(&plan);
    taken(&log);
    let plan = world.plan();
    let mut read = taken(&log);
    read.sort();
    let expected = ["read m0 m1 m2", "read m3 more gone", "read s0", "read s1"];
    assert_eq!(read, expected);
    let changed: Vec<String> = plan
        .changes
        .iter()
        .filter(|c| c.action != trueup_core::plan::Action::NoOp)
        .map(|c| format!("{:?} {}", c.action, c.address))
        .collect();
    assert_eq!(changed, ["Create work_flock.gone"]);
}

#[test]
fn what_much_depends_on_is_not_read_with_what_nothing_depends_on() {
    let (mut world, log) = world(
        r#"## main.tf
resource "work_flock" "a" { name = "a" }
resource "work_flock" "base" { name = "base" }
resource "work_flock" "user" {
  name  = "user"
  after = work_flock.base.name
}
"#,
    );
    let plan = world.plan();
    world.apply(&plan);
    taken(&log);
    world.plan();
    assert_eq!(taken(&log), ["read base", "read a", "read user"]);
}

const CHAIN: &str = r#"## main.tf
resource "work_single" "alone" { name = "alone" }
resource "work_single" "c1" { name = "c1" }
resource "work_single" "c2" {
  name  = "c2"
  after = work_single.c1.name
}
resource "work_single" "c3" {
  name  = "c3"
  after = work_single.c2.name
}
"#;

#[test]
fn the_longest_chain_is_begun_first() {
    let (mut world, log) = world(CHAIN);
    let (plan, _) = world.plan_with(&with_parallelism(1));
    world.apply_in(&plan, 1);
    let begun: Vec<String> = taken(&log)
        .into_iter()
        .filter_map(|line| Some(line.strip_prefix("begin ")?.to_owned()))
        .collect();
    assert_eq!(begun, ["c1", "c2", "alone", "c3"]);
    let (plan, _) = world.plan_with(&with_parallelism(1));
    assert_eq!(plan.changes.len(), 4);
    assert_eq!(taken(&log), ["read c1", "read c2", "read alone", "read c3"]);
}

#[test]
fn who_only_waits_holds_no_slot() {
    let (mut world, log) = world(
        r#"## main.tf
resource "work_wait" "w" { name = "w" }
resource "work_single" "s" {
  count = 2
  name  = "s${count.index}"
}
"#,
    );
    let plan = world.plan();
    world.apply_in(&plan, 1);
    let seen = taken(&log);
    let at = |line: &str| seen.iter().position(|seen| seen == line);
    assert_eq!(at("begin w"), Some(0));
    // All else is done one after the other while it waits.
    assert!(at("begin s0") < at("end w"), "{seen:?}");
    assert!(at("end s0") < at("begin s1"), "{seen:?}");
}
