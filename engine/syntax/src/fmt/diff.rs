//! What formatting changes, as `diff -u` shows it.
//!
//! Two texts with `n` lines in common have `n + 1` gaps between those: a diff
//! says how many lines each text has in each gap.

use std::fmt::Write;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// How many common lines are shown around a change.
const CONTEXT: usize = 3;

/// The unified diff from `old` to `new` with the file names `old/PATH` and
/// `new/PATH`; empty if they are equal.
pub fn unified_diff(old: &str, new: &str, path: &str) -> String {
    if old == new {
        return String::new();
    }
    let [mut old, mut new] = sides(old, new);
    old.slide(&new.gaps);
    new.slide(&old.gaps);
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

fn sides<'a>(old: &'a str, new: &'a str) -> [Side<'a>; 2] {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let mut gaps = [vec![0], vec![0]];
    for op in capture_diff_slices(Algorithm::Myers, &new, &old) {
        if let DiffOp::Equal { len, .. } = op {
            gaps.iter_mut()
                .for_each(|gaps| gaps.resize(gaps.len() + len, 0));
            continue;
        }
        let lengths = [op.new_range().len(), op.old_range().len()];
        for (gaps, length) in gaps.iter_mut().zip(lengths) {
            if let Some(last) = gaps.last_mut() {
                *last += length;
            }
        }
    }
    let [old_gaps, new_gaps] = gaps;
    [
        Side {
            lines: old,
            gaps: old_gaps,
        },
        Side {
            lines: new,
            gaps: new_gaps,
        },
    ]
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
