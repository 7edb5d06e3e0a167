//! The type that a scalar's look gives it in YAML 1.1, as go-yaml 2 reads it.

use super::YamlError;
use super::timestamp::is_timestamp;

/// A scalar with its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved {
    /// `~`, `null` or nothing.
    Null,
    /// `true`, `yes`, `on`, `y` and their opposites.
    Bool(bool),
    /// A whole number that fits 64 bits with a sign.
    Int(i64),
    /// A larger one that fits without.
    Uint(u64),
    /// Any other number.
    Float(f64),
    /// A date: text to JSON, but quoted when a string looks like it.
    Timestamp,
    /// A merge key.
    Merge,
    /// Text.
    Text,
    /// Base64 text under the tag `!!binary`.
    Binary,
}

const PREFIX: &str = "tag:yaml.org,2002:";

/// Resolves `text` under `tag` (in full; empty for none).
///
/// # Errors
/// When the text can't be of the type that the tag demands.
pub fn resolve(tag: &str, text: &str) -> Result<Resolved, YamlError> {
    let short = tag.strip_prefix(PREFIX);
    match (tag, short) {
        ("", _) => return Ok(by_look(text, true)),
        (_, Some("str")) => return Ok(Resolved::Text),
        (_, Some("binary")) => return Ok(Resolved::Binary),
        (_, Some("bool" | "int" | "float" | "null" | "timestamp")) => {}
        _ => return Ok(Resolved::Text),
    }
    let wanted = short.unwrap_or_default();
    let found = by_look(text, wanted == "timestamp");
    match (wanted, &found) {
        ("bool", Resolved::Bool(_))
        | ("int", Resolved::Int(_) | Resolved::Uint(_))
        | ("float", Resolved::Float(_))
        | ("null", Resolved::Null)
        | ("timestamp", Resolved::Timestamp) => Ok(found),
        #[expect(clippy::cast_precision_loss, reason = "Go converts with the same loss")]
        ("float", Resolved::Int(value)) => Ok(Resolved::Float(*value as f64)),
        _ => {
            let kind = kind_of(&found);
            Err(YamlError::unplaced(format!(
                "cannot decode {kind} `{text}` as a !!{wanted}"
            )))
        }
    }
}

fn kind_of(resolved: &Resolved) -> &'static str {
    match resolved {
        Resolved::Null => "!!null",
        Resolved::Bool(_) => "!!bool",
        Resolved::Int(_) | Resolved::Uint(_) => "!!int",
        Resolved::Float(_) => "!!float",
        Resolved::Timestamp => "!!timestamp",
        Resolved::Merge => "!!merge",
        Resolved::Text => "!!str",
        Resolved::Binary => "!!binary",
    }
}

fn by_look(text: &str, timestamps: bool) -> Resolved {
    match text.bytes().next() {
        None => Resolved::Null,
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => {
            word(text)
        }
        Some(b'.') => special_float(text)
            .or_else(|| go_float(text))
            .map_or(Resolved::Text, Resolved::Float),
        Some(b'+' | b'-' | b'0'..=b'9') => special_float(text)
            .map(Resolved::Float)
            .or_else(|| (timestamps && is_timestamp(text)).then_some(Resolved::Timestamp))
            .or_else(|| number(text))
            .unwrap_or(Resolved::Text),
        Some(_) => Resolved::Text,
    }
}

fn word(text: &str) -> Resolved {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Resolved::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Resolved::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Resolved::Null,
        _ => Resolved::Text,
    }
}

fn special_float(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn number(text: &str) -> Option<Resolved> {
    let plain = if text.contains('_') {
        &text.replace('_', "")
    } else {
        text
    };
    if let Some(value) = whole(plain) {
        return Some(value);
    }
    is_yaml_float(plain)
        .then(|| go_float(plain))
        .flatten()
        .map(Resolved::Float)
}

/// `strconv.ParseInt` and `ParseUint` with base 0: `0x`, `0o`, `0b` and a leading `0` for octal.
fn whole(text: &str) -> Option<Resolved> {
    let (signed, negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, true, text.get(1..)?),
        b'+' => (true, false, text.get(1..)?),
        _ => (false, false, text),
    };
    let prefix = digits.get(..2).unwrap_or_default().to_ascii_lowercase();
    let (radix, digits) = match prefix.as_str() {
        "0x" => (16, digits.get(2..)?),
        "0o" => (8, digits.get(2..)?),
        "0b" => (2, digits.get(2..)?),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if digits.is_empty()
        || !digits
            .bytes()
            .all(|digit| char::from(digit).is_digit(radix))
    {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return 0_i64.checked_sub_unsigned(magnitude).map(Resolved::Int);
    }
    match i64::try_from(magnitude) {
        Ok(value) => Some(Resolved::Int(value)),
        Err(_) if !signed => Some(Resolved::Uint(magnitude)),
        Err(_) => None,
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_yaml_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (before, after) = match mantissa.split_once('.') {
        Some((before, after)) => (before, Some(after)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = digits(before)
        && after.is_none_or(digits)
        && (!before.is_empty() || after.is_some_and(|after| !after.is_empty()));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    mantissa_fits && exponent_fits
}

/// `strconv.ParseFloat` of a decimal text; `None` out of range.
fn go_float(text: &str) -> Option<f64> {
    is_yaml_float(text)
        .then(|| text.parse::<f64>().ok())
        .flatten()
        .filter(|value| value.is_finite())
}
