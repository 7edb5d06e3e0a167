//! Percent encoding, by the rules of Go's `net/url`.

use crate::strconv::quote;

/// A part of a URL; each leaves other bytes as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    User,
    Host,
    /// What follows the `%` of an IPv6 address.
    Zone,
    Path,
    Fragment,
}

impl Part {
    /// Whether `byte` stands for itself.
    fn keeps(self, byte: u8) -> bool {
        let plain: &[u8] = match self {
            Part::User => b"-_.~$&+,;=",
            Part::Host | Part::Zone => b"-_.~!$&'()*+,;=:[]<>\"",
            Part::Path => b"-_.~$&+,/:;=@",
            Part::Fragment => b"-_.~$&+,/:;=?@!()*",
        };
        byte.is_ascii_alphanumeric() || plain.contains(&byte)
    }
}

/// Other bytes than those the part keeps as `%XX`.
pub(super) fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if part.keeps(*byte) {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    out
}

/// The bytes that are meant.
///
/// # Errors
/// A `%` without two hexadecimal digits; in hosts also what may not be there.
pub(super) fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        if *byte == b'%' {
            out.push(escaped(rest, part)?);
            rest = rest.get(3..).unwrap_or_default();
        } else {
            let in_host = matches!(part, Part::Host | Part::Zone);
            if in_host && byte.is_ascii() && !part.keeps(*byte) {
                return Err(format!(
                    "invalid character {} in host name",
                    quote(&[*byte])
                ));
            }
            out.push(*byte);
            rest = after;
        }
    }
    Ok(out)
}

/// The byte that the `%XX` at the start of `text` means.
fn escaped(text: &[u8], part: Part) -> Result<u8, String> {
    let head = text.get(..text.len().min(3)).unwrap_or_default();
    let invalid = || format!("invalid URL escape {}", quote(head));
    let digit = |at: usize| char::from(*head.get(at)?).to_digit(16);
    let digits = digit(1).zip(digit(2)).ok_or_else(invalid)?;
    let byte = u8::try_from(digits.0 * 16 + digits.1).map_err(|_| invalid())?;
    let allowed = match part {
        // Only what is not ASCII is escaped in hosts, but for the mark of zones.
        Part::Host => !byte.is_ascii() || head == b"%25",
        Part::Zone => head == b"%25" || byte == b' ' || Part::Host.keeps(byte),
        Part::User | Part::Path | Part::Fragment => true,
    };
    if allowed { Ok(byte) } else { Err(invalid()) }
}
