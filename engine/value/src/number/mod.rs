//! Numbers: binary floating point with up to 512 bits, as the language has it.
//!
//! A number carries its precision, because it decides how results are rounded
//! and how many digits are printed: 512 bits for literals and for numbers
//! converted from text, 64 for integers a program made, 53 for doubles.
//! Integers that fit 64 bits are stored inline.

mod arithmetic;
mod float;
mod parse;
mod text;

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use dashu_int::{UBig, ops::BitTest};

use float::Float;
pub use text::NumberFormat;

/// The precision of literals.
pub(crate) const LITERAL_PRECISION: u32 = 512;

/// A number: finite with up to 512 bits, or an infinity; never "not a number".
///
/// Equality is that of the language: integers by value, others when they
/// print the same. [`Number::compare`] is exact.
#[derive(Clone)]
pub struct Number(Repr);

#[derive(Clone)]
enum Repr {
    Int { value: i64, precision: u32 },
    Float(Arc<Float>),
    Infinity { negative: bool },
}

impl Number {
    /// Larger than every other number.
    pub const INFINITY: Number = Number(Repr::Infinity { negative: false });
    /// Smaller than every other number.
    pub const NEG_INFINITY: Number = Number(Repr::Infinity { negative: true });
    /// Zero.
    pub const ZERO: Number = Number(Repr::Int {
        value: 0,
        precision: 53,
    });

    /// A number as written in a configuration: like [`Number::from`] an
    /// integer, but with the 512 bits of a literal.
    pub fn literal(value: i64) -> Number {
        Number::int(value, LITERAL_PRECISION)
    }

    fn int(value: i64, precision: u32) -> Number {
        Number(Repr::Int { value, precision })
    }

    fn infinity(negative: bool) -> Number {
        Number(Repr::Infinity { negative })
    }

    /// Wraps `float`, inline if it is a small integer.
    fn from_float(float: Float) -> Number {
        match float.to_i64() {
            Some(value) => Number::int(value, float.precision),
            None => Number(Repr::Float(Arc::new(float))),
        }
    }

    /// The number as sign, mantissa and exponent; `None` for infinities.
    fn to_float(&self) -> Option<Float> {
        match &self.0 {
            Repr::Int { value, precision } => Some(Float::from_i64(*value, *precision)),
            Repr::Float(float) => Some(Float::clone(float)),
            Repr::Infinity { .. } => None,
        }
    }

    /// The number of bits results are rounded to.
    pub fn precision(&self) -> u32 {
        match &self.0 {
            Repr::Int { precision, .. } => *precision,
            Repr::Float(float) => float.precision,
            Repr::Infinity { .. } => 0,
        }
    }

    /// Whether it is smaller than zero, or a zero with a minus sign.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Int { value, .. } => *value < 0,
            Repr::Float(float) => float.negative,
            Repr::Infinity { negative } => *negative,
        }
    }

    /// Whether it is zero, with whatever sign.
    pub fn is_zero(&self) -> bool {
        match &self.0 {
            Repr::Int { value, .. } => *value == 0,
            Repr::Float(float) => float.mantissa.is_zero(),
            Repr::Infinity { .. } => false,
        }
    }

    /// Whether it is one of the infinities.
    pub fn is_infinite(&self) -> bool {
        matches!(self.0, Repr::Infinity { .. })
    }

    /// Whether it has no fractional part; infinities are no integers.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Int { .. } => true,
            Repr::Float(float) => float.exponent >= 0,
            Repr::Infinity { .. } => false,
        }
    }

    /// -1, 0 or 1.
    pub fn signum(&self) -> i64 {
        match (self.is_zero(), self.is_negative()) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    /// The value if it is an integer in range.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Int { value, .. } => Some(*value),
            Repr::Float(float) if float.mantissa.is_zero() => Some(0),
            _ => None,
        }
    }

    /// The value if it is an integer in range.
    pub fn to_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Int { value, .. } => u64::try_from(*value).ok(),
            Repr::Float(float) => float.to_u64(),
            Repr::Infinity { .. } => None,
        }
    }

    /// The value if it is an integer in range.
    pub fn to_usize(&self) -> Option<usize> {
        self.to_u64().and_then(|value| usize::try_from(value).ok())
    }

    /// The nearest double; infinite if it is out of range.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Int { value, .. } => *value as f64,
            Repr::Float(float) => float.to_f64(),
            Repr::Infinity { negative: false } => f64::INFINITY,
            Repr::Infinity { negative: true } => f64::NEG_INFINITY,
        }
    }

    /// The double of exactly the same value.
    pub fn to_f64_exact(&self) -> Option<f64> {
        let nearest = self.to_f64();
        let back = Number::from_f64(nearest)?;
        (self.compare(&back) == Ordering::Equal).then_some(nearest)
    }

    /// The number of exactly this value, with 53 bits; `None` for "not a
    /// number".
    pub fn from_f64(value: f64) -> Option<Number> {
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(Number::infinity(value < 0.0));
        }
        Some(Number::from_float(Float::from_f64(value)))
    }

    /// The integer `digits` in `radix` (2 to 62), of 64 bits or as many as it
    /// needs; an optional sign leads. From radix 37 on lower case letters are
    /// digits below upper case ones.
    pub fn from_radix(digits: &str, radix: u32) -> Option<Number> {
        let (negative, digits) = match digits.as_bytes().first()? {
            b'-' => (true, &digits[1..]),
            b'+' => (false, &digits[1..]),
            _ => (false, digits),
        };
        let mantissa = parse::integer(digits, radix)?;
        let precision = u32::try_from(mantissa.bit_len()).ok()?.max(64);
        let negative = negative && !mantissa.is_zero();
        Some(Number::rounded(negative, mantissa, 0, precision))
    }

    /// Compares the values exactly, whatever their precisions.
    pub fn compare(&self, other: &Number) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Int { value: a, .. }, Repr::Int { value: b, .. }) => a.cmp(b),
            (Repr::Infinity { negative: a }, Repr::Infinity { negative: b }) => b.cmp(a),
            (Repr::Infinity { negative }, _) => by_sign(*negative),
            (_, Repr::Infinity { negative }) => by_sign(!*negative),
            _ => match (self.to_float(), other.to_float()) {
                (Some(a), Some(b)) => a.compare(&b),
                _ => Ordering::Equal,
            },
        }
    }
}

/// How an infinity of this sign compares with a finite number.
fn by_sign(negative: bool) -> Ordering {
    if negative {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        match (&self.0, &other.0) {
            (Repr::Float(a), Repr::Float(b)) if Arc::ptr_eq(a, b) => true,
            (Repr::Float(a), Repr::Float(b)) if a.precision != b.precision => {
                match (self.is_integer(), other.is_integer()) {
                    (false, false) => self.to_text() == other.to_text(),
                    _ => self.compare(other) == Ordering::Equal,
                }
            }
            _ => self.compare(other) == Ordering::Equal,
        }
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.to_i64() {
            Some(value) => value.hash(state),
            None => self.to_text().hash(state),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        if self == other {
            return Ordering::Equal;
        }
        self.compare(other)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Number::int(value, 64)
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Number::rounded(false, UBig::from(value), 0, 64)
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        Number::from(value as u64)
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        Number::from(i64::from(value))
    }
}

impl From<u32> for Number {
    fn from(value: u32) -> Self {
        Number::from(i64::from(value))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}
