//! IP addresses as Go's `net/netip` reads them, for what it says of those it refuses.

use crate::strconv::quote;

/// Whether `text` is an IPv4 address; otherwise it is one of IPv6.
///
/// # Errors
/// In the words of `netip.ParseAddr`.
pub(super) fn is_ipv4(text: &[u8]) -> Result<bool, String> {
    let failed = |wrong: Wrong<'_>| {
        let at = match wrong.at {
            [] => String::new(),
            at => format!(" (at {})", quote(at)),
        };
        format!("ParseAddr({}): {}{at}", quote(text), wrong.what)
    };
    match text.iter().find(|byte| b".:%".contains(byte)) {
        Some(b'.') => ipv4(text).map(|()| true).map_err(failed),
        Some(b':') => ipv6(text).map(|()| false).map_err(failed),
        Some(_) => Err(failed("missing IPv6 address".into())),
        None => Err(failed("unable to parse IP".into())),
    }
}

struct Wrong<'t> {
    what: &'static str,
    at: &'t [u8],
}

impl From<&'static str> for Wrong<'_> {
    fn from(what: &'static str) -> Self {
        Wrong { what, at: &[] }
    }
}

fn wrong<'t, T>(what: &'static str, at: &'t [u8]) -> Result<T, Wrong<'t>> {
    Err(Wrong { what, at })
}

fn ipv4(text: &[u8]) -> Result<(), Wrong<'_>> {
    let (mut number, mut digits, mut fields) = (0_u32, 0, 1);
    for (index, byte) in text.iter().enumerate() {
        let rest = text.get(index..).unwrap_or_default();
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && number == 0 {
                    return Err("IPv4 field has octet with leading zero".into());
                }
                number = number * 10 + u32::from(byte - b'0');
                digits += 1;
                if number > 255 {
                    return Err("IPv4 field has value >255".into());
                }
            }
            b'.' if digits == 0 || rest.len() == 1 => {
                return wrong("IPv4 field must have at least one digit", rest);
            }
            b'.' if fields == 4 => return Err("IPv4 address too long".into()),
            b'.' => {
                (number, digits) = (0, 0);
                fields += 1;
            }
            _ => return wrong("unexpected character", rest),
        }
    }
    if fields < 4 {
        return Err("IPv4 address too short".into());
    }
    Ok(())
}

fn ipv6(text: &[u8]) -> Result<(), Wrong<'_>> {
    let mut rest = text;
    if let Some(at) = text.iter().position(|byte| *byte == b'%') {
        if at + 1 == text.len() {
            return Err("zone must be a non-empty string".into());
        }
        rest = text.get(..at).unwrap_or_default();
    }
    let mut ellipsis = false;
    if let Some(after) = rest.strip_prefix(b"::") {
        ellipsis = true;
        rest = after;
    }
    let mut fields = 0;
    while fields < 8 && !(ellipsis && rest.is_empty()) {
        let digits = group(rest)?;
        if rest.get(digits) == Some(&b'.') {
            fields += embedded(rest, fields, ellipsis)?;
            rest = &[];
            break;
        }
        fields += 1;
        rest = rest.get(digits..).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
        (rest, ellipsis) = separator(rest, ellipsis)?;
    }
    match (rest.is_empty(), fields, ellipsis) {
        (false, ..) => wrong("trailing garbage after address", rest),
        (true, 8, true) => Err("the :: must expand to at least one field of zeros".into()),
        (true, 0..8, false) => Err("address string too short".into()),
        _ => Ok(()),
    }
}

/// The number of hexadecimal digits at the start.
fn group(rest: &[u8]) -> Result<usize, Wrong<'_>> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit());
    match digits.count() {
        0 => wrong(
            "each colon-separated field must have at least one digit",
            rest,
        ),
        1..=4 => Ok(rest
            .iter()
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count()),
        _ => wrong("each group must have 4 or less digits", rest),
    }
}

/// An IPv4 address at the end, in the place of two fields.
fn embedded(rest: &[u8], fields: usize, ellipsis: bool) -> Result<usize, Wrong<'_>> {
    if !ellipsis && fields != 6 {
        let what = "embedded IPv4 address must replace the final 2 fields of the address";
        return wrong(what, rest);
    }
    if fields > 6 {
        let what = "too many hex fields to fit an embedded IPv4 at the end of the address";
        return wrong(what, rest);
    }
    ipv4(rest).map(|()| 2)
}

/// What follows the colon between two fields, and whether there was a `::` so far.
fn separator(rest: &[u8], ellipsis: bool) -> Result<(&[u8], bool), Wrong<'_>> {
    let Some(after) = rest.strip_prefix(b":") else {
        return wrong("unexpected character, want colon", rest);
    };
    match after.strip_prefix(b":") {
        Some(_) if ellipsis => wrong("multiple :: in address", after),
        Some(after) => Ok((after, true)),
        None if after.is_empty() => wrong("colon must be followed by more characters", rest),
        None => Ok((after, ellipsis)),
    }
}
