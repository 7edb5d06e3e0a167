//! Templates within templates.

use super::arguments::{Args, Result};
use crate::strconv::quote;
use crate::{Call, Error, ErrorKind, Function, Functions, Signature, Type, Value};

/// How often one template may be including itself.
const MAX_INCLUDES: usize = 1000;
/// How deep texts may run texts; Helm dies of a full stack instead.
const MAX_TEXTS: usize = 1000;
/// The counter of those: no template has such a name.
const TEXTS: &str = "\0tpl";

pub(super) fn add(functions: &mut Functions) {
    const SIGNATURE: Signature = Signature::fixed(&[Type::String, Type::Any]);
    functions.insert("include", Function::new(SIGNATURE, include).flow_aware());
    functions.insert("tpl", Function::new(SIGNATURE, tpl).flow_aware());
}

fn include(call: &mut Call<'_>, args: &[Value]) -> Result {
    let args = Args(args);
    let name = args.text(0);
    let depth = call.depth_of(&name);
    if *depth > MAX_INCLUDES {
        return Err(Error::caused(
            format!(
                "rendering template has a nested reference name: {name}: unable to execute template"
            ),
            Error::new("unable to execute template"),
        ));
    }
    *depth += 1;
    let result = call.execute(&name, &args.value(1));
    *call.depth_of(&name) -= 1;
    result
}

fn tpl(call: &mut Call<'_>, args: &[Value]) -> Result {
    let args = Args(args);
    let text = args.str(0);
    let is_plain = !text.to_str().contains("{{");
    if is_plain && call.is_traced() {
        return Ok(args.value(0).without("<no value>"));
    }
    let depth = call.depth_of(TEXTS);
    if *depth >= MAX_TEXTS {
        let message = format!("exceeded maximum nesting of tpl ({MAX_TEXTS})");
        return Err(Error::of(ErrorKind::Limit, message));
    }
    *depth += 1;
    let result = call.execute_text(&text, &args.value(1));
    *call.depth_of(TEXTS) -= 1;
    match result {
        Ok(value) => {
            let value = value.without("<no value>");
            Ok(if call.is_traced() {
                value.with_labels(&args.value(0).deep_labels())
            } else {
                value
            })
        }
        Err(error) if error.kind() == ErrorKind::Limit => Err(error),
        Err(error) => {
            let quoted = quote(text.as_bytes());
            let context = match error.kind() {
                ErrorKind::Parse => format!("cannot parse template {quoted}: {error}"),
                _ => format!("error during tpl function execution for {quoted}: {error}"),
            };
            Err(Error::caused(context, error))
        }
    }
}
