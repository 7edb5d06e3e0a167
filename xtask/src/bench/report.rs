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
            "{name:<52} {ours}   against {}   {:.0}x faster, {:.0} % of the memory",
            figures(other),
            other.wall / outcome.trueup.wall,
            100.0 * outcome.trueup.memory / other.memory,
        ),
    }
}

fn figures(usage: &Usage) -> String {
    format!("{:>8} {:>8.1} MiB", seconds(usage.wall), usage.memory)
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
                " {} | {:.1} MiB | **{:.0}×** | {:.0} % |",
                seconds(other.wall),
                other.memory,
                other.wall / ours.wall,
                100.0 * ours.memory / other.memory
            ),
        };
    }
    page
}

const HEAD: &str = "\
# Benchmarks

Made by `cargo xtask bench --write` with a release build: both programs in
turn, medians of whole-process wall time and peak resident memory. The machine
is a shared one with two cores; ratios hold, absolute times drift.

| case | trueup | memory | terraform or helm | memory | faster | memory |
|---|---|---|---|---|---|---|
";
