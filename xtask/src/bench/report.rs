//! The figures as people read them.

use std::fmt::Write as _;

use super::{Outcome, measure::Usage};

/// One line for the terminal.
pub(crate) fn line(outcome: &Outcome) -> String {
    let ours = figures(&outcome.trueup);
    let name = &outcome.case.name;
    match &outcome.other {
        None => format!("{name:<52} {ours}"),
        Some(other) => format!(
            "{name:<52} {ours}   against {}   {} faster, {:.0} % of the memory",
            figures(other),
            ratio(other, &outcome.trueup),
            100.0 * outcome.trueup.memory / other.memory,
        ),
    }
}

pub(super) fn figures(usage: &Usage) -> String {
    format!("{:>8} {:>8.1} MiB", wall(usage), usage.memory)
}

/// Its time, or that there was no waiting for it.
fn wall(usage: &Usage) -> String {
    let bound = if usage.stopped { "> " } else { "" };
    format!("{bound}{}", seconds(usage.wall))
}

pub(super) fn ratio(other: &Usage, ours: &Usage) -> String {
    let bound = if other.stopped { "> " } else { "" };
    let times = other.wall / ours.wall;
    let digits = usize::from(times < 10.0);
    format!("{bound}{times:.digits$}×")
}

/// How the cost of each task grows, a line for each step.
pub(crate) fn growth(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for pair in steps(outcomes) {
        let [(family, from, before), (_, to, after)] = pair;
        let _ = writeln!(
            text,
            "{family:<26} {from:>7} to {to:>7}: time {:.1}x, processor {:.1}x, memory {:.1}x",
            after.wall / before.wall,
            after.cpu / before.cpu,
            after.memory / before.memory
        );
    }
    text
}

type Sized<'a> = (&'static str, usize, &'a Usage);

/// Each size of a task with the next larger one.
fn steps(outcomes: &[Outcome]) -> impl Iterator<Item = [Sized<'_>; 2]> {
    let mut sized: Vec<Sized<'_>> = outcomes
        .iter()
        .filter_map(|o| o.case.size.map(|(family, size)| (family, size, &o.trueup)))
        .collect();
    sized.sort_by_key(|(family, size, _)| (*family, *size));
    let pairs: Vec<_> = sized.windows(2).map(|pair| [pair[0], pair[1]]).collect();
    pairs.into_iter().filter(|[a, b]| a.0 == b.0)
}

fn seconds(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{:.1} ms", seconds * 1000.0)
    } else {
        format!("{seconds:.2} s")
    }
}

/// The page docs/benchmarks.md.
pub(crate) fn page(outcomes: &[Outcome]) -> String {
    let mut page = HEAD.to_owned();
    for outcome in outcomes {
        let ours = &outcome.trueup;
        let _ = write!(
            page,
            "| {} | {} | {:.1} MiB |",
            outcome.case.name,
            seconds(ours.wall),
            ours.memory
        );
        let _ = match &outcome.other {
            None => writeln!(page, " | | | |"),
            Some(other) => writeln!(
                page,
                " {} | {:.1} MiB | **{}** | {:.0} % |",
                wall(other),
                other.memory,
                ratio(other, ours),
                100.0 * ours.memory / other.memory
            ),
        };
    }
    page.push_str(GROWTH);
    for [(family, from, before), (_, to, after)] in steps(outcomes) {
        let _ = writeln!(
            page,
            "| {family} | {from} → {to} | {:.1}× | {:.1}× | {:.1}× |",
            after.wall / before.wall,
            after.cpu / before.cpu,
            after.memory / before.memory
        );
    }
    page
}

const HEAD: &str = "\
# Benchmarks

Made by `cargo xtask bench --write` with a dist build, which is what users
get: both programs in
turn, medians of whole-process wall time and peak resident memory. The machine
is a shared one with two cores; ratios hold, absolute times drift. A program
that takes over 20 seconds runs once, and one that takes over 400 is stopped:
its figures are lower bounds then. Where a case starts from an applied stack,
both programs start from the same state file, written by trueup.

| case | trueup | memory | terraform or helm | memory | faster | memory |
|---|---|---|---|---|---|---|
";

const GROWTH: &str = "
## Growth

How the cost grows from one size to the next.

| task | from → to | time | processor | memory |
|---|---|---|---|---|
";
