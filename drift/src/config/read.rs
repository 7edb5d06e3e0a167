//! Arguments read as what they should be, with their places.

use std::{fmt::Display, ops::RangeInclusive, path::Path};

use jiff::SignedDuration;
use trueup_lang::{Scope, evaluate};
use trueup_syntax::{
    Diagnostic, Diagnostics, Span,
    ast::{Expr, ExprKind},
    body::Content,
};
use trueup_value::{Type, Value, convert, quote};

use super::{Surroundings, duration};

/// Reads arguments and gathers what is wrong with them.
pub(super) struct Reader<'a> {
    pub(super) diagnostics: Diagnostics,
    /// How many of the errors are about one stack only.
    pub(super) in_stacks: usize,
    /// Where relative paths start.
    pub(super) base: &'a Path,
    pub(super) around: Surroundings<'a>,
}

/// A value and where it is written.
#[derive(Clone, Debug)]
pub(super) struct Given<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

impl<'a> Reader<'a> {
    pub(super) fn new(base: &'a Path, around: Surroundings<'a>) -> Self {
        Reader {
            diagnostics: Diagnostics::default(),
            in_stacks: 0,
            base,
            around,
        }
    }

    /// What `read` makes of a part of the file, and how many errors that has. What has
    /// been said already is not said again.
    pub(super) fn part<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> (T, usize) {
        let said = std::mem::take(&mut self.diagnostics);
        let part = read(self);
        let found = std::mem::replace(&mut self.diagnostics, said);
        let new = found.0.into_iter();
        let new = new.filter(|one| !self.diagnostics.0.contains(one));
        let new = Diagnostics(new.collect());
        let errors = super::errors(&new);
        self.diagnostics.extend(new);
        (part, errors)
    }

    /// Something is wrong at `place`.
    pub(super) fn wrong(&mut self, summary: &str, detail: impl Into<String>, place: Span) {
        self.diagnostics
            .push(Diagnostic::error(summary, detail, place));
    }

    /// Something is worth a look at `place`.
    pub(super) fn doubtful(&mut self, summary: &str, detail: impl Into<String>, place: Span) {
        self.diagnostics
            .push(Diagnostic::warning(summary, detail, place));
    }

    /// An argument of a type; nothing if it is not there, null or wrong.
    pub(super) fn value(
        &mut self,
        content: &Content,
        name: &str,
        ty: &Type,
    ) -> Option<Given<Value>> {
        let attribute = content.attribute(name)?;
        let span = attribute.expr.span;
        let value = self.evaluated(&attribute.expr, name, ty)?;
        Some(Given { value, span })
    }

    fn evaluated(&mut self, expr: &Expr, name: &str, ty: &Type) -> Option<Value> {
        let (value, found) = evaluate(expr, &Scope::empty());
        let failed = found.has_errors();
        self.diagnostics.extend(found);
        if failed {
            return None;
        }
        match convert::convert(&value, ty) {
            Ok(value) if value.is_null() => None,
            Ok(value) => Some(value),
            Err(error) => {
                let detail = format!(
                    "Inappropriate value for attribute {}: {error}.",
                    quote(name)
                );
                self.wrong("Incorrect attribute value type", detail, expr.span);
                None
            }
        }
    }

    /// A text.
    pub(super) fn text(&mut self, content: &Content, name: &str) -> Option<Given<String>> {
        let given = self.value(content, name, &Type::String)?;
        Some(Given {
            value: given.value.as_str()?.to_owned(),
            span: given.span,
        })
    }

    /// A switch.
    pub(super) fn switch(&mut self, content: &Content, name: &str) -> Option<bool> {
        self.value(content, name, &Type::Bool)?.value.as_bool()
    }

    /// A whole number within bounds.
    pub(super) fn count(
        &mut self,
        content: &Content,
        name: &str,
        bounds: RangeInclusive<usize>,
    ) -> Option<Given<usize>> {
        let given = self.value(content, name, &Type::Number)?;
        let number = given.value.as_number().and_then(|number| number.to_usize());
        match number.filter(|number| bounds.contains(number)) {
            Some(value) => Some(Given {
                value,
                span: given.span,
            }),
            None => {
                let (least, most) = (bounds.start(), bounds.end());
                let expected = format!("a whole number from {least} to {most}");
                self.expected(name, &expected, given.span);
                None
            }
        }
    }

    /// A length of time.
    pub(super) fn duration(
        &mut self,
        content: &Content,
        name: &str,
    ) -> Option<Given<SignedDuration>> {
        let given = self.text(content, name)?;
        match duration::parse(&given.value) {
            Some(value) => Some(Given {
                value,
                span: given.span,
            }),
            None => {
                self.expected(
                    name,
                    "a length of time such as \"90s\", \"5m\" or \"1h30m\"",
                    given.span,
                );
                None
            }
        }
    }

    /// A list of texts, each with its place.
    pub(super) fn texts(&mut self, content: &Content, name: &str) -> Option<Vec<Given<String>>> {
        let attribute = content.attribute(name)?;
        let ExprKind::Tuple(elements) = &attribute.expr.kind else {
            let list = self.value(content, name, &Type::list(Type::String))?;
            let values = list.value.values();
            let texts = values.filter_map(|value| value.as_str().map(str::to_owned));
            let given = texts.map(|value| Given {
                value,
                span: list.span,
            });
            return Some(given.collect());
        };
        let given = elements.iter().filter_map(|element| {
            let value = self.evaluated(element, name, &Type::String)?;
            Some(Given {
                value: value.as_str()?.to_owned(),
                span: element.span,
            })
        });
        Some(given.collect())
    }

    fn expected(&mut self, name: &str, expected: impl Display, place: Span) {
        let detail = format!(
            "Inappropriate value for attribute {}: expected {expected}.",
            quote(name)
        );
        self.wrong("Incorrect attribute value", detail, place);
    }
}
