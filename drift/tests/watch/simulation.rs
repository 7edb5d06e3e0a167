//! Days of the service, with a clock that passes as fast as it can.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use trueup_drift::{
    config::{Config, Keep},
    report::Object,
    service::Input,
};

use crate::{
    disk::{Death, When},
    world::{Seen, World, config, drifted, minutes, schedule, seconds, stack, unreachable},
};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Fifty stacks with four kinds of schedule.
fn fifty() -> Config {
    let stacks = (0..50).map(|number| {
        let name = format!("stack-{number:02}");
        let schedule = match number % 4 {
            0 => schedule("0 * * * *", "UTC"),
            1 => schedule("*/15 * * * *", "UTC"),
            2 => schedule("30 2 * * *", "Europe/Berlin"),
            _ => schedule("5 8-18 * * MON-FRI", "America/New_York"),
        };
        stack(&name, schedule.spread(&name, minutes(5)))
    });
    config(stacks.collect())
}

/// Every stack drifts and is put right now and then, each at its own times; never
/// so often that it is a fight.
fn now_and_then(name: &str, second: i64) -> Vec<Object> {
    let number: i64 = name.trim_start_matches("stack-").parse().unwrap();
    let phase = (second / 3600 + number) % 24;
    match phase {
        0..12 => Vec::new(),
        12..16 => vec![drifted("a", 1)],
        16..20 => vec![drifted("a", 1), drifted("b", 1)],
        _ => vec![drifted("b", 1)],
    }
}

/// How often each stack was checked.
fn counts(world: &World, within: fn(&&Seen) -> bool) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for seen in world.seen.iter().filter(within) {
        *counts.entry(seen.stack.as_str()).or_default() += 1;
    }
    counts
}

/// How often each stack is due, and once at the start.
fn due(config: &Config, from: Timestamp, until: Timestamp) -> BTreeMap<&str, usize> {
    let each = config.stacks.iter().map(|stack| {
        let due = stack.schedule.next(from, 1000);
        let due = due.into_iter().filter(|moment| *moment <= until).count();
        (stack.name.as_str(), due + 1)
    });
    each.collect()
}

#[test]
fn a_day_of_fifty_stacks() {
    let mut world = World::new(fifty());
    world.drift = now_and_then;
    let from = world.now();
    world.start();
    assert!(world.pass(DAY));
    let until = world.now();
    world.pass(minutes(1));
    let within = |seen: &&Seen| seen.began <= DAY;
    assert_eq!(counts(&world, within), due(&world.config, from, until));
    assert_eq!(world.known("ops"), world.truth());
    assert_eq!(world.taken.len(), world.turns());
    assert_eq!(unique(&world), world.taken.len(), "none is sent twice");
    let status = world.service.as_ref().unwrap().status();
    assert_eq!(
        (status.running, status.queued, status.totals.missed),
        (0, 0, 0)
    );
}

fn unique(world: &World) -> usize {
    let keys = world.taken.iter().map(|(target, key, _)| (target, key));
    keys.collect::<BTreeSet<_>>().len()
}

#[test]
fn months_take_no_more_than_is_kept() {
    let mut world = World::new(Config {
        keep: Keep {
            checks: 50,
            age: DAY * 7,
        },
        ..fifty()
    });
    world.drift = now_and_then;
    world.start();
    let mut sizes = Vec::new();
    for _ in 0..4 {
        world.pass(DAY * 3);
        world.seen.clear();
        world.taken.clear();
        let contents = world.disk.contents();
        sizes.push(contents.files.values().map(Vec::len).sum::<usize>());
    }
    assert!(sizes.iter().all(|size| *size < 4 << 20), "{sizes:?}");
    let status = world.service.as_ref().unwrap().status();
    for stack in status.stacks {
        assert!(stack.kept.points.len() <= 50);
        assert!(stack.kept.changes.len() <= 100);
    }
}

#[test]
fn a_receiver_that_is_down_for_an_hour_misses_nothing() {
    let mut world = World::new(fifty());
    world.drift = now_and_then;
    world.answers = |_, second| match second {
        10800..14400 => unreachable(),
        _ => trueup_drift::notify::Answer::Taken,
    };
    world.start();
    world.pass(DAY);
    assert_eq!(world.known("ops"), world.truth());
    assert_eq!(unique(&world), world.turns());
    assert_eq!(world.taken.len(), unique(&world));
    let problems: Vec<&str> = world
        .lines
        .iter()
        .filter(|l| l.is_problem)
        .map(|l| l.text.as_str())
        .collect();
    assert_eq!(
        problems,
        ["notify ops: a message did not arrive: connection refused; it is sent again"],
        "it is said once"
    );
}

#[test]
fn a_stack_that_is_due_while_it_is_checked_is_checked_once_more() {
    let mut world = World::new(config(vec![stack("slow", schedule("*/10 * * * *", "UTC"))]));
    world.takes = |_| minutes(25);
    world.start();
    world.pass(SignedDuration::from_hours(2));
    let began: Vec<i64> = world.seen.iter().map(|seen| seen.began.as_mins()).collect();
    // Due at :40 and :50 while the first runs: once after it. And so on.
    assert_eq!(began, [0, 25, 50, 75]);
}

#[test]
fn a_clock_moved_back_and_forth() {
    let stacks = (0..10).map(|number| {
        let name = format!("stack-{number:02}");
        let schedule = schedule("0 * * * *", "UTC").spread(&name, minutes(10));
        stack(&name, schedule)
    });
    let mut world = World::new(config(stacks.collect()));
    world.drift = now_and_then;
    world.start();
    let hours = SignedDuration::from_hours;
    for by in [
        seconds(-2),
        minutes(-20),
        minutes(20),
        hours(-3),
        hours(3),
        hours(-24 * 3),
        hours(24 * 3),
        minutes(-59),
        minutes(59),
    ] {
        world.pass(minutes(187));
        world.move_clock(by);
    }
    world.pass(minutes(187));
    for stack in &world.config.stacks {
        let seen = world.seen.iter().filter(|seen| seen.stack == stack.name);
        let began: Vec<SignedDuration> = seen.map(|seen| seen.began).collect();
        let gaps = began.windows(2).map(|pair| pair[1] - pair[0]);
        let longest = gaps.max().unwrap();
        assert!(longest <= minutes(120), "{}: {longest:#}", stack.name);
        // One check an hour, and one more each time the clock jumps ahead.
        let checks = began.len();
        assert!((24..=37).contains(&checks), "{}: {checks}", stack.name);
    }
    assert_eq!(world.known("ops"), world.truth());
    assert_eq!(unique(&world), world.turns());
}

#[test]
fn what_was_missed_while_the_service_was_down_is_made_up_for_once() {
    let mut world = World::new(config(vec![stack("app", schedule("0 * * * *", "UTC"))]));
    world.start();
    world.pass(minutes(60));
    world.kill();
    world.pass(minutes(300));
    world.start();
    world.pass(minutes(45));
    let began: Vec<i64> = world.seen.iter().map(|seen| seen.began.as_mins()).collect();
    // 8:30 the first, 9:00, down from 9:30 to 14:30, 15:00.
    assert_eq!(began, [0, 30, 360, 390]);
    let status = world.service.as_ref().unwrap().status();
    assert_eq!(status.totals.missed, 1);
}

/// A short life with drift that comes, changes and goes; the receiver refuses for a
/// while.
fn short_life() -> World {
    let stacks = ["stack-00", "stack-01", "stack-02"];
    let stacks = stacks.map(|name| stack(name, schedule("*/10 * * * *", "UTC")));
    let mut world = World::new(config(stacks.to_vec()));
    world.drift = |_, second| match second {
        0..1000 => vec![drifted("a", 1)],
        1000..2500 => vec![drifted("a", 2), drifted("b", 1)],
        2500..4000 => vec![drifted("b", 1)],
        _ => Vec::new(),
    };
    world.answers = |_, second| match second {
        1200..1300 => unreachable(),
        _ => trueup_drift::notify::Answer::Taken,
    };
    world
}

#[test]
fn killed_at_any_step_nothing_is_lost_or_doubled() {
    let mut undisturbed = short_life();
    undisturbed.start();
    undisturbed.pass(minutes(120));
    let steps = undisturbed.disk.contents().steps;
    assert!(steps > 100, "{steps}");
    let mut lives = 0;
    for step in 1..=steps {
        for when in [When::Before, When::Half, When::After, When::PowerCut] {
            killed_once(Death { step, when });
            lives += 1;
        }
    }
    assert_eq!(lives, 4 * steps);
}

fn killed_once(death: Death) {
    let mut world = short_life();
    world.disk.contents().death = Some(death);
    world.start();
    let end = minutes(120);
    if !world.disk.is_dead() {
        world.pass(end);
    }
    assert!(world.disk.is_dead(), "{death:?}");
    world.kill();
    // It is started again after a while.
    world.passed += seconds(20);
    world.start();
    let rest = (end - world.passed).max(SignedDuration::ZERO) + minutes(30);
    assert!(world.pass(rest));
    assert_eq!(world.known("ops"), world.truth(), "{death:?}");
    // The one that was on its way may have come twice, with the same key.
    let doubled = world.taken.len() - unique(&world);
    assert!(doubled <= 1, "{death:?}: {doubled}");
    let before_restart = world.service.as_ref().unwrap().status();
    assert_eq!(before_restart.targets[0].1.pending, 0, "{death:?}");
}

#[test]
fn a_full_disk_stops_nothing_and_loses_nothing() {
    let mut world = World::new(fifty());
    world.drift = now_and_then;
    world.start();
    world.pass(minutes(120));
    let used: usize = world.disk.contents().files.values().map(Vec::len).sum();
    world.disk.contents().room = Some(used + 100);
    world.pass(minutes(600));
    let status = world.service.as_ref().unwrap().status();
    assert_eq!(
        status.history.as_deref(),
        Some("The history in history cannot be written: no storage space.")
    );
    assert_eq!(world.known("ops"), world.truth());
    world.disk.contents().room = None;
    world.pass(minutes(60));
    let status = world.service.as_ref().unwrap().status();
    assert_eq!(status.history, None);
    let checked: usize = status
        .stacks
        .iter()
        .map(|stack| stack.kept.points.len())
        .sum();
    world.kill();
    world.start();
    let status = world.service.as_ref().unwrap().status();
    let kept: usize = status
        .stacks
        .iter()
        .map(|stack| stack.kept.points.len())
        .sum();
    assert_eq!(kept, checked, "nothing is missing in it");
    let said: Vec<&str> = world
        .lines
        .iter()
        .filter(|l| l.text.contains("the history can") || l.is_problem)
        .map(|l| l.text.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "The history in history cannot be written: no storage space. Until it can, it is kept in memory.",
            "the history can be written again; nothing is missing in it",
        ]
    );
}

#[test]
fn a_read_only_disk_is_said_once() {
    let mut world = World::new(fifty());
    world.disk.contents().read_only = true;
    world.drift = now_and_then;
    world.start();
    world.pass(minutes(180));
    assert_eq!(world.known("ops"), world.truth());
    let problems = world.lines.iter().filter(|line| line.is_problem);
    let problems: Vec<&str> = problems.map(|line| line.text.as_str()).collect();
    assert_eq!(
        problems,
        [
            "The history in history cannot be written: read-only filesystem or storage medium. Until it can, it is kept in memory."
        ]
    );
}

#[test]
fn it_stops_when_what_is_running_has_ended_or_taken_too_long() {
    let stopped = |takes: fn(&str) -> SignedDuration| {
        let mut world = World::new(config(vec![stack("app", schedule("0 * * * *", "UTC"))]));
        world.takes = takes;
        world.start();
        world.pass(seconds(1));
        world.hand(Input::Stop);
        assert!(!world.ended);
        world.pass(seconds(100));
        assert!(world.ended);
        world.seen.len()
    };
    assert_eq!(stopped(|_| seconds(20)), 1);
    assert_eq!(stopped(|_| seconds(200)), 0);
}

#[test]
fn a_new_configuration_keeps_what_is_known_and_what_is_running() {
    let named = |names: &[&str]| {
        let stacks = names
            .iter()
            .map(|name| stack(name, schedule("0 * * * *", "UTC")));
        config(stacks.collect())
    };
    let mut world = World::new(named(&["stack-00", "stack-01"]));
    world.takes = |_| minutes(2);
    world.start();
    world.pass(minutes(1));
    world.hand(Input::Reload(Box::new(named(&["stack-01", "stack-02"]))));
    let status = world.service.as_ref().unwrap().status();
    let names = |status: &trueup_drift::service::Status| -> Vec<String> {
        let names = status.stacks.iter().map(|stack| stack.stack.name.clone());
        names.collect()
    };
    assert_eq!(names(&status), ["stack-01", "stack-02"]);
    world.pass(minutes(10));
    let mut checked: Vec<&str> = world.seen.iter().map(|seen| seen.stack.as_str()).collect();
    checked.sort_unstable();
    // What was running came to its end, and nothing was begun twice.
    assert_eq!(checked, ["stack-00", "stack-01", "stack-02"]);
    world.pass(minutes(60));
    assert_eq!(world.seen.len(), 5);
}
