//! Dates read by Go's layouts.

use super::layout::{MONTHS, Part, WEEKDAYS, part_at, short};
use super::time::{Time, ZoneName, days_from_civil, quoted};

#[derive(Default)]
struct Found {
    year: Option<i64>,
    month: Option<u32>,
    day: Option<u32>,
    year_day: Option<u32>,
    hour: u32,
    minute: u32,
    second: u32,
    nanoseconds: u32,
    afternoon: Option<bool>,
    offset: Option<i32>,
    zone: ZoneName,
}

/// Why a part can't be read: text that isn't there, or a number that can't be.
enum Wrong {
    Text,
    Range(&'static str),
}

type Read<'t> = Result<&'t str, Wrong>;

/// `time.ParseInLocation` in UTC.
pub(super) fn parse(layout: &str, text: &str) -> Result<Time, String> {
    let mut found = Found::default();
    let (mut layout_rest, mut rest) = (layout, text);
    let failed = |part: &str, rest: &str| {
        let (text, layout) = (quoted(text), quoted(layout));
        let (rest, part) = (quoted(rest), quoted(part));
        format!("parsing time {text} as {layout}: cannot parse {rest} as {part}")
    };
    let range = |what: &str| format!("parsing time {}: {what} out of range", quoted(text));
    loop {
        let (literal, part, length) = next_part(layout_rest);
        rest = skip_literal(literal, rest).map_err(|rest| failed(literal, rest))?;
        layout_rest = layout_rest.get(literal.len()..).unwrap_or_default();
        let Some(part) = part else { break };
        let name = layout_rest.get(..length).unwrap_or_default();
        rest = found.read(part, rest).map_err(|wrong| match wrong {
            Wrong::Text => failed(name, rest),
            Wrong::Range(what) => range(what),
        })?;
        layout_rest = layout_rest.get(length..).unwrap_or_default();
        // Seconds may have a fraction that the layout doesn't name.
        let seconds = matches!(part, Part::Second | Part::ZeroSecond);
        if seconds && !matches!(part_at(layout_rest), Some((Part::Fraction { .. }, _))) {
            rest = found.read_fraction(rest);
        }
    }
    if !rest.is_empty() {
        return Err(format!(
            "parsing time {}: extra text: {}",
            quoted(text),
            quoted(rest)
        ));
    }
    found.time().map_err(range)
}

/// The text before the next part of a layout, the part, and the length of its name.
fn next_part(layout: &str) -> (&str, Option<Part>, usize) {
    for (at, _) in layout.char_indices() {
        let (before, rest) = layout.split_at(at);
        if let Some((part, length)) = part_at(rest) {
            return (before, Some(part), length);
        }
    }
    (layout, None, 0)
}

/// What follows `literal` in `text`, where spaces match any number of spaces; or what is left of
/// the text where they part.
fn skip_literal<'t>(mut literal: &str, mut text: &'t str) -> Result<&'t str, &'t str> {
    while let Some(wanted) = literal.chars().next() {
        if wanted == ' ' {
            if !text.is_empty() && !text.starts_with(' ') {
                return Err(text);
            }
            literal = literal.trim_start_matches(' ');
            text = text.trim_start_matches(' ');
            continue;
        }
        text = text.strip_prefix(wanted).ok_or(text)?;
        literal = literal.get(wanted.len_utf8()..).unwrap_or_default();
    }
    Ok(text)
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

/// Keeps a number, which may be out of range.
fn within<'t>(
    slot: &mut u32,
    (value, rest): (u32, &'t str),
    limit: u32,
    what: &'static str,
) -> Option<Read<'t>> {
    *slot = value;
    Some(match value < limit {
        true => Ok(rest),
        false => Err(Wrong::Range(what)),
    })
}

impl Found {
    fn read<'t>(&mut self, part: Part, text: &'t str) -> Read<'t> {
        self.read_part(part, text).unwrap_or(Err(Wrong::Text))
    }

    /// Nothing if the text isn't there.
    fn read_part<'t>(&mut self, part: Part, text: &'t str) -> Option<Read<'t>> {
        let rest = match part {
            Part::LongYear | Part::Year => self.read_year(part, text),
            Part::LongMonth | Part::Month | Part::NumberMonth | Part::ZeroMonth => {
                return self.read_month(part, text);
            }
            Part::LongWeekday | Part::Weekday => {
                Some(name(&WEEKDAYS, text, part == Part::LongWeekday)?.1)
            }
            Part::Day | Part::SpaceDay | Part::ZeroDay => self.read_day(part, text),
            Part::SpaceYearDay | Part::ZeroYearDay => self.read_year_day(part, text),
            Part::Hour => return within(&mut self.hour, digits(text, 1, 2)?, 24, "hour"),
            Part::Hour12 => return within(&mut self.hour, digits(text, 1, 2)?, 13, "hour"),
            Part::ZeroHour12 => return within(&mut self.hour, digits(text, 2, 2)?, 13, "hour"),
            Part::Minute => return within(&mut self.minute, digits(text, 1, 2)?, 60, "minute"),
            Part::ZeroMinute => return within(&mut self.minute, digits(text, 2, 2)?, 60, "minute"),
            Part::Second => return within(&mut self.second, digits(text, 1, 2)?, 60, "second"),
            Part::ZeroSecond => return within(&mut self.second, digits(text, 2, 2)?, 60, "second"),
            Part::UpperHalf => self.read_half(["AM", "PM"], text),
            Part::LowerHalf => self.read_half(["am", "pm"], text),
            Part::ZoneName => self.read_zone_name(text),
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
        };
        rest.map(Ok)
    }

    /// Two digits are of the years 1969 to 2068.
    fn read_year<'t>(&mut self, part: Part, text: &'t str) -> Option<&'t str> {
        let count = if part == Part::LongYear { 4 } else { 2 };
        let (year, rest) = digits(text, count, count)?;
        let century = match (part, year) {
            (Part::LongYear, _) => 0,
            (_, 69..) => 1900,
            _ => 2000,
        };
        self.year = Some(i64::from(century + year));
        Some(rest)
    }

    fn read_month<'t>(&mut self, part: Part, text: &'t str) -> Option<Read<'t>> {
        let (month, rest) = match part {
            Part::NumberMonth => digits(text, 1, 2)?,
            Part::ZeroMonth => digits(text, 2, 2)?,
            _ => {
                let (index, rest) = name(&MONTHS, text, part == Part::LongMonth)?;
                (index + 1, rest)
            }
        };
        self.month = Some(month);
        Some(match month {
            1..=12 => Ok(rest),
            _ => Err(Wrong::Range("month")),
        })
    }

    fn read_day<'t>(&mut self, part: Part, text: &'t str) -> Option<&'t str> {
        let text = match part {
            Part::SpaceDay => text.trim_start_matches(' '),
            _ => text,
        };
        let (day, rest) = digits(text, if part == Part::ZeroDay { 2 } else { 1 }, 2)?;
        self.day = Some(day);
        Some(rest)
    }

    fn read_year_day<'t>(&mut self, part: Part, text: &'t str) -> Option<&'t str> {
        let (mut trimmed, mut least) = (text, 3);
        if part == Part::SpaceYearDay {
            least = 1;
            for _ in 0..2 {
                trimmed = trimmed.strip_prefix(' ').unwrap_or(trimmed);
            }
        }
        let (day, rest) = digits(trimmed, least, 3)?;
        self.year_day = Some(day);
        Some(rest)
    }

    fn read_half<'t>(&mut self, [before, after]: [&str; 2], text: &'t str) -> Option<&'t str> {
        let (half, rest) = text.split_at_checked(2)?;
        if half != before && half != after {
            return None;
        }
        self.afternoon = Some(half == after);
        Some(rest)
    }

    fn read_zone_name<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let end = text
            .find(|next: char| !next.is_ascii_uppercase())
            .unwrap_or(text.len());
        if end < 3 {
            return None;
        }
        let (name, rest) = text.split_at_checked(end)?;
        if name != "UTC" {
            self.zone = ZoneName::new(name);
        }
        Some(rest)
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
            self.offset = Some(0);
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
        self.offset = Some(sign * i32::try_from(total).ok()?);
        Some(rest)
    }

    fn time(self) -> Result<Time, &'static str> {
        let hour = match self.afternoon {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let year = self.year.unwrap_or(0);
        let days = match self.year_day {
            Some(day) => self.day_of_year(year, day)?,
            None => {
                let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
                let days = days_from_civil(year, month, day);
                let back = Time::unix(days * 86_400).civil();
                if (back.month, back.day) != (month, day) {
                    return Err("day");
                }
                days
            }
        };
        let of_day = i64::from(hour * 3600 + self.minute * 60 + self.second);
        let offset = self.offset.unwrap_or(0);
        let utc = offset == 0 && self.zone.text().is_none();
        Ok(Time {
            seconds: days * 86_400 + of_day - i64::from(offset),
            nanoseconds: self.nanoseconds,
            offset,
            zone: if utc { ZoneName::NONE } else { self.zone },
        })
    }

    fn day_of_year(&self, year: i64, day: u32) -> Result<i64, &'static str> {
        let days = days_from_civil(year, 1, 1) + i64::from(day) - 1;
        let back = Time::unix(days * 86_400).civil();
        if day == 0 || back.year != year {
            return Err("day-of-year");
        }
        if self.month.is_some_and(|month| month != back.month) {
            return Err("day-of-year does not match month");
        }
        if self.day.is_some_and(|day| day != back.day) {
            return Err("day-of-year does not match day");
        }
        Ok(days)
    }
}
