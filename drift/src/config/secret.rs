//! Secrets: never written in a configuration, only where they are found.

use std::fmt;

use trueup_syntax::{Span, body::Content};

use super::read::{Given, Reader};

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The text, for who needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// What `NAME_env` or `NAME_file` lead to; nothing if neither is there.
pub(super) fn secret(
    content: &Content,
    name: &str,
    reader: &mut Reader<'_>,
) -> Option<Given<Secret>> {
    let variable = reader.text(content, &format!("{name}_env"));
    let file = reader.text(content, &format!("{name}_file"));
    match (variable, file) {
        (Some(variable), None) => of_variable(variable, reader),
        (None, Some(file)) => of_file(file, reader),
        (Some(_), Some(file)) => {
            let detail =
                format!("Both {name}_env and {name}_file are given. One of them is enough.");
            reader.wrong("Secret in two places", detail, file.span);
            None
        }
        (None, None) => None,
    }
}

fn of_variable(given: Given<String>, reader: &mut Reader<'_>) -> Option<Given<Secret>> {
    let value = (reader.around.variable)(&given.value);
    let detail = format!(
        "The environment variable {} is not set, or empty.",
        given.value
    );
    told(value, detail, given.span, reader)
}

fn of_file(given: Given<String>, reader: &mut Reader<'_>) -> Option<Given<Secret>> {
    let path = reader.base.join(&given.value);
    let read = reader.around.files.read(&path);
    let text = read.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let detail = match &text {
        Ok(_) => format!("The file {} is empty.", path.display()),
        Err(error) => format!("The file {} cannot be read: {error}.", path.display()),
    };
    told(text.ok(), detail, given.span, reader)
}

fn told(
    text: Option<String>,
    detail: String,
    span: Span,
    reader: &mut Reader<'_>,
) -> Option<Given<Secret>> {
    let text = text.map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
    match text.filter(|text| !text.is_empty()) {
        Some(text) => Some(Given {
            value: Secret(text),
            span,
        }),
        None => {
            reader.wrong("Secret not found", detail, span);
            None
        }
    }
}
