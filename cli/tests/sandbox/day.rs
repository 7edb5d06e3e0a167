//! A day of the service that looks for drift, on a clock that passes as fast as it
//! can: what only looks changes nothing. The calls are counted at the API server and
//! at AWS.

use std::{collections::VecDeque, ffi::OsString, fs, io, path::Path};

use serde_json::{Value as Json, json};
use snapbox::str;
use trueup_drift::{
    SignedDuration, Timestamp,
    config::{Config, Surroundings, read},
    history::{FileSystem, History, Verdict},
    notify::{Answer, Outgoing},
    report::{Document, Report},
    service::{Checked, Deed, Finding, Input, Service},
};
use trueup_lang::context::{FileKind, Files};
use trueup_sandbox::{Fault, Rule};

use crate::{environment::check, helm::at, killed, stack::Stack};

const CONFIG: &str = r#"history = "history"

stack "loki" {
  folder   = "."
  schedule = "@hourly"
  notify   = ["ops"]
}

notify "ops" {
  url = "https://ops.invalid/"
}
"#;

struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        let found = fs::metadata(path)?;
        Ok(match found.is_dir() {
            true => FileKind::Directory,
            false => FileKind::File,
        })
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        let entries = fs::read_dir(path)?;
        entries.map(|entry| Ok(entry?.file_name())).collect()
    }
}

/// A day of the service, and what happens in it.
struct Day<'a> {
    stack: &'a Stack,
    service: Service,
    now: Timestamp,
    /// What every check found, with the hour it began in.
    found: Vec<(i64, Verdict)>,
    sent: Vec<Outgoing>,
}

impl<'a> Day<'a> {
    fn new(stack: &'a Stack) -> Self {
        let now: Timestamp = "2026-11-29T08:30:00Z".parse().unwrap();
        let config = config(stack, now);
        let history = History::open(Box::new(FileSystem), &config.history, config.keep, now);
        Day {
            stack,
            service: Service::new(config, history.unwrap().0, now),
            now,
            found: Vec::new(),
            sent: Vec::new(),
        }
    }

    /// Lets the day pass; `happens` is called before each check with its number.
    fn pass(&mut self, happens: impl Fn(usize)) {
        let begin = self.now;
        let end = begin + SignedDuration::from_hours(24);
        let mut inputs = VecDeque::from([Input::Tick]);
        while self.now < end {
            let Some(input) = inputs.pop_front() else {
                self.now = self.service.wake().unwrap();
                inputs.push_back(Input::Tick);
                continue;
            };
            for deed in self.service.take(input, self.now) {
                match deed {
                    Deed::Check(order) => {
                        happens(self.found.len());
                        let report = self.report();
                        let hour = self.now.duration_since(begin).as_hours();
                        self.found.push((hour, Verdict::of(&report)));
                        self.now += SignedDuration::from_secs(1);
                        inputs.push_back(Input::Finished {
                            stack: order.stack.name.clone(),
                            checked: Checked::Done(Box::new(Finding::from(report))),
                        });
                    }
                    Deed::Send(message) => {
                        inputs.push_back(Input::Answered {
                            target: message.target.clone(),
                            key: message.key.clone(),
                            answer: Answer::Taken,
                        });
                        self.sent.push(message);
                    }
                    Deed::Say(_) | Deed::End => {}
                }
            }
        }
    }

    /// What there is to find now.
    fn report(&self) -> Report {
        let printed = self.stack.run(&["drift", "-json"]);
        let document = printed.lines().find(|line| line.starts_with('{'));
        let document: Document = serde_json::from_str(document.unwrap()).unwrap();
        document.stacks.into_iter().next().unwrap()
    }

    /// What was told, without times.
    fn told(&self) -> Vec<Json> {
        let bodies = self.sent.iter().map(|message| {
            let body: Json = serde_json::from_str(&message.body).unwrap();
            body["data"]["changes"].as_array().unwrap().clone()
        });
        let mut changes: Vec<Json> = bodies.flatten().collect();
        for change in &mut changes {
            change.as_object_mut().unwrap().remove("at");
        }
        changes
    }
}

fn config(stack: &Stack, now: Timestamp) -> Config {
    stack.write("watch.hcl", CONFIG);
    let around = Surroundings {
        files: &Disk,
        variable: &|_| None,
        now,
    };
    let loaded = read(&stack.path("watch.hcl"), CONFIG.into(), around);
    assert_eq!(loaded.diagnostics.0, []);
    loaded.config.unwrap()
}

#[test]
fn a_day_of_looking_changes_nothing() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = killed::stack(&sandbox, "day-loki");
    let applied = stack.apply();
    assert!(applied.contains("Apply complete!"), "{applied}");
    let cluster = sandbox.cluster().unwrap();
    let scale = |replicas: u64| {
        let spec = json!({ "spec": { "replicas": replicas } });
        let path = at("day-loki", "deployments/loki");
        cluster.merge(&path, &spec).unwrap();
    };

    let mut day = Day::new(&stack);
    let ((), calls) = stack.calls(|| {
        // Somebody scales the release up, and down again hours later.
        day.pass(|number| match number {
            10 => scale(3),
            14 => scale(1),
            _ => {}
        });
    });
    assert_eq!(calls.mutating(), [""; 0]);
    let asked = [calls.kubernetes.len(), calls.aws.len()];
    assert!(asked.iter().all(|count| *count > 24 * 5), "{asked:?}");
    // At once, and then on every hour.
    let expected = (0..25_i64).map(|number| {
        let verdict = match number {
            10..14 => Verdict::Drifted,
            _ => Verdict::Clean,
        };
        ((number - 1).max(0), verdict)
    });
    assert_eq!(day.found, expected.collect::<Vec<_>>());
    let release = |change: &str| {
        json!({
            "change": change,
            "address": "helm_release.loki",
            "fields": ["object Deployment day-loki/loki spec.replicas"],
        })
    };
    assert_eq!(day.told(), [release("appeared"), release("resolved")]);
    drop(day);

    // The same service as a program.
    let (once, calls) = stack.calls(|| stack.run(&["watch", "-once"]));
    assert_eq!(calls.mutating(), [""; 0]);
    assert!(!calls.aws.is_empty() && !calls.kubernetes.is_empty());
    check(
        once,
        str![[r#"
[MOMENT] loki: clean ([..] s)

"#]],
    );
    stack.destroy();
}

const PAINTED: &str = r#"resource "kubernetes_config_map" "painted" {
  metadata {
    name = "day-painted"
  }
  data = {
    colour = "green"
  }
}
"#;

#[test]
fn a_controller_that_keeps_rewriting_a_field_is_told_of_once() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = Stack::new(&sandbox, PAINTED);
    stack.apply();
    let cluster = sandbox.cluster().unwrap();
    let mut day = Day::new(&stack);
    day.pass(|number| {
        let colour = match number % 2 {
            0 => "green",
            _ => "red",
        };
        let painted = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": { "name": "day-painted", "namespace": "default" },
            "data": { "colour": colour },
        });
        let path = at("default", "configmaps/day-painted");
        cluster.apply(&path, "colour-controller", &painted).unwrap();
    });
    let drifted = day.found.iter().filter(|(_, one)| *one == Verdict::Drifted);
    assert_eq!(drifted.count(), 12);
    let change = |change: &str| {
        json!({
            "change": change,
            "address": "kubernetes_config_map.painted",
            "fields": ["data.colour"],
        })
    };
    assert_eq!(
        day.told(),
        ["appeared", "resolved", "appeared", "fight"].map(change)
    );
    let status = day.service.status();
    assert!(status.stacks[0].kept.standing.is_fought());
    drop(day);
    stack.destroy();
}

#[test]
fn servers_that_are_down_for_an_hour_are_told_of_and_nothing_is_missed() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = Stack::new(&sandbox, &PAINTED.replace("day-painted", "day-down"));
    stack.apply();
    let [kubernetes, _] = stack.faults();
    let mut day = Day::new(&stack);
    day.pass(|number| match number {
        5 => kubernetes.set(&[Rule::new(Fault::Reset)], 0).unwrap(),
        6 => kubernetes.set(&[], 0).unwrap(),
        _ => {}
    });
    let failed = day.found.iter().filter(|(_, one)| *one == Verdict::Failed);
    assert_eq!(failed.count(), 1);
    assert_eq!(day.found.len(), 25);
    let told = day.told();
    let told: Vec<&str> = told
        .iter()
        .filter_map(|one| one["change"].as_str())
        .collect();
    assert_eq!(told, ["failing", "recovered"]);
    drop(day);
    stack.destroy();
}
