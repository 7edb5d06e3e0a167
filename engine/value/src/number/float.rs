//! Finite binary floating point numbers.

use std::cmp::Ordering;

use dashu_int::{UBig, ops::BitTest};

use super::Number;

/// The largest exponent of a number in the form 0.1xxx * 2^e.
const MAX_EXPONENT: i64 = i32::MAX as i64;
/// The smallest one.
const MIN_EXPONENT: i64 = i32::MIN as i64;

/// `mantissa * 2^exponent`; the mantissa is odd, or zero for a zero.
#[derive(Clone)]
pub(super) struct Float {
    pub(super) negative: bool,
    pub(super) mantissa: UBig,
    pub(super) exponent: i64,
    pub(super) precision: u32,
}

impl Float {
    pub(super) fn from_i64(value: i64, precision: u32) -> Float {
        let zeros = if value == 0 {
            0
        } else {
            value.trailing_zeros()
        };
        Float {
            negative: value < 0,
            mantissa: UBig::from(value.unsigned_abs() >> zeros),
            exponent: i64::from(zeros),
            precision,
        }
    }

    /// `value` must be finite.
    pub(super) fn from_f64(value: f64) -> Float {
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = match (bits >> 52) & 0x7ff {
            0 => (fraction, -1074),
            biased => (fraction | 1 << 52, biased as i64 - 1075),
        };
        Float::normal(value.is_sign_negative(), UBig::from(mantissa), exponent, 53)
    }

    /// Moves trailing zero bits of the mantissa to the exponent.
    fn normal(negative: bool, mantissa: UBig, exponent: i64, precision: u32) -> Float {
        let zeros = mantissa.trailing_zeros().unwrap_or(0);
        let exponent = if mantissa.is_zero() {
            0
        } else {
            exponent + zeros as i64
        };
        Float {
            negative,
            mantissa: if zeros == 0 {
                mantissa
            } else {
                mantissa >> zeros
            },
            exponent,
            precision,
        }
    }

    /// The number of bits of the mantissa.
    pub(super) fn bits(&self) -> i64 {
        self.mantissa.bit_len() as i64
    }

    /// The exponent in the form 0.1xxx * 2^e.
    pub(super) fn top(&self) -> i64 {
        self.exponent + self.bits()
    }

    /// The value unless it is a negative zero, no integer or out of range.
    pub(super) fn to_i64(&self) -> Option<i64> {
        if self.mantissa.is_zero() {
            return (!self.negative).then_some(0);
        }
        if self.exponent < 0 || self.top() > 64 {
            return None;
        }
        let magnitude = i128::from(u64::try_from(&self.mantissa).ok()?) << self.exponent;
        i64::try_from(if self.negative { -magnitude } else { magnitude }).ok()
    }

    pub(super) fn to_u64(&self) -> Option<u64> {
        if self.mantissa.is_zero() {
            return Some(0);
        }
        if self.negative || self.exponent < 0 || self.top() > 64 {
            return None;
        }
        Some(u64::try_from(&self.mantissa).ok()? << self.exponent)
    }

    pub(super) fn to_f64(&self) -> f64 {
        let sign = if self.negative { -1.0 } else { 1.0 };
        if self.mantissa.is_zero() || self.top() < -1074 {
            return sign * 0.0;
        }
        if self.top() > 1024 {
            return sign * f64::INFINITY;
        }
        // Subnormal doubles have fewer bits.
        let precision = (self.top() + 1074).clamp(0, 53) as u32;
        let (mantissa, exponent) = round(self.mantissa.clone(), self.exponent, precision, false);
        let mantissa = u64::try_from(mantissa).unwrap_or(u64::MAX) as f64;
        // In two steps, so that no power is out of range; both are exact.
        let half = exponent.clamp(-2200, 2200) as i32 / 2;
        let rest = exponent.clamp(-2200, 2200) as i32 - half;
        sign * mantissa * 2f64.powi(half) * 2f64.powi(rest)
    }

    /// Compares the values.
    pub(super) fn compare(&self, other: &Float) -> Ordering {
        let a = (self.mantissa.is_zero(), self.negative);
        let b = (other.mantissa.is_zero(), other.negative);
        match (a, b) {
            ((true, _), (true, _)) => Ordering::Equal,
            ((true, _), (false, negative)) | ((false, _), (_, negative)) if a.0 => {
                if negative {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            ((false, true), (true, _) | (false, false)) => Ordering::Less,
            ((false, false), (true, _) | (false, true)) => Ordering::Greater,
            ((_, negative), _) => {
                let magnitudes = self.compare_magnitude(other);
                if negative {
                    magnitudes.reverse()
                } else {
                    magnitudes
                }
            }
        }
    }

    /// Compares two values other than zero, ignoring signs.
    pub(super) fn compare_magnitude(&self, other: &Float) -> Ordering {
        self.top().cmp(&other.top()).then_with(|| {
            // The tops being equal, the shift is at most the longer mantissa.
            let shift = self.exponent - other.exponent;
            if shift >= 0 {
                (self.mantissa.clone() << shift as usize).cmp(&other.mantissa)
            } else {
                let other = other.mantissa.clone() << shift.unsigned_abs() as usize;
                self.mantissa.cmp(&other)
            }
        })
    }

    /// The integer part, and whether nothing was cut off.
    pub(super) fn truncated(&self) -> (UBig, bool) {
        if self.exponent >= 0 {
            return (self.mantissa.clone() << self.exponent as usize, true);
        }
        let cut = self.exponent.unsigned_abs() as usize;
        (&self.mantissa >> cut, self.mantissa.is_zero())
    }
}

/// Rounds to `precision` bits, to the nearest and on a tie to the even one;
/// `more` says that there are further bits below the last one.
fn round(mantissa: UBig, exponent: i64, precision: u32, more: bool) -> (UBig, i64) {
    let bits = mantissa.bit_len();
    let precision = precision as usize;
    if bits <= precision {
        return (mantissa, exponent);
    }
    let cut = bits - precision;
    let half = mantissa.bit(cut - 1);
    let below = more
        || mantissa
            .trailing_zeros()
            .is_some_and(|zeros| zeros < cut - 1);
    let mut kept = &mantissa >> cut;
    if half && (below || kept.bit(0)) {
        kept += 1u8;
    }
    (kept, exponent + cut as i64)
}

impl Number {
    /// The nearest number of `precision` bits.
    pub(super) fn rounded(negative: bool, mantissa: UBig, exponent: i64, precision: u32) -> Number {
        Number::rounded_with(negative, mantissa, exponent, precision, false)
    }

    /// The same, `more` telling of bits below the mantissa's last one; the
    /// mantissa must then have more than `precision` bits.
    pub(super) fn rounded_with(
        negative: bool,
        mantissa: UBig,
        exponent: i64,
        precision: u32,
        more: bool,
    ) -> Number {
        let (mantissa, exponent) = round(mantissa, exponent, precision, more);
        let float = Float::normal(negative, mantissa, exponent, precision);
        if float.mantissa.is_zero() {
            return Number::from_float(float);
        }
        if float.top() > MAX_EXPONENT {
            return Number::infinity(negative);
        }
        if float.top() < MIN_EXPONENT {
            return Number::from_float(Float {
                negative,
                mantissa: UBig::ZERO,
                exponent: 0,
                precision,
            });
        }
        Number::from_float(float)
    }
}
