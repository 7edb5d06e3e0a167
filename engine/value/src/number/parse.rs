//! Numbers from text.

use dashu_int::{UBig, ops::BitTest};

use super::{LITERAL_PRECISION, Number};

/// What the language takes for a number, before rounding.
struct Scanned {
    negative: bool,
    mantissa: UBig,
    /// The power of five to multiply with.
    five: i64,
    /// The power of two to multiply with.
    two: i64,
}

impl Number {
    /// Reads a decimal number: `-1.5e3`, also `.5`, `1.`, `1p4` (a binary
    /// exponent) and `Inf`; `None` if it is none.
    ///
    /// An exponent too large for any number gives an infinity.
    pub fn parse(text: &str) -> Option<Number> {
        if let Some(small) = parse_small(text) {
            return Some(small);
        }
        match text {
            "Inf" | "inf" | "+Inf" | "+inf" => return Some(Number::INFINITY),
            "-Inf" | "-inf" => return Some(Number::NEG_INFINITY),
            _ => {}
        }
        let scanned = scan(text)?;
        if scanned.mantissa.is_zero() {
            let zero = Number::literal(0);
            return Some(if scanned.negative {
                zero.negate()
            } else {
                zero
            });
        }
        apply(scanned)
    }
}

/// The usual case: a short integer.
fn parse_small(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 18 || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    text.parse().ok().map(Number::literal)
}

fn scan(text: &str) -> Option<Scanned> {
    let (negative, text) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let end = text
        .bytes()
        .position(|b| !b.is_ascii_digit() && b != b'.')
        .unwrap_or(text.len());
    let (digits, exponent) = text.split_at(end);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + fraction.len() == 0 || fraction.contains('.') {
        return None;
    }
    let mantissa = UBig::from_str_radix(&[whole, fraction].concat(), 10).ok()?;
    let mut scanned = Scanned {
        negative,
        mantissa,
        five: -i64::try_from(fraction.len()).ok()?,
        two: -i64::try_from(fraction.len()).ok()?,
    };
    let value = scan_exponent(exponent)?;
    scanned.two = scanned.two.checked_add(value)?;
    if !exponent.starts_with(['p', 'P']) {
        scanned.five = scanned.five.checked_add(value)?;
    }
    Some(scanned)
}

/// `e+5`, `P5`, or nothing.
fn scan_exponent(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let digits = text.strip_prefix(['e', 'E', 'p', 'P'])?;
    let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// Rounds in the steps of the language's reference implementation, so that
/// the last bit is the same.
fn apply(scanned: Scanned) -> Option<Number> {
    let Scanned {
        negative,
        mantissa,
        five,
        two,
    } = scanned;
    let top = two.checked_add(i64::try_from(mantissa.bit_len()).ok()?)?;
    i32::try_from(top).ok()?;
    if five == 0 {
        return Some(Number::rounded(negative, mantissa, two, LITERAL_PRECISION));
    }
    let power = power_of_five(five.unsigned_abs(), LITERAL_PRECISION + 64);
    let result = if five > 0 {
        Number::multiply_raw(negative, mantissa, two, &power, LITERAL_PRECISION)
    } else {
        Number::divide_raw(negative, mantissa, two, &power, LITERAL_PRECISION)
    };
    Some(result)
}

/// `5^n`, each step rounded to `precision` bits.
fn power_of_five(n: u64, precision: u32) -> Number {
    const EXACT: u64 = 27;
    let exact = UBig::from(5u8).pow(n.min(EXACT) as usize);
    let mut result = Number::rounded(false, exact, 0, precision);
    let mut rest = n.saturating_sub(EXACT);
    let mut factor = Number::rounded(false, UBig::from(5u8), 0, precision + 64);
    while rest > 0 {
        if rest & 1 == 1 {
            result = result.multiply_to(&factor, precision);
        }
        factor = factor.multiply_to(&factor, precision + 64);
        rest >>= 1;
    }
    result
}

/// The value of `digits`, all of them digits in `radix`.
pub(super) fn integer(digits: &str, radix: u32) -> Option<UBig> {
    if digits.is_empty() || !(2..=62).contains(&radix) {
        return None;
    }
    if radix <= 36 {
        let valid = digits.chars().all(|c| c.is_digit(radix));
        return valid.then(|| UBig::from_str_radix(digits, radix).ok())?;
    }
    digits.chars().try_fold(UBig::ZERO, |value, c| {
        let digit = match c {
            'A'..='Z' => u32::from(c) - u32::from('A') + 36,
            _ => c.to_digit(36)?,
        };
        (digit < radix).then(|| value * radix + digit)
    })
}
