//! Dates. The local time zone is UTC: rendering does not depend on the machine it runs on.

use std::sync::LazyLock;

use jiff::{Timestamp, tz::TimeZoneDatabase};

use super::arguments::{Args, Result};
use super::duration::{format_duration, parse_duration};
use super::durations::Duration;
use super::layout::format;
use super::layout_parse::parse;
use super::random::{Drawing, LITTLE, put_drawing};
use super::source::Sources;
use super::time::{Time, ZoneName};
use crate::{Error, Functions, Kind, Type, Value};

const S: Type = Type::String;
const ANY: Type = Type::Any;
const TIME: Type = Type::Opaque("time.Time");

const FUNCTIONS: &[Drawing] = &[
    (&["now"], &[], LITTLE, |_, sources| {
        Ok(Value::object(now(sources)))
    }),
    (&["date"], &[S, ANY], LITTLE, |args, sources| {
        in_zone(args, sources, args.0.get(1), "UTC")
    }),
    (
        &["dateInZone", "date_in_zone"],
        &[S, ANY, S],
        LITTLE,
        |args, sources| in_zone(args, sources, args.0.get(1), &args.text(2)),
    ),
    (&["htmlDate"], &[ANY], LITTLE, |args, sources| {
        let time = time_of(args.0.first(), sources).utc();
        Ok(format(time, "2006-01-02").into())
    }),
    (&["htmlDateInZone"], &[ANY, S], LITTLE, |args, sources| {
        let time = shift(time_of(args.0.first(), sources), &args.text(1));
        Ok(format(time, "2006-01-02").into())
    }),
    (
        &["dateModify", "date_modify"],
        &[S, TIME],
        LITTLE,
        |args, _| {
            let step = parse_duration(&args.text(0)).unwrap_or(0);
            Ok(Value::object(receiver(args, 1)?.add(step)))
        },
    ),
    (
        &["mustDateModify", "must_date_modify"],
        &[S, TIME],
        LITTLE,
        |args, _| {
            let step = parse_duration(&args.text(0)).map_err(Error::new)?;
            Ok(Value::object(receiver(args, 1)?.add(step)))
        },
    ),
    (&["toDate"], &[S, S], LITTLE, |args, _| {
        let time = parse(&args.text(0), &args.text(1));
        Ok(Value::object(time.unwrap_or(Time::ZERO)))
    }),
    (&["mustToDate"], &[S, S], LITTLE, |args, _| {
        let time = parse(&args.text(0), &args.text(1)).map_err(Error::new)?;
        Ok(Value::object(time))
    }),
    (&["unixEpoch"], &[TIME], LITTLE, |args, _| {
        Ok(receiver(args, 0)?.seconds.to_string().into())
    }),
    (&["ago"], &[ANY], LITTLE, |args, sources| {
        let then = time_of(args.0.first(), sources).seconds;
        let elapsed = now(sources).seconds.saturating_sub(then);
        Ok(format_duration(elapsed.saturating_mul(1_000_000_000)).into())
    }),
    (&["duration"], &[ANY], LITTLE, |args, _| Ok(duration(args))),
    (&["durationRound"], &[ANY], LITTLE, |args, sources| {
        Ok(rounded(elapsed_of(&args.value(0), sources)).into())
    }),
];

pub(super) fn add(functions: &mut Functions, sources: &Sources) {
    put_drawing(functions, sources, FUNCTIONS);
}

fn duration(args: Args<'_>) -> Value {
    let seconds = match args.value(0).kind() {
        Kind::String(text) => whole_seconds(&text.to_str()),
        Kind::Int(int) if int.kind() == crate::value::IntKind::Int64 => {
            i64::try_from(int.get()).unwrap_or(0)
        }
        _ => 0,
    };
    format_duration(seconds.wrapping_mul(1_000_000_000)).into()
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
