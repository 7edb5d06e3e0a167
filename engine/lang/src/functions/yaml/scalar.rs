//! What a scalar means: the types of YAML 1.1 as Terraform reads them.

use trueup_value::{Number, Type, Value, quote};
use trueup_yaml::ScalarStyle;

use super::super::datetime::Timestamp;

const STR: &str = "tag:yaml.org,2002:str";
const BOOL: &str = "tag:yaml.org,2002:bool";
const INT: &str = "tag:yaml.org,2002:int";
const FLOAT: &str = "tag:yaml.org,2002:float";
const NULL: &str = "tag:yaml.org,2002:null";
const TIMESTAMP: &str = "tag:yaml.org,2002:timestamp";
const BINARY: &str = "tag:yaml.org,2002:binary";

/// A scalar resolved.
pub(super) enum Scalar {
    /// A value.
    Value(Value),
    /// `<<`: as a key, the value of which is merged in.
    Merge,
}

/// What `text` means under `tag`, which is empty if there is none.
pub(super) fn resolve(tag: &str, text: &str, style: ScalarStyle) -> Result<Scalar, String> {
    if !["", STR, BOOL, INT, FLOAT, NULL, TIMESTAMP, BINARY].contains(&tag) {
        return Err(format!("unsupported tag {}", quote(tag)));
    }
    let mut tag = tag;
    if may_be_more(text) && tag != STR && tag != BINARY {
        if style == ScalarStyle::Quoted {
            return Ok(Scalar::Value(Value::string(text)));
        }
        if let Some(value) = word(text) {
            return Ok(Scalar::Value(value));
        }
        if tag.is_empty() && matches!(text, ".nan" | ".NaN" | ".NAN") {
            return Err("floating point NaN is not supported".to_owned());
        }
        if text.starts_with('.') {
            if let Some(number) = Number::parse(text) {
                return Ok(Scalar::Value(Value::number(number)));
            }
        } else if text.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-') {
            if let Some(time) = timestamp(text).filter(|_| tag.is_empty() || tag == TIMESTAMP) {
                return Ok(Scalar::Value(Value::string(time)));
            }
            if is_number(text) {
                tag = INT;
            }
        }
    }
    if tag.is_empty() && text == "<<" {
        return Ok(Scalar::Merge);
    }
    tagged(tag, text).map(Scalar::Value)
}

/// Whether the first character leaves open that it is not a string.
fn may_be_more(text: &str) -> bool {
    let first = text.chars().next();
    first.is_none_or(|c| c.is_ascii_digit() || "+-.yYnNtTfFoO~".contains(c))
}

/// The words that are no strings.
fn word(text: &str) -> Option<Value> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::bool(false)
        }
        "" | "~" | "null" | "Null" | "NULL" => Value::null(Type::Dynamic),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => infinity(f64::INFINITY)?,
        "-.inf" | "-.Inf" | "-.INF" => infinity(f64::NEG_INFINITY)?,
        _ => return None,
    })
}

fn infinity(value: f64) -> Option<Value> {
    Number::from_f64(value).map(Value::number)
}

/// A number of YAML 1.2: decimal, `0o17`, `0xff`, or with a fraction or an
/// exponent.
fn is_number(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|b| matches!(b, b'0'..=b'7'));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    }
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => digits(mantissa) && !mantissa.is_empty(),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        digits(exponent) && !exponent.is_empty()
    });
    mantissa_fits && exponent_fits
}

fn tagged(tag: &str, text: &str) -> Result<Value, String> {
    let cannot = || format!("cannot parse {} as {tag}", quote(text));
    match tag {
        BOOL => match word(text) {
            Some(value @ Value::Bool(_)) => Ok(value),
            _ => Err(cannot()),
        },
        INT | FLOAT => number(&text.replace('_', "")).ok_or_else(cannot),
        NULL => Ok(Value::null(Type::Dynamic)),
        TIMESTAMP => timestamp(text).map(Value::string).ok_or_else(cannot),
        BINARY => match super::super::encoding::decode_base64(text) {
            Ok(_) => Ok(Value::string(text)),
            Err(_) => Err(cannot() + ": not valid base64"),
        },
        _ => Ok(Value::string(text)),
    }
}

fn number(text: &str) -> Option<Value> {
    if let Some(number) = Number::parse(text) {
        return Some(Value::number(number));
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let radixes = [("0x", 16), ("0o", 8), ("0b", 2)];
    let found = radixes.iter().find_map(|(prefix, radix)| {
        let digits = lower.strip_prefix(prefix)?;
        u64::from_str_radix(digits, *radix).ok()
    })?;
    let number = Number::parse(&found.to_string())?;
    Some(Value::number(if negative {
        number.negate()
    } else {
        number
    }))
}

/// A timestamp in one of the forms of YAML 1.1, written as RFC 3339.
fn timestamp(text: &str) -> Option<String> {
    if text.find(|c: char| !c.is_ascii_digit()) != Some(4) || text.get(4..5) != Some("-") {
        return None;
    }
    let year = text.get(..4)?.parse().ok()?;
    let mut rest = text.get(5..)?;
    let month = short(&mut rest, 1, 12)?;
    rest = rest.strip_prefix('-')?;
    let day = short(
        &mut rest,
        1,
        super::super::datetime::days_in_month(year, month),
    )?;
    if rest.is_empty() {
        return Some(Timestamp::civil([year, month, day], 0, 0).to_string());
    }
    let zoned = rest.starts_with(['T', 't']);
    rest = rest.strip_prefix(['T', 't', ' '])?;
    let hour = short(&mut rest, 0, 23)?;
    rest = rest.strip_prefix(':')?;
    let minute = short(&mut rest, 0, 59)?;
    rest = rest.strip_prefix(':')?;
    let second = short(&mut rest, 0, 59)?;
    if let Some(digits) = rest.strip_prefix(['.', ',']) {
        let after = digits.trim_start_matches(|c: char| c.is_ascii_digit());
        rest = if after.len() < digits.len() {
            after
        } else {
            rest
        };
    }
    let offset = match zoned {
        true => zone(rest)?,
        false if rest.is_empty() => 0,
        false => return None,
    };
    let seconds = hour * 3600 + minute * 60 + second;
    Some(Timestamp::civil([year, month, day], seconds, offset).to_string())
}

/// A number of one or two digits within bounds.
fn short(rest: &mut &str, min: i64, max: i64) -> Option<i64> {
    let two = rest
        .get(..2)
        .filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
    let one = rest
        .get(..1)
        .filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
    let digits = two.or(one)?;
    *rest = rest.get(digits.len()..)?;
    digits.parse().ok().filter(|n| (min..=max).contains(n))
}

/// `Z` or `+hh:mm`, in minutes.
fn zone(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    if text.len() != 6 || text.get(3..4) != Some(":") {
        return None;
    }
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let number = |text: Option<&str>| {
        let digits = text.filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
        digits.and_then(|t| t.parse::<i32>().ok())
    };
    let hours = number(text.get(1..3)).filter(|h| *h <= 24)?;
    let minutes = number(text.get(4..6)).filter(|m| *m <= 60)?;
    Some(sign * (hours * 60 + minutes))
}
