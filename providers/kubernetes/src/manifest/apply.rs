//! Creating, changing and deleting objects.

use serde_json::Value as Json;
use trueup_sdk::{
    Object,
    native::{Create, Delete, Deleted, Done, Failure, Fields, Made, Update, problem},
};
use trueup_value::{Type, Value};

use super::{
    Ownership,
    found::{object_of, object_value},
    limit,
    plan::already_exists,
    private,
    waiting::{Waiting, is_definition, wait},
    wanted::Wanted,
};
use crate::{
    Session,
    client::{Cause, ClusterError, Deletion, ObjectRef},
    report,
};

/// Makes an object; an object of that name that is there already is not
/// touched.
pub(super) async fn create(session: &Session, create: Create<'_>) -> Made {
    let wanted = Wanted::of(create.planned.get("manifest")).named(create.identity);
    let object = named(&wanted)?;
    let existing = match session.cluster.get(&object).await {
        Ok(existing) => existing,
        // The definition may have been created a moment ago.
        Err(error) if matches!(*error.cause, Cause::NoSuchKind(_)) => None,
        Err(error) => return Err(Failure::from(report::problem(&error))),
    };
    if let Some(live) = existing {
        let id = super::wanted::identity(&object);
        return Err(Failure::from(already_exists(&object, &live, &id)));
    }
    applied(session, create.planned, &wanted, None, None).await
}

/// Changes an object.
pub(super) async fn update(session: &Session, update: Update<'_>) -> Made {
    let before = object_of(&Fields::of(&update.prior.value));
    let mut wanted = Wanted::of(update.planned.get("manifest"));
    if let Some(before) = &before {
        wanted = wanted.named(Some(&super::wanted::identity(before)));
    }
    let object = named(&wanted)?;
    let live = session.cluster.get(&object).await;
    let live = live.map_err(|error| Failure::from(report::problem(&error)))?;
    applied(
        session,
        update.planned,
        &wanted,
        live.as_ref(),
        Some(update.prior),
    )
    .await
}

fn named(wanted: &Wanted) -> Result<ObjectRef, Failure> {
    wanted.object().ok_or_else(|| {
        let detail = "The manifest lacks apiVersion, kind or metadata.name.";
        Failure::from(problem("Invalid manifest", detail))
    })
}

async fn applied(
    session: &Session,
    mut planned: Fields,
    wanted: &Wanted,
    live: Option<&Json>,
    prior: Option<&Object>,
) -> Made {
    let object = named(wanted)?;
    let operation = if prior.is_some() { "update" } else { "create" };
    let ownership = Ownership::of(session, &planned).over(prior);
    let manager = ownership.manager();
    let cluster = &session.cluster;
    let applied = session.apply_over(&wanted.document, live, manager).await;
    let mut applied = applied.map_err(|error| Failure::from(report::problem(&error)))?;
    let limit = limit(&planned, operation);
    let waiting = Waiting::of(&planned);
    let waited = wait(session, &waiting, &object, applied.clone(), limit).await;
    if is_definition(&object.kind) {
        cluster.forget_kinds();
    }
    let failed = match waited {
        Ok(ready) => {
            applied = ready;
            None
        }
        Err(error) => Some(error),
    };
    let before = match planned.get("object") {
        known if known.is_wholly_known() => known.clone(),
        _ => Value::null(Type::Dynamic),
    };
    planned.set("object", object_value(session, &applied, &before));
    let private = private(&applied);
    match failed {
        None => Ok(Done {
            object: planned,
            private: Some(private),
            warnings: Vec::new(),
        }),
        Some(error) => Err(Failure::from(report::problem(&error)).leaving(Object {
            value: planned.into_value(),
            private,
        })),
    }
}

/// Deletes an object and waits until it is gone.
pub(super) async fn delete(session: &Session, delete: Delete<'_>) -> Deleted {
    let stored = Fields::of(&delete.prior.value);
    let Some(object) = object_of(&stored) else {
        return Ok(Vec::new());
    };
    let uid = uid(&delete.prior.private);
    let deleted = gone(session, &object, uid.as_deref(), limit(&stored, "delete")).await;
    if is_definition(&object.kind) {
        session.cluster.forget_kinds();
    }
    deleted.map_err(|error| Failure::from(report::problem(&error)))?;
    Ok(Vec::new())
}

pub(crate) async fn gone(
    session: &Session,
    object: &ObjectRef,
    uid: Option<&str>,
    limit: std::time::Duration,
) -> Result<(), ClusterError> {
    match session.cluster.delete(object, uid).await {
        Ok(Deletion::Done) => Ok(()),
        Ok(Deletion::Begun { uid }) => {
            session
                .cluster
                .wait_deleted(object, uid.as_deref(), limit)
                .await
        }
        // The kind went, and its objects with it.
        Err(error) if matches!(*error.cause, Cause::NoSuchKind(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The UID of the object when it was applied last.
pub(super) fn uid(private: &[u8]) -> Option<String> {
    let private: Json = serde_json::from_slice(private).ok()?;
    Some(private.get("uid")?.as_str()?.to_owned())
}
