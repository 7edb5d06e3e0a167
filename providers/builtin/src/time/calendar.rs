//! What the resources show of a time, and how far they move it.

use trueup_sdk::{
    Problem,
    native::{Field, Fields, problem},
    world::Clock,
};
use trueup_value::{Type, Value};

use super::{
    moment::{Moment, Unit},
    out_of_range,
};

/// The attributes of a time of day and its date.
pub(super) fn parts() -> Vec<Field> {
    let part = |name: &str, about: &str| Field::computed(name, Type::Number).about(about);
    vec![
        part("year", "The year."),
        part("month", "The month, 1 to 12."),
        part("day", "The day of the month."),
        part("hour", "The hour of the day."),
        part("minute", "The minute of the hour."),
        part("second", "The second of the minute."),
        part("unix", "Seconds since 1970 began."),
    ]
}

/// Values whose change takes a new time.
pub(super) fn triggers(about: &str) -> Field {
    Field::optional("triggers", Type::map(Type::String))
        .about(about)
        .replaces()
}

/// An empty map of triggers, as imports have it.
pub(super) fn no_triggers() -> Value {
    Value::map::<&str>(Type::String, [])
}

/// Sets the attributes of a time.
pub(super) fn set_parts(object: &mut Fields, moment: &Moment) {
    let local = moment.local;
    object.set_integer("year", local.year().into());
    object.set_integer("month", local.month().into());
    object.set_integer("day", local.day().into());
    object.set_integer("hour", local.hour().into());
    object.set_integer("minute", local.minute().into());
    object.set_integer("second", local.second().into());
    object.set_integer("unix", moment.unix());
}

/// Sets a text unless one is planned already: it can be written otherwise.
pub(super) fn set_moment(object: &mut Fields, name: &str, moment: &Moment) {
    if object.text(name).is_none_or(str::is_empty) {
        object.set_text(name, moment.text());
    }
}

/// Now.
pub(super) fn now(clock: &dyn Clock, summary: &str) -> Result<Moment, Problem> {
    Moment::of(clock.now()).ok_or_else(|| out_of_range(summary))
}

/// A time moved by `PREFIX_UNIT`. Of several units the last of `units` that
/// is not 0 counts, as in Terraform; of none, the zero time is left.
pub(super) fn moved(
    object: &Fields,
    base: &Moment,
    prefix: &str,
    units: &[Unit],
    summary: &str,
) -> Result<Moment, Problem> {
    let given = units.iter().rev().find_map(|unit| {
        let count = object.integer(&format!("{prefix}_{}", unit.name()))?;
        (count != 0).then_some((*unit, count))
    });
    match given {
        Some((unit, count)) => base.plus(count, unit).ok_or_else(|| out_of_range(summary)),
        None => Ok(Moment::ZERO),
    }
}

/// At least one of some arguments must be given.
pub(super) fn at_least_one(config: &Fields, names: &[String]) -> Option<Problem> {
    let none = names.iter().all(|name| config.get(name).is_null());
    none.then(|| {
        let detail = format!(
            "At least one of these attributes must be configured: [{}]",
            names.join(",")
        );
        problem("Missing Attribute Configuration", detail)
    })
}

/// Reads `BASE,COUNT,COUNT,…`: counts of units, empty where there is none.
pub(super) fn imported(
    object: &mut Fields,
    parts: &[&str],
    prefix: &str,
    units: &[Unit],
    summary: &str,
) -> Result<Moment, Problem> {
    let base = parts.first().copied().unwrap_or_default();
    let base = Moment::parse(base).ok_or_else(|| {
        let detail = format!("The base timestamp \"{base}\" is not RFC3339.");
        problem(summary, detail)
    })?;
    for (unit, text) in units.iter().zip(&parts[1..]) {
        let name = format!("{prefix}_{}", unit.name());
        if text.is_empty() {
            continue;
        }
        let count = text.parse().map_err(|_| {
            let detail = format!("The {name} \"{text}\" of the import is not a whole number.");
            problem(summary, detail)
        })?;
        object.set_integer(&name, count);
    }
    Ok(base)
}
