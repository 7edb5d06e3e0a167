//! Points in time as RFC 3339 writes them, with the arithmetic of Go.

use std::time::SystemTime;

use jiff::{Timestamp, civil, tz::Offset};

/// A date and time of day at an offset from UTC, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) local: civil::DateTime,
    offset: Offset,
}

/// A unit of calendars and clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Years,
    Months,
    Days,
    Hours,
    Minutes,
    Seconds,
}

impl Unit {
    /// As it stands in the names of attributes.
    pub(super) fn name(self) -> &'static str {
        match self {
            Unit::Years => "years",
            Unit::Months => "months",
            Unit::Days => "days",
            Unit::Hours => "hours",
            Unit::Minutes => "minutes",
            Unit::Seconds => "seconds",
        }
    }
}

impl Moment {
    /// What Go calls the zero time: the first second of year 1.
    pub(super) const ZERO: Moment = Moment {
        local: civil::DateTime::constant(1, 1, 1, 0, 0, 0, 0),
        offset: Offset::UTC,
    };

    /// A point in time in UTC; `None` beyond year 9999.
    pub(super) fn of(time: SystemTime) -> Option<Self> {
        let timestamp = Timestamp::try_from(time).ok()?;
        Moment::of_unix(timestamp.as_second())
    }

    /// So many seconds after 1970 began, in UTC; `None` beyond year 9999.
    pub(super) fn of_unix(seconds: i64) -> Option<Self> {
        let timestamp = Timestamp::from_second(seconds).ok()?;
        Some(Moment {
            local: Offset::UTC.to_datetime(timestamp),
            offset: Offset::UTC,
        })
    }

    /// Reads `2006-01-02T15:04:05Z` and the like; a fraction of a second is
    /// dropped.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once('T')?;
        let [year, month, day] = numbers(date, "-", [4, 2, 2])?;
        let at = rest.find(['Z', '+', '-'])?;
        let (time, zone) = rest.split_at_checked(at)?;
        let time = match time.split_once(['.', ',']) {
            Some((time, fraction)) if all_digits(fraction) => time,
            Some(_) => return None,
            None => time,
        };
        // Go takes an hour of one digit as well.
        let hour_digits = if time.len() == 7 { 1 } else { 2 };
        let [hour, minute, second] = numbers(time, ":", [hour_digits, 2, 2])?;
        let small = |number: i16| i8::try_from(number).ok();
        let date = civil::Date::new(year, small(month)?, small(day)?).ok()?;
        let time = civil::Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
        Some(Moment {
            local: date.to_datetime(time),
            offset: offset(zone)?,
        })
    }

    /// As RFC 3339 writes it.
    pub(super) fn text(&self) -> String {
        let local = self.local.strftime("%Y-%m-%dT%H:%M:%S");
        match self.offset.seconds() {
            0 => format!("{local}Z"),
            seconds => {
                let sign = if seconds < 0 { '-' } else { '+' };
                let minutes = seconds.abs() / 60;
                format!("{local}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }

    /// Seconds since 1970 began.
    pub(super) fn unix(&self) -> i64 {
        self.offset
            .to_timestamp(self.local)
            .map_or(i64::MAX, Timestamp::as_second)
    }

    /// The moment some time later or earlier. Days that a month does not have
    /// run over into the next, as they do in Go: a month after January 31 is
    /// March 3. `None` beyond year 9999.
    pub(super) fn plus(&self, count: i64, unit: Unit) -> Option<Self> {
        let local = match unit {
            Unit::Years => self.plus_months(count.checked_mul(12)?)?,
            Unit::Months => self.plus_months(count)?,
            Unit::Days => self
                .local
                .checked_add(span(count.checked_mul(86_400)?))
                .ok()?,
            Unit::Hours => self
                .local
                .checked_add(span(count.checked_mul(3600)?))
                .ok()?,
            Unit::Minutes => self.local.checked_add(span(count.checked_mul(60)?)).ok()?,
            Unit::Seconds => self.local.checked_add(span(count)).ok()?,
        };
        Some(Moment { local, ..*self })
    }

    fn plus_months(&self, count: i64) -> Option<civil::DateTime> {
        let date = self.local.date();
        let months = i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
        let months = months.checked_add(count)?;
        let year = i16::try_from(months.div_euclid(12)).ok()?;
        let month = i8::try_from(months.rem_euclid(12) + 1).ok()?;
        let first = civil::Date::new(year, month, 1).ok()?;
        let days = i64::from(date.day()) - 1;
        let first = first.to_datetime(self.local.time());
        first.checked_add(span(days * 86_400)).ok()
    }
}

/// Seconds of a time that has no zones: every day has 24 hours.
fn span(seconds: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_secs(seconds)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Numbers of so many digits between separators.
fn numbers<const N: usize>(text: &str, separator: &str, digits: [usize; N]) -> Option<[i16; N]> {
    let parts: Vec<&str> = text.split(separator).collect();
    let parts: [&str; N] = parts.try_into().ok()?;
    let mut found = [0; N];
    for ((number, part), digits) in found.iter_mut().zip(parts).zip(digits) {
        if part.len() != digits || !all_digits(part) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    Some(found)
}

fn offset(zone: &str) -> Option<Offset> {
    if zone == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match zone.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, zone.strip_prefix('-')?),
    };
    let [hours, minutes] = numbers(digits, ":", [2, 2])?;
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
    Offset::from_seconds(sign * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Go 1.26: `time.Parse`, `AddDate` or `Add`, `Format` and
    /// `Unix`.
    #[test]
    fn arithmetic_is_that_of_go() {
        use Unit::{Days, Hours, Minutes, Months, Seconds, Years};
        for (text, count, unit, expected, unix) in [
            (
                "2020-02-12T06:36:13Z",
                1,
                Days,
                "2020-02-13T06:36:13Z",
                1581575773,
            ),
            (
                "2020-02-29T06:36:13Z",
                1,
                Years,
                "2021-03-01T06:36:13Z",
                1614580573,
            ),
            (
                "2021-01-31T00:00:00Z",
                1,
                Months,
                "2021-03-03T00:00:00Z",
                1614729600,
            ),
            (
                "2021-03-31T00:00:00+02:00",
                -1,
                Months,
                "2021-03-03T00:00:00+02:00",
                1614722400,
            ),
            (
                "2021-12-31T23:59:59.999Z",
                13,
                Months,
                "2023-01-31T23:59:59Z",
                1675209599,
            ),
            (
                "2021-12-31T23:59:59-00:30",
                1,
                Seconds,
                "2022-01-01T00:00:00-00:30",
                1640997000,
            ),
            (
                "2021-03-27T23:30:00+01:00",
                36,
                Hours,
                "2021-03-29T11:30:00+01:00",
                1617013800,
            ),
            (
                "0001-01-01T00:00:00Z",
                90,
                Minutes,
                "0001-01-01T01:30:00Z",
                -62135591400,
            ),
        ] {
            let moment = Moment::parse(text).unwrap().plus(count, unit).unwrap();
            assert_eq!(
                (moment.text().as_str(), moment.unix()),
                (expected, unix),
                "{text}"
            );
        }
    }

    #[test]
    fn other_texts_are_no_moments() {
        for text in [
            "",
            "2020",
            "2020-02-12",
            "2020-02-30T00:00:00Z",
            "2020-2-12T06:36:13Z",
            "2020-02-12 06:36:13Z",
            "2020-02-12t06:36:13z",
            "2020-02-12T24:00:00Z",
            "2020-02-12T06:36:60Z",
            "2020-02-12T06:36Z",
            "2020-02-12T06:36:13",
            "2020-02-12T06:36:13+25:00",
            "2020-02-12T06:36:13+0100",
            "2020-02-12T06:36:13.Z",
            "2020-02-12T06:36:13ZZ",
            "+020-02-12T06:36:13Z",
            "Z",
            "T",
            "TZ",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
        let last = Moment::parse("9999-12-31T23:59:59Z").unwrap();
        for unit in [
            Unit::Years,
            Unit::Months,
            Unit::Days,
            Unit::Hours,
            Unit::Seconds,
        ] {
            assert_eq!(last.plus(1, unit), None);
            assert_eq!(last.plus(i64::MAX, unit), None);
        }
    }
}
