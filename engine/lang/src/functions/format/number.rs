//! Numbers as verbs write them: the rules of Go's `math/big`.

use trueup_value::{Number, NumberFormat};

use super::verb::Verb;

/// The fewest digits that say it exactly.
pub(super) fn shortest(number: &Number) -> String {
    number.format(NumberFormat::General, None)
}

/// `%e`, `%E`, `%f`, `%g`, `%G`.
pub(super) fn float(number: &Number, verb: &Verb) -> String {
    let (format, precision) = match verb.letter {
        'e' | 'E' => (NumberFormat::Exponent, verb.precision.or(Some(6))),
        'f' => (NumberFormat::Fixed, verb.precision.or(Some(6))),
        _ => (NumberFormat::General, verb.precision),
    };
    let mut text = number.format(format, precision);
    if verb.letter.is_ascii_uppercase() {
        text = text.replace('e', "E");
    }
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) if text.starts_with('+') => (if verb.space { " " } else { "+" }, digits),
        Some(digits) => ("-", digits),
        None => (positive_sign(verb), text.as_str()),
    };
    let padding = verb
        .width
        .unwrap_or(0)
        .saturating_sub(sign.len() + digits.len());
    match (verb.zero && !number.is_infinite(), verb.minus) {
        (true, _) => format!("{sign}{}{digits}", "0".repeat(padding)),
        (false, true) => format!("{sign}{digits}{}", " ".repeat(padding)),
        (false, false) => format!("{}{sign}{digits}", " ".repeat(padding)),
    }
}

fn positive_sign(verb: &Verb) -> &'static str {
    match (verb.plus, verb.space) {
        (true, _) => "+",
        (false, true) => " ",
        (false, false) => "",
    }
}

/// `%b`, `%d`, `%o`, `%x`, `%X` of a whole number; `None` for infinities.
pub(super) fn integer(number: &Number, verb: &Verb) -> Option<String> {
    let (radix, prefix) = match verb.letter {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut digits = number.abs().to_radix(radix)?;
    if verb.letter == 'X' {
        digits.make_ascii_uppercase();
    }
    if verb.precision == Some(0) && digits == "0" {
        return Some(String::new());
    }
    let sign = if number.is_negative() && !number.is_zero() {
        "-"
    } else {
        positive_sign(verb)
    };
    let prefix = if verb.sharp { prefix } else { "" };
    let mut zeros = verb.precision.unwrap_or(0).saturating_sub(digits.len());
    let length = sign.len() + prefix.len() + zeros + digits.len();
    let missing = verb.width.unwrap_or(0).saturating_sub(length);
    let (mut left, mut right) = (0, 0);
    if verb.minus {
        right = missing;
    } else if verb.zero && verb.precision.is_none() {
        zeros = missing;
    } else {
        left = missing;
    }
    let spaces = |count| " ".repeat(count);
    let (left, zeros, right) = (spaces(left), "0".repeat(zeros), spaces(right));
    Some(format!("{left}{sign}{prefix}{zeros}{digits}{right}"))
}
