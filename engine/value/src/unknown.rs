//! Unknown values and what is known about them all the same.

use std::{fmt, sync::Arc};

use crate::{Number, Str, Type};

/// A value that will be known later.
#[derive(Clone)]
pub struct Unknown {
    ty: Type,
    about: Option<Arc<About>>,
}

#[derive(Clone, Default)]
struct About {
    refinement: Refinement,
    outline: Option<Outline>,
}

/// A text that is known but for some places: what an encoder or a template
/// makes of values that are not known yet.
///
/// It tells what the text will most likely be, and nothing that is certain:
/// what is not known yet may be of any kind. So it counts neither for
/// equality nor in any encoding.
#[derive(Clone, PartialEq, Eq)]
pub struct Outline(Str);

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

impl Outline {
    /// What stands where something is not known.
    pub const HOLE: char = '\u{f8ff}';

    /// A text with [`Outline::HOLE`] where something is not known.
    pub fn new(text: impl Into<Str>) -> Self {
        Outline(text.into())
    }

    /// The text, its holes as they are.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The text with something in the place of each hole, which are counted
    /// from 0.
    pub fn filled(&self, mut stand_in: impl FnMut(usize) -> String) -> String {
        let mut parts = self.0.split(Outline::HOLE);
        let mut text = parts.next().unwrap_or_default().to_owned();
        for (place, part) in parts.enumerate() {
            text.push_str(&stand_in(place));
            text.push_str(part);
        }
        text
    }
}

impl fmt::Debug for Outline {
    // A part of the text may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Outline").finish_non_exhaustive()
    }
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unknown")
            .field("ty", &self.ty)
            .field("refinement", &self.refinement())
            .finish()
    }
}

impl PartialEq for Unknown {
    fn eq(&self, other: &Self) -> bool {
        self.ty == other.ty && self.refinement() == other.refinement()
    }
}

impl Unknown {
    /// An unknown value of type `ty` of which nothing else is known.
    pub fn new(ty: Type) -> Self {
        Unknown { ty, about: None }
    }

    /// An unknown value with `refinement`; nothing is refined of a
    /// [`Type::Dynamic`] unknown.
    pub fn refined(ty: Type, refinement: Refinement) -> Self {
        let keep = ty != Type::Dynamic && refinement != Refinement::default();
        let about = || {
            Arc::new(About {
                refinement,
                outline: None,
            })
        };
        Unknown {
            about: keep.then(about),
            ty,
        }
    }

    /// The same with an outline, if it is a text.
    pub fn outlined(self, outline: Outline) -> Self {
        if self.ty != Type::String {
            return self;
        }
        let mut about = self.about.map(Arc::unwrap_or_clone).unwrap_or_default();
        about.outline = Some(outline);
        Unknown {
            ty: self.ty,
            about: Some(Arc::new(about)),
        }
    }

    /// Its type; [`Type::Dynamic`] if even that is not known.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// What is certain about it.
    pub fn refinement(&self) -> Option<&Refinement> {
        let refinement = &self.about.as_deref()?.refinement;
        (*refinement != Refinement::default()).then_some(refinement)
    }

    /// What it will most likely be.
    pub fn outline(&self) -> Option<&Outline> {
        self.about.as_deref()?.outline.as_ref()
    }
}
