//! What messages say in place of what must not be shown.

use trueup_value::{Marks, quote};

/// What stands for a value with these marks; nothing if it may be shown.
pub(crate) fn hidden(marks: Marks) -> Option<&'static str> {
    if marks.contains(Marks::SENSITIVE) {
        Some("(sensitive value)")
    } else if marks.contains(Marks::EPHEMERAL) {
        Some("(ephemeral value)")
    } else {
        None
    }
}

/// `text` in quotes, unless it must not be shown.
pub(crate) fn redacted(text: &str, marks: Marks) -> String {
    hidden(marks).map_or_else(|| quote(text), str::to_owned)
}
