//! Text in other character sets: `textencodebase64`, `textdecodebase64`.

mod charsets;
mod code_pages;
mod corrupt;

use base64::Engine;
use encoding_rs::Encoding;
use trueup_value::{Type, Value, quote};

use super::{
    Named,
    arguments::text,
    encoding::{BASE64, decode_base64},
};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

/// A character set of the IANA registry.
struct Charset {
    /// The name in the registry.
    name: &'static str,
    codec: Codec,
    aliases: &'static [&'static str],
}

/// How characters become bytes.
#[derive(Clone, Copy)]
enum Codec {
    Ascii,
    Latin1,
    /// Latin-1 with the Turkish letters.
    Latin5,
    /// Two bytes a unit; with a mark in front that tells their order.
    Utf16 {
        little: bool,
        mark: bool,
    },
    /// One of those of the web.
    Standard(&'static Encoding),
    /// One of the web that has no control characters above ASCII.
    SingleByte(&'static Encoding),
    /// The characters of 0x80 to 0xff, or of all bytes.
    Table(&'static str),
}

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        ("textdecodebase64", textdecodebase64()),
        ("textencodebase64", textencodebase64()),
    ]
}

fn params(name: &'static str, description: &'static str) -> Vec<Param> {
    vec![
        Param::new(name, Type::String).describe(description),
        Param::new("encoding", Type::String)
            .describe("The character set, by its name in the IANA registry."),
    ]
}

fn charset(name: &str) -> Result<&'static Charset, FunctionError> {
    let lower = name.to_ascii_lowercase();
    let mut all = charsets::CHARSETS.iter();
    all.find(|charset| charset.aliases.contains(&lower.as_str()))
        .ok_or_else(|| {
            let name = quote(name);
            let message = format!(
                "{name} is not a supported IANA encoding name or alias in this Terraform version"
            );
            FunctionError::argument(1, message)
        })
}

fn textencodebase64() -> Function {
    let params = params("string", "The string.");
    let description = "Encodes a string in a character set, and that in Base64.";
    Function::new(description, params, Type::String, |args| {
        let charset = charset(text(args, 1)?)?;
        let bytes = charset.codec.encode(text(args, 0)?).ok_or_else(|| {
            FunctionError::argument(
                0,
                format!(
                    "the given string contains characters that cannot be represented in {}",
                    charset.name
                ),
            )
        })?;
        Ok(Value::string(BASE64.encode(bytes)))
    })
}

fn textdecodebase64() -> Function {
    let params = params("source", "The text in Base64.");
    let description = "Decodes text of a character set that is encoded in Base64.";
    Function::new(description, params, Type::String, |args| {
        let charset = charset(text(args, 1)?)?;
        let source = text(args, 0)?;
        let bytes = decode_base64(source).map_err(|_| {
            let offset = corrupt::offset(source);
            let message =
                format!("the given value is has an invalid base64 symbol at offset {offset}");
            FunctionError::argument(0, message)
        })?;
        let decoded = charset.codec.decode(&bytes);
        let decoded = decoded.filter(|text| !text.contains(char::REPLACEMENT_CHARACTER));
        decoded.map(Value::string).ok_or_else(|| {
            FunctionError::argument(
                0,
                format!(
                    "the given string contains symbols that are not defined for {}",
                    charset.name
                ),
            )
        })
    })
}

impl Codec {
    /// `None` if a character is not in the set.
    fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Codec::Ascii => text.is_ascii().then(|| text.as_bytes().to_vec()),
            Codec::Latin1 => text.chars().map(|c| u8::try_from(c).ok()).collect(),
            Codec::Latin5 => text.chars().map(latin5_byte).collect(),
            Codec::Utf16 { little, mark } => {
                let bom = mark.then_some(0xfeff);
                let units = bom.into_iter().chain(text.encode_utf16());
                let bytes = |unit: u16| match little {
                    true => unit.to_le_bytes(),
                    false => unit.to_be_bytes(),
                };
                Some(units.flat_map(bytes).collect())
            }
            Codec::Standard(encoding) => {
                let (bytes, _, failed) = encoding.encode(text);
                (!failed).then(|| bytes.into_owned())
            }
            Codec::SingleByte(_) if text.contains(is_control) => None,
            Codec::SingleByte(encoding) => Codec::Standard(encoding).encode(text),
            Codec::Table(table) => {
                let first = first_of(table);
                let byte = |c: char| match table.chars().position(|known| known == c) {
                    Some(index) => u8::try_from(index + first).ok(),
                    None if first > 0 && c.is_ascii() => u8::try_from(c).ok(),
                    None => None,
                };
                text.chars().map(byte).collect()
            }
        }
    }

    /// `None` if the bytes are not text of the set.
    fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Codec::Ascii => String::from_utf8(bytes.to_vec())
                .ok()
                .filter(|t| t.is_ascii()),
            Codec::Latin1 => Some(bytes.iter().map(|b| char::from(*b)).collect()),
            Codec::Latin5 => Some(bytes.iter().map(|b| latin5_char(*b)).collect()),
            Codec::Utf16 { little, mark } => decode_utf16(bytes, little, mark),
            Codec::Standard(encoding) => {
                let (text, failed) = encoding.decode_without_bom_handling(bytes);
                (!failed).then(|| text.into_owned())
            }
            Codec::SingleByte(encoding) => {
                let text = Codec::Standard(encoding).decode(bytes);
                text.filter(|text| !text.contains(is_control))
            }
            Codec::Table(table) => {
                let first = first_of(table);
                let table: Vec<char> = table.chars().collect();
                let char = |b: &u8| match usize::from(*b).checked_sub(first) {
                    Some(index) => table.get(index).copied(),
                    None => Some(char::from(*b)),
                };
                bytes.iter().map(char).collect()
            }
        }
    }
}

/// Whether `c` is one of the second set of control characters.
fn is_control(c: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&c)
}

/// The byte that the first character of a table stands for.
fn first_of(table: &str) -> usize {
    256usize.saturating_sub(table.chars().count())
}

const LATIN5: [(u8, char); 6] = [
    (0xd0, 'Ğ'),
    (0xdd, 'İ'),
    (0xde, 'Ş'),
    (0xf0, 'ğ'),
    (0xfd, 'ı'),
    (0xfe, 'ş'),
];

fn latin5_byte(c: char) -> Option<u8> {
    let turkish = LATIN5.iter().find(|(_, known)| *known == c);
    let other = || u8::try_from(c).ok().filter(|b| latin5_char(*b) == c);
    turkish.map(|(byte, _)| *byte).or_else(other)
}

fn latin5_char(byte: u8) -> char {
    let turkish = LATIN5.iter().find(|(known, _)| *known == byte);
    turkish.map_or(char::from(byte), |(_, c)| *c)
}

fn decode_utf16(bytes: &[u8], little: bool, mark: bool) -> Option<String> {
    let (mut little, mut bytes) = (little, bytes);
    if mark && matches!(bytes, [0xfe, 0xff, ..] | [0xff, 0xfe, ..]) {
        little = bytes.first() == Some(&0xff);
        bytes = bytes.get(2..)?;
    }
    if bytes.len() % 2 == 1 {
        return None;
    }
    let unit = |pair: &[u8]| match (pair, little) {
        ([a, b], true) => u16::from_le_bytes([*a, *b]),
        ([a, b], false) => u16::from_be_bytes([*a, *b]),
        _ => 0,
    };
    let units = bytes.chunks_exact(2).map(unit);
    char::decode_utf16(units).collect::<Result<_, _>>().ok()
}
