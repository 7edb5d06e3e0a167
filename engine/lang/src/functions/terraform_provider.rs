//! The functions of the provider `terraform.io/builtin/terraform`:
//! `encode_expr`, `encode_tfvars`, `decode_tfvars`.

use trueup_syntax::{SourceMap, fmt, parse::parse_file};
use trueup_value::{Type, Value, quote};

use super::arguments::text;
use crate::{
    Scope, evaluate,
    function::{Function, FunctionError, Functions, Param},
    templating::fail_on_error,
};

/// What the text of `decode_tfvars` is called in messages.
const TFVARS_NAME: &str = "<decode_tfvars argument>";

/// The functions of the builtin provider, by their own names: a configuration
/// calls them as `provider::NAME::encode_expr`, with its local name for it.
pub fn terraform_provider() -> Functions {
    let functions = [
        ("decode_tfvars", decode_tfvars()),
        ("encode_expr", encode_expr()),
        ("encode_tfvars", encode_tfvars()),
    ];
    functions.map(|(name, f)| (name.to_owned(), f)).into()
}

fn encoding(
    description: &'static str,
    body: fn(&Value) -> Result<String, FunctionError>,
) -> Function {
    let value = Param::new("value", Type::Dynamic).describe("The value to write.");
    Function::new(
        description,
        vec![value],
        Type::String,
        move |args| match args {
            [value] if value.is_wholly_known() => Ok(Value::string(body(value)?)),
            _ => Ok(Value::unknown(Type::String)),
        },
    )
}

fn encode_expr() -> Function {
    encoding(
        "Writes a value as an expression of the language.",
        |value| {
            let mut text = String::new();
            push_expr(&mut text, value);
            Ok(formatted(&text))
        },
    )
}

fn encode_tfvars() -> Function {
    encoding("Writes an object as the text of a tfvars file.", |value| {
        if !matches!(value, Value::Object(_) | Value::Map(_)) {
            return Err(FunctionError::new(
                "invalid value to encode: must be an object whose attribute names will become the encoded variable names",
            ));
        }
        let mut text = String::new();
        for (name, value) in value.elements() {
            let name = name.as_str().unwrap_or_default();
            if !is_identifier(name) {
                let name = quote(name);
                return Err(FunctionError::new(format!(
                    "invalid variable name {name}: must be a valid identifier, per Terraform's rules for input variable declarations"
                )));
            }
            text.push_str(name);
            text.push_str(" = ");
            push_expr(&mut text, &value);
            text.push('\n');
        }
        Ok(formatted(&text))
    })
}

fn formatted(text: &str) -> String {
    fmt::format_spaces(text)
}

fn is_identifier(name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(word)
}

/// A value as an expression of the language, not laid out yet. What is null,
/// unknown or marked is `null`.
pub fn expression_text(value: &Value) -> String {
    let mut text = String::new();
    push_expr(&mut text, value);
    text
}

fn push_expr(out: &mut String, value: &Value) {
    match value {
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_text()),
        Value::String(text) => push_string(out, text),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            out.push('[');
            for (index, element) in value.values().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                push_expr(out, element);
            }
            out.push(']');
        }
        Value::Map(_) | Value::Object(_) if value.length() == Some(0) => out.push_str("{}"),
        Value::Map(_) | Value::Object(_) => {
            out.push_str("{\n");
            for (name, element) in value.elements() {
                match name.as_str() {
                    Some(name) if is_identifier(name) => out.push_str(name),
                    name => push_string(out, name.unwrap_or_default()),
                }
                out.push_str(" = ");
                push_expr(out, &element);
                out.push('\n');
            }
            out.push('}');
        }
        Value::Null(_) | Value::Unknown(_) | Value::Marked(_) => out.push_str("null"),
    }
}

/// Text in quotes, nothing in it being a sequence.
fn push_string(out: &mut String, text: &str) {
    let escaped = quote(text).replace("${", "$${").replace("%{", "%%{");
    out.push_str(&escaped);
}

fn decode_tfvars() -> Function {
    let params = vec![Param::new("src", Type::String).describe("The text of a tfvars file.")];
    let result = |_: &[Value]| Ok(Type::Dynamic);
    let description = "Reads the text of a tfvars file into an object.";
    Function::typed(description, params, result, |args, _| {
        decode(text(args, 0)?)
    })
}

fn decode(text: &str) -> Result<Value, FunctionError> {
    let mut sources = SourceMap::default();
    let file = sources.add(TFVARS_NAME, text);
    let (body, diagnostics) = parse_file(sources.file(file));
    let because =
        |what: String| move |error: FunctionError| FunctionError::new(format!("{what}: {error}"));
    fail_on_error(&diagnostics, &sources).map_err(because("invalid tfvars syntax".to_owned()))?;
    if let Some(block) = body.blocks.first() {
        let place = sources.file(file).describe(block.kind.span);
        let kind = quote(&block.kind.name);
        return Err(FunctionError::new(format!(
            "invalid tfvars content: {place}: Unexpected {kind} block; Blocks are not allowed here."
        )));
    }
    let mut attributes = Vec::new();
    for attribute in &body.attributes {
        let (value, diagnostics) = evaluate(&attribute.expr, &Scope::empty());
        let name = &attribute.name.name;
        let what = format!("invalid expression for variable {}", quote(name));
        fail_on_error(&diagnostics, &sources).map_err(because(what))?;
        attributes.push((name.clone(), value));
    }
    Ok(Value::object(attributes))
}
