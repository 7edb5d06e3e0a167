//! Powers and logarithms of floating-point numbers, to the last bit as Go
//! computes them: a plan must not differ from Terraform's by a rounding.

/// `x` to the power `y`.
pub(super) fn pow(x: f64, y: f64) -> f64 {
    let special = y == 0.0
        || y.abs() == 1.0
        || y.abs() == 0.5
        || x == 1.0
        || x == 0.0
        || !x.is_finite()
        || !y.is_finite();
    if special {
        return special_power(x, y);
    }
    let (mut fraction, mut whole) = (y.abs().fract(), y.abs().trunc());
    if fraction != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if whole >= 9.223_372_036_854_776e18 {
        return match x {
            -1.0 => 1.0,
            x if (x.abs() < 1.0) == (y > 0.0) => 0.0,
            _ => f64::INFINITY,
        };
    }
    let mut factor = 1.0;
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        factor = exp(fraction * ln(x));
    }
    let (factor, exponent) = whole_power(x, whole as i64, factor);
    if y < 0.0 {
        scale(1.0 / factor, -exponent)
    } else {
        scale(factor, exponent)
    }
}

fn special_power(x: f64, y: f64) -> f64 {
    match y {
        _ if x == 1.0 => 1.0,
        0.5 if x.is_finite() => x.sqrt(),
        -0.5 if x.is_finite() => 1.0 / x.sqrt(),
        y => x.powf(y),
    }
}

/// `factor` times `x` to the power `n`, as a factor and a power of two.
fn whole_power(x: f64, n: i64, mut factor: f64) -> (f64, i64) {
    let (mut base, mut base_exponent) = split(x);
    let mut exponent = 0;
    let mut rest = n;
    while rest != 0 {
        if base_exponent.abs() > 1 << 12 {
            exponent += base_exponent;
            break;
        }
        if rest & 1 == 1 {
            factor *= base;
            exponent += base_exponent;
        }
        base *= base;
        base_exponent <<= 1;
        if base < 0.5 {
            base += base;
            base_exponent -= 1;
        }
        rest >>= 1;
    }
    (factor, exponent)
}

/// A finite number other than zero as a factor from 0.5 up to 1 and a power
/// of two.
fn split(x: f64) -> (f64, i64) {
    let (x, shift) = if x.abs() < f64::MIN_POSITIVE {
        (x * (1_u64 << 52) as f64, -52)
    } else {
        (x, 0)
    };
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64 - 1022;
    let factor = f64::from_bits(bits & !(0x7ff << 52) | (1022 << 52));
    (factor, exponent + shift)
}

/// `factor` times two to the power `exponent`.
fn scale(factor: f64, exponent: i64) -> f64 {
    let steps = exponent.clamp(-2200, 2200);
    let power = |n: i64| 2.0_f64.powi(i32::try_from(n).unwrap_or(0));
    let half = steps / 2;
    if (-1021..=1023).contains(&(split_exponent(factor) + steps)) {
        // In two steps, neither of which leaves the range.
        return factor * power(half) * power(steps - half);
    }
    let third = steps / 3;
    factor * power(third) * power(third) * power(steps - 2 * third)
}

fn split_exponent(x: f64) -> i64 {
    if x == 0.0 || !x.is_finite() {
        return 0;
    }
    split(x).1
}

/// The natural logarithm, by the method of FreeBSD's `e_log.c`.
pub(super) fn ln(x: f64) -> f64 {
    if !x.is_finite() || x <= 0.0 {
        return x.ln();
    }
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let (mut factor, mut exponent) = split(x);
    if factor < std::f64::consts::FRAC_1_SQRT_2 {
        factor *= 2.0;
        exponent -= 1;
    }
    let f = factor - 1.0;
    let k = exponent as f64;
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2
        * (6.666_666_666_666_735e-1
            + s4 * (2.857_142_874_366_239e-1
                + s4 * (1.818_357_216_161_805e-1 + s4 * 1.479_819_860_511_658_6e-1)));
    let even = s4
        * (3.999_999_999_940_942e-1
            + s4 * (2.222_219_843_214_978_4e-1 + s4 * 1.531_383_769_920_937_3e-1));
    let rest = odd + even;
    let half_square = 0.5 * f * f;
    k * LN2_HIGH - ((half_square - (s * (half_square + rest) + k * LN2_LOW)) - f)
}

/// e to the power `x`, by the method of Naoki Shibata with fused
/// multiplication and addition.
fn exp(x: f64) -> f64 {
    const LN2_HIGH: f64 = 0.693_147_180_559_663;
    const LN2_LOW: f64 = 0.282_352_905_630_315_8e-12;
    /// One through the factorials from 8 down to 1.
    const TAYLOR: [f64; 8] = [
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
    ];
    if !x.is_finite() || x.abs() > 700.0 {
        return x.exp();
    }
    let exponent = (std::f64::consts::LOG2_E * x).round_ties_even();
    let rest = (-exponent).mul_add(LN2_HIGH, x);
    let rest = (-exponent).mul_add(LN2_LOW, rest) * 0.0625;
    let [first, others @ ..] = TAYLOR;
    let series = others
        .iter()
        .fold(first, |sum, next| sum.mul_add(rest, *next));
    // Sixteen times the exponent: (1 + y) squared less 1 is y (2 + y).
    let mut y = rest * series;
    for _ in 0..3 {
        y *= y + 2.0;
    }
    let factor = y.mul_add(y + 2.0, 1.0);
    factor * 2.0_f64.powi(exponent as i32)
}
