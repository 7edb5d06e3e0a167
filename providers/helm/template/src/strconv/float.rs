//! `strconv.FormatFloat`.

/// No float has more digits than this; beyond it all are zeros, and the
/// standard library takes no precision over 65 535.
const MAX_DIGITS: usize = 1100;

/// The digits of a positive finite number and where its decimal point is:
/// `0.d1d2d3… × 10^point`.
struct Decimal {
    digits: Vec<u8>,
    point: i32,
}

/// `strconv.FormatFloat(value, format, precision, 64)`; no precision stands
/// for -1, the shortest that reads back the same. `format` is one of
/// `b e E f g G x X`.
pub(crate) fn format_float(value: f64, format: char, precision: Option<usize>) -> String {
    let bits = value.to_bits();
    let parts = Parts {
        negative: value.is_sign_negative(),
        mantissa: bits & ((1 << 52) - 1),
        exponent: ((bits >> 52) & 0x7ff) as i32,
        mantissa_bits: 52,
        bias: -1023,
    };
    format_parts(
        value,
        parts,
        format,
        precision,
        |precision| match precision {
            Some(precision) => format!("{:.*e}", precision, value.abs()),
            None => format!("{:e}", value.abs()),
        },
    )
}

/// The same for 32 bits.
pub(crate) fn format_float32(value: f32, format: char, precision: Option<usize>) -> String {
    let bits = value.to_bits();
    let parts = Parts {
        negative: value.is_sign_negative(),
        mantissa: u64::from(bits & ((1 << 23) - 1)),
        exponent: ((bits >> 23) & 0xff) as i32,
        mantissa_bits: 23,
        bias: -127,
    };
    let wide = f64::from(value);
    format_parts(
        wide,
        parts,
        format,
        precision,
        |precision| match precision {
            Some(precision) => format!("{:.*e}", precision, wide.abs()),
            None => format!("{:e}", value.abs()),
        },
    )
}

struct Parts {
    negative: bool,
    mantissa: u64,
    exponent: i32,
    mantissa_bits: u32,
    bias: i32,
}

fn format_parts(
    value: f64,
    parts: Parts,
    format: char,
    precision: Option<usize>,
    scientific: impl Fn(Option<usize>) -> String,
) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    let sign = if parts.negative { "-" } else { "" };
    if value.is_infinite() {
        return if parts.negative { "-Inf" } else { "+Inf" }.into();
    }
    let body = match format {
        'b' => binary(&parts),
        'x' | 'X' => hexadecimal(&parts, precision, format),
        'f' => match precision {
            Some(precision) => {
                let digits = precision.min(MAX_DIGITS);
                let zeros = "0".repeat(precision - digits);
                format!("{:.*}{zeros}", digits, value.abs())
            }
            None => plain(&decimal(&scientific(None))),
        },
        'e' | 'E' => {
            let mut number = decimal(&scientific(precision.map(|digits| digits.min(MAX_DIGITS))));
            if let Some(precision) = precision {
                number.digits.resize(precision + 1, b'0');
            }
            exponential(&number, format)
        }
        _ => general(precision, format, &scientific),
    };
    format!("{sign}{body}")
}

fn decimal(scientific: &str) -> Decimal {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let digits = mantissa.bytes().filter(|byte| *byte != b'.').collect();
    let exponent: i32 = exponent.parse().unwrap_or(0);
    Decimal {
        digits,
        point: exponent + 1,
    }
}

fn general(
    precision: Option<usize>,
    format: char,
    scientific: &impl Fn(Option<usize>) -> String,
) -> String {
    let wanted = precision.map(|precision| precision.max(1));
    let mut number = decimal(&scientific(
        wanted.map(|digits| (digits - 1).min(MAX_DIGITS)),
    ));
    while number.digits.len() > 1 && number.digits.last() == Some(&b'0') {
        number.digits.pop();
    }
    let count = number.digits.len();
    let threshold = match wanted {
        Some(wanted) if wanted > count && count as i64 >= i64::from(number.point) => count,
        Some(wanted) => wanted,
        None => 6,
    };
    let exponent = i64::from(number.point) - 1;
    if exponent < -4 || exponent >= threshold as i64 {
        let letter = if format == 'G' { 'E' } else { 'e' };
        return exponential(&number, letter);
    }
    plain(&number)
}

fn exponential(number: &Decimal, letter: char) -> String {
    let mut out = String::with_capacity(number.digits.len() + 8);
    for (index, digit) in number.digits.iter().enumerate() {
        if index == 1 {
            out.push('.');
        }
        out.push(char::from(*digit));
    }
    let zero = number.digits.iter().all(|digit| *digit == b'0');
    let exponent = if zero { 0 } else { number.point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    out.push_str(&format!("{letter}{sign}{:02}", exponent.unsigned_abs()));
    out
}

fn plain(number: &Decimal) -> String {
    let point = usize::try_from(number.point).unwrap_or(0);
    let mut out = String::new();
    if point == 0 {
        out.push('0');
    }
    for index in 0..point {
        out.push(
            number
                .digits
                .get(index)
                .map_or('0', |digit| char::from(*digit)),
        );
    }
    if number.digits.len() > point {
        let leading = usize::try_from(-number.point).unwrap_or(0);
        let rest = number.digits.iter().skip(point);
        let rest: String = rest.map(|digit| char::from(*digit)).collect();
        out.push('.');
        out.extend(std::iter::repeat_n('0', leading));
        out.push_str(&rest);
    }
    out
}

/// `%b`: `4503599627370496p-52`.
fn binary(parts: &Parts) -> String {
    let (mantissa, exponent) = normal(parts);
    let exponent = exponent - parts.mantissa_bits as i32;
    format!("{mantissa}p{exponent:+}")
}

fn normal(parts: &Parts) -> (u64, i32) {
    match parts.exponent {
        0 => (parts.mantissa, 1 + parts.bias),
        exponent => (
            parts.mantissa | 1 << parts.mantissa_bits,
            exponent + parts.bias,
        ),
    }
}

/// `%x`: `0x1.8p+01`.
fn hexadecimal(parts: &Parts, precision: Option<usize>, format: char) -> String {
    let (mantissa, mut exponent) = normal(parts);
    let mut mantissa = mantissa << (60 - parts.mantissa_bits);
    if mantissa == 0 {
        exponent = 0;
    }
    while mantissa != 0 && mantissa & (1 << 60) == 0 {
        mantissa <<= 1;
        exponent -= 1;
    }
    if let Some(precision) = precision.filter(|precision| *precision < 15) {
        let shift = precision * 4;
        let extra = (mantissa << shift) & ((1 << 60) - 1);
        mantissa >>= 60 - shift;
        if extra | (mantissa & 1) > 1 << 59 {
            mantissa += 1;
        }
        mantissa <<= 60 - shift;
        if mantissa & (1 << 61) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let mut out = format!("0x{}", (mantissa >> 60) & 1);
    mantissa <<= 4;
    if precision.is_none() && mantissa != 0 {
        out.push('.');
        while mantissa != 0 {
            out.push_str(&format!("{:x}", mantissa >> 60));
            mantissa <<= 4;
        }
    }
    if let Some(precision) = precision.filter(|precision| *precision > 0) {
        out.push('.');
        for _ in 0..precision {
            out.push_str(&format!("{:x}", mantissa >> 60));
            mantissa <<= 4;
        }
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    out.push_str(&format!("p{sign}{:02}", exponent.unsigned_abs()));
    if format == 'X' {
        out.make_ascii_uppercase();
    }
    out
}
