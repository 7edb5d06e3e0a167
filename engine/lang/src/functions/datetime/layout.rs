//! The format strings of `formatdate`.

use trueup_value::quote;

use super::rfc3339::{Date, Timestamp};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// `time` as `format` says: runs of a letter stand for a part, text in single
/// quotes for itself.
pub(super) fn format(format: &str, time: &Timestamp) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let (token, after) = rest.split_at(token_length(rest, first));
        rest = after;
        match first {
            '\'' => out.push_str(&literal(token)?),
            _ if first.is_ascii_alphabetic() => out.push_str(&verb(token, first, time)?),
            _ => out.push_str(token),
        }
    }
    Ok(out)
}

fn token_length(text: &str, first: char) -> usize {
    if first == '\'' {
        return quoted_length(text);
    }
    let verb = first.is_ascii_alphabetic();
    let end = |c: char| match verb {
        true => c != first,
        false => c == '\'' || c.is_ascii_alphabetic(),
    };
    text.find(end).unwrap_or(text.len())
}

/// The length of a literal with its quotes; two quotes inside stand for one.
fn quoted_length(text: &str) -> usize {
    if text.starts_with("''") {
        return 2;
    }
    let bytes = text.as_bytes();
    let mut index = 1;
    while let Some(b) = bytes.get(index) {
        index += 1;
        if *b == b'\'' {
            if bytes.get(index) != Some(&b'\'') {
                return index;
            }
            index += 1;
        }
    }
    text.len()
}

fn literal(token: &str) -> Result<String, String> {
    if token == "''" {
        return Ok("'".to_owned());
    }
    let inner = token.strip_prefix('\'').and_then(|t| t.strip_suffix('\''));
    inner
        .map(|inner| inner.replace("''", "'"))
        .ok_or_else(|| "unterminated literal '".to_owned())
}

fn verb(token: &str, letter: char, time: &Timestamp) -> Result<String, String> {
    let Date {
        year,
        month,
        day,
        weekday,
    } = time.date();
    let (hour, minute, second) = time.time_of_day();
    let half = if hour < 12 { "AM" } else { "PM" };
    let month_name = MONTHS.get(month as usize - 1).copied().unwrap_or("");
    let weekday_name = WEEKDAYS.get(weekday as usize).copied().unwrap_or("");
    let text = match (letter, token.len()) {
        ('Y', 2) => format!("{:02}", year % 100),
        ('Y', 4) => format!("{year:04}"),
        ('M', 3) => month_name.get(..3).unwrap_or("").to_owned(),
        ('M', 4) => month_name.to_owned(),
        ('M', 1 | 2) => padded(i64::from(month), token),
        ('D', 1 | 2) => padded(i64::from(day), token),
        ('E', 3) => weekday_name.get(..3).unwrap_or("").to_owned(),
        ('E', 4) => weekday_name.to_owned(),
        ('h', 1 | 2) => padded(hour, token),
        ('H', 1 | 2) => padded((hour + 11) % 12 + 1, token),
        ('A', 2) => half.to_owned(),
        ('a', 2) => half.to_lowercase(),
        ('m', 1 | 2) => padded(minute, token),
        ('s', 1 | 2) => padded(second, token),
        ('Z', 1) if time.offset == 0 => "Z".to_owned(),
        ('Z', 1 | 5) => time.offset_text(":"),
        ('Z', 3) if time.offset == 0 => "UTC".to_owned(),
        ('Z', 3 | 4) => time.offset_text(""),
        _ => return Err(invalid(token, letter)),
    };
    Ok(text)
}

fn padded(number: i64, token: &str) -> String {
    format!("{number:0width$}", width = token.len())
}

fn invalid(token: &str, letter: char) -> String {
    let allowed = match letter {
        'Y' => r#": year must either be "YY" or "YYYY""#,
        'M' => r#": month must be "M", "MM", "MMM", or "MMMM""#,
        'D' => r#": day of month must either be "D" or "DD""#,
        'E' => r#": day of week must either be "EEE" or "EEEE""#,
        'h' => r#": 24-hour must either be "h" or "hh""#,
        'H' => r#": 12-hour must either be "H" or "HH""#,
        'A' => r#": must be "AA""#,
        'a' => r#": must be "aa""#,
        'm' => r#": minute must either be "m" or "mm""#,
        's' => r#": second must either be "s" or "ss""#,
        'Z' => ": timezone must be Z, ZZZZ, or ZZZZZ",
        _ => "",
    };
    format!("invalid date format verb {}{allowed}", quote(token))
}
