//! `format` and `formatlist`.

mod number;
mod verb;

use trueup_value::{Type, Value};

use super::{Named, arguments::text, bound};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![("format", format()), ("formatlist", formatlist())]
}

fn params() -> Vec<Param> {
    let description = "The result, with verbs such as `%s` where arguments go.";
    vec![Param::new("format", Type::String).describe(description)]
}

/// What the verbs stand for. A null or unknown value of unknown type is
/// treated like any other, which Terraform does from 1.12 on.
fn values(description: &'static str) -> Param {
    Param::new("args", Type::Dynamic)
        .describe(description)
        .nullable()
        .unknowable()
        .dynamic()
}

fn format() -> Function {
    let description = "Builds a string from a format with verbs and the values they stand for.";
    Function::new(description, params(), Type::String, |args| {
        let format = text(args, 0)?;
        let values = args.get(1..).unwrap_or_default();
        if !values.iter().all(Value::is_wholly_known) {
            return Ok(unknown(format));
        }
        verb::expand(format, values).map(Value::string)
    })
    .variadic(values("The values, in the order of the verbs."))
}

/// The result for values that are not known yet: what stands before the first
/// verb is.
fn unknown(format: &str) -> Value {
    let prefix = format.split('%').next().unwrap_or("");
    if prefix.is_empty() || prefix.len() == format.len() {
        return Value::unknown(Type::String);
    }
    let unknown = Value::unknown(Type::String).refine();
    unknown.prefix(prefix).finish()
}

fn formatlist() -> Function {
    let description = "Builds a list of strings from a format and lists of values.";
    let ty = Type::list(Type::String);
    Function::new(description, params(), ty, |args| {
        let format = text(args, 0)?;
        let values = args.get(1..).unwrap_or_default();
        let Some(rows) = rows(values)? else {
            return Ok(Value::unknown(Type::list(Type::String)));
        };
        let mut formatted = Vec::with_capacity(rows);
        let mut length = 0_usize;
        for row in 0..rows {
            let text = format_row(format, values, row)?;
            length = length.saturating_add(text.as_str().map_or(0, str::len));
            bound::check(length)?;
            formatted.push(text);
        }
        Ok(Value::list(Type::String, formatted))
    })
    .variadic(values(
        "The values; of lists, each element in turn, of other values the same each time.",
    ))
}

/// How often the format is used; `None` if that is not known yet.
fn rows(values: &[Value]) -> Result<Option<usize>, FunctionError> {
    let mut rows: Option<(usize, usize)> = None;
    let mut unknown = false;
    for (index, value) in values.iter().enumerate() {
        let length = match value {
            Value::Unknown(u) => {
                unknown |=
                    !u.ty().is_primitive() && !matches!(u.ty(), Type::Map(_) | Type::Object(_));
                match u.ty() {
                    Type::Tuple(types) => types.len(),
                    _ => continue,
                }
            }
            Value::Null(_) => continue,
            // Unknown elements may turn out to be equal to others.
            Value::Set(set) if set.elements().len() > 1 && !value.is_wholly_known() => {
                unknown = true;
                continue;
            }
            Value::List(_) | Value::Set(_) | Value::Tuple(_) => value.length().unwrap_or(0),
            _ => continue,
        };
        match rows {
            None => rows = Some((length, index)),
            Some((first, _)) if first == length => {}
            Some((first, chooser)) => {
                let message = format!(
                    "argument {} has length {length}, which is inconsistent with argument {} of length {first}",
                    index + 1,
                    chooser + 1
                );
                return Err(FunctionError::argument(index + 1, message));
            }
        }
    }
    Ok((!unknown).then_some(rows.map_or(1, |(length, _)| length)))
}

fn format_row(format: &str, values: &[Value], row: usize) -> Result<Value, FunctionError> {
    let cell = |value: &Value| match value {
        Value::List(list) => list.elements().get(row).cloned(),
        Value::Set(set) => set.elements().get(row).cloned(),
        Value::Tuple(tuple) => tuple.elements().get(row).cloned(),
        other => Some(other.clone()),
    };
    let cells: Vec<Value> = values.iter().filter_map(cell).collect();
    if !cells.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown(Type::String).refine_not_null());
    }
    let formatted = verb::expand(format, &cells).map(Value::string);
    // Without arguments it is `format`, and its errors are those of `format`.
    if values.is_empty() {
        return formatted;
    }
    formatted
        .map_err(|error| FunctionError::new(format!("error on format iteration {row}: {error}")))
}
