//! Checks that take longer than they may.

use jiff::SignedDuration;
use serde_json::{Value as Json, json};
use trueup_drift::{
    config::{Config, Stack},
    history::Verdict,
    service::{Busy, Service, Status},
};

use crate::world::{World, at, config, minutes, schedule, seconds, stack};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Stacks that are due every hour and may take a quarter of one, one at a time.
fn hourly(names: &[&str]) -> Config {
    let stacks = names.iter().map(|name| Stack {
        within: minutes(15),
        ..stack(name, schedule("0 * * * *", "UTC"))
    });
    Config {
        concurrency: 1,
        ..config(stacks.collect())
    }
}

fn status(world: &World) -> Status {
    world.service.as_ref().map(Service::status).unwrap()
}

/// When each check of a stack began, in minutes, how many it took, and what came of it.
fn kept(world: &World, name: &str) -> Vec<(i64, i64, Verdict)> {
    let status = status(world);
    let stack = status.stacks.iter().find(|s| s.stack.name == name).unwrap();
    let began = status.began;
    let points = stack.kept.points.iter().map(|point| {
        let minute = point.began.duration_since(began).as_mins();
        let took = point.took.as_mins();
        (minute, took, point.verdict)
    });
    points.collect()
}

/// The changes that were told of a stack.
fn told(world: &World, name: &str) -> Vec<Json> {
    let bodies = world.taken.iter();
    let bodies = bodies.map(|(_, _, body)| serde_json::from_str::<Json>(body).unwrap());
    let of_stack = bodies.filter(|body| body["data"]["stack"] == name);
    let changes = of_stack.flat_map(|body| body["data"]["changes"].as_array().unwrap().clone());
    changes.collect()
}

fn said(world: &World, name: &str) -> Vec<String> {
    let lines = world.lines.iter().map(|line| line.text.clone());
    lines.filter(|text| text.starts_with(name)).collect()
}

#[test]
fn one_that_never_ends_is_given_up_and_the_others_go_on() {
    let mut world = World::new(hourly(&["app", "hangs", "web"]));
    world.takes = |name| match name {
        "hangs" => DAY * 2,
        _ => seconds(2),
    };
    world.start();
    assert!(world.pass(DAY));

    // The service began at 8:30. What waited for the only place is checked once that
    // is free, and at its own times from then on.
    for name in ["app", "web"] {
        let checks = kept(&world, name);
        assert_eq!(checks.len(), 25, "{checks:?}");
        assert!(checks.iter().all(|check| check.2 == Verdict::Clean));
    }
    assert_eq!(kept(&world, "hangs"), [(0, 15, Verdict::Failed)]);
    assert_eq!(
        said(&world, "hangs"),
        [
            "hangs: not checked: The check took longer than 15m",
            "hangs: the stack cannot be checked: The check took longer than 15m"
        ]
    );
    assert_eq!(
        told(&world, "hangs"),
        [json!({
            "change": "failing",
            "at": "2026-11-29T08:45:02Z",
            "detail": "The check took longer than 15m",
        })]
    );
    assert_eq!(world.halted(), ["hangs"]);

    let status = status(&world);
    assert_eq!((status.running, status.stuck, status.queued), (0, 1, 0));
    assert_eq!(
        status.stacks[1].busy,
        Busy::Stuck(at("2026-11-29T08:30:02Z"))
    );
    let report = status.stacks[1].kept.report.clone().unwrap();
    assert_eq!(
        serde_json::to_value(&*report).unwrap()["errors"],
        json!([{
            "summary": "The check took longer than 15m",
            "detail": "It was asked to end, and the stack is checked again when it has. A check that needs more time gets it with check_within.",
        }])
    );
}

#[test]
fn one_that_ends_late_is_followed_by_another() {
    let mut world = World::new(hourly(&["app"]));
    world.takes = |_| minutes(50);
    world.start();
    world.pass(minutes(20));
    world.takes = |_| seconds(2);
    world.pass(minutes(60));
    assert_eq!(
        kept(&world, "app"),
        [(0, 15, Verdict::Failed), (50, 0, Verdict::Clean)]
    );
    assert_eq!(
        said(&world, "app"),
        [
            "app: not checked: The check took longer than 15m",
            "app: the stack cannot be checked: The check took longer than 15m",
            "app: the check that was given up has ended (3000.0 s); what it found is not kept",
            "app: clean (2.0 s)",
            "app: the stack can be checked again",
        ]
    );
    let changes = told(&world, "app");
    let changes: Vec<&Json> = changes.iter().map(|change| &change["change"]).collect();
    assert_eq!(changes, ["failing", "recovered"]);
}

#[test]
fn a_clock_that_is_moved_makes_none_late_and_none_last() {
    for hours in [-3, 3] {
        let mut world = World::new(hourly(&["app"]));
        world.takes = |_| minutes(10);
        world.start();
        world.pass(minutes(5));
        world.move_clock(SignedDuration::from_hours(hours));
        world.pass(minutes(6));
        let verdicts: Vec<Verdict> = kept(&world, "app").iter().map(|check| check.2).collect();
        assert_eq!(verdicts, [Verdict::Clean], "{hours}");

        let mut world = World::new(hourly(&["app"]));
        world.takes = |_| DAY;
        world.start();
        world.pass(minutes(5));
        world.move_clock(SignedDuration::from_hours(hours));
        world.pass(minutes(12));
        assert_eq!(world.halted(), ["app"], "{hours}");
    }
}

#[test]
fn one_that_was_given_up_holds_up_no_end() {
    let mut world = World::new(hourly(&["app"]));
    world.takes = |_| DAY;
    world.start();
    world.pass(minutes(20));
    world.hand(trueup_drift::service::Input::Stop);
    assert!(world.ended);
}
