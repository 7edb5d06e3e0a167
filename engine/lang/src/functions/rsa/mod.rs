//! `rsadecrypt`: RSA with PKCS #1 v1.5 padding.
//!
//! The key belongs to whoever runs this, and nobody can ask for decryptions
//! from afar, so timing gives nothing away and plain big integers will do.

mod key;

use dashu_int::{UBig, fast_div::ConstDivisor};
use trueup_value::{Type, Value};

use self::key::PrivateKey;
use super::{Named, encoding::decode_base64};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
    redact::redacted,
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![("rsadecrypt", rsadecrypt())]
}

fn rsadecrypt() -> Function {
    let params = vec![
        Param::new("ciphertext", Type::String)
            .describe("What is encrypted, in Base64.")
            .markable(),
        Param::new("privatekey", Type::String)
            .describe("The private key in PEM or OpenSSH form, without a passphrase.")
            .markable(),
    ];
    let description = "Decrypts what was encrypted for an RSA key.";
    Function::new(description, params, Type::String, |args| {
        let [ciphertext, key] = args else {
            return Err(FunctionError::new("a ciphertext and a key are required"));
        };
        let ((ciphertext, marks), (key, of_key)) = (ciphertext.unmarked(), key.unmarked());
        let ciphertext = ciphertext.as_str().unwrap_or_default();
        let bytes = decode_base64(ciphertext).map_err(|_| {
            let shown = redacted(ciphertext, marks);
            let message =
                format!("failed to decode input {shown}: cipher text must be base64-encoded");
            FunctionError::argument(0, message)
        })?;
        let key = PrivateKey::parse(key.as_str().unwrap_or_default())
            .map_err(|message| FunctionError::argument(1, message))?;
        let plain = decrypt(&key, &bytes)
            .ok_or_else(|| FunctionError::new("failed to decrypt: crypto/rsa: decryption error"))?;
        let text = String::from_utf8_lossy(&plain).into_owned();
        Ok(Value::string(text).with_marks(marks | of_key))
    })
}

fn decrypt(key: &PrivateKey, ciphertext: &[u8]) -> Option<Vec<u8>> {
    let number = UBig::from_be_bytes(ciphertext);
    if number >= key.modulus {
        return None;
    }
    let ring = ConstDivisor::new(key.modulus.clone());
    let padded = ring.reduce(number).pow(&key.exponent).residue();
    let padded = padded.to_be_bytes();
    // The leading zero byte is not among the bytes of the number.
    let size = key.modulus.to_be_bytes().len();
    if padded.len() + 1 != size {
        return None;
    }
    let padding = padded.strip_prefix(&[2])?;
    let end = padding.iter().position(|byte| *byte == 0)?;
    (end >= 8).then(|| padding.get(end + 1..).map(<[u8]>::to_vec))?
}
