//! The Secret in which Helm keeps a revision.
//!
//! `data.release` is base64 of base64 of gzip of the record's JSON; the labels
//! are what Helm looks revisions up by.

use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde_json::{Value, json};

use crate::{Record, Status, numbers::whole_numbers};

/// The type of the Secrets.
pub const SECRET_TYPE: &str = "helm.sh/release.v1";

/// The labels that belong to Helm; a user's must have other names.
pub const SYSTEM_LABELS: [&str; 6] = [
    "name",
    "owner",
    "status",
    "version",
    "createdAt",
    "modifiedAt",
];

/// The largest record that is read: a Secret holds 1 MiB, of which gzip can
/// make a thousand times as much.
const MAX_SIZE: u64 = 256 << 20;

/// What is wrong with a stored release.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// It is no base64.
    #[error("the stored release is not base64: {0}")]
    Base64(#[from] base64::DecodeError),
    /// It is no gzip, or cut off.
    #[error("the stored release can't be decompressed: {0}")]
    Gzip(#[from] io::Error),
    /// It is larger than any release.
    #[error("the stored release is larger than {MAX_SIZE} bytes")]
    TooLarge,
    /// It is no record.
    #[error("the stored release is no record: {0}")]
    Json(#[from] serde_json::Error),
    /// The Secret has no `data.release`.
    #[error("the secret holds no release")]
    Missing,
}

/// When a Secret is written, in seconds since 1970 began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// For the first time.
    Created(i64),
    /// Again. The time of creation is lost, as in Helm.
    Modified(i64),
}

/// The name of the Secret of a revision.
#[must_use]
pub fn secret_name(release: &str, revision: u64) -> String {
    format!("sh.helm.release.v1.{release}.v{revision}")
}

/// The label selector of all revisions of a release.
#[must_use]
pub fn selector(release: &str) -> String {
    format!("name={release},owner=helm")
}

/// The labels of a revision over those of the user.
#[must_use]
pub fn labels(
    record: &Record,
    user: &BTreeMap<String, String>,
    stamp: Stamp,
) -> BTreeMap<String, String> {
    let mut labels = user.clone();
    let (key, seconds) = match stamp {
        Stamp::Created(seconds) => ("createdAt", seconds),
        Stamp::Modified(seconds) => ("modifiedAt", seconds),
    };
    labels.insert(key.to_owned(), seconds.to_string());
    labels.insert("name".to_owned(), record.name.clone());
    labels.insert("owner".to_owned(), "helm".to_owned());
    labels.insert("status".to_owned(), record.info.status.to_string());
    labels.insert("version".to_owned(), record.version.to_string());
    labels
}

/// The user's labels among those of a Secret.
#[must_use]
pub fn user_labels(labels: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut user = labels.clone();
    user.retain(|key, _| !SYSTEM_LABELS.contains(&key.as_str()));
    user
}

/// The record's JSON, in the bytes Go writes.
///
/// # Errors
/// Only if JSON can't hold it, which no record is.
pub fn to_json(record: &Record) -> Result<String, StorageError> {
    let mut record = record.clone();
    whole_numbers(&mut record.config);
    if let Some(values) = &mut record.chart.values {
        whole_numbers(values);
    }
    Ok(escape(&serde_json::to_string(&record)?))
}

/// Go escapes what HTML would read; such characters occur in texts only.
fn escape(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => escaped.push_str("\\u003c"),
            '>' => escaped.push_str("\\u003e"),
            '&' => escaped.push_str("\\u0026"),
            '\u{2028}' => escaped.push_str("\\u2028"),
            '\u{2029}' => escaped.push_str("\\u2029"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The text under `release` in the Secret: base64 of gzip of the JSON.
///
/// # Errors
/// As [`to_json`].
pub fn encode(record: &Record) -> Result<String, StorageError> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(to_json(record)?.as_bytes())?;
    Ok(STANDARD.encode(gzip.finish()?))
}

/// Reads what [`encode`], or Helm, wrote; also uncompressed, as it was once.
///
/// # Errors
/// It is no base64, no gzip, no record, or too large.
pub fn decode(text: &[u8]) -> Result<Record, StorageError> {
    let bytes = STANDARD.decode(text.trim_ascii())?;
    if !bytes.starts_with(&[0x1f, 0x8b, 0x08]) {
        return record(&bytes);
    }
    let mut json = Vec::new();
    let mut gzip = GzDecoder::new(bytes.as_slice()).take(MAX_SIZE + 1);
    gzip.read_to_end(&mut json)?;
    if json.len() as u64 > MAX_SIZE {
        return Err(StorageError::TooLarge);
    }
    record(&json)
}

/// A record is an object; a list of its fields would be read as well.
fn record(json: &[u8]) -> Result<Record, StorageError> {
    if !json.trim_ascii_start().starts_with(b"{") {
        let object: serde_json::Map<String, Value> = serde_json::from_slice(json)?;
        return Ok(serde_json::from_value(object.into())?);
    }
    Ok(serde_json::from_slice(json)?)
}

/// The Secret of a revision as the API takes it.
///
/// # Errors
/// As [`to_json`].
pub fn secret(
    record: &Record,
    user: &BTreeMap<String, String>,
    stamp: Stamp,
) -> Result<Value, StorageError> {
    Ok(json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": secret_name(&record.name, record.version),
            "namespace": record.namespace,
            "labels": labels(record, user, stamp),
        },
        "type": SECRET_TYPE,
        "data": {"release": STANDARD.encode(encode(record)?)},
    }))
}

/// The record in a Secret as the API gives it.
///
/// # Errors
/// As [`decode`]; or there is no `data.release`.
pub fn from_secret(secret: &Value) -> Result<Record, StorageError> {
    let data = secret.pointer("/data/release").and_then(Value::as_str);
    let outer = STANDARD.decode(data.ok_or(StorageError::Missing)?)?;
    decode(&outer)
}

/// The state that a Secret's labels tell, without decoding it.
#[must_use]
pub fn status_of(labels: &BTreeMap<String, String>) -> Status {
    let status = labels.get("status").map(String::as_str).unwrap_or_default();
    serde_json::from_value(status.into()).unwrap_or_default()
}
