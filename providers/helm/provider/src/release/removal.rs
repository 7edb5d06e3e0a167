//! What goes with a release.

use trueup_helm::HookEvent;
use trueup_helm_release::{Record, hooks, operation::Item};
use trueup_sdk::{Object, PartChange, PlanResponse, native::Fields};
use trueup_value::{Type, Value};

use super::{
    kept::Kept,
    parts::{Cover, label, plain},
    prepare::releases,
};
use crate::{
    report,
    session::Session,
    values::{Marked, Values},
};

/// The annotation of objects that stay when their release goes.
const POLICY: &str = "/metadata/annotations/helm.sh~1resource-policy";

/// The parts of a release that is going to be taken out. They are those of the
/// revision that was read; none if it was not.
pub(super) async fn plan(session: &Session, prior: &Object) -> PlanResponse {
    let fields = Fields::of(&prior.value);
    let seen = super::place(&fields).and_then(|place| Some((session.seen(&place)?, place)));
    let Some((seen, place)) = seen else {
        return PlanResponse::default();
    };
    let record = match seen.history.last().map(|last| last.record()) {
        Some(Ok(record)) => record,
        // Reading it has told what is wrong with it.
        Some(Err(_)) | None => return PlanResponse::default(),
    };
    let holder = report::holder(session);
    let releases = releases(session, &place.namespace, &holder);
    let items = match releases.items(&place.name, &record.manifest, &[]).await {
        Ok(items) => items,
        Err(error) => {
            return PlanResponse {
                problems: vec![report::operation(&error, "Planning the release", &[])],
                ..PlanResponse::default()
            };
        }
    };
    let values = Values::of(&fields, Marked::default());
    let mut secrets = values.map(|values| values.secrets()).unwrap_or_default();
    secrets.extend(Kept::read(&prior.private).texts(&record.config));
    let mut parts: Vec<PartChange> = items.iter().map(|item| going(item, &secrets)).collect();
    if !fields.flag("disable_webhooks").unwrap_or(false) {
        parts.extend(running(&record));
    }
    PlanResponse {
        parts,
        ..PlanResponse::default()
    }
}

fn going(item: &Item, secrets: &[String]) -> PartChange {
    let cover = Cover {
        is_secret: item.object.kind.kind == "Secret",
        leaves: None,
        texts: secrets,
    };
    let before = cover.value(Some(&plain(&item.manifest)));
    let stays = item
        .manifest
        .pointer(POLICY)
        .and_then(|policy| policy.as_str());
    let name = label(&item.object);
    if stays.is_some_and(|policy| policy.trim() == "keep") {
        let mut part = PartChange::new("object", name, (before.clone(), before));
        part.notes
            .push("stays: its resource policy is keep".to_owned());
        return part;
    }
    PartChange::new("object", name, (before, Value::null(Type::Dynamic)))
}

/// The hooks that run.
fn running(record: &Record) -> Vec<PartChange> {
    let events = [HookEvent::PreDelete, HookEvent::PostDelete];
    let running = events.into_iter().flat_map(|event| {
        let places = hooks::at(&record.hooks, event).into_iter();
        let hooks = places.filter_map(|place| record.hooks.get(place));
        hooks.map(move |hook| (hook, event))
    });
    let parts = running.map(|(hook, event)| {
        let same = (Value::empty_object(), Value::empty_object());
        let mut part = PartChange::new("hook", format!("{} {}", hook.kind, hook.name), same);
        part.notes
            .push(format!("runs {}, weight {}", event.as_str(), hook.weight));
        part
    });
    parts.collect()
}
