//! Telling what is certain about an unknown value.

use std::cmp::Ordering;

use unicode_normalization::char::{compose, is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

use crate::{Marks, Number, Refinement, Str, Type, Unknown, Value};

/// Adds to what is certain about a value; see [`Value::refine`].
#[derive(Clone, Debug)]
pub struct Refine {
    original: Value,
    marks: Marks,
    refinement: Refinement,
}

impl Value {
    /// Starts to refine the value. Of a known value, and of one whose type is
    /// not known, nothing is recorded; what contradicts the type or earlier
    /// refinements is ignored. Marks stay.
    pub fn refine(&self) -> Refine {
        let (original, marks) = self.unmarked();
        let refinement = match original {
            Value::Unknown(unknown) => unknown.refinement().cloned().unwrap_or_default(),
            _ => Refinement::default(),
        };
        Refine {
            original: original.clone(),
            marks,
            refinement,
        }
    }

    /// Itself; if it is unknown, never to become null.
    pub fn refine_not_null(&self) -> Value {
        match self {
            Value::Unknown(_) => self.refine().not_null().finish(),
            Value::Marked(marked) if !marked.1.is_known() => self.refine().not_null().finish(),
            _ => self.clone(),
        }
    }
}

impl Refine {
    fn ty(&self) -> Option<&Type> {
        match &self.original {
            Value::Unknown(unknown) => Some(unknown.ty()),
            _ => None,
        }
    }

    /// It will not be null.
    pub fn not_null(mut self) -> Refine {
        self.refinement.not_null = true;
        self
    }

    /// A number: at least, or if not `inclusive` more than, `min`.
    pub fn min(mut self, min: &Number, inclusive: bool) -> Refine {
        let narrower = match &self.refinement.min {
            Some((old, old_inclusive)) => match min.compare(old) {
                Ordering::Greater => true,
                Ordering::Equal => !inclusive || *old_inclusive,
                Ordering::Less => false,
            },
            None => *min != Number::NEG_INFINITY,
        };
        let old = self.refinement.min.clone();
        if narrower && self.ty() == Some(&Type::Number) {
            self.refinement.min = Some((min.clone(), inclusive));
            if !self.bounds_consistent() {
                self.refinement.min = old;
            }
        }
        self
    }

    /// A number: at most, or if not `inclusive` less than, `max`.
    pub fn max(mut self, max: &Number, inclusive: bool) -> Refine {
        let narrower = match &self.refinement.max {
            Some((old, old_inclusive)) => match max.compare(old) {
                Ordering::Less => true,
                Ordering::Equal => !inclusive || *old_inclusive,
                Ordering::Greater => false,
            },
            None => *max != Number::INFINITY,
        };
        let old = self.refinement.max.clone();
        if narrower && self.ty() == Some(&Type::Number) {
            self.refinement.max = Some((max.clone(), inclusive));
            if !self.bounds_consistent() {
                self.refinement.max = old;
            }
        }
        self
    }

    fn bounds_consistent(&self) -> bool {
        match (&self.refinement.min, &self.refinement.max) {
            (Some((min, a)), Some((max, b))) => match min.compare(max) {
                Ordering::Less => true,
                Ordering::Equal => a == b,
                Ordering::Greater => false,
            },
            _ => true,
        }
    }

    /// A collection: at least `length` elements.
    pub fn min_length(mut self, length: u64) -> Refine {
        let max = self.refinement.max_length.unwrap_or(u64::MAX);
        let min = self.refinement.min_length.unwrap_or(0);
        if self.is_collection() && length > min && length <= max {
            self.refinement.min_length = Some(length);
        }
        self
    }

    /// A collection: at most `length` elements.
    pub fn max_length(mut self, length: u64) -> Refine {
        let max = self.refinement.max_length.unwrap_or(MAX_LENGTH);
        let min = self.refinement.min_length.unwrap_or(0);
        if self.is_collection() && length < max && length >= min {
            self.refinement.max_length = Some(length);
        }
        self
    }

    fn is_collection(&self) -> bool {
        self.ty().is_some_and(|ty| ty.element().is_some())
    }

    /// A string: starts with `prefix`, except for its end if that could still
    /// combine with what follows.
    pub fn prefix(self, prefix: &str) -> Refine {
        let safe = safe_prefix(&Str::from(prefix));
        self.prefix_full(&safe)
    }

    /// A string: starts with exactly `prefix`.
    pub fn prefix_full(mut self, prefix: &str) -> Refine {
        let prefix = Str::from(prefix);
        let old = self.refinement.prefix.as_deref().unwrap_or("");
        if self.ty() == Some(&Type::String) && prefix.len() > old.len() && prefix.starts_with(old) {
            self.refinement.prefix = Some(prefix);
        }
        self
    }

    /// The value; a known one if only one is left that it can be.
    pub fn finish(self) -> Value {
        let Value::Unknown(unknown) = &self.original else {
            return self.original.with_marks(self.marks);
        };
        let ty = unknown.ty();
        let value = self.only_value(ty).unwrap_or_else(|| {
            let refined = Unknown::refined(ty.clone(), self.refinement.clone());
            Value::Unknown(match unknown.outline() {
                Some(outline) => refined.outlined(outline.clone()),
                None => refined,
            })
        });
        value.with_marks(self.marks)
    }

    fn only_value(&self, ty: &Type) -> Option<Value> {
        /// Lists longer than this stay unknown.
        const MOST: u64 = 1 << 20;
        let refinement = &self.refinement;
        if !refinement.not_null {
            return None;
        }
        if let (Some((min, true)), Some((max, true))) = (&refinement.min, &refinement.max) {
            return (min == max).then(|| Value::Number(min.clone()));
        }
        let length = refinement.max_length?;
        if length != refinement.min_length.unwrap_or(0) {
            return None;
        }
        let unknown = |element: &Type| Value::unknown(element.clone());
        match (ty, length) {
            (Type::List(element), 0..=MOST) => {
                let elements = vec![unknown(element); usize::try_from(length).ok()?];
                Some(Value::list(Type::clone(element), elements))
            }
            (Type::Set(element), 0) => Some(Value::set(Type::clone(element), Vec::new())),
            (Type::Set(element), 1) => {
                Some(Value::set(Type::clone(element), vec![unknown(element)]))
            }
            (Type::Map(element), 0) => {
                Some(Value::map(Type::clone(element), Vec::<(Str, Value)>::new()))
            }
            _ => None,
        }
    }
}

/// The upper bound of the length of any collection.
pub(crate) const MAX_LENGTH: u64 = i64::MAX as u64;

/// What of `prefix` no following text can change: everything before the last
/// character that could combine with what follows. Like Terraform's, it gives up
/// at the end of the first line, unless the last character may be composed with
/// an accent.
pub(crate) fn safe_prefix(prefix: &str) -> String {
    const BOUNDARIES: &str = "-_:;/\\,.(){}[]|?!~ \t@#$%^&*+\"'";
    let Some(last) = prefix.chars().last() else {
        return String::new();
    };
    if !takes_accents(last)
        && let Some(end) = prefix.find(['\n', '\r'])
    {
        return prefix[..end].to_owned();
    }
    if BOUNDARIES.contains(last) && !prefix.ends_with("\r\n") {
        return prefix.to_owned();
    }
    let last = prefix.graphemes(true).next_back().unwrap_or_default();
    prefix.strip_suffix(last).unwrap_or_default().to_owned()
}

/// Whether `c` and an accent after it may be one character.
fn takes_accents(c: char) -> bool {
    let mut accents = '\u{300}'..='\u{345}';
    is_combining_mark(c) || accents.any(|accent| compose(c, accent).is_some())
}
