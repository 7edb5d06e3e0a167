//! Functions on lists and tuples.

use std::collections::HashSet;

use trueup_value::{Marks, Number, Type, Value, convert, ops};

use super::{Named, bound, known::Known};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        ("chunklist", chunklist()),
        ("coalescelist", coalescelist()),
        ("compact", compact()),
        ("concat", concat()),
        ("distinct", distinct()),
        ("element", element()),
        ("flatten", flatten()),
        ("reverse", reverse()),
        ("slice", slice()),
        ("sort", sort()),
    ]
}

fn any(name: &'static str) -> Param {
    Param::new(name, Type::Dynamic)
}

fn any_list(name: &'static str) -> Param {
    Param::new(name, Type::list(Type::Dynamic))
}

fn element_type(ty: &Type) -> Type {
    ty.element().cloned().unwrap_or(Type::Dynamic)
}

/// A list of `items`, or a tuple if `ty` is that of one.
fn sequence(ty: &Type, items: Vec<Value>) -> Value {
    match ty {
        Type::List(element) => Value::list(element.as_ref().clone(), items),
        _ => Value::tuple(items),
    }
}

fn chunklist() -> Function {
    let list = any_list("list").markable().describe("What to split.");
    let size = Param::new("size", Type::Number)
        .markable()
        .describe("How many elements a chunk has at most; 0 for no limit.");
    Function::typed(
        "Splits a list into lists of at most the given number of elements.",
        vec![list, size],
        |args| Ok(Type::list(args[0].ty())),
        |args, ty| {
            let ((list, marks), (size, size_marks)) = (args[0].unmarked(), args[1].unmarked());
            let size = integer(size)
                .map_err(|error| FunctionError::new(format!("invalid size: {error}")))?;
            let size = usize::try_from(size)
                .map_err(|_| FunctionError::new("the size argument must be positive"))?;
            let items: Vec<Value> = list.values().cloned().collect();
            let size = if size == 0 { items.len().max(1) } else { size };
            let chunk = |items: &[Value]| sequence(&list.ty(), items.to_vec());
            let chunks = items.chunks(size).map(chunk).collect();
            Ok(sequence(ty, chunks).with_marks(marks | size_marks))
        },
    )
    .not_null()
}

fn coalescelist() -> Function {
    let lists = any("vals").nullable().unknowable().dynamic();
    Function::typed(
        "The first of several lists or tuples that has any elements.",
        Vec::new(),
        |args| {
            if args.is_empty() {
                return Err(FunctionError::new("at least one argument is required"));
            }
            for arg in args {
                if !arg.is_known() {
                    return Ok(Type::Dynamic);
                }
                if !is_ordered(&arg.ty()) {
                    let message = "coalescelist arguments must be lists or tuples";
                    return Err(FunctionError::new(message));
                }
            }
            let first = args[0].ty();
            let same = args.iter().all(|arg| arg.has_type(&first));
            Ok(if same { first } else { Type::Dynamic })
        },
        |args, ty| {
            for arg in args {
                if !arg.is_known() {
                    return Ok(Value::unknown(ty.clone()));
                }
                if arg.length().is_some_and(|length| length > 0) {
                    return Ok(arg.clone());
                }
            }
            Err(FunctionError::new("no non-null arguments"))
        },
    )
    .variadic(lists)
    .not_null()
}

fn is_ordered(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Tuple(_))
}

fn compact() -> Function {
    let strings = Type::list(Type::String);
    Function::new(
        "A list of strings without those that are empty or null.",
        vec![Param::new("list", strings.clone())],
        strings.clone(),
        move |args| {
            if !args[0].is_wholly_known() {
                return Ok(Value::unknown(strings.clone()));
            }
            let kept = args[0]
                .values()
                .filter(|text| text.as_str().is_some_and(|text| !text.is_empty()));
            Ok(Value::list(Type::String, kept.cloned().collect()))
        },
    )
}

fn concat() -> Function {
    Function::typed(
        "Puts lists and tuples together into one.",
        Vec::new(),
        concat_type,
        |args, ty| {
            let mut items = Vec::new();
            let mut marks = Marks::NONE;
            for (index, arg) in args.iter().enumerate() {
                let arg = match ty {
                    Type::List(_) => convert::convert(arg, ty)
                        .map_err(|error| FunctionError::argument(index, error.to_string()))?,
                    _ => arg.clone(),
                };
                let (bare, own) = arg.unmarked();
                marks |= own;
                items.extend(bare.values().cloned());
            }
            Ok(sequence(ty, items).with_marks(marks))
        },
    )
    .variadic(any("seqs").markable())
    .not_null()
}

fn concat_type(args: &[Value]) -> Result<Type, FunctionError> {
    if args.is_empty() {
        return Err(FunctionError::new("at least one argument is required"));
    }
    bound::check_elements(args)?;
    let types: Vec<Type> = args.iter().map(Value::ty).collect();
    if types.iter().all(|ty| matches!(ty, Type::List(_)))
        && let Some(common) = convert::unify_unsafe(&types)
    {
        return Ok(common);
    }
    let mut elements = Vec::new();
    for (index, (arg, ty)) in args.iter().zip(&types).enumerate() {
        match ty {
            Type::Tuple(types) => elements.extend(types.iter().cloned()),
            Type::List(_) if !arg.is_known() => return Ok(Type::Dynamic),
            Type::List(element) => {
                let length = arg.unmarked().0.length().unwrap_or(0);
                elements.extend(std::iter::repeat_n(element.as_ref().clone(), length));
            }
            ty => {
                let message = format!("all arguments must be lists or tuples; got {ty}");
                return Err(FunctionError::argument(index, message));
            }
        }
    }
    Ok(Type::tuple(elements))
}

fn distinct() -> Function {
    Function::typed(
        "A list without the elements that are equal to one before.",
        vec![any_list("list")],
        |args| Ok(args[0].ty()),
        |args, ty| {
            if !args[0].is_wholly_known() {
                return Ok(Value::unknown(ty.clone()));
            }
            let mut seen = HashSet::new();
            let fresh = args[0].values().filter(|value| seen.insert(Known(value)));
            let fresh = fresh.cloned().collect();
            Ok(sequence(ty, fresh))
        },
    )
    .not_null()
}

fn element() -> Function {
    let index = Param::new("index", Type::Number).describe("Counted from 0, around and around.");
    Function::typed(
        "The element of a list at an index, which starts over at the end.",
        vec![any("list").markable(), index],
        chosen_type,
        |args, ty| {
            let (list, marks) = args[0].unmarked();
            let Some(length) = list.length() else {
                return Ok(Value::unknown(ty.clone()));
            };
            let place = wrapped(&args[1], length)?;
            let found = list.values().nth(place);
            Ok(found.map_or_else(Value::dynamic, |value| value.with_marks(marks)))
        },
    )
}

/// The type of what `element` leads to.
fn chosen_type(args: &[Value]) -> Result<Type, FunctionError> {
    let among = |length: usize| match args[1].is_known() {
        true => wrapped(&args[1], length).map(Some),
        false => Ok(None),
    };
    let list = args[0].unmarked().0;
    if let Value::Tuple(tuple) = list {
        let elements = tuple.elements();
        let found = among(elements.len())?.and_then(|place| elements.get(place));
        return Ok(found.map_or(Type::Dynamic, Value::ty));
    }
    match list.ty() {
        Type::List(element) => Ok(element.as_ref().clone()),
        Type::Tuple(elements) => {
            let found = among(elements.len())?.and_then(|place| elements.get(place));
            Ok(found.cloned().unwrap_or(Type::Dynamic))
        }
        ty => Err(FunctionError::new(format!(
            "cannot read elements from {ty}"
        ))),
    }
}

/// An index into a sequence of `length` elements, taken around.
fn wrapped(index: &Value, length: usize) -> Result<usize, FunctionError> {
    let index =
        integer(index).map_err(|error| FunctionError::new(format!("invalid index: {error}")))?;
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    match index.checked_rem_euclid(length) {
        Some(place) => Ok(usize::try_from(place).unwrap_or_default()),
        None => Err(FunctionError::new(
            "cannot use element function with an empty list",
        )),
    }
}

fn flatten() -> Function {
    Function::typed(
        "A tuple of the elements of a list, with the elements of inner lists in their place.",
        vec![any("list").markable()],
        |args| match args[0].ty() {
            _ if !args[0].is_wholly_known() => Ok(Type::Dynamic),
            Type::List(_) | Type::Set(_) | Type::Tuple(_) => Ok(Type::Dynamic),
            _ => Err(FunctionError::new(
                "can only flatten lists, sets and tuples",
            )),
        },
        |args, _| {
            let (bare, marks) = args[0].unmarked();
            if !is_sequence(&bare.ty()) {
                return Err(FunctionError::new(
                    "can only flatten lists, sets and tuples",
                ));
            }
            let mut flat = Flat {
                items: Vec::new(),
                marks,
                known: true,
            };
            flat.add(bare)?;
            let value = match flat.known {
                true => Value::tuple(flat.items),
                false => Value::dynamic(),
            };
            Ok(value.with_marks(flat.marks))
        },
    )
    .not_null()
}

fn is_sequence(ty: &Type) -> bool {
    is_ordered(ty) || matches!(ty, Type::Set(_))
}

/// What `flatten` has gathered.
struct Flat {
    items: Vec<Value>,
    marks: Marks,
    known: bool,
}

impl Flat {
    /// Adds the elements of `sequence` and of all sequences in it.
    fn add(&mut self, sequence: &Value) -> Result<(), FunctionError> {
        let mut left = bound::MAX_ELEMENTS;
        let mut pending = vec![sequence.values()];
        self.known &= length_is_known(sequence);
        while let Some(top) = pending.last_mut() {
            let Some(value) = top.next() else {
                pending.pop();
                continue;
            };
            left = left.checked_sub(1).ok_or_else(bound::too_long)?;
            let (bare, marks) = value.unmarked();
            if bare.is_type_dynamic() && !bare.is_known() {
                self.known = false;
            }
            if bare.is_null() || !is_sequence_value(bare) {
                self.items.push(value.clone());
                continue;
            }
            self.marks |= marks;
            self.known &= length_is_known(bare);
            pending.push(bare.values());
        }
        Ok(())
    }
}

fn is_sequence_value(value: &Value) -> bool {
    match value {
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => true,
        Value::Unknown(unknown) => is_sequence(unknown.ty()),
        _ => false,
    }
}

/// Unknown elements of a set may be equal to others.
fn length_is_known(sequence: &Value) -> bool {
    match sequence {
        Value::Unknown(_) => false,
        Value::Set(set) => set.elements().len() <= 1 || sequence.is_wholly_known(),
        _ => true,
    }
}

fn reverse() -> Function {
    Function::typed(
        "A list or tuple the other way round.",
        vec![any("list").markable()],
        |args| match args[0].ty() {
            Type::Tuple(elements) => Ok(Type::tuple(elements.iter().rev().cloned())),
            Type::List(element) | Type::Set(element) => Ok(Type::List(element)),
            ty => {
                let message = format!("can only reverse list or tuple values, not {ty}");
                Err(FunctionError::argument(0, message))
            }
        },
        |args, ty| {
            let (bare, marks) = args[0].unmarked();
            let mut items: Vec<Value> = bare.values().cloned().collect();
            items.reverse();
            Ok(sequence(ty, items).with_marks(marks))
        },
    )
    .not_null()
}

fn slice() -> Function {
    let start = Param::new("start_index", Type::Number).describe("The first index to take.");
    let end = Param::new("end_index", Type::Number).describe("The first index to leave again.");
    Function::typed(
        "The elements of a list between two indices.",
        vec![any("list").markable(), start, end],
        |args| {
            let ty = args[0].ty();
            if matches!(ty, Type::Set(_)) {
                return Err(FunctionError::argument(
                    0,
                    "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important",
                ));
            }
            if !is_ordered(&ty) {
                let message = "must be a list or tuple value";
                return Err(FunctionError::argument(0, message));
            }
            let bounds = slice_bounds(args)?;
            Ok(match (ty, bounds) {
                (Type::Tuple(types), Some((start, end))) => {
                    Type::tuple(types.get(start..end).unwrap_or_default().iter().cloned())
                }
                (Type::Tuple(_), None) => Type::Dynamic,
                (list, _) => list,
            })
        },
        |args, ty| {
            let (list, marks) = args[0].unmarked();
            let Some((start, end)) = slice_bounds(args)? else {
                return Ok(Value::unknown(ty.clone()).with_marks(marks));
            };
            let items = list.values().skip(start).take(end.saturating_sub(start));
            Ok(sequence(ty, items.cloned().collect()).with_marks(marks))
        },
    )
    .not_null()
}

/// The bounds of a slice, if both are known.
fn slice_bounds(args: &[Value]) -> Result<Option<(usize, usize)>, FunctionError> {
    let list = args[0].unmarked().0;
    let length = match list {
        Value::Unknown(unknown) if let Type::Tuple(types) = unknown.ty() => Some(types.len()),
        _ => list.length(),
    };
    let bound = |index: usize, name: &str| -> Result<Option<usize>, FunctionError> {
        if !args[index].is_known() {
            return Ok(None);
        }
        let error = |message| FunctionError::argument(index, message);
        let given = integer(&args[index])
            .map_err(|reason| error(format!("invalid {name} index: {reason}")))?;
        let given = usize::try_from(given)
            .map_err(|_| error(format!("{name} index must not be less than zero")))?;
        if length.is_some_and(|length| given > length) {
            return Err(error(format!(
                "{name} index must not be greater than the length of the list"
            )));
        }
        Ok(Some(given))
    };
    let (Some(start), Some(end)) = (bound(1, "start")?, bound(2, "end")?) else {
        return Ok(None);
    };
    if start > end {
        let message = "start index must not be greater than end index";
        return Err(FunctionError::argument(1, message));
    }
    Ok(Some((start, end)))
}

fn sort() -> Function {
    let strings = Type::list(Type::String);
    Function::new(
        "A list of strings in order of their code points.",
        vec![Param::new("list", strings.clone()).unknowable()],
        strings.clone(),
        move |args| {
            let list = &args[0];
            if !list.is_wholly_known() {
                let (fewest, most) = list.length_bounds();
                let unknown = Value::unknown(strings.clone()).refine();
                return Ok(unknown.min_length(fewest).max_length(most).finish());
            }
            if let Some(index) = list.values().position(Value::is_null) {
                return Err(FunctionError::new(format!(
                    "given list element {index} is null; a null string cannot be sorted"
                )));
            }
            let mut texts: Vec<Value> = list.values().cloned().collect();
            texts.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            Ok(Value::list(Type::String, texts))
        },
    )
}

/// For the families that search: whether two values are equal.
pub(super) fn equal(a: &Value, b: &Value) -> Result<Option<bool>, FunctionError> {
    let equal = ops::equals(a, b).map_err(|error| FunctionError::new(error.to_string()))?;
    Ok(equal.unmarked().0.as_bool())
}

/// The element type of a list, for the families beside this one.
pub(super) fn element_of(value: &Value) -> Type {
    element_type(&value.ty())
}

/// A number as a signed 64-bit integer.
///
/// # Errors
/// The message for a number that is none.
pub(super) fn integer(value: &Value) -> Result<i64, String> {
    value.as_number().and_then(Number::to_i64).ok_or_else(|| {
        format!(
            "value must be a whole number, between {} and {}",
            i64::MIN,
            i64::MAX
        )
    })
}
