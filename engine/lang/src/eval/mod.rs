//! Evaluation of expressions.
//!
//! Everything is evaluated and every error reported, as far as that makes
//! sense; where a value cannot be had, an unknown one takes its place so that
//! the rest can go on. The cost is that of the expression and of the values
//! it makes.

mod call;
mod conditional;
mod construct;
mod for_each;
mod json_object;
mod lookup;
mod operators;
mod splat;
mod template;
mod traversal;

use trueup_syntax::{
    Diagnostic, Diagnostics, Severity, Span,
    ast::{Expr, ExprKind},
};
use trueup_value::{Type, Value};

use crate::{
    notes::{Cause, notes},
    scope::Scope,
};

pub(crate) use traversal::traverse;
pub use traversal::{get_attr, index};

/// How deeply expressions may be nested: more than the parser ever allows.
/// The stack grows as needed, so that evaluation works on any thread; chains
/// of binary operators take none.
const MAX_DEPTH: usize = 4096;

/// How much stack must be left before a level is entered, and how much more
/// is taken if there is less.
const STACK: [usize; 2] = [128 * 1024, 1024 * 1024];

/// How many bytes of text cost as much as an element, and how many elements
/// that a function made.
const TEXT_PER_ELEMENT: usize = 64;
const MADE_PER_ELEMENT: usize = 4;

/// The value of `expr` in `scope`, and what is wrong with it.
///
/// With errors, the value is a placeholder: unknown, of the right type where
/// that is sure.
pub fn evaluate(expr: &Expr, scope: &Scope<'_>) -> (Value, Diagnostics) {
    let mut evaluator = Evaluator::default();
    let value = evaluator.eval(expr, scope);
    if let Some(span) = evaluator.spent.exhausted {
        // Said here, so that no `try` can hide it.
        evaluator.push(too_much(span));
        return (Value::dynamic(), Diagnostics(evaluator.diagnostics));
    }
    let makes = !matches!(expr.kind, ExprKind::Traversal(_) | ExprKind::Literal(_));
    if makes && !fits(&value, &mut { scope.limits().elements }) {
        evaluator.push(too_much(expr.span));
        return (Value::dynamic(), Diagnostics(evaluator.diagnostics));
    }
    (value, Diagnostics(evaluator.diagnostics))
}

/// Whether a value has no more than `left` elements, with those of its elements;
/// what is shared counts as often as it is there, as all that reads it will
/// find. Lists that hold each other twice double with every level.
fn fits(value: &Value, left: &mut usize) -> bool {
    let (value, _) = value.unmarked();
    value.values().all(|element| {
        *left = left.saturating_sub(1);
        *left > 0 && fits(element, left)
    })
}

/// Gathers diagnostics while an expression is evaluated.
#[derive(Default)]
struct Evaluator {
    diagnostics: Vec<Diagnostic>,
    errors: usize,
    depth: usize,
    spent: Spent,
}

/// What evaluation has cost so far.
#[derive(Clone, Copy, Default)]
struct Spent {
    steps: usize,
    elements: usize,
    /// Where a limit was reached; nothing is evaluated any more.
    exhausted: Option<Span>,
}

impl Evaluator {
    fn eval(&mut self, expr: &Expr, scope: &Scope<'_>) -> Value {
        if self.depth >= MAX_DEPTH {
            self.push(too_deep(expr.span));
            return Value::dynamic();
        }
        self.spent.steps += 1;
        if self.spent.exhausted.is_some() || self.spent.steps > scope.limits().steps {
            self.spent.exhausted.get_or_insert(expr.span);
            return Value::dynamic();
        }
        self.depth += 1;
        let value = stacker::maybe_grow(STACK[0], STACK[1], || self.eval_kind(expr, scope));
        self.depth -= 1;
        value
    }

    fn eval_kind(&mut self, expr: &Expr, scope: &Scope<'_>) -> Value {
        match &expr.kind {
            ExprKind::Literal(value) => value.clone(),
            ExprKind::Template(template) => self.template(template, expr.span, scope),
            ExprKind::TemplateWrap(inner) | ExprKind::Parens(inner) => self.eval(inner, scope),
            ExprKind::Traversal(traversal) => self.traversal(expr, traversal, scope),
            ExprKind::RelativeTraversal(source, steps) => self.relative(expr, source, steps, scope),
            ExprKind::Index(collection, key) => self.index(expr, collection, key, scope),
            ExprKind::Splat(splat) => self.splat(splat, scope),
            ExprKind::SplatItem => scope.item().cloned().unwrap_or_else(Value::dynamic),
            ExprKind::Call(call) => self.call(expr, call, scope),
            ExprKind::Unary(op, operand) => self.unary(expr, *op, operand, scope),
            ExprKind::Binary(..) => self.binary(expr, scope),
            ExprKind::Conditional(parts) => self.conditional(expr, parts, scope),
            ExprKind::Tuple(items) => self.tuple(items, scope),
            ExprKind::Object(items) => self.object(items, scope),
            ExprKind::For(each) => self.for_each(expr, each, scope),
            ExprKind::JsonString(string) => match &string.template {
                Some(template) => self.eval(template, scope),
                None => {
                    string
                        .errors
                        .0
                        .iter()
                        .cloned()
                        .for_each(|error| self.push(error));
                    Value::dynamic()
                }
            },
            ExprKind::Invalid => Value::dynamic(),
        }
    }

    /// Counts an element that a `for` makes.
    fn count_element(&mut self, place: Span, scope: &Scope<'_>) {
        self.spend(1, place, scope);
    }

    /// Counts what a function or template made: text, and elements that no
    /// other value has. They weigh less than those of a `for`, because many
    /// are dropped again at once.
    fn count_made(&mut self, value: &Value, place: Span, scope: &Scope<'_>) {
        let (bare, _) = value.unmarked();
        let weight = match bare {
            Value::String(text) => text.len() / TEXT_PER_ELEMENT,
            made if made.is_shared() => 0,
            made => {
                let text: usize = made.values().filter_map(Value::as_str).map(str::len).sum();
                made.length().unwrap_or(0) / MADE_PER_ELEMENT + text / TEXT_PER_ELEMENT
            }
        };
        self.spend(weight, place, scope);
    }

    fn spend(&mut self, elements: usize, place: Span, scope: &Scope<'_>) {
        self.spent.elements = self.spent.elements.saturating_add(elements);
        if self.spent.elements > scope.limits().elements {
            self.spent.exhausted.get_or_insert(place);
        }
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.severity == Severity::Error);
        self.diagnostics.push(diagnostic);
    }

    /// Reports an error found at `expr`, with the values it refers to.
    fn fail(&mut self, mut diagnostic: Diagnostic, expr: &Expr, scope: &Scope<'_>) {
        diagnostic.values = notes(expr, scope, Cause::default());
        self.push(diagnostic);
    }

    /// Evaluates with `run`, setting its diagnostics aside.
    fn aside<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> (T, Vec<Diagnostic>) {
        let start = self.diagnostics.len();
        let errors = self.errors;
        let result = run(self);
        self.errors = errors;
        (result, self.diagnostics.split_off(start))
    }

    fn report(&mut self, diagnostics: Vec<Diagnostic>) {
        for diagnostic in diagnostics {
            self.push(diagnostic);
        }
    }
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Expression nested too deeply",
        format!("Expressions may be nested at most {MAX_DEPTH} levels deep."),
        span,
    )
}

fn too_much(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Expression too expensive",
        "Evaluating this expression takes more steps, or makes more elements, than any configuration should need, so it was given up here.",
        span,
    )
    .hint("look for `for` expressions within `for` expressions over long lists")
}

/// Where `expr` begins, as pointed at for an argument that is wrong.
pub fn start_span(expr: &Expr) -> Span {
    let first = |span: Span| Span::new(span.file, span.start, (span.start + 1).min(span.end));
    match &expr.kind {
        ExprKind::Parens(inner) => start_span(inner),
        ExprKind::Conditional(parts) => start_span(&parts[0]),
        ExprKind::Binary(_, left, _) => start_span(left),
        ExprKind::Index(collection, _) => {
            let start = collection.span.end;
            Span::new(expr.span.file, start, (start + 1).min(expr.span.end))
        }
        ExprKind::Splat(splat) => splat.marker,
        ExprKind::Call(call) => call.name.span.to(call.open),
        ExprKind::For(each) => each.open,
        ExprKind::Unary(..) | ExprKind::Tuple(_) | ExprKind::Object(_) => first(expr.span),
        ExprKind::Template(template) => template::start_span(template, expr.span),
        _ => expr.span,
    }
}

/// A null of a type that is not known, as the keyword `null` is.
fn is_untyped_null(value: &Value) -> bool {
    matches!(value, Value::Null(Type::Dynamic))
}
