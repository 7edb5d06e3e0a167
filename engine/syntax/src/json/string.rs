//! JSON strings.

/// Decodes a string with its quotes. The error is how many bytes were read
/// when it showed: the offset HCL reports.
pub(super) fn decode(token: &str) -> Result<String, usize> {
    let body = token.strip_prefix('"').unwrap_or(token);
    let mut decoded = String::with_capacity(body.len());
    let mut chars = body.char_indices().map(|(index, char)| (index + 1, char));
    // A high surrogate that waits for its other half.
    let mut high: Option<u32> = None;
    while let Some((index, char)) = chars.next() {
        if char == '"' {
            lone(&mut high, &mut decoded);
            return Ok(decoded);
        }
        if char < ' ' {
            return Err(index + 1);
        }
        if char != '\\' {
            lone(&mut high, &mut decoded);
            decoded.push(char);
            continue;
        }
        let Some((index, selector)) = chars.next() else {
            return Err(token.len());
        };
        if selector == 'u' {
            let mut number = 0;
            for _ in 0..4 {
                let Some((index, digit)) = chars.next() else {
                    return Err(token.len());
                };
                number = number * 16 + digit.to_digit(16).ok_or(index + 1)?;
            }
            unit(number, &mut high, &mut decoded);
            continue;
        }
        lone(&mut high, &mut decoded);
        decoded.push(match selector {
            '"' | '\\' | '/' => selector,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => return Err(index + 1),
        });
    }
    Err(token.len())
}

/// Adds a code unit of UTF-16.
fn unit(number: u32, high: &mut Option<u32>, decoded: &mut String) {
    match (high.take(), number) {
        (Some(first), 0xdc00..0xe000) => {
            let joined = 0x10000 + ((first - 0xd800) << 10) + (number - 0xdc00);
            decoded.push(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        (before, _) => {
            if before.is_some() {
                decoded.push(char::REPLACEMENT_CHARACTER);
            }
            match number {
                0xd800..0xdc00 => *high = Some(number),
                _ => decoded.push(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)),
            }
        }
    }
}

/// Half a pair of surrogates stands for nothing.
fn lone(high: &mut Option<u32>, decoded: &mut String) {
    if high.take().is_some() {
        decoded.push(char::REPLACEMENT_CHARACTER);
    }
}

/// Whether it is a number as JSON writes them.
pub(super) fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let unsigned = |exponent: &str| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(unsigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings() {
        let cases = [
            (r#""plain ü""#, Ok("plain ü")),
            (r#""\"\\\/\b\f\n\r\t""#, Ok("\"\\/\u{8}\u{c}\n\r\t")),
            (r#""\u00e9\ud83d\ude00\ud83d""#, Ok("é😀\u{fffd}")),
            (r#""a\q""#, Err(4)),
            (r#""\u00g0""#, Err(6)),
            (r#""open"#, Err(5)),
        ];
        for (text, expected) in cases {
            assert_eq!(decode(text), expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn numbers() {
        for text in ["0", "-1", "10.50", "1e5", "1E-5", "0.1e+3"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "-", "01", ".5", "1.", "1e", "+1", "1e5.0", "1-2"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
