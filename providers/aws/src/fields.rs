//! What the types here have in common: attributes, and the ways of reading,
//! destroying, importing and recovering an object by its ID.

use trueup_sdk::{
    Answer, Object, ReadResponse, Recovery,
    native::{Deleted, Field, Fields},
};
use trueup_value::Type;

use crate::CallError;

/// `id`: how the provider finds the object again.
pub(crate) fn id() -> Field {
    let field = Field::optional("id", Type::String).or_computed();
    field.about("How the object is found again.")
}

/// The attributes of objects.
pub(crate) fn of_all(objects: &[Object]) -> Vec<Fields> {
    objects
        .iter()
        .map(|object| Fields::of(&object.value))
        .collect()
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

/// What became of an object that there was, by what is there now.
pub(crate) fn recovered(response: ReadResponse) -> Recovery {
    match response.object {
        Some(object) => Recovery::Found(object),
        None if response.problems.is_empty() => Recovery::Absent,
        None => Recovery::Unknown,
    }
}
