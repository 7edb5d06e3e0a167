//! Bytes as text: `base64encode`, `base64decode`, `urlencode`.

use base64::{
    Engine,
    alphabet::STANDARD as ALPHABET,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use trueup_value::{Type, Value};

use super::{Named, arguments::text};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
    redact::redacted,
};

/// Base64 with padding; bits that are too many are not looked at.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        ("base64decode", base64decode()),
        ("base64encode", base64encode()),
        ("urlencode", urlencode()),
    ]
}

fn param(description: &'static str) -> Vec<Param> {
    vec![Param::new("str", Type::String).describe(description)]
}

/// The bytes of Base64 text, in which line ends count for nothing.
pub(super) fn decode_base64(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    if text.contains(['\r', '\n']) {
        return BASE64.decode(text.replace(['\r', '\n'], ""));
    }
    BASE64.decode(text)
}

fn base64encode() -> Function {
    let params = param("The string; its UTF-8 bytes are encoded.");
    Function::new(
        "Encodes a string in Base64.",
        params,
        Type::String,
        |args| Ok(Value::string(BASE64.encode(text(args, 0)?))),
    )
}

fn base64decode() -> Function {
    let params = vec![
        Param::new("str", Type::String)
            .describe("The Base64 text.")
            .markable(),
    ];
    let description = "Decodes Base64 to a string, if its bytes are UTF-8.";
    Function::new(description, params, Type::String, |args| {
        let Some((value, marks)) = args.first().map(Value::unmarked) else {
            return Err(FunctionError::new("a value is required"));
        };
        let text = value.as_str().unwrap_or("");
        let bytes = decode_base64(text).map_err(|_| {
            let shown = redacted(text, marks);
            FunctionError::new(format!("failed to decode base64 data {shown}"))
        })?;
        let decoded = String::from_utf8(bytes).map_err(|_| {
            FunctionError::new("the result of decoding the provided string is not valid UTF-8")
        })?;
        Ok(Value::string(decoded).with_marks(marks))
    })
}

fn urlencode() -> Function {
    let description = "Encodes a string for the query of a URL.";
    Function::new(description, param("The string."), Type::String, |args| {
        let mut out = String::new();
        for byte in text(args, 0)?.bytes() {
            match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~' => {
                    out.push(char::from(byte));
                }
                b' ' => out.push('+'),
                _ => out.push_str(&format!("%{byte:02X}")),
            }
        }
        Ok(Value::string(out))
    })
}
