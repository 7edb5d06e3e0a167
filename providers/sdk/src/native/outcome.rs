//! What came of what was done.

use super::Fields;
use crate::{ApplyResponse, Object, Problem};

/// What came of creating, changing or importing an object.
pub type Made = Result<Done, Failure>;

/// What came of destroying an object: warnings.
pub type Deleted = Result<Vec<Problem>, Failure>;

/// An object after what was done to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    /// The object, wholly known.
    pub object: Fields,
    /// What is kept with it and nobody else reads; `None` for what was kept
    /// before.
    pub private: Option<Vec<u8>>,
    /// What there is to say.
    pub warnings: Vec<Problem>,
}

/// Why an object is not as it was to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failure {
    /// What went wrong.
    pub problems: Vec<Problem>,
    /// The object there is all the same.
    pub left: Left,
}

/// What there is after a failure.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Left {
    /// Nothing has changed.
    #[default]
    AsBefore,
    /// There is no object any more.
    Nothing,
    /// There is this one.
    Object(Object),
    /// There is this one, and another attempt can go on from it: one that was
    /// to be made need not be replaced.
    Usable(Object),
}

impl From<Fields> for Object {
    fn from(fields: Fields) -> Self {
        Object {
            value: fields.into_value(),
            private: Vec::new(),
        }
    }
}

impl From<Fields> for Done {
    fn from(object: Fields) -> Self {
        Done {
            object,
            ..Done::default()
        }
    }
}

impl From<Object> for Done {
    fn from(object: Object) -> Self {
        Done {
            object: Fields::of(&object.value),
            private: Some(object.private),
            warnings: Vec::new(),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Failure::from(vec![problem])
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        Failure {
            problems,
            left: Left::AsBefore,
        }
    }
}

impl Failure {
    /// The same, with the object there is all the same.
    pub fn leaving(self, object: impl Into<Object>) -> Self {
        Failure {
            left: Left::Object(object.into()),
            ..self
        }
    }
}

impl Left {
    fn object(self, prior: Option<&Object>) -> Option<Object> {
        match self {
            Left::AsBefore => prior.cloned(),
            Left::Nothing => None,
            Left::Object(object) | Left::Usable(object) => Some(object),
        }
    }
}

impl ApplyResponse {
    /// What came of creating an object, or of changing `prior`.
    pub(super) fn of_made(prior: Option<&Object>, made: Made) -> Self {
        let usable = matches!(&made, Err(failure) if matches!(failure.left, Left::Usable(_)));
        let (object, problems) = match made {
            Ok(done) => {
                let before = || prior.map(|prior| prior.private.clone());
                let object = Object {
                    value: done.object.into_value(),
                    private: done.private.or_else(before).unwrap_or_default(),
                };
                (Some(object), done.warnings)
            }
            Err(Failure { problems, left }) => (left.object(prior), problems),
        };
        ApplyResponse {
            object,
            problems,
            usable,
            ..ApplyResponse::default()
        }
    }

    /// What came of destroying `prior`.
    pub(super) fn of_deleted(prior: &Object, deleted: Deleted) -> Self {
        let (object, problems) = match deleted {
            Ok(warnings) => (None, warnings),
            Err(Failure { problems, left }) => (left.object(Some(prior)), problems),
        };
        ApplyResponse {
            object,
            problems,
            ..ApplyResponse::default()
        }
    }
}
