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

/// Writes the lines above the block of a resource.
pub(super) fn comment(out: &mut String, change: &ResourceChange, cause: Cause, paint: Paint) {
    let address = change.address.to_string();
    let moved = change.previous_address.as_ref().map(ToString::to_string);
    let moved = moved.filter(|previous| *previous != address);
    let shown = match &change.deposed {
        Some(key) => format!("{address} (deposed object {key})"),
        None => address,
    };
    let mut comment = Comment {
        out,
        change,
        shown: &shown,
        moved: moved.as_deref(),
        paint,
    };
    comment.head(cause);
    comment.notes();
    paint.end(out);
}

struct Comment<'a> {
    out: &'a mut String,
    change: &'a ResourceChange,
    /// What it is about.
    shown: &'a str,
    /// Where that was before, if it was elsewhere.
    moved: Option<&'a str>,
    paint: Paint,
}

impl Comment<'_> {
    fn write(&mut self, pieces: &[Piece<'_>]) {
        self.paint.write_open(self.out, pieces);
    }

    fn head(&mut self, cause: Cause) {
        let change = self.change;
        match (change.action, self.moved) {
            (Action::NoOp, Some(previous)) => {
                self.write(&[Bold, Text("  # "), Text(previous), Reset]);
                let shown = Text(self.shown);
                self.write(&[Text(" has moved to "), Bold, shown, Reset]);
            }
            (Action::NoOp, None) => self.imported(),
            (Action::Forget, _) => self.forgotten(),
            (action, moved) => {
                self.write(&[Bold, Text("  # "), Text(self.shown), Reset]);
                self.write(&fate(action, change.reason, cause));
                self.out.push_str(&why(change, moved));
            }
        }
        self.out.push('\n');
    }

    fn imported(&mut self) {
        self.write(&[Bold, Text("  # "), Text(self.shown), Reset]);
        self.write(&[Text(" will be imported")]);
        if self.change.generated_config.is_some() {
            self.write(&[Text("\n  #"), Reset, Text(" (config will be generated)")]);
        }
    }

    fn forgotten(&mut self) {
        let what = match self.change.deposed {
            Some(_) => " will be removed from Terraform state, but ",
            None => " will no longer be managed by Terraform, but ",
        };
        self.write(&[Bold, Text(" # "), Text(self.shown), Reset, Text(what)]);
        self.write(&[Bold, Red, Text("will not be destroyed"), Reset]);
        if self.change.deposed.is_some() {
            let left = Text(" # (left over from a partially-failed replacement of this instance)");
            self.write(&[Text("\n"), Bold, left]);
        }
        self.out
            .push_str("\n # (destroy = false is set in the configuration)");
    }

    /// What else there is to say, each on a line of its own.
    fn notes(&mut self) {
        let change = self.change;
        for told in &change.changed_by {
            self.note(&format!("(changed by {})\n", culprit(told)));
        }
        let stays = change.action == Action::NoOp;
        if let Some(previous) = self.moved.filter(|_| !stays) {
            self.note(&format!("(moved from {previous})\n"));
        }
        let Some(id) = &change.importing else {
            return;
        };
        if !stays || self.moved.is_some() {
            self.note(&format!("(imported from \"{id}\")\n"));
        }
        if change.action.is_replace() {
            let warning = Text("Warning: this will destroy the imported resource");
            self.write(&[Text("  # "), Reset, Yellow, warning, Reset, Text("\n")]);
        }
    }

    fn note(&mut self, text: &str) {
        self.write(&[Text("  # "), Reset, Text(text)]);
    }
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
