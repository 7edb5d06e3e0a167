//! Which elements of two lists belong together.

use std::collections::{HashMap, HashSet};

use super::{
    change::{Change, elements},
    tree::Tree,
};

/// Longer lists are aligned by their common beginning and end only.
const MAX_CELLS: usize = 4_000_000;

/// Pairs of positions in the order they are shown; a position past the end
/// means that there is no partner.
///
/// Lists of one length that are no reordering are compared position by
/// position. Of others, what they have in common stays, the rest is removed
/// and added; objects in the same place are taken for changed ones.
pub(super) fn pairs(
    before: &[usize],
    after: &[usize],
    is_object: impl Fn(Side, usize) -> bool,
) -> Vec<(usize, usize)> {
    if before.len() == after.len() && !is_reordering(before, after) {
        return (0..before.len()).map(|i| (i, i)).collect();
    }
    let common = common(before, after);
    let mut pairs = Vec::with_capacity(before.len().max(after.len()));
    let (mut old, mut new, mut shared) = (0, 0, 0);
    while old < before.len() || new < after.len() || shared < common.len() {
        let next = common.get(shared);
        let waits = |id: &usize| Some(id) != next;
        while old < before.len() && waits(&before[old]) {
            let partner = new < after.len() && waits(&after[new]);
            if partner && is_object(Side::Before, old) && is_object(Side::After, new) {
                pairs.push((old, new));
                new += 1;
            } else {
                pairs.push((old, after.len()));
            }
            old += 1;
        }
        while new < after.len() && waits(&after[new]) {
            pairs.push((before.len(), new));
            new += 1;
        }
        if next.is_some() {
            pairs.push((old, new));
            old += 1;
            new += 1;
            shared += 1;
        }
    }
    pairs
}

/// One of the two lists.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    Before,
    After,
}

/// Numbers for the elements of a change, equal for equal elements.
pub(super) fn numbered(change: &Change<'_>) -> (Vec<usize>, Vec<usize>) {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut number = |tree: &Tree| {
        let next = known.len();
        *known.entry(tree.key()).or_insert(next)
    };
    let before = elements(change.before).iter().map(&mut number).collect();
    let after = elements(change.after).iter().map(&mut number).collect();
    (before, after)
}

/// The same for lines of text.
pub(super) fn numbered_lines(before: &[&str], after: &[&str]) -> (Vec<usize>, Vec<usize>) {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut number = |line: &&str| {
        let next = known.len();
        *known.entry((*line).to_owned()).or_insert(next)
    };
    let before = before.iter().map(&mut number).collect();
    let after = after.iter().map(&mut number).collect();
    (before, after)
}

fn is_reordering(before: &[usize], after: &[usize]) -> bool {
    let there: HashSet<usize> = after.iter().copied().collect();
    before.iter().all(|id| there.contains(id))
}

/// The longest sequence two lists have in common. Of several, the one that a
/// walk back through the table of lengths finds.
fn common(before: &[usize], after: &[usize]) -> Vec<usize> {
    let end = before.iter().rev().zip(after.iter().rev());
    let end = end.take_while(|(a, b)| a == b).count();
    let (before, tail) = before.split_at(before.len() - end);
    let after = &after[..after.len() - end];
    let mut found = match before.len().saturating_mul(after.len()) {
        cells if cells <= MAX_CELLS => by_table(before, after),
        _ => {
            let start = before.iter().zip(after);
            let start = start.take_while(|(a, b)| a == b);
            start.map(|(id, _)| *id).collect()
        }
    };
    found.extend(tail);
    found
}

fn by_table(before: &[usize], after: &[usize]) -> Vec<usize> {
    let width = before.len() + 1;
    // lengths[y * width + x]: of the first x and y elements.
    let mut lengths = vec![0_u32; width * (after.len() + 1)];
    for (y, new) in (1..).zip(after) {
        for (x, old) in (1..).zip(before) {
            lengths[y * width + x] = match old == new {
                true => lengths[(y - 1) * width + x - 1] + 1,
                false => lengths[y * width + x - 1].max(lengths[(y - 1) * width + x]),
            };
        }
    }
    let (mut x, mut y) = (before.len(), after.len());
    let mut found = Vec::new();
    while x > 0 && y > 0 {
        if before[x - 1] == after[y - 1] {
            found.push(before[x - 1]);
            x -= 1;
            y -= 1;
        } else if lengths[y * width + x - 1] > lengths[(y - 1) * width + x] {
            x -= 1;
        } else {
            y -= 1;
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> String {
        let lines = |text: &'static str| -> Vec<&'static str> { text.split("").collect() };
        let (before, after): (Vec<_>, Vec<_>) = (lines(leak(before)), lines(leak(after)));
        let (before, after) = (&before[1..before.len() - 1], &after[1..after.len() - 1]);
        let (old, new) = numbered_lines(before, after);
        let pairs = pairs(&old, &new, |_, _| false);
        let pairs = pairs
            .into_iter()
            .map(|(old, new)| match (before.get(old), after.get(new)) {
                (Some(a), Some(b)) if a == b => format!(" {a}"),
                (Some(a), Some(b)) => format!("~{a}{b}"),
                (Some(a), None) => format!("-{a}"),
                (None, Some(b)) => format!("+{b}"),
                (None, None) => String::new(),
            });
        pairs.collect()
    }

    fn leak(text: &str) -> &'static str {
        Box::leak(text.to_owned().into_boxed_str())
    }

    #[test]
    fn what_is_common_stays() {
        assert_eq!(shown("abc", "abd"), " a b~cd");
        assert_eq!(shown("abc", "ac"), " a-b c");
        assert_eq!(shown("abc", "cab"), "+c a b-c");
        assert_eq!(shown("ab", "axbx"), " a+x b+x");
        assert_eq!(shown("abcabba", "cbabac"), "-a-b c-a b+a b a+c");
    }
}
