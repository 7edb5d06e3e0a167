//! The checksums of a file's contents.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::Digest;
use trueup_sdk::native::{Field, Fields};
use trueup_value::Type;

use crate::hexadecimal;

/// The computed attributes.
pub(super) fn fields() -> Vec<Field> {
    let field = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
    vec![
        field("id", "The SHA-1 checksum of the contents."),
        field("content_md5", "The MD5 checksum of the contents."),
        field("content_sha1", "The SHA-1 checksum of the contents."),
        field("content_sha256", "The SHA-256 checksum of the contents."),
        field(
            "content_base64sha256",
            "The SHA-256 checksum of the contents, in Base64.",
        ),
        field("content_sha512", "The SHA-512 checksum of the contents."),
        field(
            "content_base64sha512",
            "The SHA-512 checksum of the contents, in Base64.",
        ),
    ]
}

/// What identifies contents: the attribute `id`.
pub(super) fn id(contents: &[u8]) -> String {
    hexadecimal(&sha1::Sha1::digest(contents))
}

/// Sets all of them.
pub(super) fn set(object: &mut Fields, contents: &[u8]) {
    let sha1 = id(contents);
    let sha256 = sha2::Sha256::digest(contents);
    let sha512 = sha2::Sha512::digest(contents);
    object.set_text("id", sha1.as_str());
    object.set_text("content_md5", hexadecimal(&md5::Md5::digest(contents)));
    object.set_text("content_sha1", sha1);
    object.set_text("content_sha256", hexadecimal(&sha256));
    object.set_text("content_base64sha256", STANDARD.encode(sha256));
    object.set_text("content_sha512", hexadecimal(&sha512));
    object.set_text("content_base64sha512", STANDARD.encode(sha512));
}
