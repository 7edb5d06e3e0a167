//! Timestamps in RFC 3339 syntax, strictly.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use trueup_value::quote;

/// A point in time with the offset from UTC it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Timestamp {
    /// Seconds since 1970, in UTC.
    pub(super) seconds: i64,
    /// Nanoseconds after that.
    pub(super) nanoseconds: u32,
    /// Minutes east of UTC.
    pub(super) offset: i32,
}

/// The parts of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: u32,
    /// From 1.
    pub(super) day: u32,
    /// From Sunday, 0.
    pub(super) weekday: u32,
}

const DAY: i64 = 86_400;
const NANOSECONDS: i128 = 1_000_000_000;

impl Timestamp {
    /// Reads `text`; the error is Terraform's.
    pub(super) fn parse(text: &str) -> Result<Timestamp, String> {
        strict(text).ok_or_else(|| {
            let problem = explain(text);
            format!("not a valid RFC3339 timestamp: {problem}")
        })
    }

    /// A time of a day where the offset, in minutes, is `offset`.
    pub(in super::super) fn civil(date: [i64; 3], seconds_of_day: i64, offset: i32) -> Self {
        let [year, month, day] = date;
        Timestamp {
            seconds: days(year, month, day) * DAY + seconds_of_day - i64::from(offset) * 60,
            nanoseconds: 0,
            offset,
        }
    }

    /// What two timestamps are compared by.
    pub(super) fn instant(&self) -> (i64, u32) {
        (self.seconds, self.nanoseconds)
    }

    /// The timestamp so many nanoseconds later.
    pub(super) fn add(&self, nanoseconds: i64) -> Timestamp {
        let total = i128::from(self.seconds) * NANOSECONDS
            + i128::from(self.nanoseconds)
            + i128::from(nanoseconds);
        Timestamp {
            seconds: total.div_euclid(NANOSECONDS) as i64,
            nanoseconds: total.rem_euclid(NANOSECONDS) as u32,
            offset: self.offset,
        }
    }

    fn local_seconds(&self) -> i64 {
        self.seconds + i64::from(self.offset) * 60
    }

    /// The date where it was written.
    pub(super) fn date(&self) -> Date {
        let days = self.local_seconds().div_euclid(DAY);
        let (year, month, day) = civil(days);
        Date {
            year,
            month,
            day,
            weekday: (days + 4).rem_euclid(7) as u32,
        }
    }

    /// Hour, minute and second where it was written.
    pub(super) fn time_of_day(&self) -> (i64, i64, i64) {
        let seconds = self.local_seconds().rem_euclid(DAY);
        (seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// The offset as `+05:30`, or with another separator.
    pub(super) fn offset_text(&self, separator: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs();
        format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
    }
}

/// Whole seconds only, as Terraform prints them.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date {
            year, month, day, ..
        } = self.date();
        let (hour, minute, second) = self.time_of_day();
        if year < 0 {
            f.write_str("-")?;
        }
        let year = year.unsigned_abs();
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        match self.offset {
            0 => f.write_str("Z"),
            _ => f.write_str(&self.offset_text(":")),
        }
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Timestamp {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Timestamp {
            seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            nanoseconds: since.subsec_nanos(),
            offset: 0,
        }
    }
}

/// Days since 1970 of a date of the Gregorian calendar; see
/// <https://howardhinnant.github.io/date_algorithms.html>.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days`].
fn civil(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

/// The number of days in a month.
pub(in super::super) fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The digits of `text` as a number within bounds.
fn number(text: Option<&str>, min: i64, max: i64) -> Option<i64> {
    let text = text.filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?;
    text.parse().ok().filter(|n| (min..=max).contains(n))
}

fn strict(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let year = number(text.get(0..4), 0, 9999)?;
    let month = number(text.get(5..7), 1, 12)?;
    let day = number(text.get(8..10), 1, days_in_month(year, month))?;
    let hour = number(text.get(11..13), 0, 23)?;
    let minute = number(text.get(14..16), 0, 59)?;
    let second = number(text.get(17..19), 0, 59)?;
    let fixed = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !fixed.iter().all(|(index, b)| bytes.get(*index) == Some(b)) {
        return None;
    }
    let (nanoseconds, rest) = fraction(text.get(19..)?);
    let offset = offset(rest)?;
    Some(Timestamp {
        seconds: days(year, month, day) * DAY + hour * 3600 + minute * 60 + second
            - i64::from(offset) * 60,
        nanoseconds,
        offset,
    })
}

/// Nanoseconds after a point, if there are any.
fn fraction(text: &str) -> (u32, &str) {
    let Some(digits) = text.strip_prefix('.') else {
        return (0, text);
    };
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    if end == 0 {
        return (0, text);
    }
    let (digits, rest) = digits.split_at(end);
    let padded = format!("{:0<9}", digits.get(..9).unwrap_or(digits));
    (padded.parse().unwrap_or(0), rest)
}

fn offset(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    if text.len() != 6 || text.get(3..4) != Some(":") {
        return None;
    }
    let hours = number(text.get(1..3), 0, 23)?;
    let minutes = number(text.get(4..6), 0, 59)?;
    let total = (hours * 60 + minutes) as i32;
    match text.get(0..1) {
        Some("+") => Some(total),
        Some("-") => Some(-total),
        _ => None,
    }
}

/// What is wrong with a timestamp that [`strict`] refused: the first part
/// that does not fit, as the more lenient parser of Go finds it.
fn explain(text: &str) -> String {
    match lenient(text) {
        Err(problem) => problem,
        Ok(()) => explain_lenient(text),
    }
}

/// What the lenient parser lets through.
fn explain_lenient(text: &str) -> String {
    let bytes = text.as_bytes();
    if bytes.get(12) == Some(&b':') {
        return "hour must have exactly two digits".to_owned();
    }
    if bytes.get(19) == Some(&b',') {
        return "cannot use \",\" as timestamp segment".to_owned();
    }
    let tail = text.get(text.len().saturating_sub(6)..).unwrap_or(text);
    format!("cannot use {} as UTC offset", quote(tail))
}

fn part(rest: &str, name: &str) -> String {
    match rest {
        "" => format!("end of string before {name}"),
        _ => format!("cannot use {} as {name}", quote(rest)),
    }
}

/// Takes `count` digits off `rest`.
fn take(rest: &mut &str, count: usize, name: &str) -> Result<i64, String> {
    let digits = rest.get(..count);
    let value = number(digits, 0, i64::MAX).ok_or_else(|| part(rest, name))?;
    *rest = rest.get(count..).unwrap_or("");
    Ok(value)
}

fn expect(rest: &mut &str, literal: &str) -> Result<(), String> {
    if let Some(after) = rest.strip_prefix(literal) {
        *rest = after;
        return Ok(());
    }
    Err(match (literal, *rest) {
        ("T", _) => "missing required time introducer 'T'".to_owned(),
        (_, "") => format!("end of string where {} is expected", quote(literal)),
        _ => format!("found {} where {} is expected", quote(rest), quote(literal)),
    })
}

fn lenient(text: &str) -> Result<(), String> {
    let mut rest = text;
    let year = take(&mut rest, 4, "year")?;
    expect(&mut rest, "-")?;
    let month = take(&mut rest, 2, "month")?;
    if !(1..=12).contains(&month) {
        return Err(part(rest, "month"));
    }
    expect(&mut rest, "-")?;
    let day = take(&mut rest, 2, "day of month")?;
    expect(&mut rest, "T")?;
    let hour = hour(&mut rest)?;
    within(hour, 23, rest, "hour")?;
    expect(&mut rest, ":")?;
    let minute = take_two(&mut rest, "minute")?;
    within(minute, 59, rest, "minute")?;
    expect(&mut rest, ":")?;
    let second = take(&mut rest, 2, "second")?;
    within(second, 59, rest, "second")?;
    skip_fraction(&mut rest);
    zone(&mut rest)?;
    if !rest.is_empty() {
        return Err(part(rest, "timestamp segment"));
    }
    if day < 1 || day > days_in_month(year, month) {
        return Err("day out of range".to_owned());
    }
    Ok(())
}

/// A number out of range is told by what follows it.
fn within(value: i64, max: i64, rest: &str, name: &str) -> Result<(), String> {
    match name {
        _ if value <= max => Ok(()),
        "second" => Err(part(rest, name)),
        _ => Err(two_digits(rest, name)),
    }
}

/// One or two digits: the lenient parser's idea of an hour.
fn hour(rest: &mut &str) -> Result<i64, String> {
    if let Some(hour) = number(rest.get(..2), 0, 99) {
        *rest = rest.get(2..).unwrap_or("");
        return Ok(hour);
    }
    if let Some(hour) = number(rest.get(..1), 0, 9) {
        *rest = rest.get(1..).unwrap_or("");
        return Ok(hour);
    }
    Err(two_digits(rest, "hour"))
}

fn take_two(rest: &mut &str, name: &str) -> Result<i64, String> {
    take(rest, 2, name).map_err(|_| two_digits(rest, name))
}

fn two_digits(rest: &str, name: &str) -> String {
    match rest {
        "" => format!("end of string before {name}"),
        _ if name == "hour" && rest.contains(':') => {
            "hour must be between 0 and 23 inclusive".to_owned()
        }
        _ if rest.len() != 2 => format!("{name} must have exactly two digits"),
        _ => part(rest, name),
    }
}

fn skip_fraction(rest: &mut &str) {
    let Some(digits) = rest.strip_prefix(['.', ',']) else {
        return;
    };
    let after = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    if after.len() < digits.len() {
        *rest = after;
    }
}

fn zone(rest: &mut &str) -> Result<(), String> {
    if let Some(after) = rest.strip_prefix('Z') {
        *rest = after;
        return Ok(());
    }
    let zone = rest.get(..6);
    let signed = zone.filter(|zone| zone.starts_with(['+', '-']) && zone.get(3..4) == Some(":"));
    let hours = signed.and_then(|zone| number(zone.get(1..3), 0, 99));
    let minutes = signed.and_then(|zone| number(zone.get(4..6), 0, 99));
    match (hours, minutes) {
        (Some(0..=24), Some(0..=60)) => {
            *rest = rest.get(6..).unwrap_or("");
            Ok(())
        }
        (Some(_), Some(_)) => Err(part(rest.get(6..).unwrap_or(""), "UTC offset")),
        _ => Err(part(rest, "UTC offset")),
    }
}
