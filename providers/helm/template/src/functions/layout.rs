//! Go's date layouts, written with the moment Mon Jan 2 15:04:05 MST 2006.

use super::time::{Civil, Time, days_from_civil};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
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
    (
        "-07:00:00",
        Part::Offset {
            z: false,
            colon: true,
            minutes: true,
            seconds: true,
        },
    ),
    (
        "-070000",
        Part::Offset {
            z: false,
            colon: false,
            minutes: true,
            seconds: true,
        },
    ),
    (
        "-07:00",
        Part::Offset {
            z: false,
            colon: true,
            minutes: true,
            seconds: false,
        },
    ),
    (
        "-0700",
        Part::Offset {
            z: false,
            colon: false,
            minutes: true,
            seconds: false,
        },
    ),
    (
        "-07",
        Part::Offset {
            z: false,
            colon: false,
            minutes: false,
            seconds: false,
        },
    ),
    (
        "Z07:00:00",
        Part::Offset {
            z: true,
            colon: true,
            minutes: true,
            seconds: true,
        },
    ),
    (
        "Z070000",
        Part::Offset {
            z: true,
            colon: false,
            minutes: true,
            seconds: true,
        },
    ),
    (
        "Z07:00",
        Part::Offset {
            z: true,
            colon: true,
            minutes: true,
            seconds: false,
        },
    ),
    (
        "Z0700",
        Part::Offset {
            z: true,
            colon: false,
            minutes: true,
            seconds: false,
        },
    ),
    (
        "Z07",
        Part::Offset {
            z: true,
            colon: false,
            minutes: false,
            seconds: false,
        },
    ),
    ("1", Part::NumberMonth),
    ("2", Part::Day),
    ("3", Part::Hour12),
    ("4", Part::Minute),
    ("5", Part::Second),
];

/// The part at the start of `layout`, and how long its text is.
fn part_at(layout: &str) -> Option<(Part, usize)> {
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

fn short(name: &str) -> &str {
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

#[derive(Default)]
struct Found {
    year: i64,
    month: Option<u32>,
    day: Option<u32>,
    year_day: Option<u32>,
    hour: u32,
    minute: u32,
    second: u32,
    nanoseconds: u32,
    afternoon: Option<bool>,
    offset: i32,
}

/// `time.ParseInLocation` in UTC.
pub(super) fn parse(layout: &str, text: &str) -> Result<Time, String> {
    let mut found = Found::default();
    let (mut layout_rest, mut rest) = (layout, text);
    let failed = |part: &str, rest: &str| {
        format!("parsing time {text:?} as {layout:?}: cannot parse {rest:?} as {part:?}")
    };
    while let Some(character) = layout_rest.chars().next() {
        if let Some((part, length)) = part_at(layout_rest) {
            let shown = layout_rest.get(..length).unwrap_or_default();
            rest = found.read(part, rest).ok_or_else(|| failed(shown, rest))?;
            layout_rest = layout_rest.get(length..).unwrap_or_default();
            // Seconds may have a fraction that the layout doesn't name.
            let seconds = matches!(part, Part::Second | Part::ZeroSecond);
            if seconds && !matches!(part_at(layout_rest), Some((Part::Fraction { .. }, _))) {
                rest = found.read_fraction(rest);
            }
            continue;
        }
        let after = rest.strip_prefix(character);
        rest = after.ok_or_else(|| failed(layout_rest, rest))?;
        layout_rest = layout_rest.get(character.len_utf8()..).unwrap_or_default();
    }
    if !rest.is_empty() {
        return Err(format!("parsing time {text:?}: extra text: {rest:?}"));
    }
    found
        .time()
        .ok_or_else(|| format!("parsing time {text:?}: day out of range"))
}

fn digits(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let count = text
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    if count < least {
        return None;
    }
    let (number, rest) = text.split_at(count);
    Some((number.parse().ok()?, rest))
}

fn name<'t>(names: &[&str], text: &'t str, long: bool) -> Option<(u32, &'t str)> {
    names.iter().zip(0..).find_map(|(name, index)| {
        let name = if long { name } else { short(name) };
        let head = text.get(..name.len())?;
        head.eq_ignore_ascii_case(name)
            .then(|| (index, text.get(name.len()..).unwrap_or_default()))
    })
}

impl Found {
    fn read<'t>(&mut self, part: Part, text: &'t str) -> Option<&'t str> {
        let set = |slot: &mut u32, (value, rest): (u32, &'t str), limit: u32| {
            *slot = value;
            (value < limit).then_some(rest)
        };
        match part {
            Part::LongYear => {
                let (year, rest) = digits(text, 4, 4)?;
                self.year = year.into();
                Some(rest)
            }
            Part::Year => {
                let (year, rest) = digits(text, 2, 2)?;
                self.year = i64::from(if year >= 69 { 1900 + year } else { 2000 + year });
                Some(rest)
            }
            Part::LongMonth | Part::Month => {
                let (index, rest) = name(&MONTHS, text, part == Part::LongMonth)?;
                self.month = Some(index + 1);
                Some(rest)
            }
            Part::NumberMonth | Part::ZeroMonth => {
                let (month, rest) = digits(text, if part == Part::ZeroMonth { 2 } else { 1 }, 2)?;
                self.month = Some(month);
                (1..=12).contains(&month).then_some(rest)
            }
            Part::LongWeekday | Part::Weekday => {
                Some(name(&WEEKDAYS, text, part == Part::LongWeekday)?.1)
            }
            Part::Day | Part::SpaceDay | Part::ZeroDay => {
                let text = if part == Part::SpaceDay {
                    text.trim_start_matches(' ')
                } else {
                    text
                };
                let (day, rest) = digits(text, if part == Part::ZeroDay { 2 } else { 1 }, 2)?;
                self.day = Some(day);
                Some(rest)
            }
            Part::SpaceYearDay | Part::ZeroYearDay => {
                let (day, rest) = digits(text.trim_start_matches(' '), 1, 3)?;
                self.year_day = Some(day);
                Some(rest)
            }
            Part::Hour => set(&mut self.hour, digits(text, 1, 2)?, 24),
            Part::Hour12 | Part::ZeroHour12 => {
                let least = if part == Part::ZeroHour12 { 2 } else { 1 };
                set(&mut self.hour, digits(text, least, 2)?, 13)
            }
            Part::Minute => set(&mut self.minute, digits(text, 1, 2)?, 60),
            Part::ZeroMinute => set(&mut self.minute, digits(text, 2, 2)?, 60),
            Part::Second => set(&mut self.second, digits(text, 1, 2)?, 60),
            Part::ZeroSecond => set(&mut self.second, digits(text, 2, 2)?, 60),
            Part::UpperHalf | Part::LowerHalf => {
                let (half, rest) = text.split_at_checked(2)?;
                self.afternoon = Some(match (part, half) {
                    (Part::UpperHalf, "PM") | (Part::LowerHalf, "pm") => true,
                    (Part::UpperHalf, "AM") | (Part::LowerHalf, "am") => false,
                    _ => return None,
                });
                Some(rest)
            }
            Part::ZoneName => {
                let end = text
                    .find(|next: char| !next.is_ascii_uppercase())
                    .unwrap_or(text.len());
                (end >= 3).then(|| text.get(end..)).flatten()
            }
            Part::Offset {
                z,
                colon,
                minutes,
                seconds,
            } => self.read_offset(text, z, colon, [minutes, seconds]),
            Part::Fraction {
                digits: wanted,
                trim,
            } => {
                let rest = self.read_fraction(text);
                let taken = text.len() - rest.len();
                (trim || taken == wanted + 1).then_some(rest)
            }
        }
    }

    fn read_fraction<'t>(&mut self, text: &'t str) -> &'t str {
        let Some(after) = text.strip_prefix(['.', ',']) else {
            return text;
        };
        let count = after.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return text;
        }
        let padded = format!("{:0<9}", after.get(..count.min(9)).unwrap_or_default());
        self.nanoseconds = padded.parse().unwrap_or(0);
        after.get(count..).unwrap_or_default()
    }

    fn read_offset<'t>(
        &mut self,
        text: &'t str,
        z: bool,
        colon: bool,
        parts: [bool; 2],
    ) -> Option<&'t str> {
        if let Some(rest) = text.strip_prefix('Z').filter(|_| z) {
            self.offset = 0;
            return Some(rest);
        }
        let sign = match text.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let (hours, mut rest) = digits(text.get(1..)?, 2, 2)?;
        let mut total = hours * 3600;
        for scale in parts
            .into_iter()
            .zip([60, 1])
            .filter_map(|(wanted, scale)| wanted.then_some(scale))
        {
            rest = if colon { rest.strip_prefix(':')? } else { rest };
            let (value, after) = digits(rest, 2, 2)?;
            total += value * scale;
            rest = after;
        }
        self.offset = sign * i32::try_from(total).ok()?;
        Some(rest)
    }

    fn time(self) -> Option<Time> {
        let hour = match self.afternoon {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let days = match self.year_day {
            Some(day) if self.month.is_none() => {
                days_from_civil(self.year, 1, 1) + i64::from(day) - 1
            }
            _ => {
                let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
                let days = days_from_civil(self.year, month, day);
                let back = Time::unix(days * 86_400).civil();
                if (back.month, back.day) != (month, day) {
                    return None;
                }
                days
            }
        };
        let of_day = i64::from(hour * 3600 + self.minute * 60 + self.second);
        Some(Time {
            seconds: days * 86_400 + of_day - i64::from(self.offset),
            nanoseconds: self.nanoseconds,
            offset: self.offset,
        })
    }
}
