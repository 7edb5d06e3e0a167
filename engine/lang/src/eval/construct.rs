//! `[a, b]` and `{ key = value }`.

use trueup_syntax::{
    Diagnostic,
    ast::{Expr, ExprKind, ObjectKey},
};
use trueup_value::{Marks, Str, Type, Value, convert};

use super::Evaluator;
use crate::{references::key_name, scope::Scope};

impl Evaluator {
    pub(super) fn tuple(&mut self, items: &[Expr], scope: &Scope<'_>) -> Value {
        Value::tuple(items.iter().map(|item| self.eval(item, scope)).collect())
    }

    pub(super) fn object(&mut self, items: &[(ObjectKey, Expr)], scope: &Scope<'_>) -> Value {
        if let Some((ObjectKey { expr }, _)) = items.first()
            && matches!(expr.kind, ExprKind::JsonString(_))
        {
            return self.json_object(items, scope);
        }
        let mut marks = Marks::NONE;
        let mut attributes = Vec::with_capacity(items.len());
        let mut known = true;
        for (key, value) in items {
            let name = self.object_key(&key.expr, scope);
            let attribute = self.eval(value, scope);
            let name = name.and_then(|name| self.key_text(&key.expr, &name, value, scope));
            match name {
                Some((name, key_marks)) => {
                    marks |= key_marks;
                    attributes.push((name, attribute));
                }
                None => known = false,
            }
        }
        if !known {
            return Value::dynamic();
        }
        Value::object(attributes).with_marks(marks)
    }

    fn object_key(&mut self, key: &Expr, scope: &Scope<'_>) -> Option<Value> {
        if let Some(name) = key_name(key) {
            return Some(Value::String(name));
        }
        if matches!(key.kind, ExprKind::Traversal(_)) {
            self.push(ambiguous_key(key));
            return None;
        }
        let errors = self.errors;
        let value = self.eval(key, scope);
        (self.errors == errors).then_some(value)
    }

    /// The text of a key and its marks; `None` if it is wrong or not known.
    fn key_text(
        &mut self,
        key: &Expr,
        given: &Value,
        value: &Expr,
        scope: &Scope<'_>,
    ) -> Option<(Str, Marks)> {
        let (bare, marks) = given.unmarked();
        if bare.is_null() {
            let detail = "Can't use a null value as a key.";
            let diagnostic = Diagnostic::error("Null value as key", detail, value.span);
            self.fail(diagnostic, key, scope);
            return None;
        }
        match convert::convert(bare, &Type::String) {
            Ok(name) => Some((Str::from(name.as_str()?), marks)),
            Err(error) => {
                let detail = format!("Can't use this value as a key: {error}.");
                let diagnostic = Diagnostic::error("Incorrect key type", detail, key.span);
                self.fail(diagnostic, key, scope);
                None
            }
        }
    }
}

fn ambiguous_key(key: &Expr) -> Diagnostic {
    Diagnostic::error(
        "Ambiguous attribute key",
        "If this expression is intended to be a reference, wrap it in parentheses. If it's instead intended as a literal name containing periods, wrap it in quotes to create a string literal.",
        key.span,
    )
}
