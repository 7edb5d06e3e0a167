//! Dates and times: `formatdate`, `plantimestamp`, `timeadd`, `timecmp`,
//! `timestamp`.

mod duration;
mod layout;
mod rfc3339;

use std::{sync::Arc, time::SystemTime};

use trueup_value::{Type, Value};

pub(super) use self::rfc3339::{Timestamp, days_in_month};
use super::{Named, arguments::text};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(context: &Context) -> Vec<Named> {
    vec![
        ("formatdate", formatdate()),
        ("plantimestamp", plantimestamp(context.plan_timestamp)),
        ("timeadd", timeadd()),
        ("timecmp", timecmp()),
        ("timestamp", timestamp(context)),
    ]
}

fn param(name: &'static str, description: &'static str) -> Param {
    Param::new(name, Type::String).describe(description)
}

/// Argument `index` as a point in time; an error blames it if `blame`.
fn time(args: &[Value], index: usize, blame: bool) -> Result<Timestamp, FunctionError> {
    Timestamp::parse(text(args, index)?).map_err(|message| match blame {
        true => FunctionError::argument(index, message),
        false => FunctionError::new(message),
    })
}

fn formatdate() -> Function {
    let params = vec![
        param("format", "How to write it, with letters for its parts."),
        param("time", "The timestamp, in RFC 3339 syntax."),
    ];
    Function::new(
        "Writes a timestamp in another format.",
        params,
        Type::String,
        |args| {
            let time = time(args, 1, true)?;
            layout::format(text(args, 0)?, &time)
                .map(Value::string)
                .map_err(|message| FunctionError::argument(0, message))
        },
    )
}

fn timeadd() -> Function {
    let params = vec![
        param("timestamp", "The timestamp, in RFC 3339 syntax."),
        param("duration", "What to add, such as `1h30m`; may be negative."),
    ];
    Function::new(
        "Adds a duration to a timestamp.",
        params,
        Type::String,
        |args| {
            let time = time(args, 0, false)?;
            let nanoseconds = duration::parse(text(args, 1)?).map_err(FunctionError::new)?;
            Ok(Value::string(time.add(nanoseconds).to_string()))
        },
    )
    .maybe_null()
}

fn timecmp() -> Function {
    let params = vec![
        param("timestamp_a", "The first timestamp, in RFC 3339 syntax."),
        param("timestamp_b", "The second timestamp, in RFC 3339 syntax."),
    ];
    let description = "Compares two timestamps: -1 if the first is earlier, 0 or 1.";
    Function::new(description, params, Type::Number, |args| {
        let (a, b) = (time(args, 0, true)?, time(args, 1, true)?);
        Ok(Value::number(a.instant().cmp(&b.instant()) as i64))
    })
}

fn plantimestamp(timestamp: Option<SystemTime>) -> Function {
    let timestamp = timestamp.map(|time| Value::string(Timestamp::from(time).to_string()));
    let description = "Gives the time when the plan began.";
    Function::new(description, Vec::new(), Type::String, move |_| {
        Ok(timestamp
            .clone()
            .unwrap_or_else(|| Value::unknown(Type::String)))
    })
    .maybe_null()
}

fn timestamp(context: &Context) -> Function {
    let clock = Arc::clone(&context.clock);
    let pure_only = context.pure_only;
    let description = "Gives the current time.";
    Function::new(description, Vec::new(), Type::String, move |_| {
        if pure_only {
            return Ok(Value::unknown(Type::String));
        }
        Ok(Value::string(Timestamp::from(clock.now()).to_string()))
    })
    .maybe_null()
}
