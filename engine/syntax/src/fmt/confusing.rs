//! Lines to leave out of a comparison because matching them would confuse.
//!
//! GNU `diff` counts lines without a partner as changed from the start, and
//! among many of those also lines that have too many partners, such as empty
//! ones: an empty line amid a rewritten passage had better not part it.

/// What becomes of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Compare,
    /// It has no partner.
    Drop,
    /// It has many partners.
    DropAmidDropped,
}

/// For each line whether to compare it, given how many partners each has.
pub(super) fn comparable(partners: &[usize]) -> Vec<bool> {
    let many = 5 << (ilog4(partners.len() / 64));
    let fate = |count: &usize| match *count {
        0 => Fate::Drop,
        count if count > many => Fate::DropAmidDropped,
        _ => Fate::Compare,
    };
    let mut fates: Vec<Fate> = partners.iter().map(fate).collect();
    for run in fates.chunk_by_mut(|a, b| (*a == Fate::Compare) == (*b == Fate::Compare)) {
        settle_run(run);
    }
    fates.iter().map(|fate| *fate == Fate::Compare).collect()
}

/// How often four goes into `number` as a factor, rounded down.
fn ilog4(number: usize) -> u32 {
    number.checked_ilog(4).unwrap_or(0)
}

/// Decides about the lines with many partners in a run of lines to be dropped.
fn settle_run(run: &mut [Fate]) {
    let Some(first) = run.iter().position(|fate| *fate == Fate::Drop) else {
        return restore(run);
    };
    let last = run
        .iter()
        .rposition(|fate| *fate == Fate::Drop)
        .unwrap_or(first);
    restore(&mut run[..first]);
    restore(&mut run[last + 1..]);
    let run = &mut run[first..=last];
    let doubtful = run.iter().filter(|fate| **fate == Fate::DropAmidDropped);
    if doubtful.count() * 4 > run.len() {
        return restore(run);
    }
    restore_long_subruns(run);
    restore_ahead_of_certainty(run.iter_mut());
    restore_ahead_of_certainty(run.iter_mut().rev());
}

fn restore(run: &mut [Fate]) {
    run.iter_mut().for_each(restore_one);
}

fn restore_one(fate: &mut Fate) {
    if *fate == Fate::DropAmidDropped {
        *fate = Fate::Compare;
    }
}

/// Two lines with many partners in a row may be dropped in a run of 16, four in
/// one of 64, and so on.
fn restore_long_subruns(run: &mut [Fate]) {
    let longest = 1 << ilog4(run.len() / 4);
    for subrun in run.chunk_by_mut(|a, b| a == b) {
        if subrun.len() > longest {
            restore(subrun);
        }
    }
}

/// Up to three lines without a partner in a row, or one after eight lines.
fn restore_ahead_of_certainty<'a>(run: impl Iterator<Item = &'a mut Fate>) {
    let mut in_a_row = 0;
    for (index, fate) in run.enumerate() {
        if *fate != Fate::Drop {
            in_a_row = 0;
            restore_one(fate);
            continue;
        }
        in_a_row += 1;
        if index >= 8 || in_a_row == 3 {
            break;
        }
    }
}
