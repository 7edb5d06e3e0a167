//! How a rule that was being created is found again. The service gives rules
//! no names, and keeps two rules of one listener from having one priority: a
//! rule with the planned priority, or with none planned, and the planned
//! conditions is the one.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types::Rule as Told;
use trueup_sdk::native::Fields;

use super::condition::{self, Condition};

/// What a rule is known by.
pub(super) struct Identity {
    pub(super) listener: String,
    priority: Option<i64>,
    conditions: Vec<String>,
}

impl Identity {
    pub(super) fn of(planned: &Fields) -> Self {
        Identity {
            listener: planned.text("listener_arn").unwrap_or_default().to_owned(),
            priority: planned.integer("priority"),
            conditions: written(&condition::planned(planned)),
        }
    }

    pub(super) fn write(&self) -> Option<String> {
        let Identity {
            listener,
            priority,
            conditions,
        } = self;
        Some(serde_json::json!([listener, priority, conditions]).to_string())
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let (listener, priority, conditions) = serde_json::from_str(text).ok()?;
        Some(Identity {
            listener,
            priority,
            conditions,
        })
    }

    pub(super) fn fits(&self, rule: &Told) -> bool {
        let priority = rule
            .priority()
            .and_then(|priority| priority.parse::<i64>().ok());
        let conditions = rule
            .conditions()
            .iter()
            .filter_map(Condition::told)
            .collect();
        priority.is_some()
            && (self.priority.is_none() || self.priority == priority)
            && self.conditions == written(&conditions)
    }
}

fn written(conditions: &BTreeSet<Condition>) -> Vec<String> {
    conditions
        .iter()
        .map(|condition| format!("{condition:?}"))
        .collect()
}
