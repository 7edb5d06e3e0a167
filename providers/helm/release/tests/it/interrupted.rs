//! Runs that die, at each point at which they can: the next one finishes, and
//! nothing is done twice.

use serde_json::{Value, json};
use trueup_helm_release::{
    Status,
    operation::{Failure, Options, Revision},
};

use crate::{
    operations::history,
    revisions::{config_map, deployment, hooked, job, revision, waiting},
    world::{State, World, run},
};

/// What is in a cluster, without what differs from run to run.
fn content(world: &World) -> Value {
    let objects = world.state().objects;
    let objects = objects
        .into_iter()
        .filter(|(path, _)| !path.contains("/secrets/"));
    let plain = objects.map(|(path, mut object)| {
        let metadata = object["metadata"].as_object_mut().expect("metadata");
        metadata.retain(|name, _| !matches!(name.as_str(), "uid" | "resourceVersion"));
        (path, object)
    });
    Value::Object(plain.collect())
}

/// How often an object was made: written while it was not there.
fn made(state: &State, object: &str) -> usize {
    let mut there = false;
    let mut count = 0;
    for call in &state.calls {
        if *call == format!("DELETE {object}") {
            there = false;
        } else if *call == format!("PATCH {object}") {
            count += usize::from(!there);
            there = true;
        }
    }
    count
}

/// The runs of a story, each with what it does.
type Run<'a> = &'a dyn Fn(&World) -> Result<(), Box<Failure>>;

/// Dies before the first, the second, … change a run makes, and runs again
/// until it is done. Each time everything must be as if it had not died.
fn at_each_point(begin: &State, story: Run<'_>, hooks: &[&str]) {
    let whole = World::over(begin.clone());
    story(&whole).expect("a run that lives");
    let points = whole.state().calls.len() - begin.calls.len();
    assert!(points > 2, "{points}");
    for point in 0..points {
        let mut state = begin.clone();
        state.lives = Some(point);
        let dying = World::over(state);
        story(&dying).expect_err("it died");
        let next = World::over(dying.state().reborn());
        story(&next).unwrap_or_else(|failure| panic!("died before change {point}: {failure}"));
        assert_eq!(
            content(&next),
            content(&whole),
            "died before change {point}"
        );
        assert_eq!(
            history(&next),
            history(&whole),
            "died before change {point}"
        );
        for hook in hooks {
            let again = made(&next.state(), hook);
            assert_eq!(
                again,
                made(&whole.state(), hook),
                "{hook}, died before change {point}"
            );
        }
    }
}

fn objects(mode: &str) -> Vec<Value> {
    vec![config_map("app", mode), deployment("app", mode)]
}

fn first() -> Revision {
    let hooks = [
        job("prepare", &["pre-install"], &[]),
        job("check", &["post-install"], &["hook-succeeded"]),
        job("before", &["pre-upgrade", "pre-rollback"], &[]),
        job(
            "leave",
            &["pre-delete"],
            &["before-hook-creation", "hook-succeeded"],
        ),
    ];
    let mut all = objects("a");
    all.push(config_map("old", "x"));
    hooked(1, &all, &hooks)
}

fn second(version: u64) -> Revision {
    let hooks = [
        job("before", &["pre-upgrade"], &[]),
        job("after", &["post-upgrade"], &["hook-succeeded"]),
        job(
            "leave",
            &["pre-delete"],
            &["before-hook-creation", "hook-succeeded"],
        ),
    ];
    hooked(version, &objects("b"), &hooks)
}

fn installed() -> State {
    let world = World::new();
    run(world.releases("me").install(first(), &waiting())).expect("installed");
    world.state()
}

/// Installs unless that is done.
fn install(world: &World) -> Result<(), Box<Failure>> {
    let releases = world.releases("me");
    let history = run(releases.history("app"))?;
    if history.deployed().is_some() {
        return Ok(());
    }
    run(releases.install(first(), &waiting())).map(drop)
}

/// Upgrades unless that is done, as the plan after a dead run would.
fn upgrade_with(world: &World, options: &Options) -> Result<(), Box<Failure>> {
    let releases = world.releases("me");
    let history = run(releases.history("app"))?;
    let standing = releases.standing(&history, options.timeout);
    if standing.deployed == Some(2) && !standing.interrupted {
        return Ok(());
    }
    run(releases.upgrade(second(standing.next), options)).map(drop)
}

#[test]
fn an_installation() {
    at_each_point(
        &State::with_namespace("ns"),
        &install,
        &["jobs/prepare", "jobs/check"],
    );
}

#[test]
fn an_upgrade() {
    let upgrade = |world: &World| upgrade_with(world, &waiting());
    at_each_point(&installed(), &upgrade, &["jobs/before", "jobs/after"]);
}

#[test]
fn an_upgrade_that_drops_old_revisions() {
    let options = Options {
        max_history: 1,
        ..waiting()
    };
    let upgrade = |world: &World| upgrade_with(world, &options);
    at_each_point(&installed(), &upgrade, &["jobs/before", "jobs/after"]);
}

#[test]
fn a_rollback() {
    let world = World::over(installed());
    upgrade_with(&world, &waiting()).expect("upgraded");
    let rollback = |world: &World| {
        let releases = world.releases("me");
        let history = run(releases.history("app"))?;
        if history
            .deployed()
            .is_some_and(|entry| entry.revision().version == 3)
        {
            return Ok(());
        }
        run(releases.rollback("app", Some(1), &waiting())).map(drop)
    };
    at_each_point(&world.state(), &rollback, &[]);
}

#[test]
fn an_uninstallation() {
    let uninstall = |world: &World| {
        let releases = world.releases("me");
        run(releases.uninstall("app", &waiting())).map(drop)
    };
    at_each_point(&installed(), &uninstall, &["jobs/leave"]);
}

#[test]
fn an_uninstallation_that_leaves_its_history() {
    let uninstall = |world: &World| {
        let releases = world.releases("me");
        let history = run(releases.history("app"))?;
        let last = history.last().map(|last| last.revision().status);
        if last == Some(Status::Uninstalled) {
            return Ok(());
        }
        let options = Options {
            keep_history: true,
            ..waiting()
        };
        run(releases.uninstall("app", &options)).map(drop)
    };
    at_each_point(&installed(), &uninstall, &["jobs/leave"]);
}

#[test]
fn hooks_run_once_though_two_runs_die() {
    let upgrade = |world: &World| upgrade_with(world, &waiting());
    let whole = World::over(installed());
    upgrade(&whole).expect("a run that lives");
    for (first, second) in [(4, 0), (4, 1), (5, 1), (7, 1), (8, 2)] {
        let mut state = installed();
        state.lives = Some(first);
        let dying = World::over(state);
        upgrade(&dying).expect_err("it died");
        let mut state = dying.state().reborn();
        state.lives = Some(second);
        let dying = World::over(state);
        upgrade(&dying).expect_err("it died again");
        let next = World::over(dying.state().reborn());
        upgrade(&next).expect("in the end");
        assert_eq!(content(&next), content(&whole), "{first} and {second}");
        for hook in ["jobs/before", "jobs/after"] {
            let again = made(&next.state(), hook);
            assert_eq!(
                again,
                made(&whole.state(), hook),
                "{hook}, {first} and {second}"
            );
        }
    }
}

#[test]
fn what_a_dead_run_brought_and_the_next_does_not_want_goes() {
    let world = World::over(installed());
    let mut more = objects("b");
    more.push(config_map("half", "x"));
    world.meddle(|state| state.lives = Some(4));
    let releases = world.releases("me");
    run(releases.upgrade(revision(2, &more), &waiting())).expect_err("it died");
    let next = World::over(world.state().reborn());
    assert!(next.object("configmaps/half").is_some());
    upgrade_with(&next, &waiting()).expect("upgraded");
    assert_eq!(next.object("configmaps/half"), None);
    let states = [(1, Status::Superseded), (2, Status::Deployed)];
    assert_eq!(history(&next), states);
}

fn left_pending(holder: &str) -> State {
    let world = World::over(installed());
    world.meddle(|state| state.lives = Some(2));
    let releases = world.releases(holder);
    run(releases.upgrade(second(2), &waiting())).expect_err("it died");
    let states = [(1, Status::Deployed), (2, Status::PendingUpgrade)];
    let state = world.state().reborn();
    assert_eq!(history(&World::over(state.clone())), states);
    state
}

#[test]
fn what_others_left_pending_is_waited_for_while_its_time_lasts() {
    let world = World::over(left_pending("somebody"));
    let releases = world.releases("me");
    let before = run(releases.history("app")).unwrap();
    let standing = releases.standing(&before, waiting().timeout);
    assert!(standing.busy && !standing.interrupted);
    assert_eq!(standing.next, 3);
    run(releases.upgrade(second(3), &waiting())).expect("in the end");
    let states = [
        (1, Status::Superseded),
        (2, Status::Failed),
        (3, Status::Deployed),
    ];
    assert_eq!(history(&world), states);
    let after = run(releases.history("app")).unwrap();
    let dead = after.get(2).unwrap().record().unwrap();
    assert_eq!(dead.info.description, "Interrupted");
}

#[test]
fn what_we_left_pending_is_finished_at_once() {
    let world = World::over(left_pending("me"));
    let releases = world.releases("me");
    let before = run(releases.history("app")).unwrap();
    let standing = releases.standing(&before, waiting().timeout);
    assert!(standing.interrupted && !standing.busy);
    assert_eq!(standing.next, 2);
}

#[test]
fn helm_forgets_who_works_on_a_revision() {
    let world = World::over(left_pending("me"));
    let secret = world.object("sh.helm.release.v1.app.v2").expect("stored");
    let annotations = secret["metadata"]["annotations"].clone();
    assert_eq!(annotations, json!({ "trueup/holder": "me" }));
    upgrade_with(&world, &waiting()).expect("upgraded");
    let secret = world.object("sh.helm.release.v1.app.v2").expect("stored");
    assert_eq!(secret["metadata"].get("annotations"), None);
}
