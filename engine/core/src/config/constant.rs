//! Expressions that must be constant, or mere names.

use std::borrow::Cow;

use trueup_lang::{Scope, evaluate, start_span};
use trueup_syntax::{
    Diagnostic, Span,
    ast::{Expr, ExprKind, Step, StepKind, TemplatePart, Traversal},
    parse::{Snippet, parse_expression, parse_traversal},
};
use trueup_value::{Str, Type, Value, convert};

use super::Decoder;

impl Decoder<'_> {
    /// The value of an expression that may refer to nothing.
    pub(crate) fn constant(&mut self, expr: &Expr) -> Value {
        let (value, diagnostics) = evaluate(expr, &Scope::empty());
        self.diagnostics.extend(diagnostics);
        value
    }

    /// A constant of type bool; `None` after an error.
    pub(crate) fn constant_bool(&mut self, expr: &Expr) -> Option<bool> {
        self.constant_of(expr, &Type::Bool)?.as_bool()
    }

    /// A constant of type string; `None` after an error.
    pub(crate) fn constant_string(&mut self, expr: &Expr) -> Option<Str> {
        self.constant_of(expr, &Type::String)?
            .as_str()
            .map(Str::new)
    }

    fn constant_of(&mut self, expr: &Expr, ty: &Type) -> Option<Value> {
        let value = self.constant(expr);
        let reason = match convert::convert(&value, ty) {
            Ok(value) if value.is_null() => "null value is not allowed".to_owned(),
            Ok(value) if !value.is_known() => "value must be known".to_owned(),
            Ok(value) => return Some(value),
            Err(error) => error.to_string(),
        };
        self.diagnostics.push(
            Diagnostic::error(
                "Unsuitable value type",
                format!("Unsuitable value: {reason}"),
                start_span(expr),
            )
            .within(expr.span),
        );
        None
    }

    /// A traversal from a root name, or an error about `expr`.
    pub(crate) fn absolute_traversal(&mut self, expr: &Expr) -> Option<Traversal> {
        let found = as_traversal(expr);
        if found.is_none() {
            self.error(
                "Invalid expression",
                "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.",
                expr.span,
            );
        }
        found
    }

    /// A reference that old configurations write in quotes: they are taken
    /// off, with a warning if `warn` (the JSON syntax has no other way).
    pub(crate) fn unquoted(&mut self, expr: &Expr, warn: bool) -> Expr {
        let Some((text, span)) = quoted_text(expr) else {
            return expr.clone();
        };
        let snippet = Snippet {
            file: self.sources.file(span.file),
            text: &text,
            start: span.start,
        };
        let (traversal, diagnostics) = parse_traversal(snippet);
        self.diagnostics.extend(diagnostics);
        let Some(traversal) = traversal else {
            return expr.clone();
        };
        if warn {
            self.warning(
                "Quoted references are deprecated",
                "In this context, references are expected literally rather than in quotes. Terraform 0.11 and earlier required quotes, but quoted references are now deprecated and will be removed in a future version of Terraform. Remove the quotes surrounding this reference to silence this warning.",
                expr.span,
            );
        }
        Expr {
            kind: ExprKind::Traversal(traversal),
            span: expr.span,
        }
    }

    /// An expression that stands for itself; in the JSON syntax a string that
    /// holds it. `None` after an error.
    pub(crate) fn reference_in_json(&mut self, expr: &Expr) -> Option<Expr> {
        let file = self.sources.file(expr.span.file);
        if !file.name.ends_with(".json") {
            return Some(expr.clone());
        }
        let ExprKind::JsonString(string) = &expr.kind else {
            let detail = "A single reference string is required.";
            self.error("Invalid reference expression", detail, expr.span);
            return None;
        };
        let (parsed, diagnostics) = parse_expression(Snippet {
            file,
            text: &string.raw,
            start: expr.span.start,
        });
        let sound = !diagnostics.has_errors();
        self.diagnostics.extend(diagnostics);
        sound.then_some(parsed)
    }

    /// The items of a list written out, or an error about `expr`.
    pub(crate) fn list_items<'e>(&mut self, expr: &'e Expr) -> &'e [Expr] {
        match &expr.kind {
            ExprKind::Tuple(items) => items,
            _ => {
                self.error(
                    "Invalid expression",
                    "A static list expression is required.",
                    start_span(expr),
                );
                &[]
            }
        }
    }
}

/// The text of a plain string in native syntax, and where it starts.
pub(crate) fn quoted_text(expr: &Expr) -> Option<(Str, Span)> {
    let ExprKind::Template(template) = &expr.kind else {
        return None;
    };
    match template.parts.as_slice() {
        [TemplatePart::Literal(text, span)] => Some((text.clone(), *span)),
        _ => None,
    }
}

/// The single name an expression consists of, such as `all`.
pub(crate) fn keyword(expr: &Expr) -> Option<Str> {
    expr.as_keyword()
}

/// The traversal an expression consists of.
pub(crate) fn as_traversal(expr: &Expr) -> Option<Traversal> {
    expr.as_traversal().map(Cow::into_owned)
}

/// The steps of an expression that is a traversal relative to some object:
/// its root name is the first attribute.
pub(crate) fn relative_traversal(expr: &Expr) -> Option<Vec<Step>> {
    let traversal = as_traversal(expr)?;
    let root = Step {
        kind: StepKind::Attr(traversal.root.name),
        span: traversal.root.span,
    };
    Some(std::iter::once(root).chain(traversal.steps).collect())
}
