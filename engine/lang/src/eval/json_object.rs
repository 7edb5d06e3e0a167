//! Objects of the JSON syntax: keys are templates, and no two may be equal.

use std::collections::HashMap;

use trueup_syntax::{
    Diagnostic, Span,
    ast::{Expr, ObjectKey},
};
use trueup_value::{Marks, Str, Type, Value, convert};

use super::Evaluator;
use crate::{redact::redacted, scope::Scope};

impl Evaluator {
    pub(super) fn json_object(&mut self, items: &[(ObjectKey, Expr)], scope: &Scope<'_>) -> Value {
        let mut marks = Marks::NONE;
        let mut attributes = Vec::with_capacity(items.len());
        let mut places: HashMap<Str, Span> = HashMap::with_capacity(items.len());
        let mut known = true;
        for (ObjectKey { expr: key }, value) in items {
            let name = self.eval(key, scope);
            let attribute = self.eval(value, scope);
            let Some(name) = self.json_key(&name, key, value, scope) else {
                continue;
            };
            let Value::String(text) = name.unmarked().0 else {
                known = false;
                continue;
            };
            if let Some(place) = places.get(text) {
                let detail = format!(
                    "An attribute named {} was already defined at {}.",
                    redacted(text, name.marks()),
                    scope.locate(*place)
                );
                self.push(Diagnostic::error(
                    "Duplicate object attribute",
                    detail,
                    key.span,
                ));
                continue;
            }
            places.insert(text.clone(), key.span);
            marks |= name.marks();
            attributes.push((text.clone(), attribute));
        }
        if !known {
            return Value::dynamic();
        }
        Value::object(attributes).with_marks(marks)
    }

    /// A key as text, known or not; `None` if it cannot be one.
    fn json_key(
        &mut self,
        name: &Value,
        key: &Expr,
        value: &Expr,
        scope: &Scope<'_>,
    ) -> Option<Value> {
        let detail = match convert::convert(name, &Type::String) {
            Ok(name) if !name.is_null() => return Some(name),
            Ok(_) => "Cannot use null value as an object key.".to_owned(),
            Err(error) => format!("Cannot use this expression as an object key: {error}."),
        };
        let diagnostic = Diagnostic::error("Invalid object key expression", detail, key.span);
        self.fail(diagnostic, value, scope);
        None
    }
}
