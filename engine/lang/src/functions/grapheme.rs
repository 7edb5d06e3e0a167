//! What people count as characters: grapheme clusters of Unicode 15.0.

use unicode_segmentation::UnicodeSegmentation;

/// The grapheme clusters of `text`.
///
/// Later versions of Unicode keep conjuncts of Indic scripts together (rule
/// GB9c); the language counts by 15.0, so they are taken apart again.
pub(crate) fn clusters(text: &str) -> impl Iterator<Item = &str> {
    text.graphemes(true)
        .flat_map(|cluster| Parts { rest: cluster })
}

/// How many grapheme clusters `text` has.
pub(crate) fn count(text: &str) -> usize {
    if text.is_ascii() && !text.contains('\r') {
        return text.len();
    }
    clusters(text).count()
}

/// A cluster, split before the consonants that rule GB9c alone joined to it.
struct Parts<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Parts<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        if self.rest.is_empty() {
            return None;
        }
        let end = conjunct_break(self.rest).unwrap_or(self.rest.len());
        let (part, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(part)
    }
}

/// Where in `cluster` the first conjunct is joined.
fn conjunct_break(cluster: &str) -> Option<usize> {
    let mut chars = cluster.char_indices();
    let (_, first) = chars.next()?;
    // The blocks from Devanagari to the end of the Indic scripts.
    if !('\u{900}'..='\u{11fff}').contains(&first) {
        return None;
    }
    let mut previous = 0;
    for (index, _) in chars {
        let end = index + cluster.get(index..)?.chars().next()?.len_utf8();
        let pair = cluster.get(previous..end)?;
        // Without the consonant before it, GB9c cannot apply to the pair.
        if previous > 0 && pair.graphemes(true).count() > 1 {
            return Some(index);
        }
        previous = index;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{clusters, count};

    #[test]
    fn conjuncts_are_two_clusters() {
        assert_eq!(clusters("क्षि").collect::<Vec<_>>(), ["क्", "षि"]);
        assert_eq!(count("👩‍👩‍👧🇩🇪e\u{301}\r\n"), 4);
    }
}
