//! Numbers: conversions, arithmetic, rounding, ranges.

use super::arguments::{Args, Result, Row, check_count, fail, fixed, put_all, variadic};
use crate::print::sprint;
use crate::{Functions, Kind, List, Type, Value};

const ANY: Type = Type::Any;
const INT: Type = Type::INT;
static INT_ELEMENT: Type = Type::INT;

const FUNCTIONS: &[Row] = &[
    fixed(&["int"], &[ANY], |args| {
        Ok(Value::int(to_int(&args.value(0))))
    }),
    fixed(&["int64"], &[ANY], |args| {
        Ok(Value::int64(to_int(&args.value(0))))
    }),
    fixed(&["float64"], &[ANY], |args| {
        Ok(to_float(&args.value(0)).into())
    }),
    fixed(&["atoi"], &[Type::String], |args| {
        Ok(Value::int(args.text(0).parse().unwrap_or(0)))
    }),
    fixed(&["toDecimal"], &[ANY], octal),
    fixed(&["add1"], &[ANY], |args| {
        Ok(Value::int64(to_int(&args.value(0)).wrapping_add(1)))
    }),
    variadic(&["add"], &[], ANY, |args| {
        Ok(Value::int64(fold(0, args.0, i64::wrapping_add)))
    }),
    variadic(&["mul"], &[ANY], ANY, |args| {
        Ok(folded(args, i64::wrapping_mul))
    }),
    fixed(&["sub"], &[ANY, ANY], |args| {
        Ok(folded(args, i64::wrapping_sub))
    }),
    fixed(&["div"], &[ANY, ANY], |args| {
        divide(args, i64::wrapping_div)
    }),
    fixed(&["mod"], &[ANY, ANY], |args| {
        divide(args, i64::wrapping_rem)
    }),
    variadic(&["max", "biggest"], &[ANY], ANY, |args| {
        Ok(folded(args, i64::max))
    }),
    variadic(&["min"], &[ANY], ANY, |args| Ok(folded(args, i64::min))),
    variadic(&["maxf"], &[ANY], ANY, |args| {
        Ok(fold_float(args, f64::max))
    }),
    variadic(&["minf"], &[ANY], ANY, |args| {
        Ok(fold_float(args, f64::min))
    }),
    fixed(&["floor"], &[ANY], |args| {
        Ok(to_float(&args.value(0)).floor().into())
    }),
    fixed(&["ceil"], &[ANY], |args| {
        Ok(to_float(&args.value(0)).ceil().into())
    }),
    variadic(&["round"], &[ANY, INT], Type::Float64, round),
    fixed(&["add1f"], &[ANY], |args| {
        decimal(&args.value(0), &[Value::int64(1)], '+')
    }),
    variadic(&["addf"], &[], ANY, |args| {
        decimal(&Value::from(0.0), args.0, '+')
    }),
    variadic(&["subf"], &[ANY], ANY, |args| {
        decimal(&args.value(0), args.rest(1), '-')
    }),
    variadic(&["mulf"], &[ANY], ANY, |args| {
        decimal(&args.value(0), args.rest(1), '*')
    }),
    variadic(&["divf"], &[ANY], ANY, divide_decimals),
    fixed(&["until"], &[INT], |args| {
        let count = args.int(0);
        range(0, count, if count < 0 { -1 } else { 1 }).map(ints)
    }),
    fixed(&["untilStep"], &[INT, INT, INT], |args| {
        range(args.int(0), args.int(1), args.int(2)).map(ints)
    }),
    variadic(&["seq"], &[], INT, seq),
];

pub(super) fn add(functions: &mut Functions) {
    put_all(functions, FUNCTIONS);
}

/// `toDecimal` reads octal digits.
fn octal(args: Args<'_>) -> Result {
    let text = sprint(&[args.value(0)])?;
    let number = i64::from_str_radix(&text.to_str(), 8);
    Ok(Value::int64(number.unwrap_or(0)))
}

fn divide_decimals(args: Args<'_>) -> Result {
    if args.rest(1).iter().any(|value| to_float(value) == 0.0) {
        return fail("decimal division by 0");
    }
    decimal(&args.value(0), args.rest(1), '/')
}

/// `cast.ToInt64`: 0 for what is no number. Texts may be octal, hexadecimal or binary by prefix.
pub(super) fn to_int(value: &Value) -> i64 {
    match value.kind() {
        Kind::Bool(value) => i64::from(*value),
        Kind::Int(int) => {
            #[expect(clippy::cast_possible_wrap, reason = "Go converts by keeping the bits")]
            let bits = int.bits() as i64;
            bits
        }
        #[expect(clippy::cast_possible_truncation, reason = "Go truncates as well")]
        Kind::Float(value) => {
            if value.is_nan() || *value >= 9_223_372_036_854_775_808.0 {
                i64::MIN
            } else {
                *value as i64
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "Go truncates as well")]
        Kind::Float32(value) => *value as i64,
        Kind::String(text) => int_of_text(&text.to_str()),
        _ => 0,
    }
}

fn int_of_text(text: &str) -> i64 {
    let text = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    };
    crate::strconv::parse_int(text).unwrap_or(0)
}

/// `cast.ToFloat64`: 0 for what is no number.
pub(super) fn to_float(value: &Value) -> f64 {
    match value.kind() {
        Kind::Bool(value) => f64::from(u8::from(*value)),
        #[expect(clippy::cast_precision_loss, reason = "Go converts with the same loss")]
        Kind::Int(int) => int.get() as f64,
        Kind::Float(value) => *value,
        Kind::Float32(value) => f64::from(*value),
        Kind::String(text) => crate::strconv::parse_float(&text.to_str()).unwrap_or(0.0),
        _ => 0.0,
    }
}

fn fold(start: i64, values: &[Value], operate: fn(i64, i64) -> i64) -> i64 {
    values.iter().map(to_int).fold(start, operate)
}

/// The first argument, with each further one in turn.
fn folded(args: Args<'_>, operate: fn(i64, i64) -> i64) -> Value {
    Value::int64(fold(to_int(&args.value(0)), args.rest(1), operate))
}

/// As [`folded`]; what meets NaN is NaN.
fn fold_float(args: Args<'_>, operate: fn(f64, f64) -> f64) -> Value {
    let step = |left: f64, right: f64| match left.is_nan() || right.is_nan() {
        true => f64::NAN,
        false => operate(left, right),
    };
    let rest = args.rest(1).iter().map(to_float);
    rest.fold(to_float(&args.value(0)), step).into()
}

fn divide(args: Args<'_>, operate: fn(i64, i64) -> i64) -> Result {
    let divisor = to_int(&args.value(1));
    if divisor == 0 {
        return fail("runtime error: integer divide by zero");
    }
    Ok(Value::int64(operate(to_int(&args.value(0)), divisor)))
}

fn round(args: Args<'_>) -> Result {
    let on = args
        .rest(2)
        .first()
        .and_then(Value::as_float)
        .unwrap_or(0.5);
    #[expect(clippy::cast_precision_loss, reason = "a number of digits is small")]
    let power = 10_f64.powf(args.int(1) as f64);
    let digit = power * to_float(&args.value(0));
    let fraction = digit - digit.trunc();
    let rounded = if fraction >= on {
        digit.ceil()
    } else {
        digit.floor()
    };
    Ok((rounded / power).into())
}

/// Arithmetic on the decimal digits of floats, which keeps 0.1 + 0.2 at 0.3. Quotients have 16
/// digits behind the point.
fn decimal(start: &Value, values: &[Value], operator: char) -> Result {
    let operand = |value: &Value| match to_float(value) {
        finite if finite.is_finite() => Ok(finite),
        other => fail(format!("Cannot create a Decimal from {}", special(other))),
    };
    let mut result = operand(start)?;
    for value in values {
        result = decimal_step(result, operand(value)?, operator);
    }
    Ok(result.into())
}

fn special(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    }
}

fn decimal_step(left: f64, right: f64, operator: char) -> f64 {
    let plain = match operator {
        '+' => left + right,
        '-' => left - right,
        '*' => left * right,
        _ => left / right,
    };
    let (Some((a, a_scale)), Some((b, b_scale))) = (digits(left), digits(right)) else {
        return plain;
    };
    let scale = a_scale.max(b_scale);
    let aligned = |value: i128, from: u32| {
        10_i128
            .checked_pow(scale - from)
            .and_then(|ten| value.checked_mul(ten))
    };
    let result = match operator {
        '*' => a.checked_mul(b).map(|product| (product, a_scale + b_scale)),
        '/' => quotient(a, a_scale, b, b_scale),
        _ => aligned(a, a_scale)
            .zip(aligned(b, b_scale))
            .and_then(|(a, b)| {
                let sum = if operator == '+' {
                    a.checked_add(b)
                } else {
                    a.checked_sub(b)
                };
                sum.map(|sum| (sum, scale))
            }),
    };
    result
        .and_then(|(value, scale)| format!("{value}e-{scale}").parse().ok())
        .unwrap_or(plain)
}

/// The quotient rounded to 16 digits behind the point, half away from zero.
fn quotient(a: i128, a_scale: u32, b: i128, b_scale: u32) -> Option<(i128, u32)> {
    let shift = (16 + b_scale).checked_sub(a_scale)?;
    let numerator = a.checked_mul(10_i128.checked_pow(shift)?)?;
    let (whole, rest) = (numerator.checked_div(b)?, numerator.checked_rem(b)?);
    let away = i128::from(rest.unsigned_abs().checked_mul(2)? >= b.unsigned_abs());
    let sign = if (numerator < 0) == (b < 0) { 1 } else { -1 };
    Some((whole + sign * away, 16))
}

/// A float as a whole number and the power of ten it is divided by.
fn digits(value: f64) -> Option<(i128, u32)> {
    if !value.is_finite() {
        return None;
    }
    let text = value.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let scale = u32::try_from(fraction.len())
        .ok()
        .filter(|scale| *scale < 30)?;
    Some((format!("{whole}{fraction}").parse().ok()?, scale))
}

fn range(start: i64, stop: i64, step: i64) -> Result<Vec<i64>> {
    let mut numbers = Vec::new();
    if step == 0 || (stop < start) != (step < 0) {
        return Ok(numbers);
    }
    let count =
        (i128::from(stop) - i128::from(start)).unsigned_abs() / i128::from(step).unsigned_abs();
    check_count(usize::try_from(count).unwrap_or(usize::MAX))?;
    let mut number = start;
    while (step > 0 && number < stop) || (step < 0 && number > stop) {
        numbers.push(number);
        match number.checked_add(step) {
            Some(next) => number = next,
            None => break,
        }
    }
    Ok(numbers)
}

fn ints(numbers: Vec<i64>) -> Value {
    let items = numbers.into_iter().map(Value::int).collect();
    List::typed(Type::Slice(&INT_ELEMENT), items).into()
}

fn seq(args: Args<'_>) -> Result {
    let params: Vec<i64> = args
        .0
        .iter()
        .filter_map(Value::as_int)
        .filter_map(|int| i64::try_from(int).ok())
        .collect();
    let toward = |start: i64, end: i64| if end < start { -1 } else { 1 };
    let numbers = match *params.as_slice() {
        [end] => range(1, end.saturating_add(toward(1, end)), toward(1, end))?,
        [start, end] => range(
            start,
            end.saturating_add(toward(start, end)),
            toward(start, end),
        )?,
        [start, step, end] if end >= start || step <= 0 => {
            range(start, end.saturating_add(toward(start, end)), step)?
        }
        _ => Vec::new(),
    };
    let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
    Ok(texts.join(" ").into())
}
