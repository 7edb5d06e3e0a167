//! Lists.

use super::arguments::{Args, Result, Row, check_count, fail, fixed, kind_name, put_all, variadic};
use super::defaults::is_empty;
use super::equality::deep_equal;
use super::numbers::to_int;
use crate::{Functions, Kind, List, Type, Value};

const ANY: Type = Type::Any;
static LIST: Type = Type::LIST;

const FUNCTIONS: &[Row] = &[
    variadic(&["list", "tuple"], &[], ANY, |args| {
        Ok(List::new(args.0.to_vec()).into())
    }),
    fixed(
        &["append", "push", "mustAppend", "mustPush"],
        &[ANY, ANY],
        append,
    ),
    fixed(&["prepend", "mustPrepend"], &[ANY, ANY], prepend),
    fixed(&["first", "mustFirst"], &[ANY], first),
    fixed(&["last", "mustLast"], &[ANY], last),
    fixed(&["rest", "mustRest"], &[ANY], rest),
    fixed(&["initial", "mustInitial"], &[ANY], initial),
    fixed(&["reverse", "mustReverse"], &[ANY], reverse),
    fixed(&["uniq", "mustUniq"], &[ANY], uniq),
    fixed(&["compact", "mustCompact"], &[ANY], compact),
    variadic(&["without", "mustWithout"], &[ANY], ANY, without),
    fixed(&["has", "mustHas"], &[ANY, ANY], has),
    variadic(&["slice", "mustSlice"], &[ANY], ANY, slice),
    fixed(&["chunk", "mustChunk"], &[Type::INT, ANY], chunk),
    variadic(&["concat"], &[], ANY, concat),
];

pub(super) fn add(functions: &mut Functions) {
    put_all(functions, FUNCTIONS);
}

fn append(args: Args<'_>) -> Result {
    let mut items = items(args.value(0), |kind| format!("Cannot push on type {kind}"))?;
    items.push(args.value(1));
    Ok(List::new(items).into())
}

fn prepend(args: Args<'_>) -> Result {
    let items = items(args.value(0), |kind| {
        format!("Cannot prepend on type {kind}")
    })?;
    Ok(List::new(std::iter::once(args.value(1)).chain(items).collect()).into())
}

/// The elements that the function `name` looks through.
fn searched(args: Args<'_>, name: &str) -> Result<Vec<Value>> {
    items(args.value(0), |kind| {
        format!("Cannot find {name} on type {kind}")
    })
}

fn first(args: Args<'_>) -> Result {
    let items = searched(args, "first")?;
    Ok(items.first().cloned().unwrap_or(Value::NIL))
}

fn last(args: Args<'_>) -> Result {
    let items = searched(args, "last")?;
    Ok(items.last().cloned().unwrap_or(Value::NIL))
}

fn rest(args: Args<'_>) -> Result {
    Ok(slice_of(searched(args, "rest")?.get(1..)))
}

fn initial(args: Args<'_>) -> Result {
    let items = searched(args, "initial")?;
    Ok(slice_of(items.split_last().map(|(_, initial)| initial)))
}

fn reverse(args: Args<'_>) -> Result {
    let mut items = searched(args, "reverse")?;
    items.reverse();
    Ok(List::new(items).into())
}

fn uniq(args: Args<'_>) -> Result {
    Ok(List::new(unique(&searched(args, "uniq")?)).into())
}

fn compact(args: Args<'_>) -> Result {
    let mut items = items(args.value(0), |kind| {
        format!("Cannot compact on type {kind}")
    })?;
    items.retain(|item| !is_empty(item));
    Ok(List::new(items).into())
}

fn without(args: Args<'_>) -> Result {
    let mut items = searched(args, "without")?;
    items.retain(|item| !args.rest(1).iter().any(|omitted| deep_equal(omitted, item)));
    Ok(List::new(items).into())
}

fn has(args: Args<'_>) -> Result {
    if args.value(1).is_nil() {
        return Ok(false.into());
    }
    let items = items(args.value(1), |kind| {
        format!("Cannot find has on type {kind}")
    })?;
    let wanted = args.value(0);
    Ok(items.iter().any(|item| deep_equal(&wanted, item)).into())
}

fn concat(args: Args<'_>) -> Result {
    let mut all = Vec::new();
    for list in args.0 {
        all.extend(items(list.clone(), |kind| {
            format!("Cannot concat type {kind} as list")
        })?);
        check_count(all.len())?;
    }
    match all.is_empty() {
        true => Ok(List::nil(Type::LIST).into()),
        false => Ok(List::new(all).into()),
    }
}

/// The elements of a list; of anything else the error that `message` makes of its kind.
pub(super) fn items(value: Value, message: impl Fn(&str) -> String) -> Result<Vec<Value>> {
    match value.kind() {
        Kind::List(list) => Ok(list.items().to_vec()),
        Kind::Nil => fail("runtime error: invalid memory address or nil pointer dereference"),
        _ => fail(message(kind_name(&data(&value)))),
    }
}

/// A part of a list; nil of an empty one.
fn slice_of(items: Option<&[Value]>) -> Value {
    match items {
        Some(items) => List::new(items.to_vec()).into(),
        None => List::nil(Type::LIST).into(),
    }
}

fn unique(items: &[Value]) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let mut texts = std::collections::HashSet::new();
    for item in items {
        let is_new = match item.as_string() {
            Some(text) => texts.insert(text.clone()),
            None => !found.iter().any(|known| deep_equal(known, item)),
        };
        if is_new {
            found.push(item.clone());
        }
    }
    found
}

/// A duration is an integer; other objects are what they are.
fn data(value: &Value) -> Value {
    match value.kind() {
        Kind::Object(object) => object.data().filter(|data| data.as_int().is_some()),
        _ => None,
    }
    .unwrap_or_else(|| value.clone())
}

fn slice(args: Args<'_>) -> Result {
    let value = args.value(0);
    let Some(list) = value.as_list() else {
        return match value.kind() {
            Kind::Nil => fail("runtime error: invalid memory address or nil pointer dereference"),
            _ => fail(format!(
                "list should be type of slice or array but {}",
                kind_name(&data(&value))
            )),
        };
    };
    if list.is_empty() {
        return Ok(Value::NIL);
    }
    let length = list.len();
    let start = args.rest(1).first().map_or(0, to_int);
    let end = args
        .rest(1)
        .get(1)
        .map_or(i64::try_from(length).unwrap_or(0), to_int);
    let cut = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    match cut.and_then(|(start, end)| list.items().get(start..end)) {
        Some(items) => Ok(List::typed(list.ty(), items.to_vec()).into()),
        None => fail("reflect.Value.Slice: slice index out of bounds"),
    }
}

/// What Sprig's arithmetic makes of a size below zero: one less than the length, divided by
/// it and rounded down, plus one is the number of chunks.
fn chunk_backwards(list: Vec<Value>, size: i128) -> Result {
    let less_one = i128::try_from(list.len()).unwrap_or(0) - 1;
    let rounded = -(less_one.div_euclid(-size)) - i128::from(less_one.rem_euclid(-size) != 0);
    let chunks = match (rounded + 1, list.len()) {
        (0, _) => Vec::new(),
        (1, 1) => vec![List::new(list).into()],
        _ => return fail("runtime error: makeslice: len out of range"),
    };
    Ok(List::typed(Type::Slice(&LIST), chunks).into())
}

fn chunk(args: Args<'_>) -> Result {
    let list = items(args.value(1), |kind| format!("Cannot chunk type {kind}"))?;
    let size = match usize::try_from(args.int(0)) {
        Ok(0) => return fail("runtime error: makeslice: len out of range"),
        Ok(size) => size,
        Err(_) => return chunk_backwards(list, i128::from(args.int(0))),
    };
    let chunks = list
        .chunks(size)
        .map(|part| List::new(part.to_vec()).into())
        .collect();
    Ok(List::typed(Type::Slice(&LIST), chunks).into())
}
