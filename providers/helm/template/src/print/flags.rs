//! Flags, width and precision of one verb, and the plain kinds under them.

use crate::{
    strconv::{
        can_backquote, format_float, format_float32, is_print, quote, quote_ascii, quote_rune,
    },
    value::runes,
};

/// What stands between `%` and the verb.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`, `%#v`: other formats rather than flags.
    pub(super) plus_v: bool,
    pub(super) sharp_v: bool,
}

/// A float of either size.
#[derive(Clone, Copy)]
pub(super) enum Float {
    Single(f32),
    Double(f64),
}

impl Flags {
    fn pad_byte(&self) -> u8 {
        if self.zero && !self.minus { b'0' } else { b' ' }
    }

    fn padding(&self, out: &mut Vec<u8>, count: usize) {
        out.resize(out.len() + count, self.pad_byte());
    }

    pub(super) fn pad(&self, out: &mut Vec<u8>, text: &[u8]) {
        let Some(width) = self.width.filter(|width| *width > 0) else {
            out.extend_from_slice(text);
            return;
        };
        let missing = width.saturating_sub(runes(text).count());
        if !self.minus {
            self.padding(out, missing);
        }
        out.extend_from_slice(text);
        if self.minus {
            self.padding(out, missing);
        }
    }

    fn pad_spaces(&self, out: &mut Vec<u8>, text: &[u8]) {
        Flags {
            zero: false,
            ..*self
        }
        .pad(out, text);
    }

    pub(super) fn boolean(&self, out: &mut Vec<u8>, value: bool) {
        self.pad(out, if value { b"true" } else { b"false" });
    }

    fn truncate<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        let Some(precision) = self.precision else {
            return text;
        };
        let end = runes(text).take(precision).map(|(_, width)| width).sum();
        text.get(..end).unwrap_or(text)
    }

    pub(super) fn string(&self, out: &mut Vec<u8>, text: &[u8]) {
        self.pad(out, self.truncate(text));
    }

    pub(super) fn quoted(&self, out: &mut Vec<u8>, text: &[u8]) {
        let text = self.truncate(text);
        if self.sharp && can_backquote(text) {
            let mut raw = vec![b'`'];
            raw.extend_from_slice(text);
            raw.push(b'`');
            self.pad(out, &raw);
        } else if self.plus {
            self.pad(out, quote_ascii(text).as_bytes());
        } else {
            self.pad(out, quote(text).as_bytes());
        }
    }

    /// `%x` and `%X` of bytes.
    pub(super) fn hex_bytes(&self, out: &mut Vec<u8>, bytes: &[u8], upper: bool) {
        let length = self
            .precision
            .map_or(bytes.len(), |precision| precision.min(bytes.len()));
        let bytes = bytes.get(..length).unwrap_or(bytes);
        if bytes.is_empty() {
            self.padding(out, self.width.unwrap_or(0));
            return;
        }
        let prefix: &[u8] = if upper { b"0X" } else { b"0x" };
        let mut text = Vec::with_capacity(bytes.len() * 2);
        for (index, byte) in bytes.iter().enumerate() {
            if self.space && index > 0 {
                text.push(b' ');
            }
            if self.sharp && (self.space || index == 0) {
                text.extend_from_slice(prefix);
            }
            let pair = if upper {
                format!("{byte:02X}")
            } else {
                format!("{byte:02x}")
            };
            text.extend_from_slice(pair.as_bytes());
        }
        self.pad(out, &text);
    }

    /// An integer of 64 bits, sign-extended, in base 2, 8, 10 or 16.
    pub(super) fn integer(&self, out: &mut Vec<u8>, bits: u64, signed: bool, verb: char) {
        let negative = signed && (bits as i64) < 0;
        let number = if negative { bits.wrapping_neg() } else { bits };
        let mut precision = 0;
        if let Some(wanted) = self.precision {
            if wanted == 0 && number == 0 {
                self.pad_spaces(out, b"");
                return;
            }
            precision = wanted;
        } else if let (true, false, Some(width)) = (self.zero, self.minus, self.width) {
            let sign = negative || self.plus || self.space;
            precision = width.saturating_sub(usize::from(sign));
        }
        let digits = match verb {
            'b' => format!("{number:b}"),
            'o' | 'O' => format!("{number:o}"),
            'x' => format!("{number:x}"),
            'X' => format!("{number:X}"),
            _ => number.to_string(),
        };
        let zeros = "0".repeat(precision.saturating_sub(digits.len()));
        let octal_zero = zeros.is_empty() && !digits.starts_with('0');
        let mut text = match verb {
            _ if negative => String::from("-"),
            _ if self.plus => "+".into(),
            _ if self.space => " ".into(),
            _ => String::new(),
        };
        text.push_str(if verb == 'O' { "0o" } else { "" });
        text.push_str(match verb {
            'b' if self.sharp => "0b",
            'o' | 'O' if self.sharp && octal_zero => "0",
            'x' if self.sharp => "0x",
            'X' if self.sharp => "0X",
            _ => "",
        });
        text.push_str(&zeros);
        text.push_str(&digits);
        self.pad_spaces(out, text.as_bytes());
    }

    /// `%c`.
    pub(super) fn character(&self, out: &mut Vec<u8>, code: u64) {
        let mut buffer = [0; 4];
        self.pad(out, rune(code).encode_utf8(&mut buffer).as_bytes());
    }

    /// `%q` of an integer.
    pub(super) fn quoted_character(&self, out: &mut Vec<u8>, code: u64) {
        self.pad(out, quote_rune(rune(code), self.plus).as_bytes());
    }

    /// `%U`.
    pub(super) fn unicode(&self, out: &mut Vec<u8>, code: u64) {
        let digits = format!("{code:X}");
        let precision = self.precision.unwrap_or(4).max(4);
        let zeros = "0".repeat(precision.saturating_sub(digits.len()));
        let mut text = format!("U+{zeros}{digits}");
        let rune = u32::try_from(code).ok().and_then(char::from_u32);
        if let Some(rune) = rune.filter(|rune| self.sharp && is_print(*rune)) {
            text.push_str(&format!(" '{rune}'"));
        }
        self.pad_spaces(out, text.as_bytes());
    }

    pub(super) fn float(
        &self,
        out: &mut Vec<u8>,
        value: Float,
        verb: char,
        precision: Option<usize>,
    ) {
        let precision = self.precision.or(precision);
        let mut number = match value {
            Float::Single(value) => format_float32(value, verb, precision),
            Float::Double(value) => format_float(value, verb, precision),
        };
        if !number.starts_with(['-', '+']) {
            number.insert(0, '+');
        }
        let mut sign = char::from(number.as_bytes().first().copied().unwrap_or(b'+'));
        let mut body = number.split_off(1);
        if self.space && sign == '+' && !self.plus {
            sign = ' ';
        }
        if body.starts_with(['I', 'N']) {
            let bare = body == "NaN" && !self.space && !self.plus;
            let text = if bare { body } else { format!("{sign}{body}") };
            self.pad_spaces(out, text.as_bytes());
            return;
        }
        if self.sharp && verb != 'b' {
            body = with_point(&body, verb, precision);
        }
        if !self.plus && sign == '+' {
            self.pad(out, body.as_bytes());
            return;
        }
        let width = self.width.unwrap_or(0);
        if self.zero && !self.minus && width > body.len() + 1 {
            out.push(sign as u8);
            self.padding(out, width - body.len() - 1);
            out.extend_from_slice(body.as_bytes());
        } else {
            self.pad(out, format!("{sign}{body}").as_bytes());
        }
    }
}

fn rune(code: u64) -> char {
    let rune = u32::try_from(code).ok().and_then(char::from_u32);
    rune.unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The number with a decimal point and the zeros that `#` keeps. `x` keeps
/// its digits, `e` and `f` have theirs.
fn with_point(number: &str, verb: char, precision: Option<usize>) -> String {
    let hex = matches!(verb, 'x' | 'X');
    let end = number.find(|rune| match rune {
        'p' | 'P' => true,
        'e' | 'E' => !hex,
        _ => false,
    });
    let (mantissa, tail) = number.split_at(end.unwrap_or(number.len()));
    let mut wanted = match verb {
        'g' | 'G' | 'x' => precision.unwrap_or(6),
        _ => 0,
    };
    let digits = mantissa.chars().filter(|rune| *rune != '.');
    let significant = digits.skip_while(|rune| *rune == '0').count();
    wanted = wanted.saturating_sub(significant);
    let mut out = mantissa.to_string();
    if !mantissa.contains('.') {
        if mantissa == "0" {
            wanted = wanted.saturating_sub(1);
        }
        out.push('.');
    }
    out.extend(std::iter::repeat_n('0', wanted));
    out + tail
}
