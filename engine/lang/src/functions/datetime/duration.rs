//! Durations such as `1h30m` or `-1.5s`.

use std::fmt::Write as _;

/// Nanoseconds of a unit.
fn unit(name: &str) -> Option<u64> {
    Some(match name {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// The nanoseconds of a duration: numbers with units, one after another,
/// behind an optional sign; `0` needs no unit.
pub(super) fn parse(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quote(text));
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (whole, after) = digits(rest);
        if whole.bytes().try_fold(0, leading).is_none() {
            return Err(invalid());
        }
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => digits(after),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let end = after
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        if name.is_empty() {
            return Err(format!("time: missing unit in duration {}", quote(text)));
        }
        let Some(unit) = unit(name) else {
            let (name, text) = (quote(name), quote(text));
            return Err(format!("time: unknown unit {name} in duration {text}"));
        };
        let amount = amount(whole, fraction, unit).ok_or_else(invalid)?;
        total = total.checked_add(amount).ok_or_else(invalid)?;
        rest = after;
    }
    match (negative, i64::try_from(total)) {
        (false, Ok(total)) => Ok(total),
        (true, Ok(total)) => Ok(-total),
        (true, Err(_)) if total == i64::MIN.unsigned_abs() => Ok(i64::MIN),
        _ => Err(invalid()),
    }
}

/// One digit more of a number that may be as large as that of the smallest duration.
fn leading(number: u64, digit: u8) -> Option<u64> {
    let number = number
        .checked_mul(10)?
        .checked_add(u64::from(digit - b'0'))?;
    (number <= 1 << 63).then_some(number)
}

/// Text in quotes as errors about times have it: what is not plain ASCII as
/// bytes.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => {
                let _ = write!(quoted, "\\x{byte:02x}");
            }
        }
    }
    quoted.push('"');
    quoted
}

fn digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

fn amount(whole: &str, fraction: &str, unit: u64) -> Option<u64> {
    let whole: u64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let whole = whole.checked_mul(unit)?;
    let mut numerator: u64 = 0;
    let mut scale = 1f64;
    for digit in fraction.bytes().map(|b| u64::from(b - b'0')) {
        // More digits than fit say nothing that a nanosecond could show.
        let Some(longer) = numerator.checked_mul(10).and_then(|n| n.checked_add(digit)) else {
            break;
        };
        if longer > i64::MAX as u64 {
            break;
        }
        numerator = longer;
        scale *= 10.0;
    }
    let part = numerator as f64 * (unit as f64 / scale);
    let total = whole.checked_add(part as u64)?;
    (total <= 1 << 63).then_some(total)
}
