use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn schedule(expression: &str, zone: &str) -> Schedule {
    Schedule::new(
        Expression::parse(expression).unwrap(),
        TimeZone::get(zone).unwrap(),
    )
}

fn moments(expression: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let schedule = schedule(expression, zone);
    let moments = schedule.next(at(after), count);
    moments.into_iter().map(|m| schedule.show(m)).collect()
}

#[test]
fn moments_follow_the_clocks_of_their_time_zone() {
    assert_eq!(
        moments("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", 3),
        [
            "2026-03-28 02:30:00 CET",
            // That night there is no half past two.
            "2026-03-29 03:00:00 CEST",
            "2026-03-30 02:30:00 CEST",
        ]
    );
    assert_eq!(
        moments("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2),
        // That night half past two comes twice.
        ["2026-10-25 02:30:00 CEST", "2026-10-26 02:30:00 CET"]
    );
    assert_eq!(
        moments("0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", 4),
        // Every hour, also the one that comes twice.
        [
            "2026-10-25 02:00:00 CEST",
            "2026-10-25 02:00:00 CET",
            "2026-10-25 03:00:00 CET",
            "2026-10-25 04:00:00 CET",
        ]
    );
    assert_eq!(
        moments(
            "0 9 * * MON-FRI",
            "America/New_York",
            "2026-11-27T15:00:00Z",
            2
        ),
        ["2026-11-30 09:00:00 EST", "2026-12-01 09:00:00 EST"]
    );
    assert_eq!(
        moments("@daily", "UTC", "2026-11-27T15:00:00Z", 1),
        ["2026-11-28 00:00:00 UTC"]
    );
}

#[test]
fn what_is_wrong_with_an_expression() {
    let misread = |text| Expression::parse(text).unwrap_err().to_string();
    assert_eq!(
        misread("61 * * * *"),
        "\"61\" is no minute. Expected a number from 0 to 59, a range such as 0-29, a step such as */10, or several with commas between them."
    );
    assert_eq!(
        misread("0 8-25 * * *"),
        "\"8-25\" is no hour. Expected a number from 0 to 23, a range such as 8-17, a step such as */6, or several with commas between them."
    );
    assert_eq!(
        misread("0 0 0 * *"),
        "\"0\" is no day of the month. Expected a number from 1 to 31, L for the last day, a range such as 1-7, or several with commas between them."
    );
    assert_eq!(
        misread("0 0 * JANUARY *"),
        "\"JANUARY\" is no month. Expected a number from 1 to 12 or JAN to DEC, a range such as JAN-MAR, or several with commas between them."
    );
    assert_eq!(
        misread("0 0 * * MO"),
        "\"MO\" is no day of the week. Expected a number from 0 (Sunday) to 7 (Sunday) or SUN to SAT, a range such as MON-FRI, or several with commas between them."
    );
    assert_eq!(
        misread("0 0 * * * *"),
        "A schedule has five fields: minute, hour, day of the month, month, day of the week. Here are 6."
    );
    assert_eq!(
        misread(""),
        "A schedule has five fields: minute, hour, day of the month, month, day of the week. Here are 0."
    );
    assert_eq!(
        misread("@fortnightly"),
        "\"@fortnightly\" is no name of a schedule. There are @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually."
    );
    let Err(Misread::Field { range, .. }) = Expression::parse(" 0  x * * *") else {
        panic!("an hour x");
    };
    assert_eq!(range, 4..5);
}

#[test]
fn a_stack_keeps_its_moment_within_the_jitter() {
    let moment = |name: &str| {
        let jitter = SignedDuration::from_mins(10);
        let schedule = schedule("0 * * * *", "UTC").spread(name, jitter);
        schedule.show(schedule.after(at("2026-11-29T08:00:00Z")).unwrap())
    };
    assert_eq!(moment("loki"), moment("loki"));
    let names = ["loki", "grafana", "mimir", "tempo"];
    assert_eq!(
        names.map(moment),
        [
            "2026-11-29 08:06:49 UTC",
            "2026-11-29 08:01:33 UTC",
            "2026-11-29 08:07:28 UTC",
            "2026-11-29 08:04:20 UTC",
        ]
    );
}

/// An hourly stack that was checked at ten.
fn checked_at_ten() -> Turn {
    let mut turn = Turn::new(
        schedule("0 * * * *", "UTC"),
        Some(at("2026-11-29T09:00:00Z")),
        at("2026-11-29T09:59:59Z"),
    );
    let ten = at("2026-11-29T10:00:00Z");
    assert_eq!(turn.is_due(ten), Some(Start::Due));
    turn.take(ten);
    turn
}

#[test]
fn a_stack_is_due_once() {
    let turn = checked_at_ten();
    assert_eq!(turn.is_due(at("2026-11-29T10:59:59Z")), None);
    assert_eq!(turn.is_due(at("2026-11-29T11:00:05Z")), Some(Start::Due));
}

#[test]
fn what_was_missed_is_made_up_for_once() {
    let mut turn = checked_at_ten();
    let late = at("2026-11-29T15:30:00Z");
    assert_eq!(turn.is_due(late), Some(Start::Missed));
    turn.take(late);
    assert_eq!(turn.next(), Some(at("2026-11-29T16:00:00Z")));
}

#[test]
fn a_stack_nobody_has_checked_is_due_at_once() {
    let now = at("2026-11-29T10:20:00Z");
    let turn = Turn::new(schedule("0 * * * *", "UTC"), None, now);
    assert_eq!(turn.is_due(now), Some(Start::First));
}

#[test]
fn a_clock_put_back_doubles_nothing_and_stops_nothing() {
    let put_back = |by: SignedDuration| {
        let mut turn = checked_at_ten();
        let now = at("2026-11-29T10:00:01Z").checked_sub(by).unwrap();
        turn.put_back(by, now);
        turn.next().unwrap().to_string()
    };
    let minutes = SignedDuration::from_mins;
    assert_eq!(
        put_back(SignedDuration::from_secs(2)),
        "2026-11-29T11:00:00Z"
    );
    assert_eq!(put_back(minutes(20)), "2026-11-29T11:00:00Z");
    assert_eq!(put_back(minutes(40)), "2026-11-29T10:00:00Z");
    assert_eq!(put_back(minutes(60 * 72)), "2026-11-26T11:00:00Z");
}

#[test]
fn a_check_of_the_future_does_not_hold_up_the_present() {
    let now = at("2026-11-29T10:20:00Z");
    let future = Some(at("2027-11-29T10:00:00Z"));
    let turn = Turn::new(schedule("0 * * * *", "UTC"), future, now);
    assert_eq!(turn.next(), Some(at("2026-11-29T11:00:00Z")));
}
