//! `for` expressions.

use std::collections::{BTreeMap, btree_map::Entry};

use trueup_syntax::{
    Diagnostic, Span,
    ast::{Expr, For, Ident},
};
use trueup_value::{Marks, Str, Type, Value, convert};

use super::Evaluator;
use crate::{redact::redacted, scope::Scope};

/// What a `for` iterates over.
pub(super) struct Loop<'a> {
    pub(super) key: Option<&'a Ident>,
    pub(super) value: &'a Ident,
    pub(super) collection: &'a Expr,
    pub(super) span: Span,
}

/// The items found so far.
struct Gathered {
    marks: Marks,
    /// False once a condition or a key is unknown or wrong: what follows is
    /// only looked through for more errors.
    known: bool,
}

const CONDITION: &str = "Invalid 'for' condition";
const KEY: &str = "Invalid object key";

impl Evaluator {
    pub(super) fn for_each(&mut self, expr: &Expr, each: &For, scope: &Scope<'_>) -> Value {
        let span = expr.span;
        let head = Loop {
            key: each.key.as_ref(),
            value: &each.value,
            collection: &each.collection,
            span,
        };
        let collection = match self.collection(&head, scope) {
            Ok(collection) => collection,
            Err(placeholder) => return placeholder,
        };
        let (bare, marks) = collection.unmarked();
        let Some(condition_marks) = self.check_condition(each, span, scope) else {
            return Value::dynamic();
        };
        if !bare.is_known() {
            return Value::dynamic().with_marks(marks | condition_marks);
        }
        let gathered = Gathered { marks, known: true };
        match &each.key_expr {
            Some(key) => self.for_object(each, key, &head, bare, gathered, scope),
            None => self.for_tuple(each, &head, bare, gathered, scope),
        }
    }

    /// What to iterate over, known or not; `Err` with the result if that
    /// cannot be iterated over.
    pub(super) fn collection(
        &mut self,
        head: &Loop<'_>,
        scope: &Scope<'_>,
    ) -> Result<Value, Value> {
        let value = self.eval(head.collection, scope);
        let ty = value.ty();
        let problem = if value.is_null() {
            (
                "Iteration over null value",
                "A null value cannot be used as the collection in a 'for' expression.".to_owned(),
            )
        } else if ty == Type::Dynamic {
            return Err(Value::dynamic());
        } else if ty.is_primitive() {
            (
                "Iteration over non-iterable value",
                format!(
                    "A value of type {ty} cannot be used as the collection in a 'for' expression."
                ),
            )
        } else {
            return Ok(value);
        };
        let diagnostic =
            Diagnostic::error(problem.0, problem.1, head.collection.span).within(head.span);
        self.fail(diagnostic, head.collection, scope);
        Err(Value::dynamic())
    }

    /// Evaluates the condition once with nothing known of the element, so
    /// that what is wrong with it in any case is said once. Returns its marks
    /// unless there is something wrong.
    fn check_condition(&mut self, each: &For, span: Span, scope: &Scope<'_>) -> Option<Marks> {
        let Some(condition) = &each.condition else {
            return Some(Marks::NONE);
        };
        let errors = self.errors;
        let nothing = (Value::dynamic(), Value::dynamic());
        let value = {
            let bound = bind(each.key.as_ref(), &each.value, nothing);
            self.eval(condition, &scope.child(&bound))
        };
        let problem = if value.is_null() {
            (
                "Condition is null",
                "The value of the 'if' clause must not be null.".to_owned(),
            )
        } else if let Err(error) = convert::convert(&value, &Type::Bool) {
            (
                CONDITION,
                format!("The 'if' clause value is invalid: {error}."),
            )
        } else {
            return (self.errors == errors).then(|| value.marks());
        };
        let diagnostic = Diagnostic::error(problem.0, problem.1, condition.span).within(span);
        self.fail(diagnostic, condition, scope);
        None
    }

    fn for_tuple(
        &mut self,
        each: &For,
        head: &Loop<'_>,
        collection: &Value,
        mut gathered: Gathered,
        scope: &Scope<'_>,
    ) -> Value {
        let mut items = Vec::with_capacity(collection.length().unwrap_or(0));
        for (key, value) in collection.elements() {
            let bound = bind(head.key, head.value, (key, value));
            let scope = scope.child(&bound);
            if self.includes(each, head.span, &mut gathered, &scope) {
                self.count_element(head.span, &scope);
                items.push(self.eval(&each.value_expr, &scope));
            }
        }
        if !gathered.known {
            return Value::dynamic().with_marks(gathered.marks);
        }
        Value::tuple(items).with_marks(gathered.marks)
    }

    fn for_object(
        &mut self,
        each: &For,
        key_expr: &Expr,
        head: &Loop<'_>,
        collection: &Value,
        mut gathered: Gathered,
        scope: &Scope<'_>,
    ) -> Value {
        let mut items: BTreeMap<Str, Vec<Value>> = BTreeMap::new();
        for (key, value) in collection.elements() {
            let bound = bind(head.key, head.value, (key, value));
            let scope = scope.child(&bound);
            if !self.includes(each, head.span, &mut gathered, &scope) {
                continue;
            }
            let Some(name) = self.item_key(key_expr, head.span, &mut gathered, &scope) else {
                gathered.known = false;
                continue;
            };
            self.count_element(head.span, &scope);
            let item = self.eval(&each.value_expr, &scope);
            match items.entry(name) {
                Entry::Vacant(entry) => {
                    entry.insert(vec![item]);
                }
                Entry::Occupied(mut entry) if each.group => entry.get_mut().push(item),
                Entry::Occupied(entry) => {
                    let diagnostic = duplicate(
                        redacted(entry.key(), gathered.marks),
                        key_expr.span,
                        head.span,
                    );
                    self.fail(diagnostic, key_expr, &scope);
                }
            }
        }
        if !gathered.known {
            return Value::dynamic().with_marks(gathered.marks);
        }
        let attributes = items.into_iter().map(|(name, mut values)| {
            let single = if each.group { None } else { values.pop() };
            (name, single.unwrap_or_else(|| Value::tuple(values)))
        });
        Value::object(attributes).with_marks(gathered.marks)
    }

    /// Whether the condition lets an element take part.
    fn includes(
        &mut self,
        each: &For,
        span: Span,
        gathered: &mut Gathered,
        scope: &Scope<'_>,
    ) -> bool {
        let Some(condition) = &each.condition else {
            return true;
        };
        let value = self.eval(condition, scope);
        if !value.is_null() {
            gathered.marks |= value.marks();
        }
        let problem = if value.is_null() {
            "The value of the 'if' clause must not be null.".to_owned()
        } else if each.key_expr.is_none() && !value.is_known() {
            gathered.known = false;
            return false;
        } else {
            match convert::convert(value.unmarked().0, &Type::Bool) {
                Ok(include) if include.is_known() => return include.as_bool() == Some(true),
                Ok(_) => {
                    gathered.known = false;
                    return false;
                }
                Err(error) => format!("The 'if' clause value is invalid: {error}."),
            }
        };
        if gathered.known {
            let diagnostic = Diagnostic::error(CONDITION, problem, condition.span).within(span);
            self.fail(diagnostic, condition, scope);
        }
        gathered.known = false;
        false
    }

    fn item_key(
        &mut self,
        key_expr: &Expr,
        span: Span,
        gathered: &mut Gathered,
        scope: &Scope<'_>,
    ) -> Option<Str> {
        let key = self.eval(key_expr, scope);
        let (bare, marks) = key.unmarked();
        let problem = if bare.is_null() {
            "Key expression in 'for' expression must not produce a null value.".to_owned()
        } else {
            gathered.marks |= marks;
            if !bare.is_known() {
                return None;
            }
            match convert::convert(bare, &Type::String) {
                Ok(key) => return key.as_str().map(Str::from),
                Err(error) => format!("The key expression produced an invalid result: {error}."),
            }
        };
        if gathered.known {
            let diagnostic = Diagnostic::error(KEY, problem, key_expr.span).within(span);
            self.fail(diagnostic, key_expr, scope);
        }
        None
    }
}

/// The names of an iteration with their values.
pub(super) fn bind(key: Option<&Ident>, value: &Ident, item: (Value, Value)) -> Vec<(Str, Value)> {
    let key = key.map(|key| (key.name.clone(), item.0));
    // The value comes first: where both have the same name, it counts.
    std::iter::once((value.name.clone(), item.1))
        .chain(key)
        .collect()
}

fn duplicate(key: String, subject: Span, context: Span) -> Diagnostic {
    let detail = format!(
        "Two different items produced the key {key} in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key."
    );
    Diagnostic::error("Duplicate object key", detail, subject).within(context)
}
