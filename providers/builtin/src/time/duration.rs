//! Durations as Go writes them: `1h30m`, `1.5s`, `-2us`.

use std::time::Duration;

/// Nanoseconds; negative ones go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GoDuration(pub(super) i64);

/// Units with their nanoseconds. Those that others begin with come later.
const UNITS: [(&str, i64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

impl GoDuration {
    /// Reads a duration.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if rest == "0" {
            return Some(GoDuration(0));
        }
        let mut sum: i128 = 0;
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let (nanoseconds, left) = term(rest)?;
            sum += nanoseconds;
            // One more than the largest number has a negative counterpart.
            if sum > 1 << 63 {
                return None;
            }
            rest = left;
        }
        let signed = if negative { -sum } else { sum };
        i64::try_from(signed).ok().map(GoDuration)
    }

    /// How long to wait: not at all where it goes back.
    pub(super) fn forward(self) -> Duration {
        Duration::from_nanos(u64::try_from(self.0).unwrap_or_default())
    }
}

/// A number with its unit, and what follows.
fn term(text: &str) -> Option<(i128, &str)> {
    let (whole, rest) = digits(text);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => digits(rest),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let found = UNITS
        .iter()
        .find_map(|(name, unit)| Some((unit, rest.strip_prefix(name)?)));
    let (unit, rest) = found?;
    // A unit ends where a number begins.
    if !rest.is_empty() && !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let whole: u64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    // Go takes fractions for floating point numbers.
    let (numerator, scale) = fraction_of(fraction);
    let part = (numerator as f64 * (*unit as f64 / scale)) as i128;
    Some((i128::from(whole) * i128::from(*unit) + part, rest))
}

/// As many digits as fit a number, and the power of ten they are over.
fn fraction_of(digits: &str) -> (i64, f64) {
    let mut number: i64 = 0;
    let mut scale = 1.0;
    for digit in digits.bytes().map(|byte| i64::from(byte - b'0')) {
        let longer = number.checked_mul(10).and_then(|n| n.checked_add(digit));
        let Some(longer) = longer else { break };
        number = longer;
        scale *= 10.0;
    }
    (number, scale)
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Go 1.26: `time.ParseDuration`.
    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("1h", Some(3_600_000_000_000)),
            ("1h30m", Some(5_400_000_000_000)),
            ("1.5s", Some(1_500_000_000)),
            (".5s", Some(500_000_000)),
            ("1.s", Some(1_000_000_000)),
            ("-1m2ms", Some(-60_002_000_000)),
            ("+3us4ns", Some(3_004)),
            ("1\u{b5}s", Some(1_000)),
            ("0.3333333333333333333h", Some(1_200_000_000_000)),
            ("9223372036854775807ns", Some(i64::MAX)),
            ("-9223372036854775808ns", Some(i64::MIN)),
            ("9223372036854775808ns", None),
            ("9223372036s1s", None),
            ("", None),
            ("-", None),
            ("1", None),
            ("1d", None),
            ("s", None),
            (".s", None),
            ("1 s", None),
            ("1s ", None),
            ("1sm", None),
            ("99999999999999999999h", None),
        ] {
            assert_eq!(GoDuration::parse(text).map(|d| d.0), expected, "{text}");
        }
    }
}
