//! Why a chart can't be loaded or rendered.

/// An error in Helm's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ChartError {
    message: String,
    violates_schema: bool,
}

impl ChartError {
    /// An error with this text.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            violates_schema: false,
        }
    }

    /// Values that a chart's `values.schema.json` does not accept.
    pub(crate) fn schema(message: String) -> Self {
        Self {
            message,
            violates_schema: true,
        }
    }

    /// Whether it is a `values.schema.json` that does not accept the values.
    pub fn violates_schema(&self) -> bool {
        self.violates_schema
    }

    /// The same error, said of something around it: `context: error`.
    #[must_use]
    pub fn within(self, context: impl std::fmt::Display) -> Self {
        Self {
            message: format!("{context}: {}", self.message),
            ..self
        }
    }
}
