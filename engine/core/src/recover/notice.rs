//! What is said of an interrupted run.

use trueup_state::journal::{Action, Intent, Notice};
use trueup_syntax::{Diagnostic, Diagnostics, Severity};

/// What is to be known of the journal itself, as warnings.
pub fn notices(notices: &[Notice]) -> Diagnostics {
    Diagnostics(notices.iter().map(notice).collect())
}

/// A warning for actions that nobody has been asked about yet; none without.
pub fn unanswered(open: &[Intent]) -> Diagnostics {
    if open.is_empty() {
        return Diagnostics::default();
    }
    let lines = open
        .iter()
        .map(|intent| format!("\n  - {}: {}", name(intent), verb(intent.action)));
    let detail = format!(
        "A run was interrupted, and nobody recorded what became of these actions:{}\n\nThe next plan asks the providers. What is shown now is what is known for sure.",
        lines.collect::<String>()
    );
    Diagnostics(vec![warning("Interrupted actions", detail)])
}

/// An object was there.
pub(super) fn found(intent: &Intent, deposed: &str) -> Diagnostic {
    let name = name(intent);
    let detail = match intent.action {
        Action::Create if !deposed.is_empty() => format!(
            "A run was interrupted while it created {name}. The object is there, and so is another one for the same instance; it is kept as the deposed object {deposed}, which the plan proposes to destroy."
        ),
        Action::Create if intent.unfinished => format!(
            "A run was interrupted while it created {name}. The object is there; it is marked as tainted because its provisioners have not finished."
        ),
        Action::Create => format!(
            "A run was interrupted while it created {name}. The object is there and has been taken into the state."
        ),
        Action::Update => format!(
            "A run was interrupted while it updated {name}. The state has the object as it is now."
        ),
        Action::Delete => {
            format!("A run was interrupted while it destroyed {name}. The object is still there.")
        }
    };
    about(intent, "Interrupted action recovered", detail)
}

/// No object was there.
pub(super) fn absent(intent: &Intent) -> Diagnostic {
    let name = name(intent);
    let detail = match intent.action {
        Action::Create => {
            format!("A run was interrupted before it created {name}: there is no such object.")
        }
        Action::Update => format!(
            "A run was interrupted while it updated {name}. The object is not there any more and has been removed from the state."
        ),
        Action::Delete => {
            format!("A run was interrupted while it destroyed {name}. The object is gone.")
        }
    };
    about(intent, "Interrupted action recovered", detail)
}

/// Nobody can tell.
pub(super) fn unknown(intent: &Intent, reason: &str) -> Diagnostic {
    let name = name(intent);
    let detail = match intent.action {
        Action::Create => {
            let known = intent.identity.as_ref().map_or_else(
                || " No name or token was chosen for it before it was created.".to_owned(),
                |identity| format!(" Look for an object with the name or token {identity:?}."),
            );
            format!(
                "A run was interrupted while it created {name}, and {reason}, so the object may exist without being in the state.{known} If it exists, import it with \"trueup import '{}' ID\" or delete it by hand; applying without that may create a second one.\n\nThis warning is repeated until there is an object for {name} in the state.",
                intent.address
            )
        }
        Action::Update => format!(
            "A run was interrupted while it updated {name}, and {reason}. The state has the object as it was before; planning reads it again."
        ),
        Action::Delete => format!(
            "A run was interrupted while it destroyed {name}, and {reason}. The object stays in the state; planning looks whether it is still there."
        ),
    };
    about(intent, "Interrupted action", detail)
}

fn notice(notice: &Notice) -> Diagnostic {
    match notice {
        Notice::Unreadable { bytes } => warning(
            "Journal not readable to its end",
            format!(
                "A run was interrupted, and the last {bytes} bytes of its journal cannot be read. One action may have been taken of which nothing is known. Everything before has been recovered, and a copy of the journal is kept beside the state, with \".journal.unreadable\" added to its name."
            ),
        ),
        Notice::MovedOn { journal, state } => warning(
            "State changed after an interrupted run",
            format!(
                "A run that began with serial {journal} of the state was interrupted, and somebody else has written serial {state} since. What the interrupted run created has been added to the state; all else is as the state says."
            ),
        ),
        Notice::PutAside { address, deposed } => {
            let detail = format!(
                "A run that was interrupted created an object for {address}, and since then somebody else has put another one into the state. The object of the interrupted run is kept as the deposed object {deposed}, which the plan proposes to destroy. To keep it instead, import it under another address first."
            );
            let mut diagnostic = warning("Two objects for one instance", detail);
            diagnostic.address = Some(address.clone());
            diagnostic
        }
    }
}

fn name(intent: &Intent) -> String {
    match intent.deposed.as_str() {
        "" => intent.address.clone(),
        key => format!("{} (deposed object {key})", intent.address),
    }
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Delete => "destroy",
    }
}

fn about(intent: &Intent, summary: &str, detail: String) -> Diagnostic {
    let mut diagnostic = warning(summary, detail);
    diagnostic.address = Some(intent.address.clone());
    diagnostic
}

fn warning(summary: &str, detail: String) -> Diagnostic {
    Diagnostic::without_place(Severity::Warning, summary, detail)
}
