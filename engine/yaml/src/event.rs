//! What a text consists of.

use crate::Mark;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// After `|` or `>`.
    Block,
}

/// An event and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What it is.
    pub kind: EventKind,
    /// Where its first character is, that of an anchor or a tag included.
    pub start: Mark,
}

/// A part of a text. A key is followed by its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// A document begins.
    DocumentStart,
    /// A document ends.
    DocumentEnd,
    /// Nothing follows.
    StreamEnd,
    /// `*name`, which need not be the name of an anchor.
    Alias(String),
    /// A text.
    Scalar {
        /// The name it gets.
        anchor: Option<String>,
        /// Its tag in full, empty if it has none.
        tag: String,
        /// The text with escapes and folding undone.
        value: String,
        /// How it is written.
        style: ScalarStyle,
        /// Whether its look alone decides its type: plain without a tag, or tagged `!`.
        implicit: bool,
    },
    /// A list begins.
    SequenceStart {
        /// The name it gets.
        anchor: Option<String>,
        /// Its tag in full, empty if it has none.
        tag: String,
    },
    /// A list ends.
    SequenceEnd,
    /// A mapping begins.
    MappingStart {
        /// The name it gets.
        anchor: Option<String>,
        /// Its tag in full, empty if it has none.
        tag: String,
    },
    /// A mapping ends.
    MappingEnd,
}

impl EventKind {
    /// The scalar that stands where nothing is written.
    pub(crate) fn empty() -> Self {
        EventKind::Scalar {
            anchor: None,
            tag: String::new(),
            value: String::new(),
            style: ScalarStyle::Plain,
            implicit: true,
        }
    }
}
