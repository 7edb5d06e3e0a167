//! What has changed behind our back.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use trueup_sdk::{Configured, Drift, Explanation, PartChange};
use trueup_value::{Type, Value};

use super::{Action, ResourceChange, walk::Walk};
use crate::{address::AbsResourceInstance, state::Object};

/// An object that has drifted, and whom to ask about it.
struct Question {
    address: AbsResourceInstance,
    provider: Arc<dyn Configured>,
    before: Value,
    after: Option<Value>,
}

impl Walk<'_> {
    /// Asks who has changed what has drifted. What a platform does not know
    /// stays open.
    pub(super) async fn explain(&self) {
        let questions: Vec<Question> = {
            let drift = self.drift.borrow();
            drift.iter().filter_map(|c| self.question(c)).collect()
        };
        let asked = stream::iter(questions).map(Question::ask);
        let mut answers = asked.buffered(self.options.parallelism.max(1));
        while let Some((address, told)) = answers.next().await {
            if let Some(change) = self.drift.borrow_mut().current_mut(&address) {
                change.changed_by = told;
            }
        }
    }

    fn question(&self, change: &ResourceChange) -> Option<Question> {
        if change.deposed.is_some() || change.before == change.after {
            return None;
        }
        let provider = self.stack.provider_of_state(&change.provider)?;
        let provider = self.providers.get(&provider)?;
        let bare = |value: &Value| value.unmark_deep().0;
        Some(Question {
            address: change.address.clone(),
            provider,
            before: bare(&change.before),
            after: (!change.after.is_null()).then(|| bare(&change.after)),
        })
    }
}

impl Question {
    async fn ask(self) -> (AbsResourceInstance, Vec<Explanation>) {
        let drift = Drift {
            kind: self.address.resource.resource.kind.as_str(),
            before: &self.before,
            after: self.after.as_ref(),
        };
        let told = self.provider.explain(drift).await;
        (self.address, told)
    }
}

/// The difference between an object as it was left and as it was found; also
/// one without a difference, if that is wanted. An object is another one if
/// any of its parts is, too.
pub(super) fn drift(
    address: &AbsResourceInstance,
    provider: &Arc<str>,
    before: &Object,
    (after, parts): (Option<&Arc<Object>>, Vec<PartChange>),
    also_same: bool,
) -> Option<ResourceChange> {
    let before = before.value()?;
    let after = after.map(|object| object.value());
    let action = match after {
        None => Action::Delete,
        Some(after) if after == Some(before) && parts.is_empty() => match also_same {
            true => Action::NoOp,
            false => return None,
        },
        Some(_) => Action::Update,
    };
    let after = after.flatten().cloned();
    Some(ResourceChange {
        address: address.clone(),
        previous_address: None,
        deposed: None,
        provider: Arc::clone(provider),
        action,
        reason: None,
        before: before.clone(),
        after: after.unwrap_or_else(|| Value::null(Type::Dynamic)),
        parts,
        changed_by: Vec::new(),
        replace_paths: Vec::new(),
        importing: None,
        generated_config: None,
        private: Vec::new(),
    })
}
