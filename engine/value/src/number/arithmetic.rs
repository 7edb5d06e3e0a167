//! Arithmetic of numbers.
//!
//! Results have the larger precision of the operands unless said otherwise;
//! `None` where the result would be "not a number".

use std::cmp::Ordering;

use dashu_int::{UBig, ops::BitTest};

use super::{LITERAL_PRECISION, Number, Repr, float::Float};

impl Number {
    /// Two inline integers whose sums and products need no rounding.
    fn small_pair(&self, other: &Number) -> Option<(i64, i64, u32)> {
        match (&self.0, &other.0) {
            (
                Repr::Int {
                    value: a,
                    precision,
                },
                Repr::Int {
                    value: b,
                    precision: other,
                },
            ) => {
                let precision = *precision.max(other);
                (precision >= 64).then_some((*a, *b, precision))
            }
            _ => None,
        }
    }

    /// The sum; `None` for opposite infinities.
    pub fn add(&self, other: &Number) -> Option<Number> {
        if let Some((a, b, precision)) = self.small_pair(other)
            && let Some(sum) = a.checked_add(b)
        {
            return Some(Number::int(sum, precision));
        }
        self.add_to(other, self.precision().max(other.precision()))
    }

    fn add_to(&self, other: &Number, precision: u32) -> Option<Number> {
        match (self.to_float(), other.to_float()) {
            (Some(a), Some(b)) => Some(add_floats(a, b, precision)),
            (None, Some(_)) => Some(self.clone()),
            (Some(_), None) => Some(other.clone()),
            (None, None) => (self.is_negative() == other.is_negative()).then(|| self.clone()),
        }
    }

    /// The difference; `None` for equal infinities.
    pub fn subtract(&self, other: &Number) -> Option<Number> {
        if let Some((a, b, precision)) = self.small_pair(other)
            && let Some(difference) = a.checked_sub(b)
        {
            return Some(Number::int(difference, precision));
        }
        self.add(&other.negate())
    }

    /// The number with the opposite sign; zero becomes a negative zero.
    pub fn negate(&self) -> Number {
        match &self.0 {
            Repr::Int { value, precision } if *value != 0 && *value != i64::MIN => {
                Number::int(-value, *precision)
            }
            Repr::Infinity { negative } => Number::infinity(!negative),
            _ => match self.to_float() {
                Some(float) => Number::from_float(Float {
                    negative: !float.negative,
                    ..float
                }),
                None => self.clone(),
            },
        }
    }

    /// Without its sign.
    pub fn abs(&self) -> Number {
        if self.is_negative() {
            self.negate()
        } else {
            self.clone()
        }
    }

    /// The product, with more precision than the operands if it is exact
    /// then; `None` for zero times infinity.
    pub fn multiply(&self, other: &Number) -> Option<Number> {
        if let Some((a, b, precision)) = self.small_pair(other)
            && let Some(product) = a.checked_mul(b)
            && product != 0
        {
            return Some(Number::int(product, precision));
        }
        if (self.is_infinite() && other.is_zero()) || (self.is_zero() && other.is_infinite()) {
            return None;
        }
        let product = self.multiply_to(other, LITERAL_PRECISION);
        let precision = self.precision().max(other.precision());
        Some(product.with_precision(precision.max(product.needed_precision())))
    }

    /// The product rounded to `precision`; zero times infinity is infinite.
    pub(super) fn multiply_to(&self, other: &Number, precision: u32) -> Number {
        match self.to_float() {
            Some(a) => Number::multiply_raw(a.negative, a.mantissa, a.exponent, other, precision),
            None => Number::infinity(self.is_negative() != other.is_negative()),
        }
    }

    /// A product of a number given in its parts.
    pub(super) fn multiply_raw(
        negative: bool,
        mantissa: UBig,
        exponent: i64,
        other: &Number,
        precision: u32,
    ) -> Number {
        match other.to_float() {
            Some(b) => Number::rounded(
                negative != b.negative,
                mantissa * b.mantissa,
                exponent + b.exponent,
                precision,
            ),
            None => Number::infinity(negative != other.is_negative()),
        }
    }

    /// The quotient: infinite for a division by zero, `None` for zero by zero
    /// and infinity by infinity.
    pub fn divide(&self, other: &Number) -> Option<Number> {
        if let Some((a, b, precision)) = self.small_pair(other)
            && a != 0
            && a.checked_rem(b) == Some(0)
            && let Some(quotient) = a.checked_div(b)
        {
            return Some(Number::int(quotient, precision));
        }
        if (self.is_zero() && other.is_zero()) || (self.is_infinite() && other.is_infinite()) {
            return None;
        }
        let precision = self.precision().max(other.precision());
        let negative = self.is_negative() != other.is_negative();
        match self.to_float() {
            Some(_) if other.is_zero() => Some(Number::infinity(negative)),
            Some(a) => Some(Number::divide_raw(
                a.negative, a.mantissa, a.exponent, other, precision,
            )),
            None => Some(Number::infinity(negative)),
        }
    }

    /// A quotient of a number given in its parts; `other` must not be zero.
    pub(super) fn divide_raw(
        negative: bool,
        mantissa: UBig,
        exponent: i64,
        other: &Number,
        precision: u32,
    ) -> Number {
        let negative = negative != other.is_negative();
        let Some(b) = other.to_float() else {
            return Number::rounded(negative, UBig::ZERO, 0, precision);
        };
        if b.mantissa.is_zero() {
            return Number::infinity(negative);
        }
        let wanted = b.mantissa.bit_len() + precision as usize + 2;
        let shift = wanted.saturating_sub(mantissa.bit_len());
        let dividend = mantissa << shift;
        let quotient = &dividend / &b.mantissa;
        let exact = &quotient * &b.mantissa == dividend;
        Number::rounded_with(
            negative,
            quotient,
            exponent - shift as i64 - b.exponent,
            precision,
            !exact,
        )
    }

    /// The remainder of a division rounded towards zero: it has the sign of
    /// `self`, and its precision. By zero it is `self`; `None` with an
    /// infinity.
    pub fn modulo(&self, other: &Number) -> Option<Number> {
        if self.is_infinite() || other.is_infinite() {
            return None;
        }
        if other.is_zero() {
            return Some(self.clone());
        }
        if let (
            Repr::Int {
                value: a,
                precision,
            },
            Repr::Int {
                value: b,
                precision: other,
            },
        ) = (&self.0, &other.0)
            && *precision >= 64
            && *other >= 64
            && let Some(remainder) = a.checked_rem(*b)
        {
            return Some(Number::int(remainder, *precision));
        }
        let precision = self.precision();
        let times = self.divide(other)?.truncate().with_precision(precision);
        let product = other.multiply_to(&times, precision);
        self.add_to(&product.negate(), precision)
    }

    /// The integer next to it towards zero.
    pub fn truncate(&self) -> Number {
        self.to_integer(|_| false)
    }

    /// The largest integer that is not larger.
    pub fn floor(&self) -> Number {
        self.to_integer(|negative| negative)
    }

    /// The smallest integer that is not smaller.
    pub fn ceil(&self) -> Number {
        self.to_integer(|negative| !negative)
    }

    /// The integer part; one further from zero if something was cut off and
    /// `away` says so for the sign.
    fn to_integer(&self, away: impl Fn(bool) -> bool) -> Number {
        let Repr::Float(float) = &self.0 else {
            return self.clone();
        };
        if float.exponent >= 0 && !float.mantissa.is_zero() {
            return self.clone();
        }
        let (mut whole, exact) = float.truncated();
        if !exact && away(float.negative) {
            whole += 1u8;
        }
        let negative = float.negative && !whole.is_zero();
        Number::rounded(negative, whole, 0, float.precision)
    }

    /// Rounded to `precision` bits, and computing on with as many.
    pub fn with_precision(&self, precision: u32) -> Number {
        match &self.0 {
            Repr::Int { value, .. } if precision >= 64 => Number::int(*value, precision),
            _ => match self.to_float() {
                Some(f) => Number::rounded(f.negative, f.mantissa, f.exponent, precision),
                None => self.clone(),
            },
        }
    }

    /// How many bits the exact value needs.
    fn needed_precision(&self) -> u32 {
        self.to_float()
            .map_or(0, |float| u32::try_from(float.bits()).unwrap_or(u32::MAX))
    }
}

fn add_floats(a: Float, b: Float, precision: u32) -> Number {
    if a.mantissa.is_zero() && b.mantissa.is_zero() {
        let negative = a.negative && b.negative;
        return Number::rounded(negative, UBig::ZERO, 0, precision);
    }
    if a.mantissa.is_zero() {
        return Number::rounded(b.negative, b.mantissa, b.exponent, precision);
    }
    if b.mantissa.is_zero() {
        return Number::rounded(a.negative, a.mantissa, a.exponent, precision);
    }
    let (large, small) = if a.top() >= b.top() { (a, b) } else { (b, a) };
    let gap = i64::from(precision) + 2;
    // Far below the last bit only its sign counts: move it closer.
    let floor = large.top() - large.bits().max(gap) - gap;
    let small = if small.top() < floor {
        Float {
            mantissa: UBig::ONE,
            exponent: floor,
            ..small
        }
    } else {
        small
    };
    let exponent = large.exponent.min(small.exponent);
    let x = large.mantissa << (large.exponent - exponent) as usize;
    let y = small.mantissa << (small.exponent - exponent) as usize;
    if large.negative == small.negative {
        return Number::rounded(large.negative, x + y, exponent, precision);
    }
    match x.cmp(&y) {
        Ordering::Equal => Number::rounded(false, UBig::ZERO, 0, precision),
        Ordering::Greater => Number::rounded(large.negative, x - y, exponent, precision),
        Ordering::Less => Number::rounded(small.negative, y - x, exponent, precision),
    }
}
