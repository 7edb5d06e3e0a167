//! `html`, `js` and `urlquery`.

use crate::{
    strconv::is_print,
    value::{Str, decode_rune},
};

pub(super) fn html(text: &Str) -> Str {
    let mut out = Vec::with_capacity(text.len());
    for byte in text.as_bytes() {
        match byte {
            0 => out.extend_from_slice("\u{fffd}".as_bytes()),
            b'"' => out.extend_from_slice(b"&#34;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            byte => out.push(*byte),
        }
    }
    out.into()
}

pub(super) fn js(text: &Str) -> Str {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((rune, width)) = decode_rune(rest) {
        let (raw, after) = rest.split_at_checked(width).unwrap_or((rest, b""));
        match rune {
            '\\' => out.extend_from_slice(br"\\"),
            '\'' => out.extend_from_slice(br"\'"),
            '"' => out.extend_from_slice(b"\\\""),
            '<' => out.extend_from_slice(br"\u003C"),
            '>' => out.extend_from_slice(br"\u003E"),
            '&' => out.extend_from_slice(br"\u0026"),
            '=' => out.extend_from_slice(br"\u003D"),
            rune if is_print(rune) || rune == '\u{7f}' => out.extend_from_slice(raw),
            rune => out.extend_from_slice(format!("\\u{:04X}", u32::from(rune)).as_bytes()),
        }
        rest = after;
    }
    out.into()
}

pub(super) fn url_query(text: &Str) -> Str {
    let mut out = String::with_capacity(text.len());
    for byte in text.as_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(*byte));
            }
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out.into()
}
