//! Cron expressions, and where one is wrong.

use std::ops::Range;

use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use jiff::Zoned;

/// A cron expression: minute, hour, day of the month, month, day of the week.
#[derive(Clone, Debug)]
pub struct Expression {
    text: String,
    cron: Cron,
}

/// One of the five fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The minute of the hour.
    Minute,
    /// The hour of the day.
    Hour,
    /// The day of the month.
    DayOfMonth,
    /// The month.
    Month,
    /// The day of the week.
    DayOfWeek,
}

/// Why a text is no cron expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misread {
    /// It does not have five fields.
    #[error(
        "A schedule has five fields: minute, hour, day of the month, month, day of the week. Here are {found}."
    )]
    Count {
        /// How many it has.
        found: usize,
    },
    /// A field is not what it should be.
    #[error("{text:?} is no {}. Expected {}.", .field.name(), .field.expected())]
    Field {
        /// Which one.
        field: Field,
        /// What it says.
        text: String,
        /// Where it stands in the expression, in bytes.
        range: Range<usize>,
    },
    /// It begins with an at sign, but is none of the names there are.
    #[error(
        "{text:?} is no name of a schedule. There are @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually."
    )]
    Name {
        /// What it says.
        text: String,
    },
    /// There is no such day.
    #[error("There is no such day: the schedule would never be due.")]
    Never,
}

const NAMES: [&str; 7] = [
    "@hourly",
    "@daily",
    "@midnight",
    "@weekly",
    "@monthly",
    "@yearly",
    "@annually",
];

impl Field {
    const ALL: [Field; 5] = [
        Field::Minute,
        Field::Hour,
        Field::DayOfMonth,
        Field::Month,
        Field::DayOfWeek,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Field::Minute => "minute",
            Field::Hour => "hour",
            Field::DayOfMonth => "day of the month",
            Field::Month => "month",
            Field::DayOfWeek => "day of the week",
        }
    }

    /// What it may be.
    pub fn expected(self) -> &'static str {
        match self {
            Field::Minute => {
                "a number from 0 to 59, a range such as 0-29, a step such as */10, or several with commas between them"
            }
            Field::Hour => {
                "a number from 0 to 23, a range such as 8-17, a step such as */6, or several with commas between them"
            }
            Field::DayOfMonth => {
                "a number from 1 to 31, L for the last day, a range such as 1-7, or several with commas between them"
            }
            Field::Month => {
                "a number from 1 to 12 or JAN to DEC, a range such as JAN-MAR, or several with commas between them"
            }
            Field::DayOfWeek => {
                "a number from 0 (Sunday) to 7 (Sunday) or SUN to SAT, a range such as MON-FRI, or several with commas between them"
            }
        }
    }
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// [`Misread`] says what was expected where.
    pub fn parse(text: &str) -> Result<Self, Misread> {
        let cron = parser().parse(text);
        if text.trim_start().starts_with('@') {
            let name = text.trim().to_ascii_lowercase();
            let known = NAMES.contains(&name.as_str());
            return match cron {
                Ok(cron) if known => Ok(Expression::new(text, cron)),
                _ => Err(Misread::Name {
                    text: text.trim().to_owned(),
                }),
            };
        }
        let fields = fields(text);
        if fields.len() != Field::ALL.len() {
            return Err(Misread::Count {
                found: fields.len(),
            });
        }
        for (position, (field, range)) in Field::ALL.into_iter().zip(&fields).enumerate() {
            let written = text.get(range.clone()).unwrap_or_default();
            if parser().parse(&alone(position, written)).is_err() {
                return Err(Misread::Field {
                    field,
                    text: written.to_owned(),
                    range: range.clone(),
                });
            }
        }
        cron.map(|cron| Expression::new(text, cron))
            .map_err(|_| Misread::Never)
    }

    fn new(text: &str, cron: Cron) -> Self {
        Expression {
            text: text.trim().to_owned(),
            cron,
        }
    }

    /// The first moment after `moment`; none if there is none any more.
    pub fn after(&self, moment: &Zoned) -> Option<Zoned> {
        self.cron.find_next_occurrence(moment, false).ok()
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn parser() -> CronParser {
    CronParser::builder()
        .seconds(Seconds::Disallowed)
        .year(Year::Disallowed)
        .build()
}

/// An expression in which only one field says something.
fn alone(position: usize, written: &str) -> String {
    let fields = (0..Field::ALL.len()).map(|at| match at == position {
        true => written,
        false => "*",
    });
    fields.collect::<Vec<_>>().join(" ")
}

/// Where the words of a text are.
fn fields(text: &str) -> Vec<Range<usize>> {
    let start = text.as_ptr() as usize;
    let words = text.split_whitespace();
    let range = |word: &str| {
        let begin = word.as_ptr() as usize - start;
        begin..begin + word.len()
    };
    words.map(range).collect()
}
