//! Numeric functions.

use std::cmp::Ordering;

use trueup_value::{Number, Type, Value, convert, ops};

use super::{Named, list::integer, power};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        ("abs", abs()),
        (
            "ceil",
            rounded("Rounds up to a whole number.", Number::ceil),
        ),
        (
            "floor",
            rounded("Rounds down to a whole number.", Number::floor),
        ),
        (
            "log",
            over_floats(
                "The logarithm of a number to a base.",
                ["num", "base"],
                |a, b| power::ln(a) / power::ln(b),
            ),
        ),
        (
            "max",
            extreme("The largest of several numbers.", Ordering::Greater),
        ),
        (
            "min",
            extreme("The smallest of several numbers.", Ordering::Less),
        ),
        (
            "pow",
            over_floats("A number to a power.", ["num", "power"], power::pow),
        ),
        ("range", range()),
        ("signum", signum()),
        ("sum", sum()),
    ]
}

/// How many numbers `range` makes at most.
const LONGEST_RANGE: usize = 1024;

fn number(name: &'static str) -> Param {
    Param::new(name, Type::Number)
}

fn given(value: &Value) -> Result<&Number, FunctionError> {
    value
        .as_number()
        .ok_or_else(|| FunctionError::new("a number is required"))
}

fn abs() -> Function {
    Function::new(
        "A number without its sign.",
        vec![number("num").dynamic().markable()],
        Type::Number,
        |args| {
            let (bare, marks) = args[0].unmarked();
            Ok(Value::Number(given(bare)?.abs()).with_marks(marks))
        },
    )
}

fn rounded(description: &'static str, round: fn(&Number) -> Number) -> Function {
    Function::new(
        description,
        vec![number("num")],
        Type::Number,
        move |args| Ok(Value::Number(round(given(&args[0])?))),
    )
}

fn over_floats(
    description: &'static str,
    names: [&'static str; 2],
    calculate: fn(f64, f64) -> f64,
) -> Function {
    let params = names.map(number).to_vec();
    Function::new(description, params, Type::Number, move |args| {
        let (a, b) = (float(&args[0])?, float(&args[1])?);
        let result = Number::from_f64(calculate(a, b));
        let result = result.ok_or_else(|| FunctionError::new("the result is not a number"))?;
        Ok(Value::Number(result))
    })
}

/// The nearest 64-bit floating-point number.
fn float(value: &Value) -> Result<f64, FunctionError> {
    let number = given(value)?;
    let float = number.to_f64();
    if float.is_infinite() && !number.is_infinite() {
        let most = f64::MAX;
        let message = format!("value must be between -{most:.6} and {most:.6} inclusive");
        return Err(FunctionError::new(message));
    }
    Ok(float)
}

fn extreme(description: &'static str, wanted: Ordering) -> Function {
    Function::new(description, Vec::new(), Type::Number, move |args| {
        let mut best: Option<&Number> = None;
        for arg in args {
            let candidate = given(arg)?;
            if best.is_none_or(|best| candidate.compare(best) == wanted) {
                best = Some(candidate);
            }
        }
        let none = || FunctionError::new("must pass at least one number");
        best.cloned().map(Value::Number).ok_or_else(none)
    })
    .variadic(number("numbers").dynamic())
}

fn signum() -> Function {
    Function::new(
        "-1, 0 or 1, as a number is negative, zero or positive.",
        vec![number("num")],
        Type::Number,
        |args| {
            let number = integer(&args[0]).map_err(FunctionError::new)?;
            Ok(Value::number(number.signum()))
        },
    )
}

fn range() -> Function {
    let numbers = Type::list(Type::Number);
    Function::new(
        "The numbers from a start up to a limit, in steps.",
        Vec::new(),
        numbers,
        |args| {
            let bounds: Vec<&Number> = args.iter().map(given).collect::<Result<_, _>>()?;
            let (zero, one) = (Number::from(0), Number::from(1));
            let towards = |start: &Number, end: &Number| match end.compare(start) {
                Ordering::Less => one.negate(),
                _ => one.clone(),
            };
            let (start, end, step) = match bounds.as_slice() {
                [end] => (&zero, *end, towards(&zero, end)),
                [start, end] => (*start, *end, towards(start, end)),
                [start, end, step] => (*start, *end, (*step).clone()),
                _ => {
                    let message = "must have one, two, or three arguments";
                    return Err(FunctionError::new(message));
                }
            };
            let numbers = steps(start, end, &step)?;
            Ok(Value::list(Type::Number, numbers))
        },
    )
    .variadic(number("params"))
}

fn steps(start: &Number, end: &Number, step: &Number) -> Result<Vec<Value>, FunctionError> {
    let (behind, problem) = if step.signum() < 0 {
        (
            Ordering::Greater,
            "end must be less than start when step is negative",
        )
    } else {
        (
            Ordering::Less,
            "end must be greater than start when step is positive",
        )
    };
    if end.compare(start) == behind {
        return Err(FunctionError::argument(1, problem));
    }
    let mut numbers = Vec::new();
    let mut next = start.clone();
    while next.compare(end) == behind {
        if numbers.len() >= LONGEST_RANGE {
            return Err(FunctionError::new(
                "more than 1024 values were generated; either decrease the difference between start and end or use a smaller step",
            ));
        }
        let following = next.add(step);
        numbers.push(Value::Number(next));
        next = following
            .ok_or_else(|| FunctionError::new("can't compute sum of opposing infinities"))?;
    }
    Ok(numbers)
}

fn sum() -> Function {
    let list = Param::new("list", Type::Dynamic);
    Function::new(
        "The sum of all numbers of a list.",
        vec![list],
        Type::Number,
        |args| {
            let list = &args[0];
            let ty = list.ty();
            let wrong = |message: String| FunctionError::argument(0, message);
            if ty.is_primitive() {
                return Err(wrong("cannot sum noniterable".to_owned()));
            }
            if list.length() == Some(0) {
                return Err(wrong("cannot sum an empty list".to_owned()));
            }
            if !matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_)) {
                let message = format!("argument must be list, set, or tuple. Received {ty}");
                return Err(wrong(message));
            }
            if !list.is_wholly_known() {
                return Ok(Value::unknown(Type::Number));
            }
            let mut total: Option<Value> = None;
            for value in list.values() {
                let number = convert::convert(value, &Type::Number).ok();
                let number = number.filter(|number| !number.is_null()).ok_or_else(|| {
                    wrong("argument must be list, set, or tuple of number values".to_owned())
                })?;
                total = Some(match total {
                    Some(total) => ops::add(&total, &number)
                        .map_err(|error| FunctionError::new(error.to_string()))?,
                    None => number,
                });
            }
            total.ok_or_else(|| wrong("cannot sum an empty list".to_owned()))
        },
    )
}
