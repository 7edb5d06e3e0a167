//! What formatting changes, as `diff -u` shows it.
//!
//! Two texts with `n` lines in common have `n + 1` gaps between those: a diff
//! says how many lines each text has in each gap.

use std::collections::HashMap;
use std::fmt::Write;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::confusing::comparable;

/// How many common lines are shown around a change.
const CONTEXT: usize = 3;

/// The unified diff from `old` to `new` with the file names `old/PATH` and
/// `new/PATH`; empty if they are equal.
pub fn unified_diff(old: &str, new: &str, path: &str) -> String {
    if old == new {
        return String::new();
    }
    let [old, new] = compared(old, new);
    let mut out = format!("--- old/{path}\n+++ new/{path}\n");
    for hunk in hunks(&old.gaps, &new.gaps) {
        write_hunk(&mut out, &old, &new, hunk);
    }
    out
}

struct Side<'a> {
    lines: Vec<&'a str>,
    /// How many lines of this side alone are in each gap.
    gaps: Vec<usize>,
}

fn compared<'a>(old: &'a str, new: &'a str) -> [Side<'a>; 2] {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let (start, end) = same_ends(&old, &new);
    let [mut old_middle, mut new_middle] =
        sides(&old[start..old.len() - end], &new[start..new.len() - end]);
    old_middle.slide(&new_middle.gaps);
    new_middle.slide(&old_middle.gaps);
    [(old, old_middle), (new, new_middle)].map(|(lines, middle)| {
        let mut gaps = vec![0; start];
        gaps.extend(middle.gaps);
        gaps.resize(gaps.len() + end, 0);
        Side { lines, gaps }
    })
}

/// How many lines at the start and at the end need no comparison: those that
/// are the same, but for as many as are shown around a change.
fn same_ends(old: &[&str], new: &[&str]) -> (usize, usize) {
    let same = |(old, new): &(&&str, &&str)| old == new;
    let start = old.iter().zip(new).take_while(same).count();
    let start = start.saturating_sub(CONTEXT);
    let (old, new) = (&old[start..], &new[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(same);
    (start, end.count().saturating_sub(CONTEXT))
}

fn sides<'a>(old: &[&'a str], new: &[&'a str]) -> [Side<'a>; 2] {
    let common = common_lines(old, new);
    [(old, 0), (new, 1)].map(|(lines, side)| {
        let mut gaps = Vec::with_capacity(common.len() + 1);
        let mut next = 0;
        for pair in &common {
            gaps.push(pair[side] - next);
            next = pair[side] + 1;
        }
        gaps.push(lines.len() - next);
        Side {
            lines: lines.to_vec(),
            gaps,
        }
    })
}

/// Which lines are the same, by their indices on both sides.
fn common_lines(old: &[&str], new: &[&str]) -> Vec<[usize; 2]> {
    let kept_old = kept(old, new);
    let kept_new = kept(new, old);
    let old_texts: Vec<&str> = kept_old.iter().map(|&index| old[index]).collect();
    let new_texts: Vec<&str> = kept_new.iter().map(|&index| new[index]).collect();
    let mut common = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &new_texts, &old_texts) {
        if let DiffOp::Equal { .. } = op {
            let pairs = op.new_range().zip(op.old_range());
            common.extend(pairs.map(|(old, new)| [kept_old[old], kept_new[new]]));
        }
    }
    common
}

/// The indices of the lines to compare with `others`.
fn kept(lines: &[&str], others: &[&str]) -> Vec<usize> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    others
        .iter()
        .for_each(|line| *counts.entry(line).or_default() += 1);
    let partners: Vec<usize> = lines
        .iter()
        .map(|line| counts.get(line).copied().unwrap_or(0))
        .collect();
    let comparable = comparable(&partners);
    (0..lines.len())
        .filter(|&index| comparable[index])
        .collect()
}

/// A run of changed lines while it is moved.
struct Run {
    gap: usize,
    start: usize,
}

impl Side<'_> {
    /// Moves each run of changed lines as far down as the lines around it
    /// allow, joining it with those it meets, or to the last gap on that way
    /// where the other side has changes too.
    fn slide(&mut self, other: &[usize]) {
        let mut run = Run { gap: 0, start: 0 };
        while run.gap < self.gaps.len() {
            if self.gaps[run.gap] > 0 {
                self.slide_run(&mut run, other);
            }
            run.start += self.gaps[run.gap] + 1;
            run.gap += 1;
        }
    }

    fn slide_run(&mut self, run: &mut Run, other: &[usize]) {
        let mut meeting = None;
        let mut length = 0;
        while length != self.gaps[run.gap] {
            length = self.gaps[run.gap];
            while self.can_move_up(run) {
                self.move_up(run);
            }
            meeting = (other[run.gap] > 0).then_some(run.gap);
            while self.can_move_down(run) {
                self.move_down(run);
                if other[run.gap] > 0 {
                    meeting = Some(run.gap);
                }
            }
        }
        while meeting.is_some_and(|meeting| meeting < run.gap) {
            self.move_up(run);
        }
    }

    fn can_move_up(&self, run: &Run) -> bool {
        let end = run.start + self.gaps[run.gap];
        run.gap > 0 && self.lines[run.start - 1] == self.lines[end - 1]
    }

    fn can_move_down(&self, run: &Run) -> bool {
        let end = run.start + self.gaps[run.gap];
        run.gap + 1 < self.gaps.len() && self.lines[run.start] == self.lines[end]
    }

    fn move_up(&mut self, run: &mut Run) {
        let length = std::mem::take(&mut self.gaps[run.gap]);
        run.gap -= 1;
        run.start -= 1 + self.gaps[run.gap];
        self.gaps[run.gap] += length;
    }

    fn move_down(&mut self, run: &mut Run) {
        let length = std::mem::take(&mut self.gaps[run.gap]);
        run.gap += 1;
        run.start += 1;
        self.gaps[run.gap] += length;
    }
}

/// Gaps with changes that are shown together.
struct Hunk {
    first: usize,
    last: usize,
    /// The lines before the first gap, on each side.
    starts: [usize; 2],
}

fn hunks(old: &[usize], new: &[usize]) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut starts = [0, 0];
    for (gap, (old, new)) in old.iter().zip(new).enumerate() {
        match hunks.last_mut() {
            _ if old + new == 0 => {}
            Some(hunk) if gap - hunk.last <= 2 * CONTEXT => hunk.last = gap,
            _ => hunks.push(Hunk {
                first: gap,
                last: gap,
                starts,
            }),
        }
        starts = [starts[0] + old + 1, starts[1] + new + 1];
    }
    hunks
}

fn write_hunk(out: &mut String, old: &Side, new: &Side, hunk: Hunk) {
    let common = old.gaps.len() - 1;
    let before = hunk.first.min(CONTEXT);
    let after = (common - hunk.last).min(CONTEXT);
    let mut next = hunk.starts.map(|start| start - before);
    let lengths = [old, new].map(|side| {
        let changed: usize = side.gaps[hunk.first..=hunk.last].iter().sum();
        before + changed + (hunk.last - hunk.first) + after
    });
    let _ = write!(out, "@@ -{} ", range(next[0], lengths[0]));
    let _ = writeln!(out, "+{} @@", range(next[1], lengths[1]));
    for gap in hunk.first - before..=hunk.last + after {
        write_lines(out, '-', old, &mut next[0], old.gaps[gap]);
        write_lines(out, '+', new, &mut next[1], new.gaps[gap]);
        if gap < hunk.last + after {
            next[1] += 1;
            write_lines(out, ' ', old, &mut next[0], 1);
        }
    }
}

fn write_lines(out: &mut String, sign: char, side: &Side, next: &mut usize, count: usize) {
    for line in &side.lines[*next..*next + count] {
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
    *next += count;
}

fn range(start: usize, length: usize) -> String {
    match length {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        _ => format!("{},{length}", start + 1),
    }
}
