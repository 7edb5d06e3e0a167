//! Which action a difference calls for.

use trueup_value::{Path, Value};

use super::{Action, ActionReason};

/// Why an object is replaced although the provider could keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forced {
    /// `-replace`
    ByRequest,
    /// `replace_triggered_by`
    ByTriggers,
}

/// The action that leads from `prior` to `planned`, both unmarked.
pub(super) fn action(
    prior: Option<&Value>,
    planned: &Value,
    replace_paths: &[Path],
    forced: Option<Forced>,
    create_before_destroy: bool,
) -> (Action, Option<ActionReason>) {
    let Some(prior) = prior else {
        let triggered = forced == Some(Forced::ByTriggers);
        let reason = triggered.then_some(ActionReason::ReplaceByTriggers);
        return (Action::Create, reason);
    };
    if forced.is_none() && prior == planned {
        return (Action::NoOp, None);
    }
    let reason = match forced {
        Some(Forced::ByRequest) => ActionReason::ReplaceByRequest,
        Some(Forced::ByTriggers) => ActionReason::ReplaceByTriggers,
        None if !replace_paths.is_empty() => ActionReason::ReplaceBecauseCannotUpdate,
        None => return (Action::Update, None),
    };
    (replacement(create_before_destroy), Some(reason))
}

/// The way to replace an object.
pub(super) fn replacement(create_before_destroy: bool) -> Action {
    match create_before_destroy {
        true => Action::CreateThenDelete,
        false => Action::DeleteThenCreate,
    }
}
