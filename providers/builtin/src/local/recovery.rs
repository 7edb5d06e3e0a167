//! How a file is found again whose creation was interrupted.
//!
//! The journal is to hold no contents: it holds a salted checksum of them,
//! and what the object has besides.

use serde::{Deserialize, Serialize};
use sha2::Digest;
use trueup_sdk::native::Fields;
use trueup_value::Value;

use crate::hexadecimal;

/// What an object is made from again.
#[derive(Serialize, Deserialize)]
pub(super) struct Token {
    filename: String,
    file_permission: String,
    directory_permission: String,
    /// The argument the contents came from.
    from: String,
    /// `source`, where it is that.
    source: Option<String>,
    /// Also what the name of the file ends with until it is whole.
    pub(super) salt: String,
    digest: String,
}

impl Token {
    /// That of a file about to be written.
    pub(super) fn new(planned: &Fields, from: &str, contents: &[u8], salt: String) -> Self {
        let text = |name: &str| planned.text(name).unwrap_or_default().to_owned();
        Token {
            filename: text("filename"),
            file_permission: text("file_permission"),
            directory_permission: text("directory_permission"),
            from: from.to_owned(),
            source: planned.text("source").map(str::to_owned),
            digest: digest(&salt, contents),
            salt,
        }
    }

    /// Reads what [`Token::write`] wrote.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// As text.
    pub(super) fn write(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// The path of the file.
    pub(super) fn filename(&self) -> &str {
        &self.filename
    }

    /// Whether these are the contents that were to be written.
    pub(super) fn matches(&self, contents: &[u8]) -> bool {
        self.digest == digest(&self.salt, contents)
    }

    /// Sets the arguments of the object; contents in the form they were given.
    pub(super) fn show(&self, object: &mut Fields, contents: Value) {
        object.set_text("filename", self.filename.as_str());
        object.set_text("file_permission", self.file_permission.as_str());
        object.set_text("directory_permission", self.directory_permission.as_str());
        match &self.source {
            Some(source) => object.set_text("source", source.as_str()),
            None => object.set(&self.from, contents),
        }
    }

    /// Whether the contents were given in Base64.
    pub(super) fn is_base64(&self) -> bool {
        self.from == "content_base64"
    }
}

fn digest(salt: &str, contents: &[u8]) -> String {
    let mut hash = sha2::Sha256::new();
    hash.update(salt);
    hash.update(contents);
    hexadecimal(&hash.finalize())
}
