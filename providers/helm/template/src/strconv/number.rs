//! Numbers as Go source writes them.

/// Why a number was not parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberError {
    Syntax,
    Range,
}

/// `strconv.ParseUint(text, 0, 64)`.
pub(crate) fn parse_uint(text: &str) -> Result<u64, NumberError> {
    let lower = text.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    if !underscores_ok(text) {
        return Err(NumberError::Syntax);
    }
    let digits = digits.replace('_', "");
    let valid = |byte: u8| char::from(byte).is_digit(base);
    if digits.is_empty() || !digits.bytes().all(valid) {
        return Err(NumberError::Syntax);
    }
    u64::from_str_radix(&digits, base).map_err(|_| NumberError::Range)
}

/// `strconv.ParseInt(text, 0, 64)`.
pub(crate) fn parse_int(text: &str) -> Result<i64, NumberError> {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let number = i128::from(parse_uint(digits)?);
    let number = if negative { -number } else { number };
    i64::try_from(number).map_err(|_| NumberError::Range)
}

/// `strconv.ParseFloat(text, 64)`.
pub(crate) fn parse_float(text: &str) -> Result<f64, NumberError> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let lower = unsigned.to_ascii_lowercase();
    if matches!(lower.as_str(), "inf" | "infinity" | "nan") {
        return text.parse().map_err(|_| NumberError::Syntax);
    }
    if lower.contains('_') && !underscores_ok(text) {
        return Err(NumberError::Syntax);
    }
    let digits = lower.replace('_', "");
    let value = match digits.strip_prefix("0x") {
        Some(hex) => parse_hex(hex).ok_or(NumberError::Syntax)?,
        None if digits.bytes().all(is_decimal) => {
            digits.parse::<f64>().map_err(|_| NumberError::Syntax)?
        }
        None => return Err(NumberError::Syntax),
    };
    if value.is_infinite() {
        return Err(NumberError::Range);
    }
    Ok(if text.starts_with('-') { -value } else { value })
}

fn is_decimal(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'+' | b'-')
}

/// `1.8p3`: hexadecimal digits with a binary exponent, which is required.
fn parse_hex(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut exponent: i64 = exponent.parse().unwrap_or(i64::from(i32::MAX));
    let mut bits: u128 = 0;
    for (index, digit) in whole.bytes().chain(part.bytes()).enumerate() {
        let digit = u128::from(char::from(digit).to_digit(16)?);
        if bits >> 120 == 0 {
            bits = bits << 4 | digit;
        } else {
            // Past the precision only whether anything is there matters.
            bits |= u128::from(digit != 0);
            exponent += 4;
        }
        if index >= whole.len() {
            exponent -= 4;
        }
    }
    Some(scale(bits, exponent))
}

/// `bits` times two to the power `exponent`, rounded once, to even.
fn scale(bits: u128, exponent: i64) -> f64 {
    if bits == 0 {
        return 0.0;
    }
    let width = i64::from(128 - bits.leading_zeros());
    let top = width + exponent;
    if top > 1024 {
        return f64::INFINITY;
    }
    let keep = if top < -1021 { 53 - (-1021 - top) } else { 53 };
    if keep < 0 {
        return 0.0;
    }
    let drop = width - keep;
    let (mut kept, exponent) = if drop > 0 {
        let kept = if drop >= 128 { 0 } else { bits >> drop };
        let rest = bits - if drop >= 128 { 0 } else { kept << drop };
        let half = 1u128 << (drop - 1);
        let up = rest > half || (rest == half && kept & 1 == 1);
        (kept + u128::from(up), exponent + drop)
    } else {
        (bits, exponent)
    };
    let mut exponent = exponent;
    while kept.is_multiple_of(2) && kept != 0 {
        kept >>= 1;
        exponent += 1;
    }
    let mut value = kept as f64;
    while exponent > 0 {
        let step = exponent.min(1000);
        value *= 2f64.powi(step as i32);
        exponent -= step;
    }
    while exponent < 0 {
        let step = (-exponent).min(1000);
        value /= 2f64.powi(step as i32);
        exponent += step;
    }
    value
}

/// Whether underscores only separate digits, or a base prefix from them.
fn underscores_ok(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let bytes = text.as_bytes();
    let mut last = b'^';
    let mut start = 0;
    let mut hex = false;
    if let [b'0', prefix, ..] = bytes
        && matches!(prefix.to_ascii_lowercase(), b'b' | b'o' | b'x')
    {
        start = 2;
        last = b'0';
        hex = prefix.eq_ignore_ascii_case(&b'x');
    }
    for byte in bytes.iter().skip(start) {
        if byte.is_ascii_digit() || hex && byte.is_ascii_hexdigit() {
            last = b'0';
        } else if *byte == b'_' {
            if last != b'0' {
                return false;
            }
            last = b'_';
        } else {
            if last == b'_' {
                return false;
            }
            last = b'!';
        }
    }
    last != b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_floats_round_once() {
        let cases = [
            ("0x1p4", 16.0),
            ("0x1.8p1", 3.0),
            ("-0X1P-2", -0.25),
            ("0x1p-1074", f64::from_bits(1)),
            ("0x0.8p-1074", 0.0),
            ("0x1.fffffffffffff8p0", 2.0),
            ("0x1.fffffffffffffp1023", f64::MAX),
        ];
        for (text, value) in cases {
            assert_eq!(parse_float(text), Ok(value), "{text}");
        }
        assert_eq!(parse_float("0x1p1024"), Err(NumberError::Range));
        assert_eq!(parse_float("0x1"), Err(NumberError::Syntax));
    }
}
