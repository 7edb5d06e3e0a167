//! What became of the actions of an interrupted run.
//!
//! Snapshot and journal say what is known
//! ([`reconcile`](trueup_state::journal::reconcile)). Of actions without an
//! outcome the provider is asked, by the name or token that was chosen before
//! they began: what it finds is adopted, what is not there is dropped, and
//! what nobody can tell is kept and said.

mod ask;
mod notice;

use std::sync::Arc;

use trueup_state::{
    Snapshot,
    journal::{Action, Intent, Reconciled},
    snapshot::{InstanceObject, address::parse_instance},
};
use trueup_syntax::Diagnostics;

use crate::run::{Providers, Stack};

pub use notice::{notices, unanswered};

/// What is known once the providers were asked.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// The state as it is, as far as anybody knows.
    pub snapshot: Snapshot,
    /// Whether it holds more than the state before the interrupted run.
    pub changed: bool,
    /// The actions nobody can tell the outcome of.
    pub open: Vec<Intent>,
    /// What the user should know, as warnings.
    pub diagnostics: Diagnostics,
}

/// What the provider said.
enum Answer {
    /// There is an object: this one.
    Found(Box<InstanceObject>),
    /// There is none.
    Absent,
    /// It cannot tell; why.
    Unknown(String),
}

/// Asks the providers of a stack what became of the actions that nobody
/// recorded the outcome of. Nothing is changed anywhere.
pub async fn recover(stack: Stack<'_>, reconciled: Reconciled) -> Recovered {
    let mut recovered = Recovered {
        diagnostics: notices(&reconciled.notices),
        snapshot: reconciled.snapshot,
        changed: reconciled.changed,
        open: Vec::new(),
    };
    if reconciled.open.is_empty() {
        return recovered;
    }
    let providers = Providers::new(stack);
    let questions = ask::Questions::new(stack, &providers, &recovered.snapshot);
    let questions = questions.prepare(&reconciled.open).await;
    let mut answers = Vec::with_capacity(reconciled.open.len());
    for intent in reconciled.open {
        let answer = questions.ask(&intent).await;
        answers.push((intent, answer));
    }
    for (intent, answer) in answers {
        recovered.settle(intent, answer);
    }
    recovered
}

impl Recovered {
    fn settle(&mut self, intent: Intent, answer: Answer) {
        let Some(address) = parse_instance(&intent.address) else {
            self.open.push(intent);
            return;
        };
        let snapshot = &mut self.snapshot;
        match answer {
            Answer::Found(object)
                if intent.action == Action::Create && snapshot.holds(&address, &object) => {}
            Answer::Found(object) => {
                if let Some(key) = &intent.deposes
                    && let Some(old) = snapshot.take_object(&address, "")
                {
                    snapshot.put_object(&address, key, &intent.provider, old);
                }
                let mut deposed = intent.deposed.clone();
                if intent.action == Action::Create && snapshot.object(&address, "").is_some() {
                    deposed = snapshot.free_deposed_key(&address, &object);
                }
                snapshot.put_object(&address, &deposed, &intent.provider, *object);
                self.changed = true;
                self.diagnostics.push(notice::found(&intent, &deposed));
            }
            Answer::Absent => {
                if intent.action != Action::Create {
                    let taken = snapshot.take_object(&address, &intent.deposed);
                    self.changed |= taken.is_some();
                }
                self.diagnostics.push(notice::absent(&intent));
            }
            Answer::Unknown(reason) => {
                self.diagnostics.push(notice::unknown(&intent, &reason));
                // An object the state knows is looked at again when it is
                // refreshed; one it does not know could be lost.
                if intent.action == Action::Create {
                    self.open.push(intent);
                }
            }
        }
    }
}

/// What a stack's apply would write of an object that was found.
struct Adoption {
    dependencies: Arc<[trueup_value::Str]>,
    create_before_destroy: bool,
}
