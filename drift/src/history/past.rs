//! What the records say together.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};

use super::{Checked, Record, Verdict};
use crate::{
    config::Keep,
    notify::{Change, Notice, Standing},
    report::Report,
};

/// All that was found, as far as it is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// By the name of the stack.
    pub stacks: BTreeMap<String, Arc<Kept>>,
    /// Messages still to be sent, in the order they were written.
    pub pending: Vec<Arc<Notice>>,
}

/// What was found of one stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// The checks, oldest first.
    pub points: VecDeque<Point>,
    /// What was found last.
    pub report: Option<Arc<Report>>,
    /// What is known to those who are told.
    pub standing: Standing,
    /// What has changed, oldest first.
    pub changes: VecDeque<Change>,
}

/// A check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When it began.
    pub began: Timestamp,
    /// How long it took.
    pub took: SignedDuration,
    /// What came of it.
    pub verdict: Verdict,
    /// How many objects have drifted.
    pub drifted: usize,
}

/// How many changes of a stack are kept.
const CHANGES: usize = 100;

impl Past {
    /// What is known of a stack.
    pub fn stack(&self, name: &str) -> Option<&Arc<Kept>> {
        self.stacks.get(name)
    }

    pub(super) fn add(&mut self, record: Record, keep: Keep, now: Timestamp) {
        match record {
            Record::Format(_) => {}
            Record::Checked(checked) => self.checked(*checked, keep, now),
            Record::Delivered(receipt) | Record::Abandoned(receipt) => {
                self.pending.retain(|notice| notice.key != receipt.key);
            }
            Record::Pending(notice) => self.send(*notice),
        }
    }

    fn send(&mut self, notice: Notice) {
        if !self.pending.iter().any(|known| known.key == notice.key) {
            self.pending.push(Arc::new(notice));
        }
    }

    fn checked(&mut self, checked: Checked, keep: Keep, now: Timestamp) {
        let kept = Arc::make_mut(self.stacks.entry(checked.stack).or_default());
        kept.points.push_back(Point {
            began: checked.began,
            took: SignedDuration::from_millis(i64::try_from(checked.took).unwrap_or(i64::MAX)),
            verdict: checked.verdict,
            drifted: checked.drifted,
        });
        if let Some(report) = checked.report {
            kept.report = Some(Arc::new(report));
        }
        if let Some(standing) = checked.standing {
            kept.standing = standing;
        }
        kept.changes.extend(checked.changes);
        kept.forget(keep, now);
        for notice in checked.notices {
            self.send(notice);
        }
    }

    /// The records that say all this, as few as possible.
    pub(super) fn records(&self) -> impl Iterator<Item = Record> + '_ {
        let stacks = self.stacks.iter();
        let checks = stacks.flat_map(|(name, kept)| kept.records(name));
        let pending = self.pending.iter();
        checks.chain(pending.map(|notice| Record::Pending(Box::new(Notice::clone(notice)))))
    }
}

impl Kept {
    /// The last check.
    pub fn last(&self) -> Option<&Point> {
        self.points.back()
    }

    /// Lets go of what is too much or too old; the last check stays.
    fn forget(&mut self, keep: Keep, now: Timestamp) {
        let since = now.checked_sub(keep.age).unwrap_or(Timestamp::MIN);
        while self.points.len() > keep.checks.max(1) {
            self.points.pop_front();
        }
        while self.points.len() > 1 && self.points.front().is_some_and(|p| p.began < since) {
            self.points.pop_front();
        }
        while self.changes.len() > CHANGES {
            self.changes.pop_front();
        }
        while self.changes.front().is_some_and(|change| change.at < since) {
            self.changes.pop_front();
        }
    }

    fn records<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Record> + 'a {
        let last = self.points.len().saturating_sub(1);
        self.points.iter().enumerate().map(move |(index, point)| {
            let is_last = index == last;
            let changes = self.changes.iter().filter(|_| is_last);
            Record::Checked(Box::new(Checked {
                stack: name.to_owned(),
                began: point.began,
                took: u64::try_from(point.took.as_millis()).unwrap_or(0),
                verdict: point.verdict,
                drifted: point.drifted,
                report: is_last.then(|| self.report.as_deref().cloned()).flatten(),
                standing: is_last.then(|| self.standing.clone()),
                changes: changes.cloned().collect(),
                notices: Vec::new(),
            }))
        })
    }
}
