//! Time as locks and backups write it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Seconds since 1970, as in the name of a backup.
pub(crate) fn unix_seconds() -> u64 {
    since_epoch().as_secs()
}

/// Now, in UTC, as Go's `time.RFC3339Nano`.
pub(crate) fn now() -> String {
    rfc3339(since_epoch())
}

/// Now, in UTC, always to the microsecond.
pub(crate) fn now_micros() -> String {
    let since = since_epoch();
    let whole = rfc3339(Duration::from_secs(since.as_secs()));
    let whole = whole.trim_end_matches('Z');
    format!("{whole}.{:06}Z", since.subsec_micros())
}

fn since_epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

/// A time, RFC 3339, in whole seconds.
pub(crate) fn whole_seconds(time: std::time::SystemTime) -> String {
    let since = time.duration_since(std::time::UNIX_EPOCH);
    rfc3339(Duration::from_secs(since.unwrap_or_default().as_secs()))
}

fn rfc3339(since: Duration) -> String {
    let (days, seconds) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = match since.subsec_nanos() {
        0 => String::new(),
        nanos => format!(".{nanos:09}").trim_end_matches('0').to_owned(),
    };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// Year, month and day of a day since 1970, in the Gregorian calendar.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = (shifted_month + 2) % 12 + 1;
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// A duration as Go reads it: `10s`, `1m30s`, `1.5h`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let invalid = || format!("invalid duration {text:?}, such as 30s or 1m30s");
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    let mut total = Duration::ZERO;
    while !rest.is_empty() || total.is_zero() && rest.len() == text.len() {
        let digits = rest
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .ok_or_else(invalid)?;
        let (number, after) = rest.split_at(digits);
        let end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, next) = after.split_at(end);
        let seconds = match unit {
            "ns" => 1e-9,
            "us" | "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(invalid()),
        };
        let number: f64 = number.parse().map_err(|_| invalid())?;
        let part = Duration::try_from_secs_f64(number * seconds).map_err(|_| invalid())?;
        total = total.checked_add(part).ok_or_else(invalid)?;
        rest = next;
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_go_writes_them() {
        let at = |seconds, nanos| rfc3339(Duration::new(seconds, nanos));
        assert_eq!(at(0, 0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_400, 500_000_000), "2000-02-29T00:00:00.5Z");
        assert_eq!(at(1_767_225_599, 1), "2025-12-31T23:59:59.000000001Z");
    }

    #[test]
    fn durations_are_read_as_go_reads_them() {
        let seconds = |text| parse_duration(text).map(|d| d.as_secs_f64());
        assert_eq!(seconds("0"), Ok(0.0));
        assert_eq!(seconds("0s"), Ok(0.0));
        assert_eq!(seconds("1m30s"), Ok(90.0));
        assert_eq!(seconds("1.5h"), Ok(5400.0));
        assert_eq!(seconds("250ms"), Ok(0.25));
        for text in ["", "1", "s", "1x", "1e999s", "-1s"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
