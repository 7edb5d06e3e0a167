//! MessagePack token by token.

use crate::Number;

/// Reads from the front of a slice; `None` at its end or for what is no
/// MessagePack.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

/// A scalar, or the head of a collection.
pub(super) enum Token<'a> {
    Nil,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    String(&'a [u8]),
    Array(usize),
    Map(usize),
    Extension(i8, &'a [u8]),
}

impl Token<'_> {
    /// The number that it is, or that its text is.
    pub(super) fn number(&self) -> Option<Number> {
        match self {
            Token::Int(value) => Some(Number::from(*value)),
            Token::Uint(value) => Some(Number::from(*value)),
            Token::Float(value) => Number::from_f64(*value),
            Token::String(text) => Number::parse(std::str::from_utf8(text).ok()?),
            _ => None,
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    /// How many bytes are left, which bounds how many elements can follow.
    pub(super) fn remaining(&self) -> usize {
        self.rest.len()
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u8(&mut self) -> Option<usize> {
        self.bytes().map(|[byte]: [u8; 1]| usize::from(byte))
    }

    fn u16(&mut self) -> Option<usize> {
        self.bytes()
            .map(|bytes| usize::from(u16::from_be_bytes(bytes)))
    }

    fn u32(&mut self) -> Option<usize> {
        usize::try_from(u32::from_be_bytes(self.bytes()?)).ok()
    }

    fn string(&mut self, length: Option<usize>) -> Option<Token<'a>> {
        self.take(length?).map(Token::String)
    }

    fn extension(&mut self, length: Option<usize>) -> Option<Token<'a>> {
        let [kind] = self.bytes()?;
        Some(Token::Extension(kind as i8, self.take(length?)?))
    }

    /// The next token.
    pub(super) fn token(&mut self) -> Option<Token<'a>> {
        let [marker] = self.bytes()?;
        let int = |value: i64| Some(Token::Int(value));
        match marker {
            0x00..=0x7f => int(i64::from(marker)),
            0x80..=0x8f => Some(Token::Map(usize::from(marker & 0x0f))),
            0x90..=0x9f => Some(Token::Array(usize::from(marker & 0x0f))),
            0xa0..=0xbf => self.string(Some(usize::from(marker & 0x1f))),
            0xc0 => Some(Token::Nil),
            0xc1 => None,
            0xc2 => Some(Token::Bool(false)),
            0xc3 => Some(Token::Bool(true)),
            0xc4 | 0xd9 => {
                let length = self.u8();
                self.string(length)
            }
            0xc5 | 0xda => {
                let length = self.u16();
                self.string(length)
            }
            0xc6 | 0xdb => {
                let length = self.u32();
                self.string(length)
            }
            0xc7 => {
                let length = self.u8();
                self.extension(length)
            }
            0xc8 => {
                let length = self.u16();
                self.extension(length)
            }
            0xc9 => {
                let length = self.u32();
                self.extension(length)
            }
            0xca => Some(Token::Float(f64::from(f32::from_be_bytes(self.bytes()?)))),
            0xcb => Some(Token::Float(f64::from_be_bytes(self.bytes()?))),
            0xcc => int(self.u8()? as i64),
            0xcd => int(self.u16()? as i64),
            0xce => int(self.u32()? as i64),
            0xcf => {
                let value = u64::from_be_bytes(self.bytes()?);
                Some(i64::try_from(value).map_or(Token::Uint(value), Token::Int))
            }
            0xd0 => int(i64::from(i8::from_be_bytes(self.bytes()?))),
            0xd1 => int(i64::from(i16::from_be_bytes(self.bytes()?))),
            0xd2 => int(i64::from(i32::from_be_bytes(self.bytes()?))),
            0xd3 => int(i64::from_be_bytes(self.bytes()?)),
            0xd4..=0xd8 => self.extension(Some(1 << (marker - 0xd4))),
            0xdc => self.u16().map(Token::Array),
            0xdd => self.u32().map(Token::Array),
            0xde => self.u16().map(Token::Map),
            0xdf => self.u32().map(Token::Map),
            0xe0..=0xff => int(i64::from(marker as i8)),
        }
    }

    /// Skips one value, whatever it is.
    pub(super) fn skip(&mut self) -> Option<()> {
        let mut values = 1usize;
        while values > 0 {
            values -= 1;
            values = match self.token()? {
                Token::Array(length) => values.checked_add(length)?,
                Token::Map(length) => values.checked_add(length.checked_mul(2)?)?,
                _ => values,
            };
        }
        Some(())
    }
}
