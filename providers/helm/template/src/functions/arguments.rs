//! What bodies of functions do with arguments that the engine has checked.

use std::borrow::Cow;

use crate::limits::MAX_BYTES;
use crate::print::sprint;
use crate::{
    Call, Error, ErrorKind, Function, Functions, Kind, Limits, Map, Signature, Str, Type, Value,
};

pub(super) type Result<T = Value> = std::result::Result<T, Error>;

/// Arguments by position.
#[derive(Clone, Copy)]
pub(super) struct Args<'a>(pub(super) &'a [Value]);

impl<'a> Args<'a> {
    /// The argument, or nil.
    pub(super) fn value(self, index: usize) -> Value {
        self.0.get(index).cloned().unwrap_or(Value::NIL)
    }

    pub(super) fn rest(self, from: usize) -> &'a [Value] {
        self.0.get(from..).unwrap_or_default()
    }

    pub(super) fn str(self, index: usize) -> Str {
        self.0
            .get(index)
            .and_then(Value::as_string)
            .cloned()
            .unwrap_or_default()
    }

    pub(super) fn text(self, index: usize) -> Cow<'a, str> {
        self.0
            .get(index)
            .and_then(Value::as_string)
            .map_or(Cow::Borrowed(""), Str::to_str)
    }

    pub(super) fn int(self, index: usize) -> i64 {
        let int = self.0.get(index).and_then(Value::as_int).unwrap_or(0);
        i64::try_from(int).unwrap_or(0)
    }

    pub(super) fn bool(self, index: usize) -> bool {
        self.0.get(index).and_then(Value::as_bool).unwrap_or(false)
    }

    pub(super) fn map(self, index: usize) -> Map {
        self.0
            .get(index)
            .and_then(Value::as_map)
            .cloned()
            .unwrap_or_else(|| Map::nil(Type::MAP))
    }
}

/// A row in the table of a family: how functions are called, and what they do.
pub(super) struct Row {
    /// One function may have several names.
    names: &'static [&'static str],
    signature: Signature,
    body: fn(Args<'_>) -> Result,
}

/// Functions with these parameters.
pub(super) const fn fixed(
    names: &'static [&'static str],
    params: &'static [Type],
    body: fn(Args<'_>) -> Result,
) -> Row {
    Row {
        names,
        signature: Signature::fixed(params),
        body,
    }
}

/// Functions with these parameters and any number of further ones of type `rest`.
pub(super) const fn variadic(
    names: &'static [&'static str],
    params: &'static [Type],
    rest: Type,
    body: fn(Args<'_>) -> Result,
) -> Row {
    Row {
        names,
        signature: Signature::variadic(params, rest),
        body,
    }
}

/// Adds the functions of a table. They can't ask the engine for anything.
pub(super) fn put_all(functions: &mut Functions, table: &[Row]) {
    for row in table {
        let body = row.body;
        for name in row.names {
            let body = move |_: &mut Call<'_>, args: &[Value]| body(Args(args));
            functions.insert(name, Function::new(row.signature, body));
        }
    }
}

/// Adds a function that can't ask the engine for anything.
pub(super) fn put(
    functions: &mut Functions,
    name: &'static str,
    params: &'static [Type],
    body: impl Fn(Args<'_>) -> Result + Send + Sync + 'static,
) {
    let body = move |_: &mut Call<'_>, args: &[Value]| body(Args(args));
    functions.insert(name, Function::new(Signature::fixed(params), body));
}

/// The same with any number of further arguments of type `rest`.
pub(super) fn put_variadic(
    functions: &mut Functions,
    name: &'static str,
    params: &'static [Type],
    rest: Type,
    body: impl Fn(Args<'_>) -> Result + Send + Sync + 'static,
) {
    let body = move |_: &mut Call<'_>, args: &[Value]| body(Args(args));
    functions.insert(name, Function::new(Signature::variadic(params, rest), body));
}

/// A function from text to text.
pub(super) fn put_text(functions: &mut Functions, name: &'static str, body: fn(&str) -> String) {
    put(functions, name, &[Type::String], move |args| {
        Ok(body(&args.text(0)).into())
    });
}

pub(super) fn fail<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::new(message))
}

/// Refuses results longer than one string may be.
pub(super) fn check_size(bytes: usize) -> Result<()> {
    if bytes > MAX_BYTES {
        return Err(Error::of(
            ErrorKind::Limit,
            format!("result is longer than {MAX_BYTES} bytes"),
        ));
    }
    Ok(())
}

/// Refuses lists with more elements than texts may have bytes, at their size.
pub(super) fn check_count(elements: usize) -> Result<()> {
    check_size(elements.saturating_mul(size_of::<Value>()))
}

/// Bytes left for a copy of a value. Values share their parts and copies don't: a list of itself
/// twice, forty times over, is small, and its copy would not be.
pub(super) struct Budget {
    left: usize,
    limit: usize,
}

impl Budget {
    /// As much as a run with `limits` may print.
    pub(super) fn new(limits: &Limits) -> Self {
        Budget {
            left: limits.output,
            limit: limits.output,
        }
    }

    pub(super) fn spend(&mut self, bytes: usize) -> Result<()> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| {
            let message = format!("value is larger than {} bytes", self.limit);
            Error::of(ErrorKind::Limit, message)
        })?;
        Ok(())
    }
}

/// Sprig's `strval`: `%v`, but the bytes of a `[]byte` as they are.
pub(super) fn strval(value: &Value) -> Result<Str> {
    match value.kind() {
        Kind::String(text) => Ok(text.clone()),
        Kind::List(list) if list.ty() == Type::BYTES => {
            Ok(Str::from_bytes(&list.as_bytes().unwrap_or_default()))
        }
        _ => sprint(std::slice::from_ref(value)),
    }
}

/// The kind as Go's `reflect` names it.
pub(super) fn kind_name(value: &Value) -> &'static str {
    value.ty().map_or("invalid", Type::kind_name)
}
