//! A world in which time passes as fast as it can: stacks that drift, receivers of
//! messages, a clock that can be moved.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    path::Path,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use trueup_drift::{
    config::{Config, Keep, Protocol, Secret, Stack, Target},
    history::History,
    notify::{Answer, Outgoing, Refusal},
    report::{Fate, Field, FieldPath, Object, Outcome, Report},
    schedule::{Expression, Schedule},
    service::{Checked, Deed, Finding, Halt, Input, Line, Order, Service},
};

use crate::disk::MemoryDisk;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

pub(crate) fn seconds(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count)
}

pub(crate) fn schedule(expression: &str, zone: &str) -> Schedule {
    let expression = Expression::parse(expression).unwrap();
    Schedule::new(expression, TimeZone::get(zone).unwrap())
}

pub(crate) fn stack(name: &str, schedule: Schedule) -> Stack {
    Stack {
        name: name.to_owned(),
        folder: format!("stacks/{name}").into(),
        schedule,
        within: minutes(30),
        variables: BTreeMap::new(),
        var_files: Vec::new(),
        repair: None,
        notify: vec!["ops".to_owned()],
    }
}

pub(crate) fn target(name: &str, protocol: Protocol) -> Target {
    Target {
        name: name.to_owned(),
        protocol,
        url: Secret::new("https://example.org/hook"),
        secret: Some(Secret::new("a secret")),
    }
}

pub(crate) fn config(stacks: Vec<Stack>) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        token: None,
        history: "history".into(),
        keep: Keep {
            checks: 1000,
            age: SignedDuration::from_hours(24 * 30),
        },
        concurrency: 4,
        grace: seconds(30),
        stacks,
        left_out: Vec::new(),
        targets: vec![target("ops", Protocol::Webhook)],
    }
}

/// An object of which a field has this value, and should not.
pub(crate) fn drifted(address: &str, value: u64) -> Object {
    Object {
        address: address.to_owned(),
        kind: "test".to_owned(),
        fate: Fate::Changed,
        fields: vec![Field {
            path: FieldPath::of_names(&["replicas"]),
            before: 1.into(),
            after: value.into(),
            sensitive: false,
        }],
        parts: Vec::new(),
        changed_by: Vec::new(),
    }
}

/// What has drifted in a stack, by the seconds that have passed.
pub(crate) type Drift = fn(&str, i64) -> Vec<Object>;

/// A check as the world saw it, in time that really passed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) stack: String,
    pub(crate) began: SignedDuration,
    pub(crate) ended: SignedDuration,
    pub(crate) drift: Vec<String>,
}

/// A check under way.
struct Running {
    began: SignedDuration,
    objects: Vec<Object>,
    halt: Halt,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Finish(String),
    Arrive {
        target: String,
        key: String,
        body: String,
    },
    Wake,
}

/// The world, and the service in it.
pub(crate) struct World {
    pub(crate) disk: MemoryDisk,
    pub(crate) config: Config,
    pub(crate) service: Option<Service>,
    /// What the clock showed when the world began, as it would be without passing.
    base: Timestamp,
    pub(crate) passed: SignedDuration,
    events: BinaryHeap<Reverse<(SignedDuration, u64, Event)>>,
    count: u64,
    running: BTreeMap<String, Running>,
    pub(crate) drift: Drift,
    /// Why a stack cannot be checked, by the seconds that have passed.
    pub(crate) fails: fn(&str, i64) -> Option<Report>,
    /// How long a check of a stack takes.
    pub(crate) takes: fn(&str) -> SignedDuration,
    /// Whether a message arrives, by the time that has passed.
    pub(crate) answers: fn(&str, i64) -> Answer,
    pub(crate) seen: Vec<Seen>,
    /// Messages that were taken, in order: target, key, body.
    pub(crate) taken: Vec<(String, String, String)>,
    pub(crate) lines: Vec<Line>,
    pub(crate) ended: bool,
}

impl World {
    pub(crate) fn new(config: Config) -> Self {
        World {
            disk: MemoryDisk::default(),
            config,
            service: None,
            base: at("2026-11-29T08:30:00Z"),
            passed: SignedDuration::ZERO,
            events: BinaryHeap::new(),
            count: 0,
            running: BTreeMap::new(),
            drift: |_, _| Vec::new(),
            fails: |_, _| None,
            takes: |_| seconds(2),
            answers: |_, _| Answer::Taken,
            seen: Vec::new(),
            taken: Vec::new(),
            lines: Vec::new(),
            ended: false,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.base.checked_add(self.passed).unwrap()
    }

    /// A process begins.
    pub(crate) fn start(&mut self) {
        let disk = Box::new(self.disk.clone());
        let opened = History::open(disk, Path::new("history"), self.config.keep, self.now());
        let (history, _) = opened.unwrap();
        self.service = Some(Service::new(self.config.clone(), history, self.now()));
        self.hand(Input::Tick);
    }

    /// The process is gone, and with it its threads.
    pub(crate) fn kill(&mut self) {
        self.service = None;
        self.events.clear();
        self.running.clear();
        self.disk.revive();
    }

    pub(crate) fn move_clock(&mut self, by: SignedDuration) {
        self.base = self.base.checked_add(by).unwrap();
        self.hand(Input::Tick);
    }

    /// Lets time pass; says whether the process is still there.
    pub(crate) fn pass(&mut self, time: SignedDuration) -> bool {
        let end = self.passed + time;
        while let Some(Reverse((due, ..))) = self.events.peek() {
            if *due > end || self.disk.is_dead() || self.ended {
                break;
            }
            let Some(Reverse((due, _, event))) = self.events.pop() else {
                break;
            };
            self.passed = self.passed.max(due);
            self.happen(event);
        }
        let alive = !self.disk.is_dead();
        if alive {
            self.passed = end;
        }
        alive
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Wake => self.hand(Input::Tick),
            Event::Finish(stack) => {
                let Running { began, objects, .. } = self.running.remove(&stack).unwrap();
                let drift = objects.iter().map(outline).collect();
                let ended = self.passed;
                let failed = (self.fails)(&stack, ended.as_secs());
                let drifted = Report::new(stack.clone(), Outcome::of(objects));
                let report = failed.unwrap_or(drifted);
                let checked = Checked::Done(Box::new(Finding::from(report)));
                self.seen.push(Seen {
                    stack: stack.clone(),
                    began,
                    ended,
                    drift,
                });
                self.hand(Input::Finished { stack, checked });
            }
            Event::Arrive { target, key, body } => {
                let answer = (self.answers)(&target, self.passed.as_secs());
                if answer == Answer::Taken {
                    self.taken.push((target.clone(), key.clone(), body));
                }
                self.hand(Input::Answered {
                    target,
                    key,
                    answer,
                });
            }
        }
    }

    /// Hands the service what has happened, and does what it says.
    pub(crate) fn hand(&mut self, input: Input) {
        let now = self.now();
        let Some(service) = &mut self.service else {
            return;
        };
        let deeds = service.take(input, now);
        let wake = service.wake();
        if self.disk.is_dead() {
            // Nobody is there any more to do it.
            return;
        }
        for deed in deeds {
            match deed {
                Deed::Check(order) => self.check(&order),
                Deed::Send(message) => self.send(message),
                Deed::Say(line) => self.lines.push(line),
                Deed::End => self.ended = true,
            }
        }
        if let Some(wake) = wake {
            let wait = wake.duration_since(now).max(SignedDuration::from_millis(1));
            self.later(wait.min(minutes(1)), Event::Wake);
        }
    }

    fn check(&mut self, order: &Order) {
        let name = order.stack.name.clone();
        let objects = (self.drift)(&name, self.passed.as_secs());
        let running = Running {
            began: self.passed,
            objects,
            halt: order.halt.clone(),
        };
        let before = self.running.insert(name.clone(), running);
        assert!(before.is_none(), "{name} is checked twice at a time");
        let running = self.running.values();
        let wanted = running.filter(|running| !running.halt.is_requested());
        assert!(wanted.count() <= self.config.concurrency);
        self.later((self.takes)(&name), Event::Finish(name));
    }

    fn send(&mut self, message: Outgoing) {
        let event = Event::Arrive {
            target: message.target,
            key: message.key,
            body: message.body,
        };
        self.later(SignedDuration::from_millis(300), event);
    }

    fn later(&mut self, wait: SignedDuration, event: Event) {
        // One wake-up is enough.
        if event == Event::Wake {
            self.events
                .retain(|Reverse((.., event))| *event != Event::Wake);
        }
        self.count += 1;
        self.events
            .push(Reverse((self.passed + wait, self.count, event)));
    }

    /// Which checks under way were asked to end.
    pub(crate) fn halted(&self) -> Vec<&str> {
        let running = self.running.iter();
        let halted = running.filter(|(_, running)| running.halt.is_requested());
        halted.map(|(name, _)| name.as_str()).collect()
    }

    /// What whoever gets the messages knows: what has drifted in each stack.
    pub(crate) fn known(&self, target: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut keys = BTreeSet::new();
        for (_, key, body) in self.taken.iter().filter(|(to, ..)| to == target) {
            if !keys.insert(key) {
                continue;
            }
            let body: serde_json::Value = serde_json::from_str(body).unwrap();
            let stack = known
                .entry(body["data"]["stack"].as_str().unwrap().to_owned())
                .or_default();
            for change in body["data"]["changes"].as_array().unwrap() {
                let address = change["address"].as_str().unwrap().to_owned();
                match change["change"].as_str().unwrap() {
                    "resolved" => assert!(stack.remove(&address)),
                    "appeared" => assert!(stack.insert(address)),
                    "changed" => assert!(stack.contains(&address)),
                    other => panic!("{other}"),
                }
            }
        }
        known.retain(|_, drift| !drift.is_empty());
        known
    }

    /// What the last checks have found.
    pub(crate) fn truth(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut last: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for seen in &self.seen {
            let addresses = seen.drift.iter().map(|outline| {
                let (address, _) = outline.split_once('=').unwrap();
                address.to_owned()
            });
            last.insert(seen.stack.clone(), addresses.collect());
        }
        last.retain(|_, drift| !drift.is_empty());
        last
    }

    /// How often what was found was something else than before.
    pub(crate) fn turns(&self) -> usize {
        let mut last: BTreeMap<&str, &[String]> = BTreeMap::new();
        let turned = self.seen.iter().filter(|seen| {
            let before = last.insert(&seen.stack, &seen.drift);
            before.unwrap_or_default() != seen.drift
        });
        turned.count()
    }
}

fn outline(object: &Object) -> String {
    let now = object.fields.first().map(|field| &field.after);
    format!("{}={now:?}", object.address)
}

/// Nobody answers.
pub(crate) fn unreachable() -> Answer {
    Answer::Refused(Refusal {
        reason: "connection refused".to_owned(),
        just_this: false,
    })
}
