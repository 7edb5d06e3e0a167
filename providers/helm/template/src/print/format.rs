//! The format string of `Sprintf`.

use super::{Flags, Printer, Result};
use crate::value::{Kind, Value, decode_rune};

/// Widths and precisions beyond this are not believed.
const MAX_NUMBER: i128 = 1_000_000;

/// A place in the format string.
struct Cursor<'f> {
    format: &'f [u8],
    at: usize,
    /// The next operand.
    arg: usize,
    args: &'f [Value],
    /// Operands were named by number: extra ones can't be told any more.
    reordered: bool,
    good_index: bool,
    after_index: bool,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        while let Some(byte) = self.peek() {
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => break,
            }
            self.at += 1;
        }
        flags
    }

    /// `[n]`.
    fn index(&mut self) {
        self.after_index = false;
        if self.peek() != Some(b'[') {
            return;
        }
        self.reordered = true;
        let rest = self.format.get(self.at..).unwrap_or_default();
        let close = match rest.len() {
            0..3 => None,
            _ => rest.iter().position(|byte| *byte == b']'),
        };
        let Some(close) = close else {
            self.good_index = false;
            self.at += 1;
            return;
        };
        let digits = rest.get(1..close).unwrap_or_default();
        let (number, used) = parse_number(digits);
        let number = number.filter(|_| used == digits.len());
        self.at += close + 1;
        self.after_index = number.is_some();
        match number {
            Some(number @ 1..) if number <= self.args.len() => self.arg = number - 1,
            _ => self.good_index = false,
        }
    }

    fn number(&mut self) -> Option<usize> {
        let rest = self.format.get(self.at..).unwrap_or_default();
        let (number, used) = parse_number(rest);
        self.at += used;
        number
    }

    /// The operand for `*`.
    fn star(&mut self) -> Option<i128> {
        let value = self.args.get(self.arg)?;
        self.arg += 1;
        match value.kind() {
            Kind::Int(int) => Some(int.get()).filter(|n| (-MAX_NUMBER..=MAX_NUMBER).contains(n)),
            _ => None,
        }
    }
}

/// The decimal number at the start and its length; one that is too long to be
/// true swallows the text.
fn parse_number(text: &[u8]) -> (Option<usize>, usize) {
    let mut number = None;
    for (index, byte) in text.iter().enumerate() {
        if !byte.is_ascii_digit() {
            return (number, index);
        }
        let value = number.unwrap_or(0);
        if value > MAX_NUMBER as usize {
            return (None, text.len());
        }
        number = Some(value * 10 + usize::from(byte - b'0'));
    }
    (number, text.len())
}

impl Printer {
    pub(super) fn format(&mut self, format: &[u8], args: &[Value]) -> Result<()> {
        let mut cursor = Cursor {
            format,
            at: 0,
            arg: 0,
            args,
            reordered: false,
            good_index: true,
            after_index: false,
        };
        while cursor.at < format.len() {
            let rest = format.get(cursor.at..).unwrap_or_default();
            let plain = rest
                .iter()
                .position(|byte| *byte == b'%')
                .unwrap_or(rest.len());
            self.out
                .extend_from_slice(rest.get(..plain).unwrap_or_default());
            cursor.at += plain;
            if cursor.at < format.len() {
                cursor.at += 1;
                self.check_length()?;
                self.directive(&mut cursor)?;
            }
        }
        if !cursor.reordered && cursor.arg < args.len() {
            self.extra(args.get(cursor.arg..).unwrap_or_default())?;
        }
        Ok(())
    }

    /// One directive; the `%` is past.
    fn directive(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        cursor.good_index = true;
        self.flags = cursor.flags();
        let simple = matches!(cursor.peek(), Some(b'a'..=b'z')) && cursor.arg < cursor.args.len();
        if !simple {
            self.width(cursor);
            self.precision(cursor);
            if !cursor.after_index {
                cursor.index();
            }
        }
        let rest = cursor.format.get(cursor.at..).unwrap_or_default();
        let Some((verb, width)) = decode_rune(rest) else {
            self.text("%!(NOVERB)");
            return Ok(());
        };
        cursor.at += width;
        if verb == '%' {
            self.text("%");
        } else if !cursor.good_index {
            self.text(&format!("%!{verb}(BADINDEX)"));
        } else if let Some(value) = cursor.args.get(cursor.arg) {
            cursor.arg += 1;
            if matches!(verb, 'v' | 'w') {
                self.flags.sharp_v = std::mem::take(&mut self.flags.sharp);
                self.flags.plus_v = std::mem::take(&mut self.flags.plus);
            }
            self.arg(value, verb)?;
        } else {
            self.text(&format!("%!{verb}(MISSING)"));
        }
        Ok(())
    }

    fn width(&mut self, cursor: &mut Cursor<'_>) {
        cursor.index();
        if !cursor.accept(b'*') {
            self.flags.width = cursor.number();
            if cursor.after_index && self.flags.width.is_some() {
                cursor.good_index = false;
            }
            return;
        }
        let width = cursor.star();
        if width.is_none() {
            self.text("%!(BADWIDTH)");
        }
        if width.is_some_and(|width| width < 0) {
            self.flags.minus = true;
            self.flags.zero = false;
        }
        let width = width.map(i128::unsigned_abs);
        self.flags.width = width.and_then(|width| usize::try_from(width).ok());
        cursor.after_index = false;
    }

    fn precision(&mut self, cursor: &mut Cursor<'_>) {
        if cursor.at + 1 >= cursor.format.len() || !cursor.accept(b'.') {
            return;
        }
        if cursor.after_index {
            cursor.good_index = false;
        }
        cursor.index();
        if !cursor.accept(b'*') {
            self.flags.precision = Some(cursor.number().unwrap_or(0));
            return;
        }
        let precision = cursor
            .star()
            .and_then(|number| usize::try_from(number).ok());
        if precision.is_none() {
            self.text("%!(BADPREC)");
        }
        self.flags.precision = precision;
        cursor.after_index = false;
    }

    /// Operands that no verb used.
    fn extra(&mut self, args: &[Value]) -> Result<()> {
        self.flags = Flags::default();
        self.text("%!(EXTRA ");
        for (index, arg) in args.iter().enumerate() {
            self.text(if index > 0 { ", " } else { "" });
            if let Some(ty) = arg.ty() {
                self.text(&format!("{ty}="));
            }
            self.arg(arg, 'v')?;
        }
        self.text(")");
        Ok(())
    }
}
