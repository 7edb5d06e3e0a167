//! Retries and rates, by a clock that only passes when somebody waits.

use std::{
    cell::{Cell, RefCell},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use futures_util::future::join_all;
use trueup_sdk::{
    calls::{Calls, Family, Limits, Pace, Policy, Reason, Verdict},
    world::{Clock, World},
};
use trueup_testkit::{FakeClock, FakeRandom};
use trueup_value::Str;

fn family(api: &str) -> Family {
    Family {
        account: Str::new("123456789012"),
        region: Str::new("eu-central-1"),
        api: Str::new(api),
    }
}

fn calls(clock: &FakeClock, limits: &Arc<Limits>) -> Calls {
    let world = World {
        clock: Arc::new(clock.clone()),
        random: Arc::new(FakeRandom::new(7)),
        working_dir: PathBuf::new(),
        variables: Arc::default(),
    };
    Calls::new(&world, Arc::clone(limits))
}

/// Ten in a second, five at once.
fn ten(_: &Family) -> Pace {
    Pace {
        rate: 10.0,
        least: 1.0,
        most: 10.0,
        burst: 5.0,
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// Tries a call whose attempts fail as they are listed and succeed then;
/// answers attempts, time, and the reason of giving up.
fn tried(policy: Policy, failures: &[Verdict]) -> (usize, Duration, Option<Reason>) {
    let clock = FakeClock::new();
    let calls = calls(&clock, &Arc::default());
    let attempts = Cell::new(0);
    let result = clock.run(calls.call(
        &family("x"),
        &policy,
        |verdict: &Verdict| *verdict,
        || {
            let failure = failures.get(attempts.get()).copied();
            attempts.set(attempts.get() + 1);
            async move { failure.map_or(Ok(()), Err) }
        },
    ));
    let reason = result.err().map(|gave_up| gave_up.reason);
    (attempts.get(), clock.elapsed(), reason)
}

#[test]
fn what_helps_is_tried_again() {
    let throttled = Verdict::Throttled { after: None };
    let transient = Verdict::Transient { after: None };
    let (attempts, elapsed, reason) = tried(
        Policy::PATIENT,
        &[throttled, transient, Verdict::NotYet { within: None }],
    );
    assert_eq!((attempts, reason), (4, None));
    assert!(
        elapsed > Duration::ZERO && elapsed < 3 * SECOND,
        "{elapsed:?}"
    );
    assert_eq!(
        tried(Policy::PATIENT, &[Verdict::Final]),
        (1, Duration::ZERO, Some(Reason::Final))
    );
}

#[test]
fn each_reason_to_give_up_has_its_time() {
    let transient = [Verdict::Transient { after: None }; 100];
    let (attempts, elapsed, reason) = tried(Policy::PATIENT, &transient);
    assert_eq!((attempts, reason), (10, Some(Reason::Attempts)));
    assert!(elapsed < 60 * SECOND, "{elapsed:?}");
    let throttled = [Verdict::Throttled { after: None }; 10_000];
    let (attempts, elapsed, reason) = tried(Policy::PATIENT, &throttled);
    assert_eq!(reason, Some(Reason::Deadline));
    assert!(attempts > 30, "{attempts}");
    assert!(
        elapsed > 570 * SECOND && elapsed <= 600 * SECOND,
        "{elapsed:?}"
    );
    let (_, elapsed, reason) = tried(Policy::PATIENT, &[Verdict::NotYet { within: None }; 1000]);
    assert_eq!(reason, Some(Reason::StillInvisible));
    assert!(
        elapsed >= 120 * SECOND && elapsed < 126 * SECOND,
        "{elapsed:?}"
    );
}

#[test]
fn being_throttled_counts_where_it_shall() {
    let few = Policy {
        attempts: 3,
        throttling_counts: true,
        ..Policy::PATIENT
    };
    let throttled = Verdict::Throttled { after: None };
    let transient = Verdict::Transient { after: None };
    let (attempts, _, reason) = tried(few, &[throttled, transient]);
    assert_eq!((attempts, reason), (3, None));
    let (attempts, _, reason) = tried(few, &[throttled, transient, throttled]);
    assert_eq!((attempts, reason), (3, Some(Reason::Attempts)));
    let (attempts, _, reason) = tried(few, &[throttled; 100]);
    assert_eq!((attempts, reason), (3, Some(Reason::Attempts)));
}

#[test]
fn the_service_is_left_alone_as_long_as_it_asks() {
    let after = Some(30 * SECOND);
    let asked = Verdict::Throttled { after };
    let (attempts, elapsed, _) = tried(Policy::PATIENT, &[asked]);
    assert_eq!(attempts, 2);
    assert!(
        elapsed >= 30 * SECOND && elapsed < 32 * SECOND,
        "{elapsed:?}"
    );
    let short = Policy::PATIENT.within(20 * SECOND);
    assert_eq!(
        tried(short, &[asked]),
        (1, Duration::ZERO, Some(Reason::Deadline))
    );
}

#[test]
fn gaving_up_says_how_much_was_tried() {
    let clock = FakeClock::new();
    let calls = calls(&clock, &Arc::default());
    let policy = Policy {
        attempts: 3,
        ..Policy::PATIENT
    };
    let judge = |_: &&str| Verdict::Transient {
        after: Some(6 * SECOND),
    };
    let (family, attempt) = (family("x"), || async {
        Err::<(), _>("500 Internal Server Error")
    });
    let result = clock.run(calls.call(&family, &policy, judge, attempt));
    let said = result.expect_err("a failure").to_string();
    assert_eq!(said, "500 Internal Server Error, after 3 attempts in 12s");
}

#[test]
fn a_call_that_may_have_happened_is_looked_for_first() {
    for (acted, expected) in [
        (true, ["make", "find", "(found)"].as_slice()),
        (false, ["make", "find", "make"].as_slice()),
    ] {
        let clock = FakeClock::new();
        let calls = calls(&clock, &Arc::default());
        let log = RefCell::new(Vec::new());
        let judge = |verdict: &Verdict| *verdict;
        let make = || {
            log.borrow_mut().push("make");
            let first = log.borrow().len() == 1;
            async move {
                match first {
                    true => Err(Verdict::Unclear { after: None }),
                    false => Ok("made"),
                }
            }
        };
        let find = || {
            log.borrow_mut().push("find");
            async move { Ok(acted.then_some("(found)")) }
        };
        let (family, policy) = (family("x"), Policy::PATIENT);
        let once = calls.once(&family, &policy, judge, make, find);
        let answer = clock.run(once).expect("an answer");
        if acted {
            log.borrow_mut().push(answer);
        }
        assert_eq!(*log.borrow(), expected);
    }
}

/// What a lost answer told of is not shown at first: the service says that
/// there is one already, and nobody sees it.
#[test]
fn what_does_not_show_yet_is_looked_for_again() {
    let clock = FakeClock::new();
    let calls = calls(&clock, &Arc::default());
    let (made, looks) = (Cell::new(0), Cell::new(0));
    let make = || {
        made.set(made.get() + 1);
        let verdict = match made.get() {
            1 => Verdict::Unclear { after: None },
            _ => Verdict::Taken,
        };
        async move { Err::<&str, _>(verdict) }
    };
    let find = || {
        looks.set(looks.get() + 1);
        let shows = looks.get() > 3;
        async move { Ok(shows.then_some("(found)")) }
    };
    let (family, judge) = (family("x"), |verdict: &Verdict| *verdict);
    let once = calls.once(&family, &Policy::PATIENT, judge, make, find);
    assert_eq!(clock.run(once).expect("an answer"), "(found)");
    assert_eq!((made.get(), looks.get()), (4, 4));
}

#[test]
fn what_somebody_else_has_is_taken() {
    let taken = tried(Policy::PATIENT, &[Verdict::Taken]);
    assert_eq!(taken, (1, Duration::ZERO, Some(Reason::Final)));
}

/// Makes calls at once and tells when each was made.
fn times(clock: &FakeClock, calls: &Calls, family: &Family, count: usize) -> Vec<f64> {
    let begun = clock.elapsed();
    let one = |_| async {
        let answer = || async { Ok::<_, Verdict>(clock.elapsed() - begun) };
        let judge = |verdict: &Verdict| *verdict;
        let time = calls.call(family, &Policy::PATIENT, judge, answer).await;
        time.expect("an answer").as_secs_f64()
    };
    clock.run(join_all((0..count).map(one)))
}

#[test]
fn calls_keep_to_the_rate_after_a_burst() {
    let clock = FakeClock::new();
    let calls = calls(&clock, &Arc::new(Limits::new(ten)));
    let times = times(&clock, &calls, &family("iam"), 25);
    assert!(times[..5].iter().all(|time| *time == 0.0), "{times:?}");
    for (at, time) in times.iter().enumerate().skip(5) {
        let turn = f64::from(u32::try_from(at - 4).expect("small")) / 10.0;
        assert!((time - turn).abs() < 0.01, "call {at} at {time}: {times:?}");
    }
}

#[test]
fn families_do_not_wait_for_each_other() {
    let clock = FakeClock::new();
    let calls = calls(&clock, &Arc::new(Limits::new(ten)));
    times(&clock, &calls, &family("iam"), 100);
    let begun = clock.elapsed();
    assert_eq!(times(&clock, &calls, &family("elb"), 5), [0.0; 5]);
    assert_eq!(clock.elapsed(), begun);
}

/// A service that bears `bears` calls in any second, called by `callers` at
/// once, `each` times.
fn throttling(bears: usize, callers: usize, each: usize) -> (usize, usize, Duration, f64) {
    let clock = FakeClock::new();
    let limits = Arc::new(Limits::default());
    let calls = calls(&clock, &limits);
    let recent = RefCell::new(Vec::<Duration>::new());
    let (asked, refused) = (Cell::new(0), Cell::new(0));
    let attempt = || {
        asked.set(asked.get() + 1);
        let now = clock.elapsed();
        let mut recent = recent.borrow_mut();
        recent.retain(|time| now - *time < SECOND);
        let right = recent.len() < bears;
        match right {
            true => recent.push(now),
            false => refused.set(refused.get() + 1),
        }
        async move {
            match right {
                true => Ok(()),
                false => Err(Verdict::Throttled { after: None }),
            }
        }
    };
    let family = family("iam");
    let caller = |_| async {
        for _ in 0..each {
            let judge = |verdict: &Verdict| *verdict;
            let done = calls.call(&family, &Policy::PATIENT, judge, attempt).await;
            done.expect("an answer");
        }
    };
    clock.run(join_all((0..callers).map(caller)));
    (
        asked.get(),
        refused.get(),
        clock.elapsed(),
        limits.rate(&family),
    )
}

#[test]
fn the_rate_finds_what_the_service_bears() {
    let (asked, refused, elapsed, rate) = throttling(15, 50, 40);
    // At best 2 000 calls take 133 s.
    assert_eq!(asked - refused, 2000);
    assert!(elapsed < 2 * 133 * SECOND, "{elapsed:?}");
    assert!(refused * 5 < asked, "{refused} of {asked} refused");
    assert!(rate > 5.0 && rate < 40.0, "{rate}");
}

#[test]
fn a_service_that_bears_a_lot_is_not_held_back_for_long() {
    let (_, refused, elapsed, rate) = throttling(1_000_000, 200, 50);
    assert_eq!(refused, 0);
    assert!(elapsed < 100 * SECOND, "{elapsed:?}");
    assert!(rate > 100.0, "{rate}");
}

#[test]
fn the_fake_clock_wakes_in_order() {
    let clock = FakeClock::new();
    let order = RefCell::new(Vec::new());
    let nap = |seconds: u64| {
        let (clock, order) = (&clock, &order);
        async move {
            clock.sleep(Duration::from_secs(seconds)).await;
            order.borrow_mut().push(seconds);
        }
    };
    clock.run(join_all([3, 1, 2].map(nap)));
    assert_eq!(*order.borrow(), [1, 2, 3]);
    assert_eq!(clock.elapsed(), 3 * SECOND);
}
