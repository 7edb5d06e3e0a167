//! The little of DER that a certificate needs.

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

    /// The subject of an encoded certificate.
    pub(super) fn subject_of(certificate: &[u8]) -> Option<Self> {
        let (_, outer, _) = element(certificate)?;
        let (_, body, _) = element(outer)?;
        let mut rest = body;
        // Version, serial number, algorithm, issuer and validity stand before it.
        for _ in 0..5 {
            rest = element(rest)?.2;
        }
        let after = element(rest)?.2;
        rest.get(..rest.len() - after.len())
            .map(|subject| Self(subject.to_vec()))
    }
}

/// Tag and content of the first element, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length) = (*bytes.first()?, *bytes.get(1)?);
    let (length, start) = if length < 0x80 {
        (usize::from(length), 2)
    } else {
        let count = usize::from(length & 0x7F);
        let digits = bytes.get(2..2 + count).filter(|_| count <= 4)?;
        (
            digits
                .iter()
                .fold(0, |sum, digit| sum << 8 | usize::from(*digit)),
            2 + count,
        )
    };
    let end = start.checked_add(length)?;
    Some((tag, bytes.get(start..end)?, bytes.get(end..)?))
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
