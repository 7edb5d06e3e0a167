//! Strings as the language sees them: Unicode text in normalization form C.

use std::{borrow::Borrow, fmt, ops::Deref};

use ecow::EcoString;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// An immutable string in Unicode normalization form C.
///
/// Up to 15 bytes are stored inline; longer text is shared between clones.
/// Ordering is by bytes, which for UTF-8 is ordering by code point.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Str(EcoString);

impl Str {
    /// Normalizes `text`; text that is already in form C is only copied.
    pub fn new(text: &str) -> Self {
        if text.is_ascii() || is_nfc(text) {
            Str(EcoString::from(text))
        } else {
            Str(text.nfc().collect())
        }
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Self {
        Str::new(text)
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Str::new(&text)
    }
}

impl Deref for Str {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Str {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Str {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
