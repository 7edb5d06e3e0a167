//! Templates from elsewhere: `templatefile` and `templatestring`.

use std::sync::Arc;

use trueup_syntax::ast::{Expr, ExprKind, Template, TemplatePart};
use trueup_value::{Marks, Str, Type, Value, convert::convert, quote};

use super::{Named, filesystem};
use crate::{
    context::{Context, ParsedTemplate},
    function::{Expressions, Function, FunctionError, Param},
    templating::in_one_line,
};

/// What a template in a string is called in messages.
const STRING_NAME: &str = "<templatestring argument>";

pub(super) fn functions(context: &Context) -> Vec<Named> {
    vec![
        ("templatefile", templatefile(context)),
        ("templatestring", templatestring(context)),
    ]
}

fn vars() -> Param {
    Param::new("vars", Type::Dynamic).describe("What the template may refer to, by name.")
}

fn templatefile(context: &Context) -> Function {
    let file = filesystem::file_of(context);
    let templates = Arc::clone(&context.templates);
    let path = Param::new("path", Type::String).describe("The path of the template.");
    let description = "Reads a file and renders it as a template.";
    // Only rendering tells the type of the result.
    let result = |_: &[Value]| Ok(Type::Dynamic);
    Function::typed(
        description,
        vec![path.markable(), vars()],
        result,
        move |args, _| {
            let [path, vars] = args else {
                return Err(FunctionError::new("a path and variables are required"));
            };
            let (text, marks) = take(file.call(std::slice::from_ref(path))?);
            let name = path.unmarked().0.as_str().unwrap_or_default();
            let template = templates.parse(name, text.as_str().unwrap_or_default())?;
            Ok(render(&*template, vars)?.with_marks(marks))
        },
    )
}

/// A value without its own marks, and these.
fn take(value: Value) -> (Value, Marks) {
    let (inner, marks) = value.unmarked();
    (inner.clone(), marks)
}

/// Renders with the attributes or elements of `vars` as variables.
fn render(template: &dyn ParsedTemplate, vars: &Value) -> Result<Value, FunctionError> {
    let blame = |message: String| FunctionError::argument(1, message);
    if !matches!(vars, Value::Map(_) | Value::Object(_)) {
        return Err(blame("invalid vars value: must be a map".to_owned()));
    }
    let mut variables: Vec<(Str, Value)> = Vec::new();
    for (name, value) in vars.elements() {
        let Value::String(name) = name else {
            continue;
        };
        if !is_variable_name(&name) {
            let name = quote(&name);
            return Err(blame(format!(
                "invalid template variable name {name}: must start with a letter, followed by zero or more letters, digits, and underscores"
            )));
        }
        variables.push((name, value));
    }
    for (root, place) in template.roots() {
        if vars.get(&root).is_none() {
            let root = quote(&root);
            return Err(blame(format!(
                "vars map does not contain key {root}, referenced at {place}"
            )));
        }
    }
    template.render(&variables)
}

fn is_variable_name(name: &str) -> bool {
    let mut chars = name.chars();
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_') && chars.all(word)
}

fn templatestring(context: &Context) -> Function {
    let templates = Arc::clone(&context.templates);
    let template = Param::new("template", Type::String)
        .describe("A reference to the string that is the template.");
    let description = "Renders a string from elsewhere as a template.";
    Function::lazy(description, vec![template, vars().eager()], move |args| {
        let (vars, mut marks) = take(args.evaluate(1).0);
        if vars.is_null() {
            return Err(FunctionError::argument(1, "argument must not be null"));
        }
        if !vars.is_known() {
            return Ok(not_yet(&vars, marks));
        }
        match args.expression(0) {
            Some(expr) => refuse_literal(expr)?,
            None => {
                let message = format!("invalid template expression: {REFERENCE}");
                return Err(FunctionError::argument(0, message));
            }
        }
        let (template, of_template) = take(found_template(args)?);
        marks |= of_template;
        if !template.is_known() {
            return Ok(Value::unknown(Type::String)
                .refine_not_null()
                .with_marks(marks));
        }
        let Value::String(template) = template else {
            let message = "invalid template value: a string is required";
            return Err(FunctionError::argument(0, message));
        };
        let parsed = templates
            .parse(STRING_NAME, &template)
            .map_err(|error| FunctionError::argument(0, format!("invalid template: {error}")))?;
        let rendered = render(&*parsed, &vars)?;
        let text = convert(&rendered, &Type::String)
            .map_err(|error| FunctionError::new(format!("invalid template result: {error}")))?;
        Ok(text.with_marks(marks))
    })
    .returning(Type::String)
}

/// What cannot be rendered before `awaited` is known.
fn not_yet(awaited: &Value, marks: Marks) -> Value {
    let unknown = match awaited.ty() {
        Type::Dynamic => Value::dynamic(),
        _ => Value::unknown(Type::String).refine_not_null(),
    };
    unknown.with_marks(marks)
}

/// Refuses a template that is written right here, which is a mistake: its
/// sequences have been replaced before the function sees them.
fn refuse_literal(expr: &Expr) -> Result<(), FunctionError> {
    let problem = match &expr.kind {
        ExprKind::TemplateWrap(_) => WRAPPED,
        ExprKind::Literal(Value::String(_)) => LITERAL,
        ExprKind::Template(template) if !is_literal(template) => INLINE,
        ExprKind::Template(_) => LITERAL,
        _ if is_reference(expr) => return Ok(()),
        _ => REFERENCE,
    };
    let message = format!("invalid template expression: {problem}");
    Err(FunctionError::argument(0, message))
}

fn is_literal(template: &Template) -> bool {
    let mut parts = template.parts.iter();
    parts.all(|part| matches!(part, TemplatePart::Literal(..)))
}

fn is_reference(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Traversal(_) => true,
        ExprKind::RelativeTraversal(source, _) | ExprKind::Index(source, _) => is_reference(source),
        ExprKind::Splat(splat) => is_reference(&splat.source),
        _ => false,
    }
}

const REFERENCE: &str = "must be a direct reference to a single string from elsewhere, containing valid Terraform template syntax";
const LITERAL: &str = "templatestring is only for rendering templates retrieved dynamically from elsewhere, and so does not support providing a literal template; consider using a template string expression instead";
const INLINE: &str = "templatestring is only for rendering templates retrieved dynamically from elsewhere; to render an inline template, consider using a plain template string expression";
const WRAPPED: &str = "templatestring is only for rendering templates retrieved dynamically from elsewhere; to treat the inner expression as template syntax, write the reference expression directly without any template interpolation syntax";

/// The first argument of `templatestring`.
fn found_template(args: &dyn Expressions) -> Result<Value, FunctionError> {
    let (value, diagnostics) = args.evaluate(0);
    if !diagnostics.has_errors() {
        return Ok(value);
    }
    let problem = in_one_line(&diagnostics, |span| args.locate(span));
    let message = format!("invalid template expression: {problem}");
    Err(FunctionError::argument(0, message))
}
