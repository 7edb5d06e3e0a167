//! Heredocs with `<<-`: removing the indentation that all lines share.

use unicode_segmentation::UnicodeSegmentation;

use super::template::Piece;
use crate::grapheme;

/// Removes from the start of each line as many spaces as the line with the
/// fewest has. Lines of nothing but spaces do not count and stay as they are.
///
/// This works on the text as written, so that the value of an interpolation
/// has no influence. A line that starts with a sequence has no spaces.
pub(super) fn flush(pieces: &mut [Piece<'_>]) {
    let mut fewest = usize::MAX;
    let mut indented = Vec::new();
    let mut at_line_start = true;
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Literal(text, _) = piece else {
            if at_line_start {
                fewest = 0;
            }
            at_line_start = false;
            continue;
        };
        let rest = text.trim_start();
        if at_line_start && !(rest.is_empty() && text.ends_with('\n')) {
            let spaces = text.get(..text.len() - rest.len()).unwrap_or_default();
            fewest = fewest.min(grapheme::count(spaces));
            indented.push(index);
        }
        at_line_start = text.ends_with('\n');
    }
    for index in indented {
        if let Some(Piece::Literal(text, span)) = pieces.get_mut(index) {
            let removed: usize = text.graphemes(true).take(fewest).map(str::len).sum();
            *text = text.get(removed..).unwrap_or_default().to_owned().into();
            span.start = span.start.saturating_add(removed as u32).min(span.end);
        }
    }
}
