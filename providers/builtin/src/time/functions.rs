//! `duration_parse`, `rfc3339_parse`, `unix_timestamp_parse`: texts and
//! numbers taken apart.

use jiff::civil::Weekday;
use trueup_sdk::{FunctionProblem, FunctionSignature, native::NativeFunction};
use trueup_value::{Number, Str, Type, Value};

use super::{duration::GoDuration, moment::Moment};

pub(super) struct DurationParse;
pub(super) struct Rfc3339Parse;
pub(super) struct UnixTimestampParse;

fn signature(
    summary: &str,
    description: &str,
    parameter: (&str, Type),
    result: &[(&str, Type)],
) -> FunctionSignature {
    FunctionSignature {
        summary: Str::new(summary),
        description: Str::new(description),
        return_type: Type::object(result.iter().map(|(name, ty)| (*name, ty.clone()))),
        parameters: vec![(Str::new(parameter.0), parameter.1)],
    }
}

fn blame(message: String) -> FunctionProblem {
    FunctionProblem {
        argument: Some(0),
        message,
    }
}

fn text(arguments: &[Value]) -> &str {
    arguments
        .first()
        .and_then(Value::as_str)
        .unwrap_or_default()
}

impl NativeFunction for DurationParse {
    fn signature(&self) -> FunctionSignature {
        let units = [
            "hours",
            "minutes",
            "seconds",
            "milliseconds",
            "microseconds",
            "nanoseconds",
        ];
        signature(
            "A duration in each of several units",
            "Takes a duration as Go writes it, such as `1h30m`, and returns how long it is in hours, minutes and seconds, with fractions, and in smaller units, without.",
            ("duration", Type::String),
            &units.map(|unit| (unit, Type::Number)),
        )
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionProblem> {
        let text = text(arguments);
        let Some(GoDuration(nanoseconds)) = GoDuration::parse(text) else {
            return Err(blame(format!(
                "Error parsing duration string: {text:?} is not a valid duration string"
            )));
        };
        // As Go does it: the whole units and the rest are made floating point
        // numbers apart.
        let float = |unit: i64| {
            let (whole, rest) = (nanoseconds / unit, nanoseconds % unit);
            let number = whole as f64 + rest as f64 / unit as f64;
            Value::number(Number::from_f64(number).unwrap_or(Number::ZERO))
        };
        Ok(Value::object([
            ("hours", float(3_600_000_000_000)),
            ("minutes", float(60_000_000_000)),
            ("seconds", float(1_000_000_000)),
            ("milliseconds", Value::number(nanoseconds / 1_000_000)),
            ("microseconds", Value::number(nanoseconds / 1_000)),
            ("nanoseconds", Value::number(nanoseconds)),
        ]))
    }
}

/// What both functions of times return; what only one of them does, apart.
fn parts(moment: &Moment, own: (&'static str, Value)) -> Value {
    let local = moment.local;
    let week = local.date().iso_week_date();
    let number = |number: i64| Value::number(number);
    Value::object([
        ("year", number(local.year().into())),
        ("year_day", number(local.date().day_of_year().into())),
        ("month", number(local.month().into())),
        ("month_name", Value::string(month(local.month()))),
        ("day", number(local.day().into())),
        (
            "weekday",
            number(local.weekday().to_sunday_zero_offset().into()),
        ),
        ("weekday_name", Value::string(weekday(local.weekday()))),
        ("hour", number(local.hour().into())),
        ("minute", number(local.minute().into())),
        ("second", number(local.second().into())),
        ("iso_year", number(week.year().into())),
        ("iso_week", number(week.week().into())),
        own,
    ])
}

fn part_types(own: (&'static str, Type)) -> Vec<(&'static str, Type)> {
    let numbers = [
        "year", "year_day", "month", "day", "weekday", "hour", "minute", "second", "iso_year",
        "iso_week",
    ];
    let texts = ["month_name", "weekday_name"];
    let numbers = numbers.into_iter().map(|name| (name, Type::Number));
    let texts = texts.into_iter().map(|name| (name, Type::String));
    numbers.chain(texts).chain([own]).collect()
}

fn month(number: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let index = usize::try_from(number - 1).unwrap_or_default();
    NAMES.get(index).copied().unwrap_or_default()
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Sunday => "Sunday",
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
    }
}

impl NativeFunction for Rfc3339Parse {
    fn signature(&self) -> FunctionSignature {
        signature(
            "The parts of a time written as RFC 3339 does",
            "Takes a time such as `2020-02-12T06:36:13Z` and returns its year, month, day and so on, at the offset it is written with.",
            ("timestamp", Type::String),
            &part_types(("unix", Type::Number)),
        )
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionProblem> {
        let text = text(arguments);
        let moment = Moment::parse(text).ok_or_else(|| {
            blame(format!(
                "Error parsing RFC3339 timestamp: {text:?} is not a valid RFC3339 timestamp"
            ))
        })?;
        Ok(parts(&moment, ("unix", Value::number(moment.unix()))))
    }
}

impl NativeFunction for UnixTimestampParse {
    fn signature(&self) -> FunctionSignature {
        signature(
            "The parts of a time given in seconds since 1970",
            "Takes seconds since 1970 began, UTC, and returns the year, month, day and so on, and the time as RFC 3339 writes it.",
            ("unix_timestamp", Type::Number),
            &part_types(("rfc3339", Type::String)),
        )
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionProblem> {
        let number = arguments.first().and_then(Value::as_number);
        let seconds = number.and_then(Number::to_i64).ok_or_else(|| {
            blame("a unix timestamp is a whole number of at most 64 bits".to_owned())
        })?;
        let moment = Moment::of_unix(seconds)
            .ok_or_else(|| blame(format!("{seconds} is not between the years 1 and 9999")))?;
        Ok(parts(&moment, ("rfc3339", Value::string(moment.text()))))
    }
}
