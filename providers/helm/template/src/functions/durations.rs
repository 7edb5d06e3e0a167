//! Durations in templates.

use std::any::Any;

use super::arguments::{Result, fail, put};
use super::duration::{format_duration, parse_duration};
use crate::value::Object;
use crate::{Error, Functions, Kind, Type, Value};

const ANY: Type = Type::Any;

/// `time.Duration`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Duration(pub(super) i64);

impl Object for Duration {
    fn ty(&self) -> Type {
        Type::Opaque("time.Duration")
    }

    fn text(&self) -> Option<String> {
        Some(format_duration(self.0))
    }

    fn equals(&self, other: &dyn Object) -> Option<bool> {
        other
            .as_any()
            .downcast_ref::<Self>()
            .map(|other| other.0 == self.0)
    }

    fn data(&self) -> Option<Value> {
        Some(Value::int64(self.0))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

const HOUR: i64 = 3_600_000_000_000;

/// A duration in units, rounded as Go's `Hours` and its like round: whole units
/// and the rest on their own.
#[expect(clippy::cast_precision_loss, reason = "Go returns a float as well")]
fn float(duration: i64, unit: i64) -> f64 {
    (duration / unit) as f64 + (duration % unit) as f64 / unit as f64
}

pub(super) fn add(functions: &mut Functions) {
    put(functions, "mustToDuration", &[ANY], |args| {
        Ok(Value::object(Duration(duration_of(&args.value(0))?)))
    });
    for (name, unit, in_units) in [
        ("durationSeconds", 1_000_000_000, &[][..]),
        ("durationMinutes", 60_000_000_000, &[]),
        ("durationHours", HOUR, &[]),
        ("durationDays", HOUR, &[24.0]),
        ("durationWeeks", HOUR, &[24.0, 7.0]),
    ] {
        put(functions, name, &[ANY], move |args| {
            let duration = duration_of(&args.value(0)).unwrap_or(0);
            let quotient = in_units
                .iter()
                .fold(float(duration, unit), |of, by| of / by);
            Ok(quotient.into())
        });
    }
    for (name, unit) in [
        ("durationMilliseconds", 1_000_000),
        ("durationMicroseconds", 1_000),
        ("durationNanoseconds", 1),
    ] {
        put(functions, name, &[ANY], move |args| {
            Ok(Value::int64(
                duration_of(&args.value(0)).unwrap_or(0) / unit,
            ))
        });
    }
    for (name, rounds) in [("durationRoundTo", true), ("durationTruncateTo", false)] {
        put(functions, name, &[ANY, ANY], move |args| {
            let Ok(value) = duration_of(&args.value(0)) else {
                return Ok(Value::object(Duration(0)));
            };
            let multiple = duration_of(&args.value(1)).unwrap_or(0);
            Ok(Value::object(Duration(to_multiple(
                value, multiple, rounds,
            ))))
        });
    }
}

/// Rounds half away from zero, or cuts towards it.
fn to_multiple(value: i64, multiple: i64, rounds: bool) -> i64 {
    if multiple <= 0 {
        return value;
    }
    let rest = value % multiple;
    let down = value - rest;
    if rounds && rest.unsigned_abs() >= (multiple.unsigned_abs() - rest.unsigned_abs()) {
        return down.saturating_add(if value < 0 { -multiple } else { multiple });
    }
    down
}

/// Text in Go's form or as seconds, or a number of seconds.
fn duration_of(value: &Value) -> Result<i64> {
    match value.kind() {
        Kind::Nil => fail("invalid duration"),
        Kind::String(text) => {
            let given = text.to_str();
            let text = given.trim();
            if text.is_empty() {
                return fail("empty duration");
            }
            match (parse_duration(text), text.parse::<f64>()) {
                (Ok(duration), _) => Ok(duration),
                (_, Ok(seconds)) => from_seconds(seconds),
                _ => fail(format!("could not parse duration {given:?}")),
            }
        }
        Kind::Int(seconds) => seconds
            .get()
            .checked_mul(1_000_000_000)
            .and_then(|nanoseconds| i64::try_from(nanoseconds).ok())
            .ok_or_else(|| Error::new(format!("duration seconds overflow: {}", seconds.get()))),
        Kind::Float(seconds) => from_seconds(*seconds),
        Kind::Float32(seconds) => from_seconds(f64::from(*seconds)),
        Kind::Object(_) if value.as_object::<Duration>().is_some() => Ok(value
            .as_object::<Duration>()
            .map_or(0, |duration| duration.0)),
        _ => fail(format!(
            "unsupported duration type {}",
            value
                .ty()
                .map_or_else(|| "nil".to_owned(), |ty| ty.to_string())
        )),
    }
}

fn from_seconds(seconds: f64) -> Result<i64> {
    if !seconds.is_finite() {
        return fail(format!(
            "invalid duration seconds: {}",
            crate::yaml::format_g(seconds)
        ));
    }
    if seconds.abs() > 9.223_372_036_854_776e9 {
        return fail(format!(
            "duration seconds overflow: {}",
            crate::yaml::format_g(seconds)
        ));
    }
    #[expect(clippy::cast_possible_truncation, reason = "Go truncates as well")]
    let nanoseconds = (seconds * 1e9) as i64;
    Ok(nanoseconds)
}
