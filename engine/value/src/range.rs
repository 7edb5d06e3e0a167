//! What a value can be.

use crate::{Number, Refinement, Type, Value, ops, refine::MAX_LENGTH};

/// A bound of a number, and whether it is inclusive.
pub type Bound = (Number, bool);

/// Queries that unknown values answer from their refinements.
impl Value {
    fn refinement(&self) -> Option<&Refinement> {
        match self.peel() {
            Value::Unknown(unknown) => unknown.refinement(),
            _ => None,
        }
    }

    /// Whether it is, or will be, something other than null.
    pub fn is_not_null(&self) -> bool {
        match self.peel() {
            Value::Unknown(_) => self.refinement().is_some_and(|r| r.not_null),
            Value::Null(_) => false,
            _ => true,
        }
    }

    /// Between what a number is, with infinities if nothing is certain;
    /// `None` if it is not certainly a number.
    pub fn number_bounds(&self) -> Option<(Bound, Bound)> {
        match self.peel() {
            Value::Number(number) => Some(((number.clone(), true), (number.clone(), true))),
            Value::Unknown(unknown) if *unknown.ty() == Type::Number => {
                let refinement = unknown.refinement();
                let min = refinement.and_then(|r| r.min.clone());
                let max = refinement.and_then(|r| r.max.clone());
                Some((
                    min.unwrap_or((Number::NEG_INFINITY, false)),
                    max.unwrap_or((Number::INFINITY, false)),
                ))
            }
            _ => None,
        }
    }

    /// What a string certainly starts with; all of it if it is known.
    pub fn string_prefix(&self) -> &str {
        match self.peel() {
            Value::String(text) => text.as_str(),
            _ => {
                let prefix = self.refinement().and_then(|r| r.prefix.as_deref());
                prefix.unwrap_or("")
            }
        }
    }

    /// The least and the largest number of elements of a collection; unknown
    /// elements of a known set may turn out equal.
    pub fn length_bounds(&self) -> (u64, u64) {
        let value = self.peel();
        match (value, value.length()) {
            (Value::Set(_), Some(length)) if length > 1 && !value.is_wholly_known() => {
                (1, length as u64)
            }
            (_, Some(length)) => (length as u64, length as u64),
            _ => {
                let refinement = self.refinement();
                let min = refinement.and_then(|r| r.min_length);
                let max = refinement.and_then(|r| r.max_length);
                (min.unwrap_or(0), max.unwrap_or(MAX_LENGTH))
            }
        }
    }

    /// Whether this unknown value can become `known`; neither may be marked.
    pub(crate) fn may_become(&self, known: &Value) -> bool {
        if known.is_null() {
            return !self.is_not_null();
        }
        if !known.ty().conforms_to(&self.ty()) {
            return false;
        }
        if known.is_type_dynamic() {
            return true;
        }
        let (min_length, max_length) = known.length_bounds();
        let (least, most) = self.length_bounds();
        match known {
            Value::String(text) => text.starts_with(self.string_prefix()),
            Value::Number(number) => self.number_bounds().is_none_or(|(min, max)| {
                ops::within(number, &min, true) && ops::within(number, &max, false)
            }),
            Value::List(_) | Value::Set(_) | Value::Map(_) => {
                max_length >= least && min_length <= most
            }
            _ => true,
        }
    }
}

impl Type {
    /// Whether values of this type satisfy `constraint`: it is the same type,
    /// wherever that is not [`Type::Dynamic`].
    pub fn conforms_to(&self, constraint: &Type) -> bool {
        match (self, constraint) {
            (_, Type::Dynamic) => true,
            (Type::List(a), Type::List(b))
            | (Type::Set(a), Type::Set(b))
            | (Type::Map(a), Type::Map(b)) => a.conforms_to(b),
            (Type::Tuple(a), Type::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.conforms_to(b))
            }
            (Type::Object(a), Type::Object(b)) => {
                let (a, b) = (a.attributes(), b.attributes());
                a.len() == b.len()
                    && a.iter()
                        .zip(b)
                        .all(|(a, b)| a.0 == b.0 && a.1.conforms_to(&b.1))
            }
            _ => self == constraint,
        }
    }
}
