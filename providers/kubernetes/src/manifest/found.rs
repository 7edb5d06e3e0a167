//! Objects as they are found.

use std::sync::Arc;

use serde_json::Value as Json;
use trueup_sdk::{
    Drift, Explanation, Interrupted, Object, ReadResponse, Recovery,
    native::{Failure, Fields, Made, problem},
};
use trueup_value::{Path, Value};

use super::wanted::{Wanted, parse_identity};
use crate::{
    Session,
    client::{ObjectRef, fields::ManagedFields, owned_part},
    report,
    session::FIELD_MANAGER,
    value::{from_json, means, to_json},
};

/// Fields of metadata only the server writes.
const SERVER_SIDE: [&str; 8] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// An object without status and what only the server writes.
pub(crate) fn stripped(session: &Session, live: &Json) -> Json {
    let mut object = live.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Json::as_object_mut) {
        SERVER_SIDE.iter().for_each(|name| {
            metadata.remove(*name);
        });
        let kinds = [
            ("labels", &session.ignored.labels),
            ("annotations", &session.ignored.annotations),
        ];
        for (name, ignored) in kinds {
            if let Some(entries) = metadata.get_mut(name).and_then(Json::as_object_mut) {
                entries.retain(|key, _| !ignored.iter().any(|regex| regex.is_match(key)));
            }
        }
    }
    object
}

/// The value of `object`: the one before, if it says the same.
pub(crate) fn object_value(session: &Session, live: &Json, before: &Value) -> Value {
    let stripped = stripped(session, live);
    match means(before, Some(&stripped)) {
        true => before.clone(),
        false => from_json(&stripped),
    }
}

/// Which object a stored one stands for.
pub(crate) fn object_of(stored: &Fields) -> Option<ObjectRef> {
    let object = to_json(stored.get("object"));
    ObjectRef::of(&object).or_else(|| Wanted::of(stored.get("manifest")).object())
}

/// Looks at objects again.
pub(crate) async fn read_all(session: &Session, objects: Vec<Object>) -> Vec<ReadResponse> {
    let stored: Vec<Fields> = objects
        .iter()
        .map(|object| Fields::of(&object.value))
        .collect();
    let refs: Vec<Option<ObjectRef>> = stored.iter().map(object_of).collect();
    let asked: Vec<ObjectRef> = refs.iter().flatten().cloned().collect();
    let mut answers = session.cluster.get_all(&asked).await.into_iter();
    let mut responses = Vec::with_capacity(objects.len());
    for ((object, stored), found) in objects.into_iter().zip(stored).zip(refs) {
        let (Some(found), true) = (found, answers.len() > 0) else {
            let detail = "The state does not say which object this is.";
            responses.push(ReadResponse::failed(vec![problem(
                "Object not known",
                detail,
            )]));
            continue;
        };
        responses.push(match answers.next() {
            Some(Ok(Some(live))) => {
                let read = seen(session, &object, stored, &live);
                session.saw(found, Arc::new(live));
                ReadResponse::found(read)
            }
            Some(Ok(None)) | None => ReadResponse::absent(),
            Some(Err(error)) => match is_gone(&error) {
                true => ReadResponse::absent(),
                false => ReadResponse::failed(report::problems(&error)),
            },
        });
    }
    responses
}

/// Where there is no such kind any more there is no such object.
fn is_gone(error: &crate::client::ClusterError) -> bool {
    matches!(*error.cause, crate::client::Cause::NoSuchKind(_))
}

fn seen(session: &Session, object: &Object, mut stored: Fields, live: &Json) -> Object {
    let value = object_value(session, live, stored.get("object"));
    stored.set("object", value);
    Object {
        value: stored.into_value(),
        private: object.private.clone(),
    }
}

/// A stored object made of what is found: the manifest is what we, or the tool
/// before us, applied; else all there is.
fn taken_over(session: &Session, mut empty: Fields, live: &Json) -> Object {
    let appliers = [FIELD_MANAGER, "Terraform"].into_iter();
    let mut owned = appliers.filter_map(|name| ManagedFields::applied_by(live, name));
    let manifest = match owned.next() {
        Some(owned) => owned_part(live, &owned),
        None => stripped(session, live),
    };
    empty.set("manifest", from_json(&manifest));
    empty.set("object", from_json(&stripped(session, live)));
    Object {
        value: empty.into_value(),
        private: Vec::new(),
    }
}

/// The object an import ID stands for.
pub(crate) async fn import(session: &Session, empty: Fields, id: &str) -> Made {
    let Some(object) = parse_identity(id) else {
        let detail = format!(
            "{id:?} names no object. An ID is written as apiVersion=VERSION,kind=KIND,namespace=NAMESPACE,name=NAME; the namespace is left out for kinds that have none."
        );
        return Err(Failure::from(problem("Invalid import ID", detail)));
    };
    let found = session.cluster.get(&object).await;
    match found.map_err(|error| Failure::from(report::problem(&error)))? {
        Some(live) => Ok(taken_over(session, empty, &live).into()),
        None => Err(Failure::from(problem(
            "Cannot import non-existent remote object",
            format!("There is no {object}."),
        ))),
    }
}

/// What became of an action whose outcome was never recorded.
pub(crate) async fn recover(session: &Session, empty: Fields, action: Interrupted<'_>) -> Recovery {
    let prior = action.prior.map(|prior| (prior, Fields::of(&prior.value)));
    let object = match (&prior, action.identity) {
        (Some((_, stored)), _) => object_of(stored),
        (None, Some(identity)) => parse_identity(identity),
        (None, None) => None,
    };
    let Some(object) = object else {
        return Recovery::Unknown;
    };
    match session.cluster.get(&object).await {
        Ok(Some(live)) => match prior {
            Some((prior, stored)) => Recovery::Found(seen(session, prior, stored, &live)),
            // What somebody else made is not ours to adopt.
            None if !ManagedFields::may_be_made_by(&live, FIELD_MANAGER) => Recovery::Absent,
            None => Recovery::Found(taken_over(session, empty, &live)),
        },
        Ok(None) => Recovery::Absent,
        Err(error) if is_gone(&error) => Recovery::Absent,
        Err(_) => Recovery::Unknown,
    }
}

/// An object without the annotations in which controllers count its changes: those
/// who count have changed nothing.
fn uncounted(mut object: Json) -> Json {
    const COUNTERS: [&str; 2] = [
        "deployment.kubernetes.io/revision",
        "deprecated.daemonset.template.generation",
    ];
    let Some(metadata) = object.get_mut("metadata").and_then(Json::as_object_mut) else {
        return object;
    };
    if let Some(entries) = metadata
        .get_mut("annotations")
        .and_then(Json::as_object_mut)
    {
        entries.retain(|name, _| !COUNTERS.contains(&name.as_str()));
    }
    // Null, none and empty are the same.
    let empty = |entries: &Json| entries.as_object().is_none_or(serde_json::Map::is_empty);
    if metadata.get("annotations").is_some_and(empty) {
        metadata.remove("annotations");
    }
    object
}

/// Who changed an object, by what it notes of its managers.
pub(crate) async fn explain(session: &Session, drift: Drift<'_>) -> Vec<Explanation> {
    let Some(after) = drift.after else {
        return Vec::new();
    };
    let (before, after) = (Fields::of(drift.before), Fields::of(after));
    let Some(object) = object_of(&after) else {
        return Vec::new();
    };
    let manager = super::Ownership::of(session, &after).name;
    let [before, after] = [before, after].map(|of| uncounted(to_json(of.get("object"))));
    let blamed = session
        .cluster
        .blame(&object, &before, &after, &manager)
        .await;
    let Ok(Some(blamed)) = blamed else {
        return Vec::new();
    };
    vec![Explanation {
        what: Path::new().attr("object"),
        how: Some(how(&blamed, &manager)),
        who: blamed.manager,
        when: blamed.time,
    }]
}

/// How somebody changed an object. Our own manager did so for another state.
pub(crate) fn how(blamed: &ManagedFields, own: &str) -> String {
    let operation = &blamed.operation;
    let through = blamed.subresource.as_ref();
    let through = through.map_or_else(String::new, |name| format!(" through {name}"));
    let elsewhere = match blamed.is_applied_by(own) {
        true => " by a run that this state does not know of",
        false => "",
    };
    format!("{operation}{through}{elsewhere}")
}
