//! Drift over time: how much has drifted and failed at each moment.

use jiff::{SignedDuration, Timestamp};

use crate::history::{Kept, Verdict};

/// A chart, 1000 wide and 100 high; where it says `at`, in percent of the width.
#[derive(Debug)]
pub(crate) struct Chart {
    /// The area of what has failed, on the ground.
    pub(crate) failed: String,
    /// The area of what has drifted, on that.
    pub(crate) drifted: String,
    /// The edge of what has drifted.
    pub(crate) edge: String,
    /// Lines across, from the bottom: percent of the height from the top, and what
    /// they stand for.
    pub(crate) levels: Vec<(String, String)>,
    /// Moments: percent of the width, and what they are.
    pub(crate) moments: Vec<(String, String)>,
    /// What it shows, in words.
    pub(crate) label: String,
}

/// How much has drifted and failed at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Level {
    drifted: usize,
    failed: usize,
}

/// How many moments a chart shows.
const STEPS: usize = 168;

/// The longest time it shows.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The shortest.
const SHORTEST: SignedDuration = SignedDuration::from_hours(1);

impl Chart {
    /// How many stacks have drifted and failed; none if nothing was checked.
    pub(crate) fn of_stacks<'a>(
        stacks: impl Iterator<Item = &'a Kept> + Clone,
        now: Timestamp,
    ) -> Option<Self> {
        let count = |verdict: Verdict, _| match verdict {
            Verdict::Clean => Level::default(),
            Verdict::Drifted => Level {
                drifted: 1,
                failed: 0,
            },
            Verdict::Failed => Level {
                drifted: 0,
                failed: 1,
            },
        };
        Chart::new(stacks, now, count, "stacks")
    }

    /// How many objects of a stack have drifted, and when it failed.
    pub(crate) fn of_objects(kept: &Kept, now: Timestamp) -> Option<Self> {
        let count = |verdict: Verdict, drifted: usize| Level {
            drifted,
            failed: usize::from(verdict == Verdict::Failed),
        };
        Chart::new(std::iter::once(kept), now, count, "objects")
    }

    fn new<'a>(
        stacks: impl Iterator<Item = &'a Kept> + Clone,
        now: Timestamp,
        count: fn(Verdict, usize) -> Level,
        what: &str,
    ) -> Option<Self> {
        let first = stacks.clone().filter_map(|kept| kept.points.front());
        let first = first.map(|point| point.began).min()?;
        let span = now.duration_since(first).clamp(SHORTEST, LONGEST);
        let start = now.checked_sub(span).ok()?;
        let mut levels = vec![Level::default(); STEPS];
        for kept in stacks {
            add(kept, start, span, count, &mut levels);
        }
        let highest = levels
            .iter()
            .map(|level| level.drifted + level.failed)
            .max()?;
        let top = ceiling(highest);
        let failed: Vec<usize> = levels.iter().map(|level| level.failed).collect();
        let all: Vec<usize> = levels.iter().map(|l| l.failed + l.drifted).collect();
        let last = levels.last().copied().unwrap_or_default();
        Some(Chart {
            failed: area(&failed, &vec![0; STEPS], top),
            drifted: area(&all, &failed, top),
            edge: line(&all, top),
            levels: marks(top),
            moments: moments(start, span),
            label: format!(
                "{what} over time: at most {highest} drifted or failed, now {} drifted and {} failed",
                last.drifted, last.failed
            ),
        })
    }
}

/// Adds what one stack was like at each step.
fn add(
    kept: &Kept,
    start: Timestamp,
    span: SignedDuration,
    count: fn(Verdict, usize) -> Level,
    levels: &mut [Level],
) {
    let mut points = kept.points.iter().peekable();
    let mut current = Level::default();
    for (step, level) in levels.iter_mut().enumerate() {
        let share = (step + 1) as f64 / STEPS as f64;
        let moment = start + SignedDuration::from_secs_f64(span.as_secs_f64() * share);
        while let Some(point) = points.next_if(|point| point.began <= moment) {
            current = count(point.verdict, point.drifted);
        }
        level.drifted += current.drifted;
        level.failed += current.failed;
    }
}

/// The area between two series of steps.
fn area(upper: &[usize], lower: &[usize], top: usize) -> String {
    let mut path = line(upper, top);
    let each = 1000.0 / STEPS as f64;
    for (step, value) in lower.iter().enumerate().rev() {
        let (left, right) = (step as f64 * each, (step + 1) as f64 * each);
        let y = height(*value, top);
        path.push_str(&format!("L{right:.1} {y:.1}L{left:.1} {y:.1}"));
    }
    path.push('Z');
    path
}

fn line(values: &[usize], top: usize) -> String {
    let mut path = String::new();
    let each = 1000.0 / STEPS as f64;
    let mut last = None;
    for (step, value) in values.iter().enumerate() {
        let (left, right) = (step as f64 * each, (step + 1) as f64 * each);
        let y = height(*value, top);
        let command = if step == 0 { 'M' } else { 'L' };
        if last != Some(value) {
            path.push_str(&format!("{command}{left:.1} {y:.1}"));
        }
        last = Some(value);
        let goes_on = values.get(step + 1) == Some(value);
        if !goes_on {
            path.push_str(&format!("L{right:.1} {y:.1}"));
        }
    }
    path
}

fn height(value: usize, top: usize) -> f64 {
    100.0 - 100.0 * value as f64 / top as f64
}

/// A round number that is not less.
fn ceiling(highest: usize) -> usize {
    let mut unit = 1;
    loop {
        for factor in [2, 4, 6, 8, 10] {
            if highest <= factor * unit {
                return factor * unit;
            }
        }
        unit *= 10;
    }
}

fn marks(top: usize) -> Vec<(String, String)> {
    let mark = |value: usize| (format!("{:.1}", height(value, top)), value.to_string());
    [0, top / 2, top].map(mark).to_vec()
}

/// Round moments within a time.
fn moments(start: Timestamp, span: SignedDuration) -> Vec<(String, String)> {
    let hours = span.as_hours().max(1);
    let (every, format) = match hours {
        0..6 => (SignedDuration::from_mins(30), "%H:%M"),
        6..13 => (SignedDuration::from_hours(2), "%H:%M"),
        13..30 => (SignedDuration::from_hours(6), "%H:%M"),
        30..72 => (SignedDuration::from_hours(12), "%b %-d, %H:%M"),
        _ => (SignedDuration::from_hours(24), "%b %-d"),
    };
    let first = (start.as_second() / every.as_secs() + 1) * every.as_secs();
    let end = start.as_second() + span.as_secs();
    let seconds = (0..).map(|index| first + index * every.as_secs());
    seconds
        .take_while(|second| *second < end)
        .filter_map(|second| {
            let share = (second - start.as_second()) as f64 / span.as_secs_f64();
            let moment = Timestamp::from_second(second).ok()?;
            Some((
                format!("{:.2}", share * 100.0),
                moment.strftime(format).to_string(),
            ))
        })
        .filter(|(at, _)| at.parse::<f64>().is_ok_and(|at| (4.0..96.0).contains(&at)))
        .collect()
}
