//! Who shares an allowance.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use trueup_value::Str;

use super::allowance::Allowance;

/// Calls that a service counts together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Family {
    /// The account, or the cluster.
    pub account: Str,
    /// The region; empty where the service has none.
    pub region: Str,
    /// What is counted together: a service, one of its operations, or those
    /// that read.
    pub api: Str,
}

/// How fast a family may be called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Calls in a second to begin with.
    pub rate: f64,
    /// It is never less than this.
    pub least: f64,
    /// It is never more than this.
    pub most: f64,
    /// How many calls at once after a rest.
    pub burst: f64,
}

impl Pace {
    /// For services that do not tell their limits: 50 calls in a second, one at
    /// least, a thousand at most, a hundred at once.
    pub const UNKNOWN: Pace = Pace {
        rate: 50.0,
        least: 1.0,
        most: 1000.0,
        burst: 100.0,
    };
}

/// The allowances of all families, which come into being as they are called.
pub struct Limits {
    pace: fn(&Family) -> Pace,
    allowances: Mutex<HashMap<Family, Arc<Allowance>>>,
}

impl Limits {
    /// Limits that begin as `pace` says.
    pub fn new(pace: fn(&Family) -> Pace) -> Self {
        Limits {
            pace,
            allowances: Mutex::default(),
        }
    }

    pub(super) fn of(&self, family: &Family) -> Arc<Allowance> {
        let mut allowances = self
            .allowances
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(allowance) = allowances.get(family) {
            return Arc::clone(allowance);
        }
        let allowance = Arc::new(Allowance::new((self.pace)(family)));
        allowances.insert(family.clone(), Arc::clone(&allowance));
        allowance
    }

    /// Calls in a second that a family is allowed by now.
    pub fn rate(&self, family: &Family) -> f64 {
        self.of(family).rate()
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits::new(|_| Pace::UNKNOWN)
    }
}
