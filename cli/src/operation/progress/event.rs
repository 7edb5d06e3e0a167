//! What happens in a run.

use std::{fmt, time::Duration};

use trueup_core::{
    address::AbsResourceInstance,
    plan::Action,
    progress::{EphemeralOperation, ObjectRef},
};
use trueup_value::Str;

use super::identifier::Identifier;

/// An object something is done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::operation) struct Object {
    pub(super) address: AbsResourceInstance,
    pub(super) deposed: Option<Str>,
}

/// What is done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::operation) enum Operation {
    Create,
    Update,
    Delete,
    Read,
    Open,
    Renew,
    Close,
}

/// Something that happened to an object.
#[derive(Clone, Debug)]
pub(in crate::operation) struct Event<'a> {
    pub(super) object: &'a Object,
    pub(super) what: What<'a>,
}

/// What happened.
#[derive(Clone, Debug)]
pub(in crate::operation) enum What<'a> {
    Started(Operation, Option<&'a Identifier>),
    Still(Operation, Option<&'a Identifier>, Seconds),
    Finished(Operation, Option<&'a Identifier>, Seconds),
    Failed(Operation, Seconds),
    RefreshStarted(Option<&'a Identifier>),
    RefreshFinished(Option<&'a Identifier>),
    ProvisionStarted(&'a str),
    ProvisionOutput(&'a str, &'a str),
    ProvisionFinished(&'a str),
    ProvisionFailed(&'a str),
    ImportStarted(&'a str),
    ImportApplied(&'a str),
}

/// A time in whole seconds, written as Go writes durations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::operation) struct Seconds(pub(super) u64);

impl Object {
    pub(super) fn new(object: ObjectRef<'_>) -> Self {
        Object {
            address: object.address.clone(),
            deposed: object.deposed.cloned(),
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.deposed {
            Some(key) => write!(f, "{} (deposed object {key})", self.address),
            None => write!(f, "{}", self.address),
        }
    }
}

impl Operation {
    /// The operation of an action that takes time.
    pub(super) fn of(action: Action) -> Option<Self> {
        match action {
            Action::Create => Some(Operation::Create),
            Action::Update => Some(Operation::Update),
            Action::Delete => Some(Operation::Delete),
            Action::Read => Some(Operation::Read),
            _ => None,
        }
    }
}

impl From<EphemeralOperation> for Operation {
    fn from(operation: EphemeralOperation) -> Self {
        match operation {
            EphemeralOperation::Open => Operation::Open,
            EphemeralOperation::Renew => Operation::Renew,
            EphemeralOperation::Close => Operation::Close,
        }
    }
}

impl Seconds {
    /// To the nearest second.
    pub(super) fn of(time: Duration) -> Self {
        Seconds(time.saturating_add(Duration::from_millis(500)).as_secs())
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes, seconds) = (self.0 / 3600, self.0 / 60 % 60, self.0 % 60);
        match (hours, minutes) {
            (0, 0) => write!(f, "{seconds}s"),
            (0, _) => write!(f, "{minutes}m{seconds}s"),
            _ => write!(f, "{hours}h{minutes}m{seconds}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_go() {
        let shown: Vec<String> = [0, 59, 60, 70, 3600, 3725]
            .map(|s| Seconds(s).to_string())
            .into();
        assert_eq!(shown, ["0s", "59s", "1m0s", "1m10s", "1h0m0s", "1h2m5s"]);
        assert_eq!(Seconds::of(Duration::from_millis(1499)), Seconds(1));
        assert_eq!(Seconds::of(Duration::from_millis(1500)), Seconds(2));
    }
}
