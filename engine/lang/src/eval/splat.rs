//! `source.*.rest` and `source[*].rest`

use trueup_syntax::{Diagnostic, ast::Splat};
use trueup_value::{Kind, Type, Value};

use super::Evaluator;
use crate::scope::Scope;

impl Evaluator {
    pub(super) fn splat(&mut self, splat: &Splat, scope: &Scope<'_>) -> Value {
        let errors = self.errors;
        let source = self.eval(&splat.source, scope);
        if self.errors > errors {
            return Value::dynamic();
        }
        let (bare, marks) = source.unmarked();
        let kind = bare.kind();
        let sequence = matches!(kind, Kind::Tuple | Kind::List | Kind::Set);
        let result = match bare {
            Value::Null(_) => self.splat_of_null(splat, sequence, scope),
            _ if kind == Kind::Dynamic => Value::dynamic(),
            _ if !sequence => self.splat_of_single(splat, &source, scope),
            Value::Unknown(unknown) => self.splat_of_unknown(splat, bare, unknown.ty(), scope),
            _ => self.splat_of_known(splat, bare, scope),
        };
        result.with_marks(marks)
    }

    fn splat_of_null(&mut self, splat: &Splat, sequence: bool, scope: &Scope<'_>) -> Value {
        if !sequence {
            return Value::empty_tuple();
        }
        let detail = "Splat expressions (with the * symbol) cannot be applied to null sequences.";
        let source = &splat.source;
        let diagnostic = Diagnostic::error("Splat of null value", detail, source.span)
            .within(source.span.to(splat.marker));
        self.fail(diagnostic, source, scope);
        Value::dynamic()
    }

    /// A value that is no sequence is treated as a tuple of itself. While it
    /// is unknown and may be null, so is how many elements there are.
    fn splat_of_single(&mut self, splat: &Splat, source: &Value, scope: &Scope<'_>) -> Value {
        let may_vanish = !source.is_known() && !source.is_not_null();
        let tuple = Value::tuple(vec![source.clone()]);
        let result = self.splat_of_known(splat, &tuple, scope);
        if may_vanish { Value::dynamic() } else { result }
    }

    fn splat_of_unknown(
        &mut self,
        splat: &Splat,
        source: &Value,
        ty: &Type,
        scope: &Scope<'_>,
    ) -> Value {
        let result = Value::unknown(self.splat_type(splat, ty, scope))
            .refine()
            .not_null();
        let (fewest, most) = source.length_bounds();
        match ty {
            Type::Tuple(_) => result.finish(),
            _ => result.min_length(fewest).max_length(most).finish(),
        }
    }

    fn splat_of_known(&mut self, splat: &Splat, source: &Value, scope: &Scope<'_>) -> Value {
        let errors = self.errors;
        let mut items = Vec::with_capacity(source.length().unwrap_or(0));
        for item in source.values() {
            items.push(self.eval(&splat.each, &scope.at_item(item)));
        }
        if self.errors > errors {
            let ty = source.ty();
            let (ty, _) = self.aside(|evaluator| evaluator.splat_type(splat, &ty, scope));
            return Value::unknown(ty);
        }
        if let Value::Tuple(_) = source {
            return Value::tuple(items);
        }
        let element = match items.first() {
            Some(item) => item.ty(),
            None => self.each_type(splat, element_type(&source.ty()), scope),
        };
        list_of(element, items)
    }

    /// The type of the result for a source of type `ty`.
    fn splat_type(&mut self, splat: &Splat, ty: &Type, scope: &Scope<'_>) -> Type {
        match ty {
            Type::Tuple(elements) => {
                let each = |ty: &Type| self.each_type(splat, ty.clone(), scope);
                Type::tuple(elements.iter().map(each).collect::<Vec<_>>())
            }
            ty => Type::list(self.each_type(splat, element_type(ty), scope)),
        }
    }

    fn each_type(&mut self, splat: &Splat, element: Type, scope: &Scope<'_>) -> Type {
        let item = Value::unknown(element);
        self.eval(&splat.each, &scope.at_item(&item)).ty()
    }
}

/// A list of `items`, or a tuple if their types differ.
fn list_of(element: Type, items: Vec<Value>) -> Value {
    let differs = |item: &Value| !item.has_type(&element) && !item.is_type_dynamic();
    if items.iter().any(differs) {
        return Value::tuple(items);
    }
    Value::list(element, items)
}

fn element_type(ty: &Type) -> Type {
    ty.element().cloned().unwrap_or(Type::Dynamic)
}
