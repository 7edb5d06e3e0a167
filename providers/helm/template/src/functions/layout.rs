//! Go's date layouts, written with the moment Mon Jan 2 15:04:05 MST 2006.

use super::time::{Civil, Time};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    LongMonth,
    Month,
    NumberMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    SpaceDay,
    ZeroDay,
    SpaceYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperHalf,
    LowerHalf,
    ZoneName,
    /// An offset: `Z` for none, a colon, seconds, minutes.
    Offset {
        z: bool,
        colon: bool,
        minutes: bool,
        seconds: bool,
    },
    /// Digits behind the second, and whether zeros at the end go.
    Fraction {
        digits: usize,
        trim: bool,
    },
}

pub(super) const MONTHS: [&str; 12] = [
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
pub(super) const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// How an offset is written, from its text in a layout.
const fn offset_part(text: &str) -> Part {
    let bytes = text.as_bytes();
    let colon = bytes.len() > 3 && bytes[3] == b':';
    let pairs = if colon {
        bytes.len() / 3
    } else {
        bytes.len() / 2
    };
    Part::Offset {
        z: bytes[0] == b'Z',
        colon,
        minutes: pairs > 1,
        seconds: pairs > 2,
    }
}

/// The parts that a layout text can begin with, longest first where one begins another.
const PARTS: [(&str, Part); 34] = [
    ("January", Part::LongMonth),
    ("Jan", Part::Month),
    ("Monday", Part::LongWeekday),
    ("Mon", Part::Weekday),
    ("MST", Part::ZoneName),
    ("002", Part::ZeroYearDay),
    ("__2", Part::SpaceYearDay),
    ("_2006", Part::LongYear),
    ("_2", Part::SpaceDay),
    ("2006", Part::LongYear),
    ("01", Part::ZeroMonth),
    ("02", Part::ZeroDay),
    ("03", Part::ZeroHour12),
    ("04", Part::ZeroMinute),
    ("05", Part::ZeroSecond),
    ("06", Part::Year),
    ("15", Part::Hour),
    ("PM", Part::UpperHalf),
    ("pm", Part::LowerHalf),
    ("-07:00:00", offset_part("-07:00:00")),
    ("-070000", offset_part("-070000")),
    ("-07:00", offset_part("-07:00")),
    ("-0700", offset_part("-0700")),
    ("-07", offset_part("-07")),
    ("Z07:00:00", offset_part("Z07:00:00")),
    ("Z070000", offset_part("Z070000")),
    ("Z07:00", offset_part("Z07:00")),
    ("Z0700", offset_part("Z0700")),
    ("Z07", offset_part("Z07")),
    ("1", Part::NumberMonth),
    ("2", Part::Day),
    ("3", Part::Hour12),
    ("4", Part::Minute),
    ("5", Part::Second),
];

/// The part at the start of `layout`, and how long its text is.
pub(super) fn part_at(layout: &str) -> Option<(Part, usize)> {
    if layout.starts_with(['.', ',']) {
        return fraction_at(layout);
    }
    let (text, part) = PARTS.iter().find(|(text, _)| layout.starts_with(text))?;
    let after = layout.get(text.len()..).unwrap_or_default();
    if *text == "Jan" && after.starts_with(|next: char| next.is_ascii_lowercase())
        || *text == "Mon" && after.starts_with(|next: char| next.is_ascii_lowercase())
    {
        return None;
    }
    if *text == "_2006" {
        return None;
    }
    Some((*part, text.len()))
}

fn fraction_at(layout: &str) -> Option<(Part, usize)> {
    let digit = layout
        .chars()
        .nth(1)
        .filter(|digit| matches!(digit, '0' | '9'))?;
    let digits = layout
        .chars()
        .skip(1)
        .take_while(|next| *next == digit)
        .count();
    if layout
        .chars()
        .nth(1 + digits)
        .is_some_and(|next| next.is_ascii_digit())
    {
        return None;
    }
    Some((
        Part::Fraction {
            digits,
            trim: digit == '9',
        },
        1 + digits,
    ))
}

/// `Time.Format`.
pub(super) fn format(time: Time, layout: &str) -> String {
    let civil = time.civil();
    let mut out = String::new();
    let mut rest = layout;
    while let Some(character) = rest.chars().next() {
        match part_at(rest) {
            Some((part, length)) => {
                let separator = if character == ',' { ',' } else { '.' };
                write(part, time, civil, separator, &mut out);
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                out.push(character);
                rest = rest.get(character.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

pub(super) fn short(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
}

fn write(part: Part, time: Time, civil: Civil, separator: char, out: &mut String) {
    let month = MONTHS
        .get(civil.month.saturating_sub(1) as usize)
        .copied()
        .unwrap_or_default();
    let weekday = WEEKDAYS
        .get(civil.weekday as usize)
        .copied()
        .unwrap_or_default();
    let hour_12 = if civil.hour.is_multiple_of(12) {
        12
    } else {
        civil.hour % 12
    };
    let text = match part {
        Part::LongMonth => month.to_owned(),
        Part::Month => short(month).to_owned(),
        Part::NumberMonth => civil.month.to_string(),
        Part::ZeroMonth => format!("{:02}", civil.month),
        Part::LongWeekday => weekday.to_owned(),
        Part::Weekday => short(weekday).to_owned(),
        Part::Day => civil.day.to_string(),
        Part::SpaceDay => format!("{:2}", civil.day),
        Part::ZeroDay => format!("{:02}", civil.day),
        Part::SpaceYearDay => format!("{:3}", civil.year_day),
        Part::ZeroYearDay => format!("{:03}", civil.year_day),
        Part::Hour => format!("{:02}", civil.hour),
        Part::Hour12 => hour_12.to_string(),
        Part::ZeroHour12 => format!("{hour_12:02}"),
        Part::Minute => civil.minute.to_string(),
        Part::ZeroMinute => format!("{:02}", civil.minute),
        Part::Second => civil.second.to_string(),
        Part::ZeroSecond => format!("{:02}", civil.second),
        Part::LongYear => format!("{:04}", civil.year),
        Part::Year => format!("{:02}", civil.year.rem_euclid(100)),
        Part::UpperHalf => if civil.hour >= 12 { "PM" } else { "AM" }.to_owned(),
        Part::LowerHalf => if civil.hour >= 12 { "pm" } else { "am" }.to_owned(),
        Part::ZoneName if time.zone.text().is_some() => {
            time.zone.text().unwrap_or_default().to_owned()
        }
        Part::ZoneName if time.offset == 0 => "UTC".to_owned(),
        Part::ZoneName => {
            let minutes = !(time.offset.unsigned_abs() / 60).is_multiple_of(60);
            offset(time.offset, false, minutes, false)
        }
        Part::Offset { z: true, .. } if time.offset == 0 => "Z".to_owned(),
        Part::Offset {
            colon,
            minutes,
            seconds,
            ..
        } => offset(time.offset, colon, minutes, seconds),
        Part::Fraction { digits, trim } => fraction(time.nanoseconds, digits, trim, separator),
    };
    out.push_str(&text);
}

fn offset(seconds_east: i32, colon: bool, minutes: bool, seconds: bool) -> String {
    let sign = if seconds_east < 0 { '-' } else { '+' };
    let magnitude = seconds_east.unsigned_abs();
    let colon = if colon { ":" } else { "" };
    let mut out = format!("{sign}{:02}", magnitude / 3600);
    if minutes {
        out.push_str(&format!("{colon}{:02}", magnitude / 60 % 60));
    }
    if seconds {
        out.push_str(&format!("{colon}{:02}", magnitude % 60));
    }
    out
}

fn fraction(nanoseconds: u32, digits: usize, trim: bool, separator: char) -> String {
    let text = format!("{nanoseconds:09}");
    let text = text.get(..digits.min(9)).unwrap_or(&text);
    let text = if trim {
        text.trim_end_matches('0')
    } else {
        text
    };
    if text.is_empty() {
        String::new()
    } else {
        format!("{separator}{text}")
    }
}
