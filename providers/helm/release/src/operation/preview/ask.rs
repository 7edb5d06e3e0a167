//! What would become of an object, as the server says.

use serde_json::Value;
use trueup_kubernetes::client::{Cause, ClusterError, Conflict, Manager, in_sync, overlay};

use super::{
    ObjectAction, Planned,
    difference::{changes_to, plain_changes},
};
use crate::{
    ApplyMethod,
    operation::{Item, MANAGER, Method, Options, Releases, client_side, migrate},
    ownership::Owner,
};

impl Releases<'_> {
    /// What bringing an object would do.
    pub(super) async fn plan(
        &self,
        item: &Item,
        original: Option<&Item>,
        live: Option<Value>,
        partial: bool,
        how: How<'_>,
    ) -> Planned {
        let mut planned = Planned {
            object: item.object.clone(),
            template: item.template.clone(),
            action: ObjectAction::Nothing,
            after: Some(item.manifest.clone()),
            changes: Vec::new(),
            conflicts: Vec::new(),
            live,
        };
        if let Some(why) = unaskable(item, partial, how.absent) {
            planned.action = ObjectAction::Unasked(why.to_owned());
            if let Some(live) = &planned.live {
                planned.changes = changes_to(live, &item.manifest);
            }
            return planned;
        }
        let name = item
            .manifest
            .pointer("/metadata/annotations/meta.helm.sh~1release-name");
        let name = name.and_then(Value::as_str).unwrap_or_default();
        let owner = Owner {
            name,
            namespace: self.namespace,
        };
        if let Some(live) = &planned.live
            && original.is_none()
            && !how.options.take_ownership
            && let Err(foreign) = owner.check(live)
        {
            planned.action = ObjectAction::Foreign(foreign);
            return planned;
        }
        match (how.method(), &planned.live) {
            (ApplyMethod::ClientSide, Some(_)) => {
                self.ask_client_side(item, original, planned).await
            }
            _ => self.ask(item, planned, how).await,
        }
    }

    /// What a patch that is made here would do.
    async fn ask_client_side(
        &self,
        item: &Item,
        original: Option<&Item>,
        mut planned: Planned,
    ) -> Planned {
        let Some(live) = planned.live.take() else {
            return planned;
        };
        planned.after = Some(live.clone());
        if let Some(patch) = client_side::patch(item, original, &live) {
            let answer = self
                .cluster
                .change(&item.object, &patch, MANAGER, true)
                .await;
            match answer {
                Ok(after) => {
                    planned.changes = plain_changes(&live, &after);
                    if !planned.changes.is_empty() {
                        planned.action = ObjectAction::Update;
                    }
                    planned.after = Some(after);
                }
                Err(error) => {
                    planned.changes = changes_to(&live, &item.manifest);
                    planned.action = refusal(error);
                }
            }
        }
        planned.live = Some(live);
        planned
    }

    /// What the server says.
    async fn ask(&self, item: &Item, mut planned: Planned, how: How<'_>) -> Planned {
        let live = planned.live.take();
        if let Some(live) = &live
            && in_sync(&item.manifest, live, MANAGER)
        {
            planned.after = Some(live.clone());
            planned.live = Some(live.clone());
            return planned;
        }
        let mut answer = self.dry_run(item, false).await;
        if let Err(error) = &mut answer
            && let Cause::Conflicts(conflicts) = &mut *error.cause
        {
            planned.conflicts = std::mem::take(conflicts);
            // Those with Helm itself end when its fields become applied ones.
            let own = |conflict: &Conflict| how.migrates() && migrate::is_helm(&conflict.manager);
            planned.conflicts.retain(|conflict| !own(conflict));
            if let Some(live) = &live {
                let all = planned.conflicts.iter_mut();
                all.for_each(|conflict| conflict.complete(live));
            }
            answer = self.dry_run(item, true).await;
        }
        match (answer, &live) {
            (Ok(after), None) => {
                planned.action = ObjectAction::Create;
                planned.after = Some(after);
            }
            (Ok(after), Some(live)) => {
                let after = overlay(live, &after, MANAGER);
                planned.changes = plain_changes(live, &after);
                if !planned.changes.is_empty() || !planned.conflicts.is_empty() {
                    planned.action = ObjectAction::Update;
                }
                planned.after = Some(after);
            }
            (Err(error), live) => {
                if let Some(live) = live {
                    planned.changes = changes_to(live, &item.manifest);
                }
                planned.action = refusal(error);
            }
        }
        planned.live = live;
        planned
    }

    pub(crate) async fn dry_run(&self, item: &Item, force: bool) -> Result<Value, ClusterError> {
        let manager = Manager {
            name: MANAGER,
            force,
            inherit: false,
        };
        self.cluster.dry_run(&item.manifest, manager).await
    }
}

/// How a revision is going to be brought.
#[derive(Clone, Copy)]
pub(super) struct How<'a> {
    /// How the last one was written.
    pub(super) before: Option<ApplyMethod>,
    pub(super) options: &'a Options,
    /// Whether the namespace is not there yet.
    pub(super) absent: bool,
}

impl How<'_> {
    fn method(self) -> ApplyMethod {
        match (self.options.method, self.before) {
            (Method::Always(method), Some(_)) => method,
            (Method::Inherit, Some(before)) => before,
            (_, None) => ApplyMethod::ServerSide,
        }
    }

    /// Whether fields that were written client-side become applied ones.
    fn migrates(self) -> bool {
        let before = self.before.unwrap_or_default();
        before == ApplyMethod::ClientSide && self.method() == ApplyMethod::ServerSide
    }
}

fn unaskable(item: &Item, partial: bool, absent: bool) -> Option<&'static str> {
    match () {
        () if partial => Some("parts of it are known after other changes only"),
        () if !item.known => Some("its kind is not defined yet"),
        () if item.is_unnamed() => Some("the server chooses its name"),
        () if absent && item.object.namespace.is_some() => Some("its namespace is not there yet"),
        () => None,
    }
}

fn refusal(error: ClusterError) -> ObjectAction {
    match &*error.cause {
        Cause::Immutable(complaints) => ObjectAction::Replace(complaints.clone()),
        Cause::WebhookUnavailable { .. } => ObjectAction::Unasked(error.cause.to_string()),
        _ => ObjectAction::Refused(error),
    }
}
