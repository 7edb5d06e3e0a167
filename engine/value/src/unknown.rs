//! Unknown values and what is known about them all the same.

use std::sync::Arc;

use crate::{Number, Str, Type};

/// A value that will be known later.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    ty: Type,
    refinement: Option<Arc<Refinement>>,
}

/// What is already certain about an unknown value.
///
/// Made by [`crate::Value::refine`], which keeps it consistent.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Refinement {
    /// It will not be null.
    pub not_null: bool,
    /// A string will start with this.
    pub prefix: Option<Str>,
    /// A number's lower bound, and whether it is inclusive.
    pub min: Option<(Number, bool)>,
    /// A number's upper bound, and whether it is inclusive.
    pub max: Option<(Number, bool)>,
    /// A collection will have at least so many elements.
    pub min_length: Option<u64>,
    /// A collection will have at most so many elements.
    pub max_length: Option<u64>,
}

impl Unknown {
    /// An unknown value of type `ty` of which nothing else is known.
    pub fn new(ty: Type) -> Self {
        Unknown {
            ty,
            refinement: None,
        }
    }

    /// An unknown value with `refinement`; nothing is refined of a
    /// [`Type::Dynamic`] unknown.
    pub fn refined(ty: Type, refinement: Refinement) -> Self {
        let keep = ty != Type::Dynamic && refinement != Refinement::default();
        Unknown {
            ty,
            refinement: keep.then(|| Arc::new(refinement)),
        }
    }

    /// Its type; [`Type::Dynamic`] if even that is not known.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// What is certain about it.
    pub fn refinement(&self) -> Option<&Refinement> {
        self.refinement.as_deref()
    }
}
