//! The provider `time`. The stage begins at 2026-03-01T12:00:00Z.

use std::time::Duration;

use futures_executor::block_on;
use serde_json::{Value as Json, json};
use trueup_core::plan::value_json;
use trueup_value::Value;

use crate::{NONE, stage::Stage};

fn resource(kind: &str, arguments: &str) -> String {
    format!("resource \"{kind}\" \"a\" {{\n{arguments}\n}}")
}

const DAY: Duration = Duration::from_secs(86_400);

#[test]
fn time_static_keeps_the_time_of_its_creation() {
    let mut stage = Stage::new();
    let one = resource("time_static", "triggers = { x = 1 }");
    assert_eq!(stage.apply(&one), ["time_static.a: create"]);
    let expected = json!({
        "rfc3339": "2026-03-01T12:00:00Z", "id": "2026-03-01T12:00:00Z", "triggers": { "x": "1" },
        "year": 2026, "month": 3, "day": 1, "hour": 12, "minute": 0, "second": 0,
        "unix": 1772366400,
    });
    assert_eq!(stage.attributes("time_static"), expected);
    stage.clock.pass(DAY);
    assert_eq!(stage.plan(&one), NONE);
    let two = resource("time_static", "triggers = { x = 2 }");
    let replaced = r#"time_static.a: delete+create ["rfc3339"] ["triggers"]"#;
    assert_eq!(stage.apply(&two), [replaced]);
    assert_eq!(
        stage.attributes("time_static")["id"],
        "2026-03-02T12:00:00Z"
    );
    assert_eq!(stage.destroy(&two), ["time_static.a: delete"]);
    assert_eq!(stage.destroy(&two), NONE);
}

/// Of a time that is given all is known while planning: references to it are.
#[test]
fn time_static_of_a_given_time_is_known_at_once() {
    let mut stage = Stage::new();
    let text = r#"
        resource "time_static" "a" { rfc3339 = "2020-02-12T06:36:13+01:00" }
        resource "time_sleep" "b" {
          count           = time_static.a.unix == 1581485773 ? 2 : 1
          create_duration = "1s"
        }
    "#;
    let expected = [
        "time_sleep.b[0]: create",
        "time_sleep.b[1]: create",
        "time_static.a: create",
    ];
    assert_eq!(stage.apply(text), expected);
    let attributes = stage.attributes("time_static");
    assert_eq!(attributes["id"], "2020-02-12T06:36:13+01:00");
    assert_eq!(attributes["hour"], 6);
    assert_eq!(stage.plan(text), NONE);
}

#[test]
fn time_offset_moves_with_its_arguments() {
    let mut stage = Stage::new();
    let base = "base_rfc3339 = \"2021-01-31T00:00:00Z\"\n";
    let offset = |arguments: &str| resource("time_offset", &format!("{base}{arguments}"));
    stage.apply(&offset("offset_months = 1"));
    let shown = |stage: &Stage| stage.attributes("time_offset")["rfc3339"].clone();
    assert_eq!(shown(&stage), "2021-03-03T00:00:00Z");
    // The last of days, hours, minutes, months, seconds and years counts.
    for (arguments, expected) in [
        ("offset_days = -1", "2021-01-30T00:00:00Z"),
        ("offset_hours = 25", "2021-02-01T01:00:00Z"),
        (
            "offset_minutes = 5\noffset_hours = 1",
            "2021-01-31T00:05:00Z",
        ),
        (
            "offset_seconds = 5\noffset_months = 1",
            "2021-01-31T00:00:05Z",
        ),
        (
            "offset_years = 1\noffset_seconds = 5",
            "2022-01-31T00:00:00Z",
        ),
        ("offset_days = 0", "0001-01-01T00:00:00Z"),
    ] {
        assert_eq!(stage.apply(&offset(arguments)), ["time_offset.a: update"]);
        assert_eq!(shown(&stage), expected, "{arguments}");
        assert_eq!(stage.plan(&offset(arguments)), NONE, "{arguments}");
    }
    // Without a base of its own it goes on from the one it had.
    let bare = resource("time_offset", "offset_days = 1");
    assert_eq!(stage.apply(&bare), ["time_offset.a: update"]);
    assert_eq!(
        stage.attributes("time_offset")["id"],
        "2021-01-31T00:00:00Z"
    );
    assert_eq!(shown(&stage), "2021-02-01T00:00:00Z");
    assert_eq!(stage.destroy(&bare), ["time_offset.a: delete"]);
}

#[test]
fn time_rotating_is_created_anew_when_it_is_over() {
    let mut stage = Stage::new();
    let text = resource("time_rotating", "rotation_days = 7");
    assert_eq!(stage.apply(&text), ["time_rotating.a: create"]);
    let expected = json!({
        "rfc3339": "2026-03-01T12:00:00Z", "id": "2026-03-01T12:00:00Z", "triggers": null,
        "rotation_rfc3339": "2026-03-08T12:00:00Z", "rotation_years": null,
        "rotation_months": null, "rotation_days": 7, "rotation_hours": null,
        "rotation_minutes": null, "year": 2026, "month": 3, "day": 8, "hour": 12, "minute": 0,
        "second": 0, "unix": 1772971200,
    });
    assert_eq!(stage.attributes("time_rotating"), expected);
    stage.clock.pass(DAY * 7);
    assert_eq!(stage.plan(&text), NONE);
    stage.clock.pass(Duration::from_secs(1));
    assert_eq!(stage.apply(&text), ["time_rotating.a: create"]);
    let rotation = &stage.attributes("time_rotating")["rotation_rfc3339"];
    assert_eq!(*rotation, "2026-03-15T12:00:01Z");

    let longer = resource("time_rotating", "rotation_days = 8");
    assert_eq!(stage.apply(&longer), ["time_rotating.a: update"]);
    let attributes = stage.attributes("time_rotating");
    assert_eq!(attributes["rotation_rfc3339"], "2026-03-16T12:00:01Z");
    assert_eq!(attributes["rfc3339"], "2026-03-08T12:00:01Z");
    let triggered = resource("time_rotating", "rotation_days = 8\ntriggers = {}");
    let replaced = r#"time_rotating.a: delete+create ["triggers"]"#;
    assert_eq!(stage.plan(&triggered), [replaced]);
}

#[test]
fn time_sleep_waits() {
    let mut stage = Stage::new();
    let text = resource(
        "time_sleep",
        "create_duration = \"30s\"\ndestroy_duration = \"1.5m\"",
    );
    assert_eq!(stage.apply(&text), ["time_sleep.a: create"]);
    let id = |stage: &Stage| stage.attributes("time_sleep")["id"].clone();
    assert_eq!(id(&stage), "2026-03-01T12:00:30Z");
    let longer = resource(
        "time_sleep",
        "create_duration = \"9h\"\ndestroy_duration = \"1.5m\"",
    );
    assert_eq!(stage.apply(&longer), ["time_sleep.a: update"]);
    assert_eq!(id(&stage), "2026-03-01T12:00:30Z");
    assert_eq!(stage.destroy(&longer), ["time_sleep.a: delete"]);
    assert_eq!(stage.destroy(&longer), NONE);
    stage.apply(&resource("time_sleep", "create_duration = \"1ms\""));
    assert_eq!(id(&stage), "2026-03-01T12:02:00Z");
}

#[test]
fn arguments_that_cannot_be() {
    let units =
        "[offset_seconds,offset_minutes,offset_hours,offset_days,offset_months,offset_years]";
    let form = "is not valid RFC3339 string format, such as 2020-02-12T06:36:13Z.";
    for (kind, arguments, expected) in [
        ("time_static", "rfc3339 = \"now\"", format!("Invalid RFC3339 String Value: \"now\" {form}")),
        (
            "time_offset",
            "",
            format!("Missing Attribute Configuration: At least one of these attributes must be configured: {units}"),
        ),
        ("time_offset", "offset_days = 9999999", "Create time offset error: The time is not between the years 1 and 9999.".to_owned()),
        ("time_rotating", "rotation_days = 0", "Invalid Attribute Value: Attribute rotation_days value must be at least 1, got: 0".to_owned()),
        (
            "time_sleep",
            "",
            "Invalid Attribute Combination: At least one attribute out of [create_duration,destroy_duration] must be specified".to_owned(),
        ),
        (
            "time_sleep",
            "create_duration = \"1h30m\"",
            "Invalid Attribute Value Match: Attribute create_duration must be a number immediately followed by ms (milliseconds), s (seconds), m (minutes), or h (hours). For example, \"30s\" for 30 seconds., got: 1h30m".to_owned(),
        ),
    ] {
        let mut stage = Stage::new();
        assert_eq!(stage.apply(&resource(kind, arguments)), [expected]);
    }
}

#[test]
fn imports() {
    let stage = Stage::new();
    let base = "2020-01-31T00:00:00Z";
    let time = |rfc3339: &str, unix: i64, [year, month, day]: [i64; 3]| {
        json!({
            "id": base, "rfc3339": rfc3339, "unix": unix, "year": year, "month": month,
            "day": day, "hour": 0, "minute": 0, "second": 0, "triggers": {},
        })
    };
    let and = |mut object: Json, more: Json| {
        let more = more.as_object().expect("an object").clone();
        object.as_object_mut().expect("an object").extend(more);
        object
    };
    let moved = time("2020-03-02T00:00:00Z", 1583107200, [2020, 3, 2]);
    let rotated = time(base, 1583107200, [2020, 3, 2]);
    let end = json!({ "rotation_rfc3339": "2020-03-02T00:00:00Z" });
    for (kind, id, expected) in [
        (
            "time_static",
            base.to_owned(),
            time(base, 1580428800, [2020, 1, 31]),
        ),
        (
            "time_static",
            "x".to_owned(),
            json!("Import time static error"),
        ),
        (
            "time_offset",
            format!("{base},,1,,,,"),
            and(moved, json!({ "base_rfc3339": base, "offset_months": 1 })),
        ),
        (
            "time_offset",
            format!("{base},,,,,,"),
            json!("Unexpected Format of ID"),
        ),
        (
            "time_offset",
            format!("{base},x,,,,,"),
            json!("Import time offset error"),
        ),
        (
            "time_offset",
            base.to_owned(),
            json!("Unexpected Format of ID"),
        ),
        (
            "time_rotating",
            format!("{base},,1,,,"),
            and(
                and(rotated.clone(), end.clone()),
                json!({ "rotation_months": 1 }),
            ),
        ),
        (
            "time_rotating",
            format!("{base},2020-03-02T00:00:00Z"),
            and(rotated, end),
        ),
        (
            "time_rotating",
            format!("{base},"),
            json!("Unexpected Format of ID"),
        ),
        (
            "time_sleep",
            "1s,,a=b".to_owned(),
            json!({
                "create_duration": "1s", "triggers": { "a": "b" }, "id": "2026-03-01T12:00:00Z",
            }),
        ),
        (
            "time_sleep",
            ",".to_owned(),
            json!("Unexpected Format of ID"),
        ),
        (
            "time_sleep",
            "1s,x".to_owned(),
            json!("Import time sleep error"),
        ),
        (
            "time_sleep",
            "1s,,x".to_owned(),
            json!("Trigger import error"),
        ),
    ] {
        assert_eq!(stage.import(kind, &id), expected, "{kind} {id}");
    }
}

/// The parts are those Go 1.26 prints.
#[test]
fn functions() {
    let stage = Stage::new();
    let (provider, _) = stage.configured("time_static");
    let call =
        |name: &str, argument: Value| match block_on(provider.call_function(name, &[argument])) {
            Ok(value) => {
                assert!(value.has_type(&provider.schema().functions[name].return_type));
                value_json(&value)
            }
            Err(problem) => json!(problem.message),
        };
    let parsed = json!({
        "year": 2024, "year_day": 366, "month": 12, "month_name": "December", "day": 31,
        "weekday": 2, "weekday_name": "Tuesday", "hour": 23, "minute": 59, "second": 58,
        "iso_year": 2025, "iso_week": 1, "unix": 1735682398,
    });
    let text = Value::string("2024-12-31T23:59:58+02:00");
    assert_eq!(call("rfc3339_parse", text), parsed);
    assert_eq!(
        call("rfc3339_parse", Value::string("x")),
        "Error parsing RFC3339 timestamp: \"x\" is not a valid RFC3339 timestamp"
    );
    let epoch = json!({
        "year": 1969, "year_day": 365, "month": 12, "month_name": "December", "day": 31,
        "weekday": 3, "weekday_name": "Wednesday", "hour": 23, "minute": 59, "second": 59,
        "iso_year": 1970, "iso_week": 1, "rfc3339": "1969-12-31T23:59:59Z",
    });
    assert_eq!(call("unix_timestamp_parse", Value::number(-1)), epoch);
    let duration = json!({
        "hours": 1.5, "minutes": 90, "seconds": 5400, "milliseconds": 5400000,
        "microseconds": 5400000000_i64, "nanoseconds": 5400000000000_i64,
    });
    assert_eq!(call("duration_parse", Value::string("1h30m")), duration);
    assert_eq!(
        call("duration_parse", Value::string("1d")),
        "Error parsing duration string: \"1d\" is not a valid duration string"
    );
}
