//! Digests: `md5`, `sha1`, `sha256`, `sha512`, `base64sha256`,
//! `base64sha512`.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::Digest;
use trueup_value::{Type, Value};

use super::{Named, arguments::text};
use crate::{
    context::Context,
    function::{Function, Param},
};

/// From bytes to a digest as text.
pub(super) type Hash = fn(&[u8]) -> String;

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        (
            "base64sha256",
            hashing("The SHA-256 digest of a string, in Base64.", base64_sha256),
        ),
        (
            "base64sha512",
            hashing("The SHA-512 digest of a string, in Base64.", base64_sha512),
        ),
        (
            "md5",
            hashing("The MD5 digest of a string, in hexadecimal.", md5),
        ),
        (
            "sha1",
            hashing("The SHA-1 digest of a string, in hexadecimal.", sha1),
        ),
        (
            "sha256",
            hashing("The SHA-256 digest of a string, in hexadecimal.", sha256),
        ),
        (
            "sha512",
            hashing("The SHA-512 digest of a string, in hexadecimal.", sha512),
        ),
    ]
}

fn hashing(description: &'static str, hash: Hash) -> Function {
    let params =
        vec![Param::new("str", Type::String).describe("The string; its UTF-8 bytes count.")];
    Function::new(description, params, Type::String, move |args| {
        Ok(Value::string(hash(text(args, 0)?.as_bytes())))
    })
}

pub(super) fn base64_sha256(bytes: &[u8]) -> String {
    STANDARD.encode(sha2::Sha256::digest(bytes))
}

pub(super) fn base64_sha512(bytes: &[u8]) -> String {
    STANDARD.encode(sha2::Sha512::digest(bytes))
}

pub(super) fn md5(bytes: &[u8]) -> String {
    hex(&md5::Md5::digest(bytes))
}

pub(super) fn sha1(bytes: &[u8]) -> String {
    hex(&sha1::Sha1::digest(bytes))
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&sha2::Sha256::digest(bytes))
}

pub(super) fn sha512(bytes: &[u8]) -> String {
    hex(&sha2::Sha512::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
