//! Values with their types and marks.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use trueup_value::{
    Marks, Path, PathStep, Str, Type, Value,
    json::{type_from_json, type_to_json},
    msgpack,
};

use super::PlanFileError;

/// A value as a file holds it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Stored {
    /// Its type's place in the table.
    t: usize,
    /// MessagePack as base64.
    v: String,
    /// What is sensitive in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    s: Vec<StoredPath>,
}

/// A path into a value.
pub(super) type StoredPath = Vec<StoredStep>;

/// A step of a path.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum StoredStep {
    Attr(String),
    Index(Stored),
}

/// Writes values and gathers their types.
#[derive(Default)]
pub(super) struct Writer {
    places: HashMap<Type, usize>,
    pub(super) types: Vec<String>,
}

impl Writer {
    /// A value; `what` tells whose it is if it must not be saved.
    pub(super) fn value(
        &mut self,
        value: &Value,
        what: &dyn Fn() -> String,
    ) -> Result<Stored, PlanFileError> {
        let (bare, marks) = match value.contains_marked() {
            true => value.unmark_deep_with_paths(),
            false => (value.clone(), Vec::new()),
        };
        let ephemeral = |(_, marks): &(Path, Marks)| marks.contains(Marks::EPHEMERAL);
        if marks.iter().any(ephemeral) {
            return Err(PlanFileError::Ephemeral { what: what() });
        }
        let ty = bare.ty();
        let bytes = msgpack::encode(&bare, &ty)
            .map_err(|error| PlanFileError::Contents(format!("{}: {error}", what())))?;
        let paths = marks.iter().map(|(path, _)| self.path(path));
        Ok(Stored {
            s: paths.collect::<Result<_, _>>()?,
            t: self.place(ty),
            v: STANDARD.encode(bytes),
        })
    }

    /// A path.
    pub(super) fn path(&mut self, path: &Path) -> Result<StoredPath, PlanFileError> {
        let steps = path.steps().iter().map(|step| {
            Ok(match step {
                PathStep::Attr(name) => StoredStep::Attr(name.to_string()),
                PathStep::Index(key) => {
                    StoredStep::Index(self.value(key, &|| "an index".to_owned())?)
                }
            })
        });
        steps.collect()
    }

    fn place(&mut self, ty: Type) -> usize {
        if let Some(place) = self.places.get(&ty) {
            return *place;
        }
        let place = self.types.len();
        self.types.push(type_to_json(&ty));
        self.places.insert(ty, place);
        place
    }
}

/// Reads values of a table of types.
pub(super) struct Reader {
    types: Vec<Type>,
}

/// What makes no sense.
pub(super) fn nonsense(what: impl std::fmt::Display) -> PlanFileError {
    PlanFileError::Contents(what.to_string())
}

impl Reader {
    pub(super) fn new(types: &[String]) -> Result<Self, PlanFileError> {
        let types = types.iter().map(type_from_json);
        let types = types.collect::<Result<_, _>>().map_err(nonsense)?;
        Ok(Reader { types })
    }

    pub(super) fn value(&self, stored: &Stored) -> Result<Value, PlanFileError> {
        let missing = || nonsense("a value has a type that is not there");
        let ty = self.types.get(stored.t).ok_or_else(missing)?;
        let bytes = STANDARD.decode(&stored.v).map_err(nonsense)?;
        let value = msgpack::decode(&bytes, ty).map_err(nonsense)?;
        if stored.s.is_empty() {
            return Ok(value);
        }
        let marked = stored.s.iter().map(|path| {
            let path = self.path(path)?;
            Ok((path, Marks::SENSITIVE))
        });
        let marked: Vec<(Path, Marks)> = marked.collect::<Result<_, PlanFileError>>()?;
        Ok(value.mark_with_paths(&marked))
    }

    pub(super) fn path(&self, stored: &StoredPath) -> Result<Path, PlanFileError> {
        let mut path = Path::new();
        for step in stored {
            path.push(match step {
                StoredStep::Attr(name) => PathStep::Attr(Str::new(name)),
                StoredStep::Index(key) => PathStep::Index(self.value(key)?),
            });
        }
        Ok(path)
    }
}
