//! What an observer is told, and how a run is stopped.

use std::sync::Mutex;

use trueup_core::{
    plan::{Action, Options},
    progress::{ObjectRef, Observer, Stop, Watch},
};
use trueup_value::Value;

use crate::run::World;

#[derive(Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    stop: Option<Stop>,
}

impl Log {
    fn note(&self, line: String) {
        self.lines.lock().expect("no panic").push(line);
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.lines.lock().expect("no panic"))
    }
}

impl Observer for Log {
    fn refresh_started(&self, object: ObjectRef<'_>, _: &Value) {
        self.note(format!("refresh {}", object.address));
    }

    fn apply_started(&self, object: ObjectRef<'_>, action: Action, prior: &Value) {
        let null = prior.is_null();
        self.note(format!("begin {action:?} {} {null}", object.address));
    }

    fn apply_finished(&self, object: ObjectRef<'_>, action: Action, now: Option<&Value>) {
        let now = now.map(Value::is_null);
        self.note(format!("end {action:?} {} {now:?}", object.address));
        if let Some(stop) = &self.stop {
            stop.request();
        }
    }
}

const CHAIN: &str = r#"## main.tf
resource "terraform_data" "a" { input = "one" }
resource "terraform_data" "b" { input = terraform_data.a.output }
"#;

#[test]
fn every_action_is_told_before_and_after() {
    let mut world = World::new(CHAIN);
    let log = Log::default();
    let watch = Watch {
        observer: &log,
        stop: None,
    };
    let (plan, _) = world.plan_watched(&Options::default(), watch);
    assert_eq!(log.taken(), [""; 0]);
    let found = world.apply_watched(&plan, watch);
    assert_eq!(found.0, []);
    assert_eq!(
        log.taken(),
        [
            "begin Create terraform_data.a true",
            "end Create terraform_data.a Some(false)",
            "begin Create terraform_data.b true",
            "end Create terraform_data.b Some(false)",
        ]
    );
    world.configure("## main.tf\nresource \"terraform_data\" \"a\" { input = \"one\" }\n");
    let (plan, _) = world.plan_watched(&Options::default(), watch);
    assert_eq!(log.taken()[0], "refresh terraform_data.a");
    world.apply_watched(&plan, watch);
    assert_eq!(
        log.taken(),
        [
            "begin Delete terraform_data.b false",
            "end Delete terraform_data.b Some(true)",
        ]
    );
}

#[test]
fn nothing_is_begun_after_a_stop() {
    let mut world = World::new(CHAIN);
    let (plan, _) = world.plan_with(&Options::default());
    let stop = Stop::default();
    let log = Log {
        stop: Some(stop.clone()),
        ..Log::default()
    };
    let watch = Watch {
        observer: &log,
        stop: Some(&stop),
    };
    let found = world.apply_watched(&plan, watch);
    let summaries: Vec<&str> = found.0.iter().map(|d| d.summary.as_str()).collect();
    assert_eq!(summaries, ["Execution halted"]);
    assert_eq!(log.taken().len(), 2);
    let (plan, found) = world.plan_watched(&Options::default(), watch);
    assert!(plan.errored);
    assert_eq!(found.0.len(), 1);
}
