//! Numbers as Go writes them.

/// A float as Go's `%v` and `strconv.FormatFloat(value, 'g', -1, 64)` write it: the shortest digits
/// that read back, with an exponent below 1e-4 and from 1e+06 on.
#[must_use]
pub fn format_g(value: f64) -> String {
    general(value, &shortest(value))
}

/// The same with the digits that a 32-bit float needs.
#[must_use]
pub(crate) fn format_g32(value: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "Go rounds to 32 bits here as well"
    )]
    let narrow = value as f32;
    general(value, &format!("{:e}", narrow.abs()))
}

fn general(value: f64, scientific_text: &str) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let (digits, exponent) = split(scientific_text);
    let negative = value.is_sign_negative();
    let text = if !(-4..6).contains(&exponent) {
        scientific(&digits, exponent, 2)
    } else {
        positional(&digits, exponent)
    };
    signed(negative, text)
}

/// A float as `encoding/json` writes it.
#[must_use]
pub fn json_number(value: f64) -> String {
    let (digits, exponent) = split(&shortest(value));
    let negative = value.is_sign_negative();
    let magnitude = value.abs();
    let text = if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        scientific(&digits, exponent, 1)
    } else {
        positional(&digits, exponent)
    };
    signed(negative, text)
}

fn signed(negative: bool, text: String) -> String {
    if negative { format!("-{text}") } else { text }
}

/// The shortest digits that read back as the value. Where two are equally near, Go takes the even
/// one and Rust's `{:e}` does not.
fn shortest(value: f64) -> String {
    let text = format!("{:e}", value.abs());
    let digits = text
        .bytes()
        .take_while(|byte| *byte != b'e')
        .filter(u8::is_ascii_digit)
        .count();
    if digits < 16 {
        return text;
    }
    let exact = format!("{:.*e}", digits - 1, value.abs());
    if exact.parse() == Ok(value.abs()) {
        exact
    } else {
        text
    }
}

/// Digits and the exponent of the first one, of a text such as `1.25e-7`.
fn split(text: &str) -> (String, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let digits = mantissa.chars().filter(char::is_ascii_digit).collect();
    (digits, exponent.parse().unwrap_or(0))
}

fn scientific(digits: &str, exponent: i32, width: usize) -> String {
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!(
        "{first}{point}{rest}e{sign}{:0width$}",
        exponent.unsigned_abs()
    )
}

fn positional(digits: &str, exponent: i32) -> String {
    if exponent < 0 {
        let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
        return format!("0.{}{digits}", "0".repeat(zeros));
    }
    let whole = usize::try_from(exponent).unwrap_or(0) + 1;
    if digits.len() <= whole {
        return format!("{digits}{}", "0".repeat(whole - digits.len()));
    }
    let (before, after) = digits.split_at(whole);
    format!("{before}.{after}")
}
