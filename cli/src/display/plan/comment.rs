//! The comment above a resource: what becomes of it, and why.

use trueup_core::plan::{Action, ActionReason, ResourceChange};
use trueup_sdk::Explanation;

use super::paint::{Paint, Piece};
use Piece::{Bold, Red, Reset, Text, Yellow};

/// Whether something is going to happen or has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Proposed,
    Drift,
}

/// The lines above the block of a resource.
pub(super) fn comment(change: &ResourceChange, cause: Cause, paint: Paint) -> String {
    let address = change.address.to_string();
    let shown = match &change.deposed {
        Some(key) => format!("{address} (deposed object {key})"),
        None => address.clone(),
    };
    let moved = change.previous_address.as_ref().map(ToString::to_string);
    let moved = moved.filter(|previous| *previous != address);
    let mut out = String::new();
    let replace = change.action.is_replace();
    let line = |pieces: &[Piece<'_>]| {
        let mut text = String::new();
        paint.write_open(&mut text, pieces);
        text
    };
    let mut said = (false, false);
    match change.action {
        Action::NoOp => match &moved {
            Some(previous) => {
                let there = ["  # ", previous, " has moved to "];
                let [a, b, c] = there.map(Text);
                out += &line(&[Bold, a, b, Reset, c, Bold, Text(&shown), Reset]);
                said.0 = true;
            }
            None => {
                out += &line(&[
                    Bold,
                    Text("  # "),
                    Text(&shown),
                    Reset,
                    Text(" will be imported"),
                ]);
                if change.generated_config.is_some() {
                    out += &line(&[Text("\n  #"), Reset, Text(" (config will be generated)")]);
                }
                said.1 = true;
            }
        },
        Action::Forget => {
            let what = match change.deposed {
                Some(_) => " will be removed from Terraform state, but ",
                None => " will no longer be managed by Terraform, but ",
            };
            out += &line(&[
                Bold,
                Text(" # "),
                Text(&shown),
                Reset,
                Text(what),
                Bold,
                Red,
                Text("will not be destroyed"),
                Reset,
            ]);
            if change.deposed.is_some() {
                out += &line(&[
                    Text("\n"),
                    Bold,
                    Text(" # (left over from a partially-failed replacement of this instance)"),
                ]);
            }
            out.push_str("\n # (destroy = false is set in the configuration)");
        }
        action => {
            let head = [Bold, Text("  # "), Text(&shown), Reset];
            let mut pieces = head.to_vec();
            pieces.extend(fate(action, change.reason, cause));
            out += &line(&pieces);
            out += &why(change, moved.as_deref());
        }
    }
    out.push('\n');
    for told in &change.changed_by {
        let text = format!("(changed by {})\n", culprit(told));
        out += &line(&[Text("  # "), Reset, Text(&text)]);
    }
    if let Some(previous) = moved.filter(|_| !said.0) {
        let text = format!("(moved from {previous})\n");
        out += &line(&[Text("  # "), Reset, Text(&text)]);
    }
    if let Some(id) = change.importing.as_ref().filter(|_| !said.1) {
        let text = format!("(imported from \"{id}\")\n");
        out += &line(&[Text("  # "), Reset, Text(&text)]);
    }
    if change.importing.is_some() && replace {
        let warning = Text("Warning: this will destroy the imported resource");
        out += &line(&[Text("  # "), Reset, Yellow, warning, Reset, Text("\n")]);
    }
    paint.end(&mut out);
    out
}

/// Who did it, how, and when.
fn culprit(told: &Explanation) -> String {
    let mut text = told.who.clone();
    if let Some(how) = &told.how {
        text += &format!(", {how}");
    }
    if let Some(when) = &told.when {
        text += &format!(", at {when}");
    }
    text
}

/// What happens, to be put after the address.
fn fate(action: Action, reason: Option<ActionReason>, cause: Cause) -> Vec<Piece<'static>> {
    let replaced = [Bold, Red, Text("replaced"), Reset];
    let with = |before: &'static str, after: &'static str| {
        let mut pieces = vec![Text(before)];
        pieces.extend(replaced);
        pieces.push(Text(after));
        pieces
    };
    match (action, cause) {
        (Action::Create, _) => vec![Text(" will be created")],
        (Action::Read, _) => vec![Text(" will be read during apply")],
        (Action::Update, Cause::Proposed) => vec![Text(" will be updated in-place")],
        (Action::Update, Cause::Drift) => vec![Text(" has changed")],
        (Action::Delete, Cause::Drift) => vec![Text(" has been deleted")],
        (Action::Delete, Cause::Proposed) => {
            vec![Text(" will be "), Bold, Red, Text("destroyed"), Reset]
        }
        _ => match reason {
            Some(ActionReason::ReplaceBecauseTainted) => with(" is tainted, so must be ", ""),
            Some(ActionReason::ReplaceByRequest) => with(" will be ", ", as requested"),
            Some(ActionReason::ReplaceByTriggers) => {
                with(" will be ", " due to changes in replace_triggered_by")
            }
            _ => with(" must be ", ""),
        },
    }
}

/// Why it is read or destroyed, on lines of its own.
fn why(change: &ResourceChange, moved: Option<&str>) -> String {
    let address = &change.address;
    let resource = &address.resource.resource;
    let key = || {
        address
            .key
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    let mut out = String::new();
    let reason = match change.reason {
        Some(ActionReason::ReadBecauseConfigUnknown) => {
            "config refers to values not yet known".to_owned()
        }
        Some(ActionReason::ReadBecauseDependencyPending) => {
            "depends on a resource or a module with changes pending".to_owned()
        }
        Some(ActionReason::ReadBecauseCheckNested) => {
            "config will be reloaded to verify a check block".to_owned()
        }
        Some(ActionReason::DeleteBecauseNoResourceConfig) => format!(
            "because {}.{} is not in configuration",
            resource.kind, resource.name
        ),
        Some(ActionReason::DeleteBecauseNoMoveTarget) => format!(
            "because {} was moved to {address}, which is not in configuration",
            moved.unwrap_or_default()
        ),
        Some(ActionReason::DeleteBecauseNoModule) => format!(
            "because {} is not in configuration",
            address.resource.module
        ),
        Some(ActionReason::DeleteBecauseWrongRepetition) => {
            use trueup_core::address::InstanceKey;
            match address.key {
                None => "because resource uses count or for_each",
                Some(InstanceKey::Int(_)) => "because resource does not use count",
                Some(InstanceKey::String(_)) => "because resource does not use for_each",
            }
            .to_owned()
        }
        Some(ActionReason::DeleteBecauseCountIndex) => {
            format!("because index {} is out of range for count", key())
        }
        Some(ActionReason::DeleteBecauseEachKey) => {
            format!("because key {} is not in for_each map", key())
        }
        _ => String::new(),
    };
    if !reason.is_empty() {
        out = format!("\n  # ({reason})");
    }
    if change.action == Action::Delete && change.deposed.is_some() {
        out.push_str("\n  # (left over from a partially-failed replacement of this instance)");
    }
    out
}
