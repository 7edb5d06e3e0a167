//! Dates. The local time zone is UTC: rendering does not depend on the machine it runs on.

use std::sync::LazyLock;

use jiff::{Timestamp, tz::TimeZoneDatabase};

use super::arguments::{Args, Result};
use super::duration::{format_duration, parse_duration};
use super::durations::Duration;
use super::layout::format;
use super::layout_parse::parse;
use super::random::put;
use super::source::Sources;
use super::time::{Time, ZoneName};
use crate::{Error, Functions, Kind, Type, Value};

const S: Type = Type::String;
const ANY: Type = Type::Any;
const TIME: Type = Type::Opaque("time.Time");

pub(super) fn add(functions: &mut Functions, sources: &Sources) {
    put(functions, "now", &[], sources, |_, sources| {
        Ok(Value::object(now(sources)))
    });
    put(functions, "date", &[S, ANY], sources, |args, sources| {
        in_zone(args, sources, args.0.get(1), "UTC")
    });
    for name in ["dateInZone", "date_in_zone"] {
        put(functions, name, &[S, ANY, S], sources, |args, sources| {
            in_zone(args, sources, args.0.get(1), &args.text(2))
        });
    }
    put(functions, "htmlDate", &[ANY], sources, |args, sources| {
        Ok(format(time_of(args.0.first(), sources).utc(), "2006-01-02").into())
    });
    put(
        functions,
        "htmlDateInZone",
        &[ANY, S],
        sources,
        |args, sources| {
            Ok(format(
                shift(time_of(args.0.first(), sources), &args.text(1)),
                "2006-01-02",
            )
            .into())
        },
    );
    for name in ["dateModify", "date_modify"] {
        put(functions, name, &[S, TIME], sources, |args, _| {
            let step = parse_duration(&args.text(0)).unwrap_or(0);
            Ok(Value::object(receiver(args, 1)?.add(step)))
        });
    }
    for name in ["mustDateModify", "must_date_modify"] {
        put(functions, name, &[S, TIME], sources, |args, _| {
            let step = parse_duration(&args.text(0)).map_err(Error::new)?;
            Ok(Value::object(receiver(args, 1)?.add(step)))
        });
    }
    put(functions, "toDate", &[S, S], sources, |args, _| {
        Ok(Value::object(
            parse(&args.text(0), &args.text(1)).unwrap_or(Time::ZERO),
        ))
    });
    put(functions, "mustToDate", &[S, S], sources, |args, _| {
        Ok(Value::object(
            parse(&args.text(0), &args.text(1)).map_err(Error::new)?,
        ))
    });
    put(functions, "unixEpoch", &[TIME], sources, |args, _| {
        Ok(receiver(args, 0)?.seconds.to_string().into())
    });
    put(functions, "ago", &[ANY], sources, |args, sources| {
        let elapsed = now(sources)
            .seconds
            .saturating_sub(time_of(args.0.first(), sources).seconds);
        Ok(format_duration(elapsed.saturating_mul(1_000_000_000)).into())
    });
    put(functions, "duration", &[ANY], sources, |args, _| {
        let seconds = match args.value(0).kind() {
            Kind::String(text) => whole_seconds(&text.to_str()),
            Kind::Int(int) if int.kind() == crate::value::IntKind::Int64 => {
                i64::try_from(int.get()).unwrap_or(0)
            }
            _ => 0,
        };
        Ok(format_duration(seconds.wrapping_mul(1_000_000_000)).into())
    });
    put(
        functions,
        "durationRound",
        &[ANY],
        sources,
        |args, sources| Ok(rounded(elapsed_of(&args.value(0), sources)).into()),
    );
}

/// `strconv.ParseInt` without its error: what is too large is the largest.
fn whole_seconds(text: &str) -> i64 {
    use std::num::IntErrorKind::{NegOverflow, PosOverflow};
    match text.parse::<i64>() {
        Ok(seconds) => seconds,
        Err(error) => match error.kind() {
            PosOverflow => i64::MAX,
            NegOverflow => i64::MIN,
            _ => 0,
        },
    }
}

fn now(sources: &Sources) -> Time {
    let (seconds, nanoseconds) = sources.clock.now();
    Time {
        nanoseconds,
        ..Time::unix(seconds)
    }
}

fn receiver(args: Args<'_>, index: usize) -> Result<Time> {
    let time = args
        .0
        .get(index)
        .and_then(Value::as_object::<Time>)
        .copied();
    time.ok_or_else(|| Error::new("wrong type for value; expected time.Time"))
}

/// A time, or a number of seconds; anything else is now.
fn time_of(value: Option<&Value>, sources: &Sources) -> Time {
    use crate::value::IntKind::{Int, Int32, Int64};
    match value.map(Value::kind) {
        Some(Kind::Int(int)) if matches!(int.kind(), Int | Int32 | Int64) => {
            Time::unix(i64::try_from(int.get()).unwrap_or(0))
        }
        _ => value
            .and_then(Value::as_object::<Time>)
            .copied()
            .unwrap_or_else(|| now(sources)),
    }
}

fn in_zone(args: Args<'_>, sources: &Sources, value: Option<&Value>, zone: &str) -> Result {
    Ok(format(shift(time_of(value, sources), zone), &args.text(0)).into())
}

/// The time as a zone of the tz database has it; Go falls back to UTC for unknown names.
fn shift(time: Time, zone: &str) -> Time {
    static BUNDLED: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
    let utc = time.utc();
    let known = BUNDLED.get(zone).ok();
    // Go looks names up as files: capitals count.
    let Some(known) = known.filter(|found| found.iana_name() == Some(zone)) else {
        return utc;
    };
    let Ok(moment) = Timestamp::from_second(time.seconds) else {
        return utc;
    };
    let info = known.to_offset_info(moment);
    Time {
        offset: info.offset().seconds(),
        zone: ZoneName::new(info.abbreviation()),
        ..time
    }
}

fn elapsed_of(value: &Value, sources: &Sources) -> i64 {
    match value.kind() {
        Kind::String(text) => parse_duration(&text.to_str()).unwrap_or(0),
        Kind::Int(int) if int.kind() == crate::value::IntKind::Int64 => {
            i64::try_from(int.get()).unwrap_or(0)
        }
        _ => match (value.as_object::<Time>(), value.as_object::<Duration>()) {
            (Some(time), _) => now(sources)
                .seconds
                .saturating_sub(time.seconds)
                .saturating_mul(1_000_000_000),
            _ => 0,
        },
    }
}

fn rounded(nanoseconds: i64) -> String {
    let magnitude = nanoseconds.unsigned_abs();
    const SECOND: u64 = 1_000_000_000;
    for (unit, name) in [
        (SECOND * 3600 * 24 * 365, "y"),
        (SECOND * 3600 * 24 * 30, "mo"),
        (SECOND * 3600 * 24, "d"),
        (SECOND * 3600, "h"),
        (SECOND * 60, "m"),
        (SECOND, "s"),
    ] {
        if magnitude > unit {
            return format!("{}{name}", magnitude / unit);
        }
    }
    "0s".to_owned()
}
