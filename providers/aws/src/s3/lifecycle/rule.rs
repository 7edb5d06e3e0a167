//! A rule, by what it means.

use std::{collections::BTreeSet, time::SystemTime};

use aws_sdk_s3::{
    primitives::DateTime,
    types::{
        AbortIncompleteMultipartUpload, ExpirationStatus, LifecycleExpiration, LifecycleRule,
        NoncurrentVersionExpiration, NoncurrentVersionTransition, Transition,
        TransitionStorageClass,
    },
};
use trueup_sdk::native::{Fields, Shape};
use trueup_value::Value;

use super::{RULE, filter::Filter};
use crate::blocks;

/// When: a day, or so many days later.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct When {
    date: Option<String>,
    days: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Expiration {
    when: When,
    markers: bool,
}

/// Old versions: after how many days, and how many are kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Old {
    days: i64,
    kept: Option<i64>,
}

/// A rule; rules are told apart, and put in order, by their IDs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rule {
    id: String,
    enabled: bool,
    filter: Filter,
    abort_days: Option<i64>,
    expiration: Option<Expiration>,
    transitions: BTreeSet<(String, When)>,
    old_expiration: Option<Old>,
    old_transitions: BTreeSet<(String, Old)>,
}

impl When {
    fn of(block: &Fields) -> Self {
        let date = block.text("date").filter(|date| !date.is_empty());
        let date = date.map(|date| {
            date.parse::<jiff::Timestamp>()
                .map_or_else(|_| date.to_owned(), |t| t.to_string())
        });
        // A date says it all.
        let days = block.integer("days").filter(|_| date.is_none());
        When { date, days }
    }

    fn told(date: Option<&DateTime>, days: Option<i32>) -> Self {
        let date = date.and_then(|date| SystemTime::try_from(*date).ok());
        let date = date.and_then(|date| jiff::Timestamp::try_from(date).ok());
        let days = days.map(i64::from).filter(|_| date.is_none());
        When {
            date: date.map(|date| date.to_string()),
            days,
        }
    }

    fn date(&self) -> Option<DateTime> {
        let date = self.date.as_deref()?.parse::<jiff::Timestamp>().ok()?;
        Some(DateTime::from_secs(date.as_second()))
    }

    fn days(&self) -> Option<i32> {
        self.days.and_then(|days| i32::try_from(days).ok())
    }

    fn show(&self, block: &mut Fields) {
        block.set("date", blocks::text(self.date.as_deref()));
        block.set("days", blocks::number(self.days));
    }
}

impl Old {
    fn of(block: &Fields) -> Self {
        Old {
            days: block.integer("noncurrent_days").unwrap_or_default(),
            kept: block
                .integer("newer_noncurrent_versions")
                .filter(|kept| *kept > 0),
        }
    }

    fn told(days: Option<i32>, kept: Option<i32>) -> Self {
        Old {
            days: days.map(i64::from).unwrap_or_default(),
            kept: kept.map(i64::from).filter(|kept| *kept > 0),
        }
    }

    fn days(&self) -> i32 {
        i32::try_from(self.days).unwrap_or(i32::MAX)
    }

    fn kept(&self) -> Option<i32> {
        self.kept.and_then(|kept| i32::try_from(kept).ok())
    }

    fn show(&self, block: &mut Fields) {
        block.set_integer("noncurrent_days", self.days);
        block.set("newer_noncurrent_versions", blocks::number(self.kept));
    }
}

impl Rule {
    pub(super) fn of(block: &Fields) -> Self {
        let first = |name: &str| blocks::block(block, name);
        let class = |block: &Fields| block.text("storage_class").unwrap_or_default().to_owned();
        let abort = first("abort_incomplete_multipart_upload");
        let moves = blocks::blocks(block, "transition").into_iter();
        let old_moves = blocks::blocks(block, "noncurrent_version_transition").into_iter();
        Rule {
            id: block.text("id").unwrap_or_default().to_owned(),
            enabled: block.text("status") == Some("Enabled"),
            filter: Filter::of(block),
            abort_days: abort.and_then(|abort| abort.integer("days_after_initiation")),
            expiration: first("expiration").map(|block| {
                let markers = block.flag("expired_object_delete_marker") == Some(true);
                let mut when = When::of(&block);
                // The service tells of no days as of none at all.
                when.days = when.days.filter(|days| *days > 0);
                Expiration { when, markers }
            }),
            transitions: moves
                .map(|block| (class(&block), When::of(&block)))
                .collect(),
            old_expiration: first("noncurrent_version_expiration").map(|block| Old::of(&block)),
            old_transitions: old_moves
                .map(|block| (class(&block), Old::of(&block)))
                .collect(),
        }
    }

    pub(super) fn told(told: &LifecycleRule) -> Self {
        #[expect(deprecated, reason = "rules made long ago have it")]
        let old_prefix = told.prefix();
        let class = |class: Option<&TransitionStorageClass>| {
            class.map_or_else(String::new, |class| class.as_str().to_owned())
        };
        let moves = told.transitions().iter();
        let old_moves = told.noncurrent_version_transitions().iter();
        let abort = told.abort_incomplete_multipart_upload();
        Rule {
            id: told.id().unwrap_or_default().to_owned(),
            enabled: told.status() == &ExpirationStatus::Enabled,
            filter: Filter::told(told.filter(), old_prefix),
            abort_days: abort
                .and_then(|abort| abort.days_after_initiation())
                .map(i64::from),
            expiration: told.expiration().map(|told| {
                let mut when = When::told(told.date(), told.days());
                when.days = when.days.filter(|days| *days > 0);
                let markers = told.expired_object_delete_marker() == Some(true);
                Expiration { when, markers }
            }),
            transitions: moves
                .map(|told| {
                    (
                        class(told.storage_class()),
                        When::told(told.date(), told.days()),
                    )
                })
                .collect(),
            old_expiration: told
                .noncurrent_version_expiration()
                .map(|told| Old::told(told.noncurrent_days(), told.newer_noncurrent_versions())),
            old_transitions: old_moves
                .map(|told| {
                    let old = Old::told(told.noncurrent_days(), told.newer_noncurrent_versions());
                    (class(told.storage_class()), old)
                })
                .collect(),
        }
    }

    pub(super) fn write(&self) -> Option<LifecycleRule> {
        let status = match self.enabled {
            true => ExpirationStatus::Enabled,
            false => ExpirationStatus::Disabled,
        };
        let abort = self
            .abort_days
            .and_then(|days| i32::try_from(days).ok())
            .map(|days| {
                AbortIncompleteMultipartUpload::builder()
                    .days_after_initiation(days)
                    .build()
            });
        let old_expiration = self.old_expiration.as_ref().map(|old| {
            NoncurrentVersionExpiration::builder()
                .noncurrent_days(old.days())
                .set_newer_noncurrent_versions(old.kept())
                .build()
        });
        LifecycleRule::builder()
            .id(&self.id)
            .status(status)
            .filter(self.filter.write())
            .set_abort_incomplete_multipart_upload(abort)
            .set_expiration(self.expiration.as_ref().map(Expiration::write))
            .set_transitions(self.write_transitions())
            .set_noncurrent_version_expiration(old_expiration)
            .set_noncurrent_version_transitions(self.write_old_transitions())
            .build()
            .ok()
    }

    fn write_transitions(&self) -> Option<Vec<Transition>> {
        let written = self.transitions.iter().map(|(class, when)| {
            Transition::builder()
                .storage_class(TransitionStorageClass::from(class.as_str()))
                .set_date(when.date())
                .set_days(when.days())
                .build()
        });
        (!self.transitions.is_empty()).then(|| written.collect())
    }

    fn write_old_transitions(&self) -> Option<Vec<NoncurrentVersionTransition>> {
        let written = self.old_transitions.iter().map(|(class, old)| {
            NoncurrentVersionTransition::builder()
                .storage_class(TransitionStorageClass::from(class.as_str()))
                .noncurrent_days(old.days())
                .set_newer_noncurrent_versions(old.kept())
                .build()
        });
        (!self.old_transitions.is_empty()).then(|| written.collect())
    }

    pub(super) fn show(&self, shape: &Shape) -> Fields {
        let at = |name: &str| shape.empty_at(&format!("{RULE}.{name}"));
        let mut block = shape.empty_at(RULE);
        block.set_text("id", self.id.as_str());
        block.set_text("status", if self.enabled { "Enabled" } else { "Disabled" });
        block.set_text("prefix", "");
        block.set("filter", self.filter.show(shape));
        let mut one = |name: &str, fill: Option<&dyn Fn(&mut Fields)>| {
            let empty = at(name);
            let filled = fill.map(|fill| {
                let mut inner = empty.clone();
                fill(&mut inner);
                inner
            });
            block.set(name, blocks::list(&empty, filled));
        };
        let abort = |inner: &mut Fields| {
            inner.set("days_after_initiation", blocks::number(self.abort_days));
        };
        one(
            "abort_incomplete_multipart_upload",
            self.abort_days.map(|_| &abort as _),
        );
        let expiration = |inner: &mut Fields| {
            if let Some(expiration) = &self.expiration {
                expiration.when.show(inner);
                inner.set(
                    "expired_object_delete_marker",
                    Value::bool(expiration.markers),
                );
            }
        };
        one(
            "expiration",
            self.expiration.as_ref().map(|_| &expiration as _),
        );
        let old = |inner: &mut Fields| {
            if let Some(old) = &self.old_expiration {
                old.show(inner);
            }
        };
        one(
            "noncurrent_version_expiration",
            self.old_expiration.as_ref().map(|_| &old as _),
        );
        self.show_transitions(&at, &mut block);
        block
    }

    fn show_transitions(&self, at: &dyn Fn(&str) -> Fields, block: &mut Fields) {
        let empty = at("transition");
        let moves = self.transitions.iter().map(|(class, when)| {
            let mut inner = empty.clone();
            inner.set_text("storage_class", class.as_str());
            when.show(&mut inner);
            inner
        });
        block.set("transition", blocks::set(&empty, moves));
        let empty = at("noncurrent_version_transition");
        let moves = self.old_transitions.iter().map(|(class, old)| {
            let mut inner = empty.clone();
            inner.set_text("storage_class", class.as_str());
            old.show(&mut inner);
            inner
        });
        block.set("noncurrent_version_transition", blocks::set(&empty, moves));
    }
}

impl Expiration {
    fn write(&self) -> LifecycleExpiration {
        LifecycleExpiration::builder()
            .set_date(self.when.date())
            .set_days(self.when.days())
            .set_expired_object_delete_marker(self.markers.then_some(true))
            .build()
    }
}
