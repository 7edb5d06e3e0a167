//! In which order hooks run, and when they go.

use trueup_helm::HookEvent;

use crate::StoredHook;

/// A point at which a hook's object may be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletePolicy {
    /// Before it is created anew.
    BeforeCreation,
    /// After it did what it should.
    Succeeded,
    /// After it failed.
    Failed,
}

impl DeletePolicy {
    /// Helm's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            DeletePolicy::BeforeCreation => "before-hook-creation",
            DeletePolicy::Succeeded => "hook-succeeded",
            DeletePolicy::Failed => "hook-failed",
        }
    }
}

/// The places of the hooks of an event, in the order in which they run: by
/// weight, then name, then as they are stored.
#[must_use]
pub fn at(hooks: &[StoredHook], event: HookEvent) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::new();
    for (place, hook) in hooks.iter().enumerate() {
        let times = hook.events.iter().filter(|known| *known == event.as_str());
        places.extend(times.map(|_| place));
    }
    let key = |place: &usize| {
        let hook = hooks.get(*place);
        hook.map(|hook| (hook.weight, hook.name.as_str()))
    };
    places.sort_by(|left, right| key(left).cmp(&key(right)));
    places
}

/// Whether the hook's object is deleted at this point. CRDs never are, since
/// all their objects would go with them; a hook that says nothing is deleted
/// before it is created anew.
#[must_use]
pub fn is_deleted(hook: &StoredHook, policy: DeletePolicy) -> bool {
    if hook.kind == "CustomResourceDefinition" {
        return false;
    }
    if hook.delete_policies.is_empty() {
        return policy == DeletePolicy::BeforeCreation;
    }
    let mut policies = hook.delete_policies.iter();
    policies.any(|known| known == policy.as_str())
}
