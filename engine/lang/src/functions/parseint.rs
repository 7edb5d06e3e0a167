//! `parseint`: whole numbers in bases from 2 to 62.

use dashu_int::UBig;
use trueup_value::{Marks, Number, Type, Value};

use super::{Named, arguments::integer};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
    redact::{hidden, redacted},
};

/// How many digits are read without dividing them further.
const CHUNK: usize = 64;

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![("parseint", parseint())]
}

fn parseint() -> Function {
    let params = vec![
        Param::new("number", Type::Dynamic)
            .describe("The digits, with a sign or without.")
            .markable(),
        Param::new("base", Type::Number)
            .describe("The base, from 2 to 62.")
            .markable(),
    ];
    let result = |args: &[Value]| match args.first().map(Value::ty) {
        Some(Type::String) => Ok(Type::Number),
        other => {
            let got = other.unwrap_or(Type::Dynamic);
            let message = format!("first argument must be a string, not {got}");
            Err(FunctionError::argument(0, message))
        }
    };
    let description = "Reads a whole number written in some base.";
    Function::typed(description, params, result, |args, _| {
        let marks = |index| args.get(index).map_or(Marks::NONE, Value::marks);
        let bare: Vec<Value> = args.iter().map(|arg| arg.unmarked().0.clone()).collect();
        let digits = bare.first().and_then(Value::as_str).unwrap_or("");
        let base = integer(&bare, 1).map_err(|e| FunctionError::argument(1, e.message))?;
        let Some(base) = u32::try_from(base).ok().filter(|b| (2..=62).contains(b)) else {
            let message = "base must be a whole number between 2 and 62 inclusive";
            return Err(FunctionError::argument(1, message));
        };
        let number = parse(digits, base).ok_or_else(|| {
            let base = hidden(marks(1)).map_or_else(|| base.to_string(), str::to_owned);
            let digits = redacted(digits, marks(0));
            let message = format!("cannot parse {digits} as a base {base} integer");
            FunctionError::argument(0, message)
        })?;
        Ok(Value::number(number).with_marks(marks(0) | marks(1)))
    })
    .not_null()
}

fn parse(text: &str, base: u32) -> Option<Number> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return None;
    }
    let values: Option<Vec<u32>> = digits.bytes().map(|b| digit(b, base)).collect();
    let magnitude = combine(&values?, base).in_radix(16).to_string();
    let number = Number::from_radix(&magnitude, 16)?;
    Some(if negative && !number.is_zero() {
        number.negate()
    } else {
        number
    })
}

/// The value of a digit; above base 36 the case of letters matters.
fn digit(byte: u8, base: u32) -> Option<u32> {
    let value = match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'z' => byte - b'a' + 10,
        b'A'..=b'Z' if base <= 36 => byte - b'A' + 10,
        b'A'..=b'Z' => byte - b'A' + 36,
        _ => return None,
    };
    Some(u32::from(value)).filter(|value| *value < base)
}

/// The number of all digits, by halves, so that long ones stay cheap.
fn combine(digits: &[u32], base: u32) -> UBig {
    if digits.len() <= CHUNK {
        let step = |number: UBig, digit: &u32| number * base + *digit;
        return digits.iter().fold(UBig::ZERO, step);
    }
    let (high, low) = digits.split_at(digits.len() / 2);
    combine(high, base) * UBig::from(base).pow(low.len()) + combine(low, base)
}
