//! The functions that text/template itself has.

use super::{cell::Cell, compare, escape, renderer::Renderer, trace};
use crate::function::Flowing;
use crate::{
    Error,
    function::{Call, Signature},
    print::{Printed, Printer},
    value::{Kind, List, Str, Type, Value},
};

/// A built-in function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    And,
    Call,
    Eq,
    Ge,
    Gt,
    Html,
    Index,
    Js,
    Le,
    Len,
    Lt,
    Ne,
    Not,
    Or,
    Print,
    Printf,
    Println,
    Slice,
    UrlQuery,
}

/// Whether text/template has a function of this name.
pub(crate) fn is_builtin(name: &str) -> bool {
    Builtin::named(name).is_some()
}

impl Builtin {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "and" => Builtin::And,
            "call" => Builtin::Call,
            "eq" => Builtin::Eq,
            "ge" => Builtin::Ge,
            "gt" => Builtin::Gt,
            "html" => Builtin::Html,
            "index" => Builtin::Index,
            "js" => Builtin::Js,
            "le" => Builtin::Le,
            "len" => Builtin::Len,
            "lt" => Builtin::Lt,
            "ne" => Builtin::Ne,
            "not" => Builtin::Not,
            "or" => Builtin::Or,
            "print" => Builtin::Print,
            "printf" => Builtin::Printf,
            "println" => Builtin::Println,
            "slice" => Builtin::Slice,
            "urlquery" => Builtin::UrlQuery,
            _ => return None,
        })
    }

    /// What of its arguments flows into its result.
    pub(super) const fn flowing(self) -> Flowing {
        match self {
            Builtin::Print | Builtin::Printf | Builtin::Println => Flowing::Aware,
            Builtin::Index | Builtin::Len | Builtin::Not => Flowing::Chooses,
            _ => Flowing::Whole,
        }
    }

    pub(super) const fn signature(self) -> Signature {
        const REFLECT: &[Type] = &[Type::Reflect];
        match self {
            Builtin::And
            | Builtin::Call
            | Builtin::Eq
            | Builtin::Index
            | Builtin::Or
            | Builtin::Slice => Signature::variadic(REFLECT, Type::Reflect),
            Builtin::Ge | Builtin::Gt | Builtin::Le | Builtin::Lt | Builtin::Ne => {
                Signature::fixed(&[Type::Reflect, Type::Reflect])
            }
            Builtin::Len | Builtin::Not => Signature::fixed(REFLECT),
            Builtin::Printf => Signature::variadic(&[Type::String], Type::Any),
            Builtin::Html | Builtin::Js | Builtin::Print | Builtin::Println | Builtin::UrlQuery => {
                Signature::variadic(&[], Type::Any)
            }
        }
    }
}

impl Renderer<'_> {
    pub(super) fn builtin(
        &mut self,
        builtin: Builtin,
        args: Vec<Cell>,
        callee: Option<String>,
    ) -> Result<Cell, Error> {
        let mut printer = Printer::new(self.options.limits.output);
        if self.options.trace {
            printer.note_parts();
        }
        match builtin {
            Builtin::Index => return index(args),
            Builtin::Slice => return slice(args),
            Builtin::Call => return self.call_value(args, callee),
            Builtin::Len => return length(&args).map(Cell::plain),
            _ => {}
        }
        let values: Vec<Value> = args.into_iter().map(|cell| cell.value).collect();
        let first = values.first().cloned().unwrap_or_default();
        let second = values.get(1).cloned().unwrap_or_default();
        let text = |printed: Result<Printed, Error>| {
            printed.map(|printed| match &printed.parts {
                Some(parts) => trace::printed(&printed.text, parts),
                None => Value::string(printed.text),
            })
        };
        let result = match builtin {
            Builtin::Eq => compare::eq_any(&values)?.into(),
            Builtin::Ne => (!compare::eq(&first, &second)?).into(),
            Builtin::Lt => compare::less(&first, &second)?.into(),
            Builtin::Le => compare::less_or_equal(&first, &second)?.into(),
            Builtin::Gt => (!compare::less_or_equal(&first, &second)?).into(),
            Builtin::Ge => (!compare::less(&first, &second)?).into(),
            Builtin::Not => (!first.is_true()).into(),
            Builtin::Print => text(printer.sprint(&values))?,
            Builtin::Println => text(printer.sprintln(&values))?,
            Builtin::Printf => {
                let format = first.as_string().cloned().unwrap_or_default();
                let printed = printer.sprintf(&format, values.get(1..).unwrap_or_default());
                text(printed)?.with_labels(&first.labels())
            }
            Builtin::Html => escape::html(&escape_text(printer, values)?).into(),
            Builtin::Js => escape::js(&escape_text(printer, values)?).into(),
            Builtin::UrlQuery => escape::url_query(&escape_text(printer, values)?).into(),
            _ => Value::NIL,
        };
        Ok(Cell::plain(result))
    }

    /// `call f x y`.
    fn call_value(&mut self, args: Vec<Cell>, callee: Option<String>) -> Result<Cell, Error> {
        let mut values = args.into_iter().map(|cell| cell.value);
        let function = values.next().unwrap_or_default();
        let name = callee.unwrap_or_else(|| match function.kind() {
            Kind::String(text) => text.to_string(),
            _ => function
                .ty()
                .map_or_else(String::new, |ty| format!("<{ty} Value>")),
        });
        let function = match function.kind() {
            Kind::Func(function) => function,
            Kind::Nil => return Err(Error::new("call of nil")),
            _ => {
                let ty = function.ty().unwrap_or(Type::Any);
                return Err(Error::new(format!("non-function {name} of type {ty}")));
            }
        };
        let signature = *function.signature();
        let values: Vec<Value> = values.collect();
        let (wanted, given) = (signature.params.len(), values.len());
        if signature.variadic.is_none() && given != wanted {
            let message = format!("wrong number of args for {name}: got {given} want {wanted}");
            return Err(Error::new(message));
        }
        if given < wanted {
            let message =
                format!("wrong number of args for {name}: got {given} want at least {wanted}");
            return Err(Error::new(message));
        }
        let prepared = values.into_iter().enumerate().map(|(index, value)| {
            let ty = signature.param(index).unwrap_or(Type::Any);
            prepare(value, ty).map_err(|message| format!("arg {index}: {message}"))
        });
        let values: Vec<Value> = prepared.collect::<Result<_, _>>().map_err(Error::new)?;
        function
            .call(&mut Call { runtime: self }, &values)
            .map(Cell::result)
    }
}

/// A value for a parameter, integers converted among each other.
fn prepare(value: Value, ty: Type) -> Result<Value, String> {
    let Some(own) = value.ty() else {
        return match ty.can_be_nil() {
            true => Ok(Value::zero(ty)),
            false => Err(format!("value is nil; should be of type {ty}")),
        };
    };
    if own.assignable_to(ty) {
        return Ok(value);
    }
    match (value.as_int(), ty.underlying()) {
        (Some(int), Type::Int(kind)) => Ok(Value::integer(kind, int)),
        _ => Err(format!("value has type {own}; should be {ty}")),
    }
}

/// What `html`, `js` and `urlquery` escape.
fn escape_text(printer: Printer, mut values: Vec<Value>) -> Result<Str, Error> {
    if let [value] = values.as_slice()
        && let Some(text) = value.as_string()
    {
        return Ok(text.clone());
    }
    for value in &mut values {
        if value.is_nil() {
            *value = "<no value>".into();
        }
    }
    printer.sprint(&values).map(|printed| printed.text)
}

fn index(args: Vec<Cell>) -> Result<Cell, Error> {
    let mut args = args.into_iter();
    let mut item = args.next().unwrap_or(Cell::NONE).unboxed();
    if item.value.is_nil() {
        return Err(Error::new("index of untyped nil"));
    }
    for index in args {
        let labels = item.value.labels();
        let found = match item.value.kind() {
            Kind::Nil => return Err(Error::new("index of nil pointer")),
            Kind::List(list) => {
                let at = index_number(&index.value, list.len())?;
                let value = list.get(at).cloned();
                let value = value.ok_or_else(|| past_end("slice"))?;
                Cell::element(value, list.ty().element())
            }
            Kind::String(text) => {
                let at = index_number(&index.value, text.len())?;
                let byte = text.as_bytes().get(at).ok_or_else(|| past_end("string"))?;
                Cell::plain(Value::integer(
                    crate::value::IntKind::Uint8,
                    i128::from(*byte),
                ))
            }
            Kind::Map(map) => {
                let key = prepare(index.value, Type::String).map_err(Error::new)?;
                let key = key.as_string().cloned().unwrap_or_default();
                let slot = map.ty().element();
                Cell::element(map.get(&key).unwrap_or_else(|| Value::zero(slot)), slot)
            }
            _ => {
                let ty = pointee(&item.value);
                return Err(Error::new(format!("can't index item of type {ty}")));
            }
        };
        item = Cell {
            value: found.value.with_labels(&labels),
            boxed: found.boxed,
        };
    }
    Ok(item)
}

/// The type of what a pointer points to, or of the value itself.
fn pointee(value: &Value) -> String {
    let name = value.ty().unwrap_or(Type::Any).to_string();
    name.strip_prefix('*')
        .map_or_else(|| name.clone(), str::to_string)
}

fn past_end(of: &str) -> Error {
    Error::new(format!("reflect: {of} index out of range"))
}

/// A number from 0 to `length`, which itself is let through.
fn index_number(index: &Value, length: usize) -> Result<usize, Error> {
    let Some(ty) = index.ty() else {
        return Err(Error::new("cannot index slice/array with nil"));
    };
    let Some(number) = index.as_int() else {
        return Err(Error::new(format!(
            "cannot index slice/array with type {ty}"
        )));
    };
    // Go looks at unsigned numbers as at signed ones here.
    let number = number as i64;
    match usize::try_from(number) {
        Ok(number) if number <= length => Ok(number),
        _ => Err(Error::new(format!("index out of range: {number}"))),
    }
}

fn slice(args: Vec<Cell>) -> Result<Cell, Error> {
    let mut args = args.into_iter();
    let item = args.next().unwrap_or(Cell::NONE).unboxed();
    let bounds: Vec<Cell> = args.collect();
    if item.value.is_nil() {
        return Err(Error::new("slice of untyped nil"));
    }
    if bounds.len() > 3 {
        let count = bounds.len();
        return Err(Error::new(format!("too many slice indexes: {count}")));
    }
    let length = match item.value.kind() {
        Kind::String(_) if bounds.len() == 3 => {
            return Err(Error::new("cannot 3-index slice a string"));
        }
        Kind::String(text) => text.len(),
        Kind::List(list) => list.len(),
        _ => {
            let ty = pointee(&item.value);
            return Err(Error::new(format!("can't slice item of type {ty}")));
        }
    };
    let mut limits = [0, length, length];
    for (limit, bound) in limits.iter_mut().zip(&bounds) {
        // Unlike `index`, Go's `slice` does not look into interfaces here.
        *limit = match bound.boxed {
            true => {
                let message = "cannot index slice/array with type interface {}";
                return Err(Error::new(message));
            }
            false => index_number(&bound.value, length)?,
        };
    }
    let [from, to, capacity] = limits;
    if from > to {
        return Err(Error::new(format!("invalid slice index: {from} > {to}")));
    }
    if to > capacity {
        return Err(Error::new(format!(
            "invalid slice index: {to} > {capacity}"
        )));
    }
    Ok(Cell::plain(match item.value.kind() {
        Kind::String(text) => {
            let part = text.as_bytes().get(from..to).unwrap_or_default();
            Value::string(Str::from_bytes(part))
        }
        Kind::List(list) => {
            let part = list.items().get(from..to).unwrap_or_default();
            List::typed(list.ty(), part.to_vec()).into()
        }
        _ => Value::NIL,
    }))
}

fn length(args: &[Cell]) -> Result<Value, Error> {
    let item = args.first().unwrap_or(&Cell::NONE);
    let length = match item.value.kind() {
        Kind::Nil if item.boxed => return Err(Error::new("len of nil pointer")),
        Kind::Nil => {
            let message = "reflect: call of reflect.Value.Type on zero Value";
            return Err(Error::new(message));
        }
        Kind::List(list) => list.len(),
        Kind::Map(map) => map.len(),
        Kind::String(text) => text.len(),
        _ => {
            let ty = pointee(&item.value);
            return Err(Error::new(format!("len of type {ty}")));
        }
    };
    Ok(Value::int(i64::try_from(length).unwrap_or(i64::MAX)))
}
