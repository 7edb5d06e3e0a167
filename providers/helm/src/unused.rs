//! Values that nothing reads.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::all_charts::AllCharts;
use crate::chart::Chart;
use crate::error::ChartError;
use crate::reads::{ChartReads, can_read};
use crate::template::Options;
use crate::values::{Given, Place, Step, ValuePath};

/// A value the user set that has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// What was set.
    pub path: ValuePath,
    /// Where.
    pub place: Option<Place>,
    /// What was probably meant.
    pub near: Option<Near>,
    /// The keys that the chart reads in the map where the path goes astray.
    pub beside: Vec<String>,
}

/// A path that the chart reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The path.
    pub path: ValuePath,
    /// Its default, if it has one.
    pub default: Option<Value>,
}

/// The values among `given` that no template, schema, condition, tag or import reads, in the
/// order of their paths. Those that are as the chart has them anyway are not among them, nor
/// nulls. `options.values` is not looked at.
///
/// # Errors
/// The chart or the values can't be put together; in Helm's words.
pub fn unused(chart: &Chart, options: &Options, given: &Given) -> Result<Vec<Unused>, ChartError> {
    let options = Options {
        values: given.values.clone(),
        ..options.clone()
    };
    let values = Value::Object(given.values.clone());
    let leaves: Vec<_> = given.leaves().collect();
    let paths: Vec<ValuePath> = leaves.iter().map(|(path, _)| path.clone()).collect();
    let charts = AllCharts::of(chart, &options, |chart| can_read(chart, &paths))?;
    let defaults = charts.defaults()?;
    let has_effect = |path: &ValuePath| {
        let value = path.find(&values);
        value.is_some_and(|value| !value.is_null()) && !same(value, path.find(&defaults))
    };
    let set = leaves.into_iter().filter(|(path, _)| has_effect(path));
    let set: Vec<_> = set.collect();
    if set.is_empty() {
        return Ok(Vec::new());
    }
    let paths: Vec<ValuePath> = set.iter().map(|(path, _)| path.clone()).collect();
    let reads = ChartReads::of_paths(chart, charts, &options, defaults, &paths)?;
    let unread = |(path, _): &(ValuePath, _)| reads.read(path).is_none();
    let unread: Vec<_> = set.into_iter().filter(unread).collect();
    if unread.is_empty() {
        return Ok(Vec::new());
    }
    let names = Names::of(&reads);
    let found = unread.into_iter().map(|(path, place)| Unused {
        near: names.near(&reads, &path, &values),
        beside: names.beside(&reads, &path),
        path,
        place,
    });
    Ok(found.collect())
}

/// Whether a value is its default; `1` and `1.0` are the same to a template.
fn same(value: Option<&Value>, default: Option<&Value>) -> bool {
    match (value, default) {
        (Some(Value::Number(mine)), Some(Value::Number(theirs))) => {
            mine.as_f64() == theirs.as_f64()
        }
        (mine, theirs) => mine == theirs,
    }
}

/// The paths that can be meant.
struct Names(BTreeSet<ValuePath>);

impl Names {
    /// All that is read and all above it.
    fn of(reads: &ChartReads) -> Self {
        let mut names = BTreeSet::new();
        for path in reads.paths().into_keys() {
            for length in (1..=path.0.len()).rev() {
                if !names.insert(path.head(length)) {
                    break;
                }
            }
        }
        Names(names)
    }

    /// The path that the user's resembles most, if any does enough.
    fn near(&self, reads: &ChartReads, path: &ValuePath, values: &Value) -> Option<Near> {
        let start = reads.chart_depth(path);
        let wrong =
            (start + 1..=path.0.len()).find(|length| !reads.reaches(&path.head(*length)))?;
        let stray = path.head(wrong);
        let is_map = stray.find(values).is_some_and(Value::is_object);
        let wanted = Wanted::new(path, wrong)?;
        let chart = path.head(start);
        let below = self
            .0
            .range(chart.clone()..)
            .skip_while(|name| **name == chart);
        let below = below.take_while(|name| chart.contains(name));
        let rated = below.filter_map(|name| Some((self.rate(name, &wanted)?, name)));
        let candidates = rated.filter(|(_, name)| {
            reads.chart_depth(name) == start
                && reads.default_of(name).is_some_and(Value::is_object) == is_map
        });
        let (_, best) =
            candidates.max_by_key(|((rating, rest), name)| (*rating, *rest, Reverse(*name)))?;
        let best = self.follow(best, wanted.rest);
        let default = reads.default_of(&best).cloned();
        Some(Near {
            path: best,
            default,
        })
    }

    /// The path as far below `start` as `steps` lead to what is read.
    fn follow(&self, start: &ValuePath, steps: &[Step]) -> ValuePath {
        let mut best = start.clone();
        for step in steps {
            let next = best.child(step.clone());
            if !self.0.contains(&next) {
                break;
            }
            best = next;
        }
        best
    }

    /// The keys read in the deepest map above `path` that is read at all, or nothing if that is a
    /// whole chart's.
    fn beside(&self, reads: &ChartReads, path: &ValuePath) -> Vec<String> {
        let start = reads.chart_depth(path);
        let mut above = (start + 1..path.0.len())
            .rev()
            .map(|length| path.head(length));
        let Some(above) = above.find(|above| reads.reaches(above)) else {
            return Vec::new();
        };
        let below = self.0.range(above.clone()..).skip(1);
        let below = below.take_while(|name| above.contains(name));
        let children = below.filter(|name| name.0.len() == above.0.len() + 1);
        children.filter_map(|name| key_of(name.0.last()?)).collect()
    }

    /// How much the last step of `name` resembles the stray step, and how much of the rest of
    /// the path goes on below it.
    fn rate(&self, name: &ValuePath, wanted: &Wanted<'_>) -> Option<(usize, usize)> {
        let (Step::Key(last), parent) = name.0.split_last()? else {
            return None;
        };
        let siblings = parent == wanted.parent;
        let distance = wanted.distance(&last.to_str(), siblings)?;
        let rest = self.follow(name, wanted.rest).0.len() - name.0.len();
        let rating = 100usize.saturating_sub(10 * distance) + if siblings { 15 } else { 0 };
        Some((rating + 20 * rest, rest))
    }
}

/// What a name is sought for.
struct Wanted<'a> {
    /// The steps above the stray one.
    parent: &'a [Step],
    /// The stray step.
    length: usize,
    plain: Vec<char>,
    /// The steps below it.
    rest: &'a [Step],
}

impl<'a> Wanted<'a> {
    /// `path` goes astray with its step number `wrong`, counted from 1.
    fn new(path: &'a ValuePath, wrong: usize) -> Option<Self> {
        let (to_stray, rest) = path.0.split_at_checked(wrong)?;
        let (Step::Key(stray), parent) = to_stray.split_last()? else {
            return None;
        };
        let stray = stray.to_str();
        Some(Wanted {
            parent,
            length: stray.len(),
            plain: plain(&stray),
            rest,
        })
    }

    /// How far the stray step is from `key`, if that is not too far.
    fn distance(&self, key: &str, siblings: bool) -> Option<usize> {
        let allowed = match siblings {
            true => self.length.div_ceil(3),
            false => self.length / 6,
        };
        let key = plain(key);
        // So many letters are missing or too many.
        if self.plain.len().abs_diff(key.len()) > allowed {
            return None;
        }
        let distance = distance(&self.plain, &key);
        (distance <= allowed).then_some(distance)
    }
}

fn key_of(step: &Step) -> Option<String> {
    match step {
        Step::Key(key) => Some(key.to_str().into_owned()),
        Step::Index(_) => None,
    }
}

/// A key without what spelling habits differ in.
fn plain(key: &str) -> Vec<char> {
    let letters = key.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).take(64).collect()
}

/// The number of letters to change, add or leave out.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, mine) in left.iter().enumerate() {
        let mut diagonal = index;
        let mut before = index + 1;
        let mut next = Vec::with_capacity(row.len());
        next.push(before);
        for (theirs, above) in right.iter().zip(row.iter().skip(1)) {
            let changed = diagonal + usize::from(mine != theirs);
            before = changed.min(before + 1).min(above + 1);
            diagonal = *above;
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
