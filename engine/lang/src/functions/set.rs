//! Functions on sets.

use trueup_value::{Marks, Type, Value, convert};

use super::{Named, bound, list::element_of};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        ("setintersection", setintersection()),
        ("setproduct", setproduct()),
        ("setsubtract", setsubtract()),
        ("setunion", setunion()),
    ]
}

fn any_set(name: &'static str) -> Param {
    Param::new(name, Type::set(Type::Dynamic)).dynamic()
}

fn setunion() -> Function {
    operation(
        "All elements of several sets.",
        vec![any_set("first_set")],
        |sets| sets.iter().flat_map(Value::values).cloned().collect(),
        true,
    )
    .variadic(any_set("other_sets"))
}

fn setintersection() -> Function {
    operation(
        "The elements that are in each of several sets.",
        vec![any_set("first_set")],
        |sets| select(sets, true),
        false,
    )
    .variadic(any_set("other_sets"))
}

fn setsubtract() -> Function {
    operation(
        "The elements of a set that are not in another.",
        vec![any_set("a"), any_set("b")],
        |sets| select(sets, false),
        false,
    )
}

/// The elements of the first set that are in all others, or in none.
fn select(sets: &[Value], wanted: bool) -> Vec<Value> {
    let Some((first, others)) = sets.split_first() else {
        return Vec::new();
    };
    let selected = first.values().filter(|value| {
        others.iter().all(|set| match set {
            Value::Set(set) => set.contains(value) == wanted,
            _ => !wanted,
        })
    });
    selected.cloned().collect()
}

fn operation(
    description: &'static str,
    params: Vec<Param>,
    combine: fn(&[Value]) -> Vec<Value>,
    takes_unknown_elements: bool,
) -> Function {
    Function::typed(description, params, common_type, move |args, ty| {
        bound::check_elements(args)?;
        let mut sets = Vec::with_capacity(args.len());
        for (index, arg) in args.iter().enumerate() {
            let set = convert::convert(arg, ty)
                .map_err(|error| FunctionError::argument(index, error.to_string()))?;
            if !takes_unknown_elements && !set.is_wholly_known() {
                return Ok(Value::unknown(ty.clone()));
            }
            sets.push(set);
        }
        let element = ty.element().cloned().unwrap_or(Type::Dynamic);
        Ok(Value::set(element, combine(&sets)))
    })
    .not_null()
}

fn common_type(args: &[Value]) -> Result<Type, FunctionError> {
    let mut types = Vec::new();
    for arg in args {
        let element = element_of(arg);
        let says_nothing = arg.length() == Some(0) && element == Type::Dynamic;
        if !says_nothing {
            types.push(element);
        }
    }
    if types.is_empty() {
        return Ok(Type::set(Type::Dynamic));
    }
    convert::unify_unsafe(&types)
        .map(Type::set)
        .ok_or_else(|| FunctionError::new("given sets must all have compatible element types"))
}

fn setproduct() -> Function {
    let sets = Param::new("sets", Type::Dynamic)
        .markable()
        .unknowable()
        .describe("Sets, or lists if the order is to stay.");
    Function::typed(
        "All combinations of one element from each of several sets.",
        Vec::new(),
        product_type,
        |args, ty| {
            let marks = args.iter().fold(Marks::NONE, |all, arg| all | arg.marks());
            let factors: Vec<&Value> = args.iter().map(|arg| arg.unmarked().0).collect();
            if factors.iter().any(|factor| !length_is_known(factor)) {
                return Ok(unknown_product(&factors, ty).with_marks(marks));
            }
            let product = product(&factors, ty)?;
            Ok(product.with_marks(marks))
        },
    )
    .variadic(sets)
    .not_null()
}

fn product_type(args: &[Value]) -> Result<Type, FunctionError> {
    if args.len() < 2 {
        return Err(FunctionError::new("at least two arguments are required"));
    }
    let mut elements = Vec::with_capacity(args.len());
    let mut ordered = true;
    for (index, arg) in args.iter().enumerate() {
        elements.push(match arg.ty() {
            Type::Set(element) => {
                ordered = false;
                element.as_ref().clone()
            }
            Type::List(element) => element.as_ref().clone(),
            Type::Tuple(types) if types.is_empty() => Type::Dynamic,
            Type::Tuple(types) => convert::unify_unsafe(&types).ok_or_else(|| {
                FunctionError::argument(index, "all elements must be of the same type")
            })?,
            _ => {
                return Err(FunctionError::argument(
                    index,
                    "a set or a list is required",
                ));
            }
        });
    }
    let element = Type::tuple(elements);
    Ok(if ordered {
        Type::list(element)
    } else {
        Type::set(element)
    })
}

fn length_is_known(factor: &Value) -> bool {
    match factor {
        Value::Set(set) => set.elements().len() <= 1 || factor.is_wholly_known(),
        factor => factor.is_known(),
    }
}

/// An unknown product, with what the lengths of the factors say about its
/// own as long as they are small.
fn unknown_product(factors: &[&Value], ty: &Type) -> Value {
    let unknown = Value::unknown(ty.clone());
    let mut most: u64 = 1;
    for factor in factors {
        let length = match factor.ty() {
            Type::Tuple(types) => types.len() as u64,
            _ if factor.is_known() && !length_is_known(factor) => return unknown,
            _ => factor.length_bounds().1,
        };
        if length > 1024 {
            return unknown;
        }
        most *= length;
        if most > 2048 {
            return unknown;
        }
    }
    let fewest = most.min(1);
    unknown
        .refine()
        .min_length(fewest)
        .max_length(most)
        .finish()
}

fn product(factors: &[&Value], ty: &Type) -> Result<Value, FunctionError> {
    let element = ty.element().cloned().unwrap_or(Type::Dynamic);
    let Type::Tuple(types) = &element else {
        return Err(FunctionError::new("a tuple type is required"));
    };
    let lengths: Vec<usize> = factors.iter().map(|f| f.length().unwrap_or(0)).collect();
    let total = if lengths.contains(&0) {
        Some(0)
    } else {
        let mut lengths = lengths.into_iter();
        lengths.try_fold(1, |total: usize, length| total.checked_mul(length))
    };
    let most = bound::MAX_ELEMENTS / factors.len().max(1);
    let Some(total) = total.filter(|total| *total <= most) else {
        let message = format!("the product would have more than {most} elements");
        return Err(FunctionError::new(message));
    };
    let mut rows: Vec<Vec<Value>> = vec![Vec::with_capacity(factors.len()); total];
    let mut repeat = total;
    for (factor, ty) in factors.iter().zip(types.iter()) {
        let items = converted(factor, ty)?;
        repeat /= items.len().max(1);
        for (row, place) in rows.iter_mut().zip(0..) {
            let item: usize = place / repeat.max(1) % items.len().max(1);
            row.extend(items.get(item).cloned());
        }
    }
    let tuples = rows.into_iter().map(Value::tuple).collect();
    Ok(match ty {
        Type::List(_) => Value::list(element, tuples),
        _ => Value::set(element, tuples),
    })
}

fn converted(factor: &Value, ty: &Type) -> Result<Vec<Value>, FunctionError> {
    let convert = |value: &Value| {
        convert::convert(value, ty).map_err(|error| FunctionError::new(error.to_string()))
    };
    factor.values().map(convert).collect()
}
