//! Type constraints: `list(object({ name = string, size = optional(number) }))`.

use std::sync::Arc;

use trueup_lang::{Scope, evaluate};
use trueup_syntax::{
    Diagnostic, Diagnostics, Span,
    ast::{Call, Expr, ExprKind, ObjectKey},
    suggest::nearest_name,
};
use trueup_value::{
    ObjectType, Str, Type, Value,
    convert::{self, Defaults},
};

use super::constant::keyword;

/// The words a type begins with.
const TYPES: [&str; 9] = [
    "any", "bool", "list", "map", "number", "object", "set", "string", "tuple",
];

/// A type with the default values of its optional attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeConstraint {
    /// The type values have after a conversion: nothing in it is optional.
    pub ty: Type,
    /// What values are converted to; attributes may be optional.
    pub constraint: Type,
    /// The default values of optional attributes.
    pub defaults: Option<Arc<Defaults>>,
}

impl TypeConstraint {
    /// Anything.
    pub fn any() -> Self {
        TypeConstraint::of(Type::Dynamic)
    }

    /// A type without optional attributes.
    pub fn of(ty: Type) -> Self {
        TypeConstraint {
            constraint: ty.clone(),
            ty,
            defaults: None,
        }
    }

    /// Fills in defaults and converts.
    ///
    /// # Errors
    /// Where the value does not conform.
    pub fn apply(&self, value: &Value) -> Result<Value, convert::ConvertError> {
        let filled = match &self.defaults {
            Some(defaults) if !value.is_null() => defaults.apply(value),
            _ => value.clone(),
        };
        convert::convert(&filled, &self.constraint)
    }
}

/// Reads a type constraint; texts and places of errors are HCL's.
pub fn decode_type(expr: &Expr) -> (TypeConstraint, Diagnostics) {
    let mut reader = Reader::default();
    let (constraint, defaults) = reader.read(expr, 0);
    let constraint = TypeConstraint {
        ty: constraint.without_optional(),
        constraint,
        defaults: defaults.map(Arc::new),
    };
    (constraint, reader.diagnostics)
}

#[derive(Default)]
struct Reader {
    diagnostics: Diagnostics,
}

type Read = (Type, Option<Defaults>);

const NOTHING: Read = (Type::Dynamic, None);
const SUMMARY: &str = "Invalid type specification";
const MAX_DEPTH: usize = 500;

impl Reader {
    fn fail(&mut self, detail: impl Into<String>, subject: Span, context: Span) -> Read {
        self.diagnostics
            .push(Diagnostic::error(SUMMARY, detail, subject).within(context));
        NOTHING
    }

    fn read(&mut self, expr: &Expr, depth: usize) -> Read {
        if depth > MAX_DEPTH {
            return self.fail("This type is nested too deeply.", expr.span, expr.span);
        }
        if let Some(name) = keyword(expr) {
            return self.read_keyword(&name, expr.span);
        }
        match expr.as_call() {
            Some(call) => self.read_call(&call, expr.span, depth),
            None => self.fail(
                "A type specification is either a primitive type keyword (bool, number, string) or a complex type constructor call, like list(string).",
                expr.span,
                expr.span,
            ),
        }
    }

    fn read_keyword(&mut self, name: &str, span: Span) -> Read {
        match name {
            "bool" => (Type::Bool, None),
            "string" => (Type::String, None),
            "number" => (Type::Number, None),
            "any" => NOTHING,
            "list" | "set" | "map" => self.fail(
                format!(
                    "The {name} type constructor requires one argument specifying the element type."
                ),
                span,
                span,
            ),
            "object" => self.fail(
                "The object type constructor requires one argument specifying the attribute types and values as a map.",
                span,
                span,
            ),
            "tuple" => self.fail(
                "The tuple type constructor requires one argument specifying the element types as a list.",
                span,
                span,
            ),
            "optional" => self.fail(
                "Keyword \"optional\" is valid only as a modifier for object type attributes.",
                span,
                span,
            ),
            _ => {
                let read = self.fail(
                    format!("The keyword \"{name}\" is not a valid type specification."),
                    span,
                    span,
                );
                if let (Some(near), Some(last)) = (nearest_name(name, TYPES), self.diagnostics.0.last_mut()) {
                    last.hints.push(format!("did you mean `{near}`?"));
                }
                read
            }
        }
    }

    fn read_call(&mut self, call: &Call, span: Span, depth: usize) -> Read {
        let name = call.name.name.as_str();
        match name {
            "bool" | "string" | "number" => self.fail(
                format!("Primitive type keyword \"{name}\" does not expect arguments."),
                arguments_span(call),
                span,
            ),
            "any" => self.fail(
                format!("Type constraint keyword \"{name}\" does not expect arguments."),
                arguments_span(call),
                span,
            ),
            "optional" => self.fail(
                "Keyword \"optional\" is valid only as a modifier for object type attributes.",
                call.name.span,
                span,
            ),
            "list" | "set" | "map" | "object" | "tuple" => match call.args.as_slice() {
                [argument] => self.read_constructor(name, argument, span, depth),
                args => self.wrong_arguments(name, call, args, span),
            },
            _ => self.fail(
                format!("Keyword \"{name}\" is not a valid type constructor."),
                span,
                span,
            ),
        }
    }

    fn wrong_arguments(&mut self, name: &str, call: &Call, args: &[Expr], span: Span) -> Read {
        let subject = match args {
            [_, second, ..] => {
                let last = args.last().map_or(second.span, |last| last.span);
                second.span.to(last)
            }
            _ => call.open.to(call.close),
        };
        let detail = match name {
            "object" => {
                "The object type constructor requires one argument specifying the attribute types and values as a map.".to_owned()
            }
            "tuple" => {
                "The tuple type constructor requires one argument specifying the element types as a list.".to_owned()
            }
            _ => format!(
                "The {name} type constructor requires one argument specifying the element type."
            ),
        };
        self.fail(detail, subject, span)
    }

    fn read_constructor(&mut self, name: &str, argument: &Expr, span: Span, depth: usize) -> Read {
        let collection: fn(Type) -> Type = match name {
            "list" => Type::list,
            "set" => Type::set,
            "map" => Type::map,
            "object" => return self.read_object(argument, span, depth),
            _ => return self.read_tuple(argument, span, depth),
        };
        let (element, defaults) = self.read(argument, depth + 1);
        let defaults = defaults.map(|defaults| Defaults {
            elements: Some(Box::new(defaults)),
            ..Defaults::default()
        });
        (collection(element), defaults)
    }

    fn read_tuple(&mut self, argument: &Expr, span: Span, depth: usize) -> Read {
        let ExprKind::Tuple(items) = &argument.kind else {
            return self.fail(
                "Tuple type constructor requires a list of element types.",
                argument.span,
                span,
            );
        };
        let mut defaults = Defaults::default();
        let mut types = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let (ty, inner) = self.read(item, depth + 1);
            types.push(ty);
            defaults.positions.extend(inner.map(|inner| (index, inner)));
        }
        (Type::tuple(types), some_defaults(defaults))
    }

    fn read_object(&mut self, argument: &Expr, span: Span, depth: usize) -> Read {
        let ExprKind::Object(items) = &argument.kind else {
            return self.fail(
                "Object type constructor requires a map whose keys are attribute names and whose values are the corresponding attribute types.",
                argument.span,
                span,
            );
        };
        let mut defaults = Defaults::default();
        let mut attributes = Vec::new();
        let mut optional = Vec::new();
        for (key, value) in items {
            let Some(name) = attribute_name(key) else {
                self.fail(
                    "Object constructor map keys must be attribute names.",
                    key.expr.span,
                    key.expr.span,
                );
                continue;
            };
            if attributes.iter().any(|(seen, _)| *seen == name) {
                self.fail(
                    "Object constructor map keys must be unique.",
                    key.expr.span,
                    argument.span,
                );
                continue;
            }
            let ty = self.read_attribute(&name, value, depth, &mut defaults, &mut optional);
            attributes.push((name, ty));
        }
        let object = ObjectType::new(attributes).with_optional(optional);
        (Type::Object(Arc::new(object)), some_defaults(defaults))
    }

    fn read_attribute(
        &mut self,
        name: &Str,
        value: &Expr,
        depth: usize,
        defaults: &mut Defaults,
        optional: &mut Vec<Str>,
    ) -> Type {
        let call = match &value.kind {
            ExprKind::Call(call) if call.name.name.as_str() == "optional" => call,
            _ => {
                let (ty, inner) = self.read(value, depth + 1);
                defaults
                    .attributes
                    .extend(inner.map(|inner| (name.clone(), inner)));
                return ty;
            }
        };
        let (argument, default) = match call.args.as_slice() {
            [] => {
                self.fail(
                    "Optional attribute modifier requires the attribute type as its argument.",
                    call.open.to(call.close),
                    value.span,
                );
                return Type::Dynamic;
            }
            [argument] => (argument, None),
            [argument, default] => (argument, Some(default)),
            _ => {
                self.fail(
                    "Optional attribute modifier expects at most two arguments: the attribute type, and a default value.",
                    call.open.to(call.close),
                    value.span,
                );
                return Type::Dynamic;
            }
        };
        let (ty, inner) = self.read(argument, depth + 1);
        optional.push(name.clone());
        if let Some(expr) = default {
            let default = self.default_value(expr, &ty);
            defaults.values.insert(name.clone(), default);
        }
        defaults
            .attributes
            .extend(inner.map(|inner| (name.clone(), inner)));
        ty
    }

    fn default_value(&mut self, expr: &Expr, ty: &Type) -> Value {
        let (value, diagnostics) = evaluate(expr, &Scope::empty());
        self.diagnostics.extend(diagnostics);
        match convert::convert(&value, ty) {
            Ok(value) => value,
            Err(error) => {
                self.diagnostics.push(Diagnostic::error(
                    "Invalid default value for optional attribute",
                    format!(
                        "This default value is not compatible with the attribute's type constraint: {error}."
                    ),
                    expr.span,
                ));
                Value::dynamic()
            }
        }
    }
}

fn some_defaults(defaults: Defaults) -> Option<Defaults> {
    (!defaults.is_empty()).then_some(defaults)
}

fn arguments_span(call: &Call) -> Span {
    call.open.to(call.close)
}

fn attribute_name(key: &ObjectKey) -> Option<Str> {
    match &key.expr.kind {
        ExprKind::Traversal(traversal) if traversal.steps.is_empty() => {
            Some(traversal.root.name.clone())
        }
        ExprKind::Literal(_) => keyword(&key.expr),
        ExprKind::JsonString(string) => Some(string.raw.clone()),
        _ => None,
    }
}
