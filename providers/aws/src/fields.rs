//! What the types here have in common: attributes, and the ways of reading,
//! destroying, importing and recovering an object by its ID.

use trueup_sdk::{
    Answer, Drift, Explanation, Object, ReadResponse, Recovery,
    native::{Deleted, Field, Fields, Made},
    ready,
};
use trueup_value::{Type, Value};

use crate::{
    CallError,
    client::{Account, Service},
    trail,
};

/// `id`: how the provider finds the object again.
pub(crate) fn id() -> Field {
    let field = Field::optional("id", Type::String).or_computed();
    field.about("How the object is found again.")
}

/// `region`: where the object is, if not in the provider's region.
pub(crate) fn region() -> Field {
    let field = Field::optional("region", Type::String)
        .or_computed()
        .replaces_if(|change| {
            // States of older versions have none: the provider's was meant.
            change.prior.as_str().is_some_and(|prior| !prior.is_empty())
        });
    field.about("The region of the object; the provider's where none is given.")
}

/// Sets `region` where it is not known.
pub(crate) fn show_region(account: &Account, object: &mut Fields) {
    if object.text("region").is_none_or(str::is_empty) {
        object.set_text("region", account.region());
    }
}

/// The attributes of objects.
pub(crate) fn of_all(objects: &[Object]) -> Vec<Fields> {
    objects
        .iter()
        .map(|object| Fields::of(&object.value))
        .collect()
}

/// The IDs of objects.
pub(crate) fn ids(objects: &[Fields]) -> Vec<String> {
    let ids = objects.iter().filter_map(|object| object.text("id"));
    ids.filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

/// The one response of a reading of one.
pub(crate) fn read_one(all: Answer<'_, Vec<ReadResponse>>) -> Answer<'_, ReadResponse> {
    Box::pin(async move {
        let mut responses = all.await;
        responses.pop().unwrap_or_else(ReadResponse::absent)
    })
}

/// What was read of an object.
pub(crate) fn read(
    found: Result<Option<Fields>, CallError>,
    called: impl FnOnce() -> String,
) -> ReadResponse {
    match found {
        Ok(Some(object)) => ReadResponse::found(object.into()),
        Ok(None) => ReadResponse::absent(),
        Err(error) => ReadResponse::failed(vec![error.problem(&format!("reading {}", called()))]),
    }
}

/// What came of destroying an object; one that is gone needs no destroying.
pub(crate) fn deleted<T>(
    answer: Result<T, CallError>,
    missing: &[&str],
    called: impl FnOnce() -> String,
) -> Deleted {
    match answer {
        Ok(_) => Ok(Vec::new()),
        Err(error) if error.is(missing) => Ok(Vec::new()),
        Err(error) => Err(error.problem(&format!("deleting {}", called())).into()),
    }
}

/// An object of which nothing but the ID is known.
pub(crate) fn import_by_id<'a>(mut empty: Fields, id: &'a str) -> Answer<'a, Made> {
    empty.set_text("id", id);
    ready(Ok(empty.into()))
}

/// Who changed an object of a service, by its ID and ARN and, if they tell
/// nothing, by `name`.
pub(crate) fn explain<'a>(
    account: &'a Account,
    service: Service,
    drift: Drift<'a>,
    name: &'static str,
) -> Answer<'a, Vec<Explanation>> {
    Box::pin(async move {
        let known = drift.after.unwrap_or(drift.before);
        let text = |name: &str| known.get(name).and_then(Value::as_str).unwrap_or_default();
        let mut names = vec![text("arn"), text("id"), text(name)];
        names.dedup();
        trail::explain(account, service, &names).await
    })
}

/// What became of an object that there was, by what is there now.
pub(crate) fn recovered(response: ReadResponse) -> Recovery {
    match response.object {
        Some(object) => Recovery::Found(object),
        None if response.problems.is_empty() => Recovery::Absent,
        None => Recovery::Unknown,
    }
}
