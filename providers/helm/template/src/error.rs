//! Why a template was not parsed, or stopped running.

use std::error::Error as StdError;

/// An error of parsing, executing or of a function, in Go's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: String,
    cause: Option<Box<Error>>,
    kind: ErrorKind,
}

/// What sort of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is no template.
    Parse,
    /// The template failed at a place: Go's `template.ExecError`.
    Execute,
    /// A function failed.
    Function,
    /// A limit was reached; nothing may carry on after it.
    Limit,
}

impl Error {
    /// What a function says; the engine adds where it was called.
    pub fn new(message: impl Into<String>) -> Self {
        Error::of(ErrorKind::Function, message)
    }

    /// An error of a function that was caused by another, whose text
    /// `message` already holds (`%w` in Go).
    pub fn caused(message: impl Into<String>, cause: Error) -> Self {
        let kind = match cause.kind {
            ErrorKind::Limit => ErrorKind::Limit,
            _ => ErrorKind::Function,
        };
        Error {
            message: message.into(),
            cause: Some(Box::new(cause)),
            kind,
        }
    }

    /// An error of the given sort.
    pub fn of(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error {
            message: message.into(),
            cause: None,
            kind,
        }
    }

    pub(crate) fn executing(message: String, cause: Option<Error>) -> Self {
        let kind = match &cause {
            Some(cause) if cause.kind == ErrorKind::Limit => ErrorKind::Limit,
            _ => ErrorKind::Execute,
        };
        Error {
            message,
            cause: cause.map(Box::new),
            kind,
        }
    }

    /// The text, as `err.Error()` returns it in Go.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What sort of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What `errors.Unwrap` finds in Go.
    pub fn cause(&self) -> Option<&Error> {
        self.cause.as_deref()
    }
}

/// Causes are dropped one by one: there can be as many as nested templates.
impl Drop for Error {
    fn drop(&mut self) {
        let mut next = self.cause.take();
        while let Some(mut error) = next {
            next = error.cause.take();
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
