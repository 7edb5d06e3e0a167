//! `fromToml`: what cannot be read is told under the key `Error`.

use toml::de::{DeTable, DeValue, Error};
use toml::value::{Datetime, Offset};

use super::time::{Time, ZoneName, days_from_civil};
use crate::strconv::quote_rune;
use crate::{List, Map, Str, Value};

/// The table; integers are `int64`, dates are times.
pub(super) fn from_toml(text: &str) -> Map {
    let read = DeTable::parse(text)
        .map_err(|error| complaint(text, &error))
        .and_then(|found| table(found.get_ref()));
    read.unwrap_or_else(|message| {
        let failed = Map::new();
        failed.insert("Error", message.as_str().into());
        failed
    })
}

fn complaint(text: &str, error: &Error) -> String {
    let end = error.span().map_or(text.len(), |span| span.start);
    let before = text.get(..end).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let separator = |rest: &str| match rest.trim_start_matches([' ', '\t']).chars().next() {
        None => "unexpected EOF; expected key separator '='".to_owned(),
        Some(found) => {
            let found = quote_rune(found, false);
            format!("expected '.' or '=', but got {found} instead")
        }
    };
    let rest = text.get(end..).unwrap_or_default();
    let message = match error.message() {
        "key with no value, expected `=`" => {
            let key = |next: char| next.is_ascii_alphanumeric() || "-_.\"'".contains(next);
            let line = before.rsplit('\n').next().map_or(0, str::len);
            let whole = text.get(end - line..).unwrap_or_default();
            separator(whole.trim_start().trim_start_matches(key))
        }
        "invalid key-value pair, expected key" => separator(rest),
        other => other.to_owned(),
    };
    format!("toml: line {line}: {message}")
}

fn table(found: &DeTable<'_>) -> Result<Map, String> {
    let entry = |(key, entry): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        let key: &std::borrow::Cow<'_, str> = key.get_ref();
        Ok((Str::from(&**key), value(entry.get_ref())?))
    };
    found.iter().map(entry).collect()
}

fn value(found: &DeValue<'_>) -> Result<Value, String> {
    Ok(match found {
        DeValue::String(text) => Value::from(&**text),
        DeValue::Boolean(value) => (*value).into(),
        DeValue::Float(float) => {
            let parsed = float.as_str().parse::<f64>();
            let invalid = |_| format!("toml: Invalid float {:?}", float.as_str());
            parsed.map_err(invalid)?.into()
        }
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
            .map(Value::int64)
            .map_err(|_| format!("toml: {} is out of range for int64", integer.as_str()))?,
        DeValue::Datetime(moment) => Value::object(time(moment)),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| value(item.get_ref()));
            List::new(items.collect::<Result<_, _>>()?).into()
        }
        DeValue::Table(inner) => table(inner)?.into(),
    })
}

/// A moment; what lacks a date or an offset has a zone that says so.
fn time(found: &Datetime) -> Time {
    let days = found.date.map_or_else(
        || days_from_civil(0, 1, 1),
        |date| days_from_civil(date.year.into(), date.month.into(), date.day.into()),
    );
    let (of_day, nanoseconds) = found.time.map_or((0, 0), |time| {
        let minutes = i64::from(time.hour) * 60 + i64::from(time.minute);
        let seconds = minutes * 60 + i64::from(time.second.unwrap_or(0));
        (seconds, time.nanosecond.unwrap_or(0))
    });
    let offset = match found.offset {
        Some(Offset::Custom { minutes }) => i32::from(minutes) * 60,
        _ => 0,
    };
    let zone = match (found.offset, found.date, found.time) {
        (Some(_), ..) => "",
        (None, Some(_), Some(_)) => "datetime-local",
        (None, Some(_), None) => "date-local",
        _ => "time-local",
    };
    Time {
        seconds: days * 86_400 + of_day - i64::from(offset),
        nanoseconds,
        offset,
        zone: ZoneName::new(zone),
    }
}
