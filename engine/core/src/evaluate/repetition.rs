//! `count` and `for_each`: which instances there are.

use std::rc::Rc;

use trueup_lang::Cause;
use trueup_syntax::{Diagnostic, Diagnostics, ast::Expr};
use trueup_value::{Marks, Str, Type, Value};

use super::View;
use crate::address::InstanceKey;

/// The instances there are.
#[derive(Clone, Debug, PartialEq)]
pub enum Keys {
    /// One, without a key.
    Single,
    /// Those of `count`.
    Count(usize),
    /// Those of `for_each` with their values, sorted by key.
    Each(Rc<[(Str, Value)]>),
    /// Not known before something is applied.
    Unknown,
}

/// What `count` and `each` stand for in one instance.
#[derive(Clone, Debug, PartialEq)]
pub enum Each {
    /// Neither is there.
    None,
    /// `count.index`
    Count(i64),
    /// `each.key` and `each.value`
    Each(Str, Value),
}

impl Each {
    /// The instance's key.
    pub fn key(&self) -> Option<InstanceKey> {
        match self {
            Each::None => None,
            Each::Count(index) => Some(InstanceKey::Int(*index)),
            Each::Each(key, _) => Some(InstanceKey::String(key.clone())),
        }
    }
}

impl Keys {
    /// How many instances are known.
    pub fn len(&self) -> usize {
        match self {
            Keys::Single => 1,
            Keys::Count(count) => *count,
            Keys::Each(entries) => entries.len(),
            Keys::Unknown => 0,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What an instance is repeated with.
    pub fn at(&self, position: usize) -> Each {
        match self {
            Keys::Count(_) => Each::Count(i64::try_from(position).unwrap_or(i64::MAX)),
            Keys::Each(entries) => match entries.get(position) {
                Some((key, value)) => Each::Each(key.clone(), value.clone()),
                None => Each::None,
            },
            Keys::Single | Keys::Unknown => Each::None,
        }
    }

    /// All instances in order.
    pub fn each(&self) -> impl Iterator<Item = Each> + '_ {
        (0..self.len()).map(|position| self.at(position))
    }

    /// Where the instance with this key stands.
    pub fn position(&self, key: Option<&InstanceKey>) -> Option<usize> {
        match (self, key) {
            (Keys::Single, None) => Some(0),
            (Keys::Count(count), Some(InstanceKey::Int(index))) => {
                usize::try_from(*index).ok().filter(|index| index < count)
            }
            (Keys::Each(entries), Some(InstanceKey::String(key))) => {
                entries.binary_search_by(|(k, _)| k.cmp(key)).ok()
            }
            _ => None,
        }
    }

    /// All instances as one value: itself, a tuple or an object.
    pub(super) fn gather(&self, value: impl Fn(usize) -> Value) -> Value {
        match self {
            Keys::Single => value(0),
            Keys::Count(count) => Value::tuple((0..*count).map(value).collect()),
            Keys::Each(entries) => {
                let keys = entries.iter().map(|(key, _)| key.clone());
                Value::object(keys.enumerate().map(|(i, key)| (key, value(i))))
            }
            Keys::Unknown => Value::dynamic(),
        }
    }
}

impl View<'_> {
    /// The instances that `count` or `for_each` ask for; none at all after an
    /// error.
    pub(super) fn keys(
        &self,
        count: Option<&Expr>,
        for_each: Option<&Expr>,
    ) -> (Option<Keys>, Diagnostics) {
        match (count, for_each) {
            (Some(count), _) => self.count(count),
            (None, Some(for_each)) => self.for_each(for_each),
            (None, None) => (Some(Keys::Single), Diagnostics::default()),
        }
    }

    fn count(&self, expr: &Expr) -> (Option<Keys>, Diagnostics) {
        let (value, mut diagnostics) = self.evaluate(expr, &Type::Number);
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        let (bare, _) = value.unmarked();
        if !bare.is_known() {
            return (Some(Keys::Unknown), diagnostics);
        }
        const PREFIX: &str = "The given \"count\" argument value is";
        let detail = match bare.as_number() {
            None => format!("{PREFIX} null. An integer is required."),
            Some(number) => match number.to_i64().map(usize::try_from) {
                Some(Ok(count)) => return (Some(Keys::Count(count)), diagnostics),
                Some(Err(_)) => {
                    format!("{PREFIX} unsuitable: must be greater than or equal to zero.")
                }
                None => format!(
                    "{PREFIX} unsuitable: value must be a whole number, between -9223372036854775808 and 9223372036854775807."
                ),
            },
        };
        diagnostics.push(Diagnostic::error(
            "Invalid count argument",
            detail,
            expr.span,
        ));
        (None, diagnostics)
    }

    fn for_each(&self, expr: &Expr) -> (Option<Keys>, Diagnostics) {
        let (value, mut diagnostics) = self.evaluate(expr, &Type::Dynamic);
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        let (bare, marks) = value.unmarked();
        if let Some((summary, detail)) = unsuitable(bare, marks) {
            let cause = Cause {
                sensitive: marks.contains(Marks::SENSITIVE),
                ephemeral: marks.contains(Marks::EPHEMERAL),
                ..Cause::default()
            };
            let diagnostic = Diagnostic {
                values: self.notes(expr, cause),
                ..Diagnostic::error(summary, detail, expr.span)
            };
            diagnostics.push(diagnostic.hints(set_hint(&bare.ty())));
            return (None, diagnostics);
        }
        let unknown_set = matches!(bare, Value::Set(_)) && !bare.is_wholly_known();
        if !bare.is_known() || unknown_set {
            return (Some(Keys::Unknown), diagnostics);
        }
        let entries = bare.elements().filter_map(|(key, value)| {
            let key = key.as_str().map(Str::new)?;
            Some((key, value))
        });
        let mut entries: Vec<(Str, Value)> = entries.collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        (Some(Keys::Each(entries.into())), diagnostics)
    }
}

/// What to do about a `for_each` of that type.
pub(crate) fn set_hint(ty: &Type) -> Option<String> {
    let listed = matches!(ty, Type::List(_) | Type::Tuple(_));
    listed.then(|| "`toset(…)` makes a set of a list of strings".to_owned())
}

/// Why a value cannot be that of `for_each`.
fn unsuitable(value: &Value, marks: Marks) -> Option<(&'static str, String)> {
    const SUMMARY: &str = "Invalid for_each argument";
    const SET: &str = "Invalid for_each set argument";
    const PREFIX: &str = "The given \"for_each\" argument value is unsuitable:";
    if marks.contains(Marks::EPHEMERAL) {
        return Some((SUMMARY, "The given \"for_each\" value is derived from an ephemeral value, which means that Terraform cannot persist it between plan/apply rounds. Use only non-ephemeral values to specify a resource's instance keys.".to_owned()));
    }
    if marks.contains(Marks::SENSITIVE) {
        return Some((SUMMARY, "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive value could be exposed as a resource instance key.".to_owned()));
    }
    if value.is_null() {
        return Some((
            SUMMARY,
            format!(
                "{PREFIX} the given \"for_each\" argument value is null. A map, or set of strings is allowed."
            ),
        ));
    }
    match value.ty() {
        Type::Dynamic | Type::Map(_) | Type::Object(_) => None,
        Type::Set(element) => {
            let empty = value.length() == Some(0);
            if !matches!(*element, Type::String) && !empty && value.is_known() {
                return Some((
                    SET,
                    format!(
                        "{PREFIX} \"for_each\" supports maps and sets of strings, but you have provided a set containing type {element}."
                    ),
                ));
            }
            let null = value.values().any(Value::is_null);
            null.then(|| {
                let detail = format!("{PREFIX} \"for_each\" sets must not contain null values.");
                (SET, detail)
            })
        }
        ty => Some((
            SUMMARY,
            format!(
                "{PREFIX} the \"for_each\" argument must be a map, or set of strings, and you have provided a value of type {ty}."
            ),
        )),
    }
}
