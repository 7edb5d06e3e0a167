//! What those who are told know of a stack, and what is news to them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::{Change, ChangeKind, Spot, spots};
use crate::report::{Outcome, Report};

/// What is known of a stack to those who are told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// It could not be checked.
    #[serde(default, skip_serializing_if = "is_false")]
    pub failing: bool,
    /// What has drifted, or turned lately.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    spots: Vec<Known>,
    /// The key of the last message, from which that of the next one follows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) last_key: String,
}

/// One thing that has drifted, or did so lately.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    #[serde(flatten)]
    spot: Spot,
    /// A digest of what it is; none if it is as it should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    now: Option<String>,
    /// Whether it turned into something else, in this check (the lowest bit) and
    /// those before.
    turns: u8,
    /// Whether something keeps rewriting it.
    #[serde(default, skip_serializing_if = "is_false")]
    fight: bool,
}

/// So many turns within the checks that are remembered are a fight.
const FIGHT: u32 = 4;

impl Standing {
    /// Whether something keeps rewriting a field of the stack.
    pub fn is_fought(&self) -> bool {
        self.spots.iter().any(|known| known.fight)
    }

    /// The objects with fields that something keeps rewriting.
    pub fn fought(&self) -> BTreeSet<&str> {
        let fought = self.spots.iter().filter(|known| known.fight);
        fought.map(|known| known.spot.address.as_str()).collect()
    }

    /// Takes in a report and says what is news.
    pub fn learn(&mut self, report: &Report, at: Timestamp) -> Vec<Change> {
        let failed = matches!(report.outcome, Outcome::Failed(_));
        let mut news = Vec::new();
        if failed != self.failing {
            self.failing = failed;
            news.push(failure(report, failed, at));
        }
        if !failed {
            news.extend(self.turn(report, at));
        }
        news
    }

    /// Objects were changed back: they are as they should be, until the next check
    /// says otherwise.
    pub fn repaired(&mut self, addresses: &[String]) {
        let addresses: HashSet<&String> = addresses.iter().collect();
        for known in &mut self.spots {
            if addresses.contains(&known.spot.address) && known.now.is_some() {
                known.now = None;
                known.turns |= 1;
            }
        }
    }

    fn turn(&mut self, report: &Report, at: Timestamp) -> Vec<Change> {
        let before = self.visible();
        let mut found = spots(report);
        let mut begun: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut ended: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for known in &mut self.spots {
            let was_fought = known.fight;
            known.turn(found.remove(&known.spot));
            let told = match (was_fought, known.fight) {
                (false, true) => &mut begun,
                (true, false) => &mut ended,
                _ => continue,
            };
            told.entry(known.spot.address.clone())
                .or_default()
                .push(known.spot.field.clone());
        }
        self.spots
            .extend(found.into_iter().map(|(spot, now)| Known::new(spot, now)));
        self.spots
            .retain(|known| known.now.is_some() || known.turns != 0);
        self.spots.sort_by(|a, b| a.spot.cmp(&b.spot));
        let quiet = |spot: &Spot| !touches(&begun, spot) && !touches(&ended, spot);
        let mut news = compare(&before, &self.visible(), &quiet, at);
        news.extend(fights(begun, ChangeKind::Fight, at));
        news.extend(fights(ended, ChangeKind::Settled, at));
        news
    }

    /// What has drifted and is told of.
    fn visible(&self) -> BTreeMap<Spot, String> {
        let told = self.spots.iter().filter(|known| !known.fight);
        told.filter_map(|known| Some((known.spot.clone(), known.now.clone()?)))
            .collect()
    }
}

impl Known {
    fn new(spot: Spot, now: String) -> Self {
        Known {
            spot,
            now: Some(now),
            turns: 1,
            fight: false,
        }
    }

    fn turn(&mut self, now: Option<String>) {
        let turned = self.now != now;
        self.now = now;
        self.turns = (self.turns << 1) | u8::from(turned);
        self.fight = match self.fight {
            true => self.turns != 0,
            false => self.turns.count_ones() >= FIGHT,
        };
    }
}

fn failure(report: &Report, failed: bool, at: Timestamp) -> Change {
    let problem = report.problems().first();
    Change {
        kind: match failed {
            true => ChangeKind::Failing,
            false => ChangeKind::Recovered,
        },
        at,
        address: None,
        fields: Vec::new(),
        detail: problem.map_or_else(String::new, |problem| problem.summary.clone()),
    }
}

fn touches(fights: &BTreeMap<String, Vec<String>>, spot: &Spot) -> bool {
    let fields = fights.get(&spot.address);
    fields.is_some_and(|fields| fields.contains(&spot.field))
}

/// What is another than before, object by object.
fn compare(
    before: &BTreeMap<Spot, String>,
    after: &BTreeMap<Spot, String>,
    counts: &dyn Fn(&Spot) -> bool,
    at: Timestamp,
) -> Vec<Change> {
    let spots = before.keys().chain(after.keys());
    let addresses: BTreeSet<&str> = spots.map(|spot| spot.address.as_str()).collect();
    let of = |spots: &BTreeMap<Spot, String>, address: &str| -> Vec<(String, String)> {
        let first = Spot {
            address: address.to_owned(),
            field: String::new(),
        };
        let own = spots.range(first..);
        let own = own.take_while(|(spot, _)| spot.address == address);
        let own = own.filter(|(spot, _)| counts(spot));
        own.map(|(spot, now)| (spot.field.clone(), now.clone()))
            .collect()
    };
    let changes = addresses.into_iter().filter_map(|address| {
        let (old, new) = (of(before, address), of(after, address));
        let kind = match (old.is_empty(), new.is_empty()) {
            _ if old == new => return None,
            (true, _) => ChangeKind::Appeared,
            (_, true) => ChangeKind::Resolved,
            _ => ChangeKind::Changed,
        };
        let detail = match kind {
            ChangeKind::Changed => restored(&old, &new),
            _ => String::new(),
        };
        let told = match kind {
            ChangeKind::Resolved => old,
            _ => new
                .into_iter()
                .filter(|field| !old.contains(field))
                .collect(),
        };
        let fields = told.into_iter().map(|(field, _)| field);
        Some(Change {
            kind,
            at,
            address: Some(address.to_owned()),
            fields: fields.filter(|field| !field.is_empty()).collect(),
            detail,
        })
    });
    changes.collect()
}

/// What of an object is as it should be again, though not all of it.
fn restored(old: &[(String, String)], new: &[(String, String)]) -> String {
    let still = |field: &String| new.iter().any(|(other, _)| other == field);
    let fields = old.iter().map(|(field, _)| field);
    let gone: Vec<&str> = fields
        .filter(|field| !field.is_empty() && !still(field))
        .map(String::as_str)
        .collect();
    match gone[..] {
        [] => String::new(),
        [one] => format!("{one} is as it should be again"),
        _ => format!("{} are as they should be again", gone.join(", ")),
    }
}

fn fights(
    fights: BTreeMap<String, Vec<String>>,
    kind: ChangeKind,
    at: Timestamp,
) -> impl Iterator<Item = Change> {
    fights.into_iter().map(move |(address, fields)| Change {
        kind,
        at,
        address: Some(address),
        fields: fields
            .into_iter()
            .filter(|field| !field.is_empty())
            .collect(),
        detail: String::new(),
    })
}

fn is_false(value: &bool) -> bool {
    !*value
}

#[cfg(test)]
mod tests;
