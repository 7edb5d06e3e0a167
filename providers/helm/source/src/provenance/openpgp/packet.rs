//! A sequence of packets.

use super::Reader;

/// A packet: what it is and what is in it.
pub(super) struct Packet<'a> {
    pub(super) tag: u8,
    pub(super) body: &'a [u8],
}

/// The packets in `bytes`, up to the first that isn't whole. Those of keys and signatures have a
/// length of their own; packets in parts or without end hold data, which nothing here reads.
pub(super) fn packets(bytes: &[u8]) -> impl Iterator<Item = Packet<'_>> {
    let mut reader = Reader(bytes);
    std::iter::from_fn(move || next(&mut reader))
}

fn next<'a>(reader: &mut Reader<'a>) -> Option<Packet<'a>> {
    let head = reader.byte()?;
    let (tag, length) = match head {
        0xc0..=0xff => (head & 0x3f, new_length(reader)?),
        0x80..=0xbf => {
            let length = match head & 3 {
                0 => usize::from(reader.byte()?),
                1 => reader.two()?,
                2 => usize::try_from(reader.four()?).ok()?,
                _ => return None,
            };
            (head >> 2 & 0xf, length)
        }
        _ => return None,
    };
    let body = reader.take(length)?;
    Some(Packet { tag, body })
}

/// A length as packets of the newer form and subpackets have it.
pub(super) fn new_length(reader: &mut Reader<'_>) -> Option<usize> {
    let first = usize::from(reader.byte()?);
    match first {
        0..=191 => Some(first),
        192..=223 => Some(((first - 192) << 8) + usize::from(reader.byte()?) + 192),
        255 => usize::try_from(reader.four()?).ok(),
        _ => None,
    }
}
