//! Numbers as text.

use dashu_int::{UBig, ops::BitTest};

use super::{LITERAL_PRECISION, Number, Repr, float::Float};

/// Beyond this binary exponent digits are computed approximately, with far
/// more bits than are printed.
const EXACT_EXPONENT: u64 = 65_536;
/// The bits of that approximation.
const APPROXIMATE_BITS: u32 = 1_088;
/// The significant digits it is good for.
const APPROXIMATE_DIGITS: usize = 300;

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFormat {
    /// `123.45`
    Fixed,
    /// `1.2345e+02`
    Exponent,
    /// Like [`NumberFormat::Exponent`] if the exponent is small or large.
    General,
}

/// `0.d1d2d3... * 10^point`, without trailing zeros.
struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

impl Number {
    /// The fewest digits that read back as the same number at its precision,
    /// without an exponent; `+Inf` and `-Inf` for infinities.
    pub fn to_text(&self) -> String {
        match &self.0 {
            Repr::Int { value, precision } if *precision >= 64 => value.to_string(),
            Repr::Float(float) if let Some(text) = self.short_text(float) => text,
            _ => self.format(NumberFormat::Fixed, None),
        }
    }

    /// The text of most literals, quickly: if the digits of the nearest double
    /// read back as this number, no fewer digits can, because numbers of so
    /// few digits are much further apart than those of a literal's precision.
    fn short_text(&self, float: &Float) -> Option<String> {
        let double = float.to_f64();
        if float.precision != LITERAL_PRECISION || !(1e-9..1e15).contains(&double.abs()) {
            return None;
        }
        let text = double.to_string();
        let same = Number::parse(&text)?.compare(self).is_eq();
        same.then_some(text)
    }

    /// Writes with `digits` digits after the point (for
    /// [`NumberFormat::General`]: significant digits), by default the fewest
    /// that read back as the same number.
    pub fn format(&self, format: NumberFormat, digits: Option<usize>) -> String {
        let Some(float) = self.to_float() else {
            let sign = if self.is_negative() { '-' } else { '+' };
            return format!("{sign}Inf");
        };
        let mut decimal = Decimal::new(&float.mantissa, float.exponent);
        if digits.is_none() {
            decimal.shorten(&float);
        }
        let text = match format {
            NumberFormat::Fixed => decimal.fixed(digits),
            NumberFormat::Exponent => decimal.exponent(digits),
            NumberFormat::General => decimal.general(digits),
        };
        if float.negative {
            format!("-{text}")
        } else {
            text
        }
    }

    /// All digits of the integer part in `radix` (2 to 36), lower case;
    /// `None` for infinities and for more than 2^24 bits.
    pub fn to_radix(&self, radix: u8) -> Option<String> {
        if !(2..=36).contains(&radix) {
            return None;
        }
        let float = self.to_float()?;
        if float.top() > 1 << 24 {
            return None;
        }
        let (whole, _) = float.truncated();
        let sign = if float.negative && !whole.is_zero() {
            "-"
        } else {
            ""
        };
        Some(format!("{sign}{}", whole.in_radix(radix)))
    }
}

impl Decimal {
    /// The digits of `mantissa * 2^exponent`.
    fn new(mantissa: &UBig, exponent: i64) -> Decimal {
        if mantissa.is_zero() {
            return Decimal {
                digits: Vec::new(),
                point: 0,
            };
        }
        if exponent.unsigned_abs() > EXACT_EXPONENT {
            return Decimal::approximate(mantissa, exponent);
        }
        let shift = exponent.unsigned_abs() as usize;
        if exponent >= 0 {
            return Decimal::from_integer(&(mantissa << shift), 0);
        }
        // m / 2^k = m * 5^k / 10^k, and fewer bits first.
        let zeros = mantissa.trailing_zeros().unwrap_or(0).min(shift);
        let shift = shift - zeros;
        let scaled = (mantissa >> zeros) * UBig::from(5u8).pow(shift);
        Decimal::from_integer(&scaled, -(shift as i64))
    }

    fn from_integer(value: &UBig, exponent: i64) -> Decimal {
        let digits = value.to_string().into_bytes();
        let point = digits.len() as i64 + exponent;
        Decimal { digits, point }.trimmed()
    }

    /// Leading digits of a number too large or small to write out exactly.
    fn approximate(mantissa: &UBig, exponent: i64) -> Decimal {
        let top = exponent + mantissa.bit_len() as i64;
        // log10(2), and room for the wanted digits.
        let tens = (top as f64 * std::f64::consts::LOG10_2) as i64 - APPROXIMATE_DIGITS as i64;
        let power = power_of_ten(tens.unsigned_abs());
        let scaled = if tens >= 0 {
            Number::divide_raw(false, mantissa.clone(), exponent, &power, APPROXIMATE_BITS)
        } else {
            Number::multiply_raw(false, mantissa.clone(), exponent, &power, APPROXIMATE_BITS)
        };
        let whole = scaled.to_float().map(|float| float.truncated().0);
        Decimal::from_integer(&whole.unwrap_or_default(), tens)
    }

    fn trimmed(mut self) -> Decimal {
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
        self
    }

    fn digit(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(b'0')
    }

    /// Cuts to the fewest digits between the neighbours of `float`.
    fn shorten(&mut self, float: &Float) {
        if self.digits.is_empty() {
            return;
        }
        // One more bit than the precision: the last one is half a unit.
        let shift = i64::from(float.precision) + 1 - float.bits();
        let Ok(shift) = usize::try_from(shift) else {
            return;
        };
        let mantissa = &float.mantissa << shift;
        let exponent = float.exponent - shift as i64;
        let lower = Decimal::new(&(&mantissa - 1u8), exponent);
        let upper = Decimal::new(&(&mantissa + 1u8), exponent);
        let inclusive = !mantissa.bit(1);
        for index in 0..self.digits.len() {
            let (own, low, high) = (self.digit(index), lower.digit(index), upper.digit(index));
            let down = low != own || (inclusive && index + 1 == lower.digits.len());
            let up = own != high && (inclusive || own + 1 < high || index + 1 < upper.digits.len());
            match (down, up) {
                (true, true) => return self.round(index + 1),
                (true, false) => return self.round_down(index + 1),
                (false, true) => return self.round_up(index + 1),
                (false, false) => {}
            }
        }
    }

    /// Rounds to `count` digits, ties to even.
    fn round(&mut self, count: usize) {
        let Some(&next) = self.digits.get(count) else {
            return;
        };
        let up = if next == b'5' && count + 1 == self.digits.len() {
            count > 0 && self.digit(count - 1) % 2 == 1
        } else {
            next >= b'5'
        };
        if up {
            self.round_up(count);
        } else {
            self.round_down(count);
        }
    }

    fn round_down(&mut self, count: usize) {
        self.digits.truncate(count);
        let digits = std::mem::take(&mut self.digits);
        *self = Decimal {
            digits,
            point: self.point,
        }
        .trimmed();
    }

    fn round_up(&mut self, count: usize) {
        if count >= self.digits.len() {
            return;
        }
        self.digits.truncate(count);
        while self.digits.last() == Some(&b'9') {
            self.digits.pop();
        }
        match self.digits.last_mut() {
            Some(last) => *last += 1,
            None => {
                self.digits.push(b'1');
                self.point += 1;
            }
        }
    }

    /// Rounds to `count` digits; a negative count leaves it as it is.
    fn round_to(&mut self, count: i64) {
        if let Ok(count) = usize::try_from(count) {
            self.round(count);
        }
    }

    fn fixed(mut self, digits: Option<usize>) -> String {
        let after = match digits {
            Some(digits) => {
                self.round_to(self.point.saturating_add(digits as i64));
                digits
            }
            None => usize::try_from(self.digits.len() as i64 - self.point).unwrap_or(0),
        };
        self.write_fixed(after)
    }

    fn write_fixed(&self, after: usize) -> String {
        let mut text = String::new();
        let whole = usize::try_from(self.point).unwrap_or(0);
        if whole == 0 {
            text.push('0');
        }
        text.reserve(whole.saturating_add(after).saturating_add(1));
        text.extend((0..whole).map(|index| char::from(self.digit(index))));
        if after > 0 {
            text.push('.');
            text.extend((0..after as i64).map(|index| {
                let index = usize::try_from(self.point + index);
                char::from(index.map_or(b'0', |index| self.digit(index)))
            }));
        }
        text
    }

    fn exponent(mut self, digits: Option<usize>) -> String {
        let after = match digits {
            Some(digits) => {
                self.round(digits.saturating_add(1));
                digits
            }
            None => self.digits.len().saturating_sub(1),
        };
        self.write_exponent(after)
    }

    fn write_exponent(&self, after: usize) -> String {
        let mut text = String::new();
        text.push(char::from(self.digit(0)));
        if after > 0 {
            text.push('.');
            text.extend((1..=after).map(|index| char::from(self.digit(index))));
        }
        let exponent = if self.digits.is_empty() {
            0
        } else {
            self.point - 1
        };
        let sign = if exponent < 0 { '-' } else { '+' };
        text.push_str(&format!("e{sign}{:02}", exponent.abs()));
        text
    }

    fn general(mut self, digits: Option<usize>) -> String {
        let wanted = digits.map_or(self.digits.len(), |digits| digits.max(1));
        if digits.is_some() {
            self.round(wanted);
        }
        let count = self.digits.len();
        let mut threshold = wanted;
        if threshold > count && count as i64 >= self.point {
            threshold = count;
        }
        if digits.is_none() {
            threshold = 6;
        }
        let exponent = self.point - 1;
        if exponent < -4 || exponent >= threshold as i64 {
            return self.write_exponent(wanted.min(count).saturating_sub(1));
        }
        let shown = if wanted as i64 > self.point {
            count
        } else {
            wanted
        };
        let after = usize::try_from(shown as i64 - self.point).unwrap_or(0);
        self.write_fixed(after)
    }
}

fn power_of_ten(n: u64) -> Number {
    let bits = APPROXIMATE_BITS + 64;
    let mut result = Number::rounded(false, UBig::ONE, 0, bits);
    let mut factor = Number::rounded(false, UBig::from(10u8), 0, bits);
    let mut rest = n;
    while rest > 0 {
        if rest & 1 == 1 {
            result = result.multiply_to(&factor, bits);
        }
        factor = factor.multiply_to(&factor, bits);
        rest >>= 1;
    }
    result
}
