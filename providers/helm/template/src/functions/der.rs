//! The little of DER that keys and certificates need.

use rsa::BigUint;

use super::layout::format;
use super::time::Time;

/// An encoded element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Der(Vec<u8>);

impl Der {
    fn new(tag: u8, content: &[u8]) -> Self {
        let mut bytes = vec![tag];
        let length = content.len();
        match u8::try_from(length) {
            Ok(short) if short < 0x80 => bytes.push(short),
            _ => {
                let digits: Vec<u8> = length
                    .to_be_bytes()
                    .into_iter()
                    .skip_while(|byte| *byte == 0)
                    .collect();
                bytes.push(0x80 | u8::try_from(digits.len()).unwrap_or(0));
                bytes.extend(digits);
            }
        }
        bytes.extend_from_slice(content);
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn null() -> Self {
        Self::new(0x05, &[])
    }

    pub(super) fn boolean(value: bool) -> Self {
        Self::new(0x01, &[if value { 0xFF } else { 0 }])
    }

    /// A bit string with the count of unused bits in front.
    pub(super) fn raw_bits(content: &[u8]) -> Self {
        Self::new(0x03, content)
    }
}

/// What kind of element it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag(u8);

impl Tag {
    pub(super) const INTEGER: Tag = Tag(0x02);
    pub(super) const OCTETS: Tag = Tag(0x04);
    pub(super) const SEQUENCE: Tag = Tag(0x30);

    /// That of an element under a constructed tag of its own.
    pub(super) const fn explicit(tag: u8) -> Self {
        Tag(0xA0 | tag)
    }
}

/// An element that is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: Tag,
    pub(super) content: &'a [u8],
}

impl<'a> Element<'a> {
    /// The element that the bytes are, and nothing else.
    pub(super) fn whole(bytes: &'a [u8]) -> Option<Self> {
        let (element, rest) = Element::first(bytes)?;
        rest.is_empty().then_some(element)
    }

    /// The first element, and what follows it.
    fn first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (tag, length) = (Tag(*bytes.first()?), *bytes.get(1)?);
        let (length, start) = if length < 0x80 {
            (usize::from(length), 2)
        } else {
            let count = usize::from(length & 0x7F);
            let digits = bytes.get(2..2 + count).filter(|_| count <= 4)?;
            let add = |sum, digit: &u8| sum << 8 | usize::from(*digit);
            (digits.iter().fold(0, add), 2 + count)
        };
        let end = start.checked_add(length)?;
        let content = bytes.get(start..end)?;
        Some((Element { tag, content }, bytes.get(end..)?))
    }

    /// The elements in it.
    pub(super) fn children(&self) -> Option<Vec<Element<'a>>> {
        let (mut children, mut rest) = (Vec::new(), self.content);
        while !rest.is_empty() {
            let (child, after) = Element::first(rest)?;
            children.push(child);
            rest = after;
        }
        Some(children)
    }

    /// A number that isn't negative.
    pub(super) fn number(&self) -> Option<BigUint> {
        let positive = self.content.first().is_some_and(|first| *first < 0x80);
        (self.tag == Tag::INTEGER && positive).then(|| BigUint::from_bytes_be(self.content))
    }

    /// An object identifier as people write it.
    pub(super) fn dotted(&self) -> String {
        let mut numbers: Vec<u64> = Vec::new();
        let mut number = 0_u64;
        for byte in self.content {
            number = number << 7 | u64::from(byte & 0x7F);
            if *byte < 0x80 {
                numbers.push(number);
                number = 0;
            }
        }
        let first = numbers.first().copied().unwrap_or(0);
        let above = (first / 40).min(2);
        let rest = numbers.iter().skip(1).map(|number| format!(".{number}"));
        format!("{above}.{}{}", first - above * 40, rest.collect::<String>())
    }

    pub(super) fn der(&self) -> Der {
        Der::new(self.tag.0, self.content)
    }
}

fn joined(parts: &[Der]) -> Vec<u8> {
    parts
        .iter()
        .flat_map(|part| part.0.iter().copied())
        .collect()
}

pub(super) fn sequence(parts: &[Der]) -> Der {
    Der::new(0x30, &joined(parts))
}

pub(super) fn set(parts: &[Der]) -> Der {
    Der::new(0x31, &joined(parts))
}

/// An element under a constructed tag of its own.
pub(super) fn explicit(tag: u8, inner: &Der) -> Der {
    Der::new(0xA0 | tag, &inner.0)
}

/// Content under a primitive tag of the context.
pub(super) fn context(tag: u8, content: &[u8]) -> Der {
    Der::new(0x80 | tag, content)
}

/// A positive number, big-endian.
pub(super) fn integer(digits: &[u8]) -> Der {
    let mut content = Vec::new();
    if digits.first().is_none_or(|first| *first >= 0x80) {
        content.push(0);
    }
    content.extend_from_slice(digits);
    Der::new(0x02, &content)
}

pub(super) fn octet_string(content: &[u8]) -> Der {
    Der::new(0x04, content)
}

pub(super) fn bit_string(content: &[u8]) -> Der {
    let mut bits = vec![0];
    bits.extend_from_slice(content);
    Der::new(0x03, &bits)
}

/// Text: as `PrintableString` where it fits, else as UTF-8.
pub(super) fn printable(text: &str) -> Der {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte);
    Der::new(
        if text.bytes().all(fits) { 0x13 } else { 0x0C },
        text.as_bytes(),
    )
}

pub(super) fn oid(numbers: &[u64]) -> Der {
    let mut content = Vec::new();
    if let [first, second, rest @ ..] = numbers {
        content.push(u8::try_from(first * 40 + second).unwrap_or(0));
        for number in rest {
            let mut septets: Vec<u8> = Vec::new();
            let mut left = *number;
            loop {
                let more = if septets.is_empty() { 0 } else { 0x80 };
                septets.push(u8::try_from(left & 0x7F).unwrap_or(0) | more);
                left >>= 7;
                if left == 0 {
                    break;
                }
            }
            content.extend(septets.into_iter().rev());
        }
    }
    Der::new(0x06, &content)
}

/// A time: two digits of the year until 2049.
pub(super) fn time(seconds: i64) -> Der {
    let moment = Time::unix(seconds);
    if (1950..2050).contains(&moment.civil().year) {
        Der::new(0x17, format(moment, "060102150405Z").as_bytes())
    } else {
        Der::new(0x18, format(moment, "20060102150405Z").as_bytes())
    }
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
pub(super) fn unhex(digits: &str) -> Vec<u8> {
    let pair = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(pair).collect()
}
