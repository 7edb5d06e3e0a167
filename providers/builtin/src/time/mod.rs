//! `registry.terraform.io/hashicorp/time`, compatible with version 0.13.

mod calendar;
mod duration;
mod functions;
mod moment;
mod offset;
mod rotating;
mod sleep;
mod static_time;

use trueup_sdk::{
    Problem,
    native::{Fields, NativeProvider, attribute_problem},
    world::World,
};

use moment::Moment;

/// The provider.
pub fn time(world: &World) -> NativeProvider {
    NativeProvider::new()
        .resource("time_offset", offset::TimeOffset::new(world))
        .resource("time_rotating", rotating::TimeRotating::new(world))
        .resource("time_sleep", sleep::TimeSleep::new(world))
        .resource("time_static", static_time::TimeStatic::new(world))
        .function("duration_parse", functions::DurationParse)
        .function("rfc3339_parse", functions::Rfc3339Parse)
        .function("unix_timestamp_parse", functions::UnixTimestampParse)
}

/// The time an attribute holds, if it is known.
///
/// # Errors
/// It is something else.
fn moment(object: &Fields, name: &str) -> Result<Option<Moment>, Problem> {
    let Some(text) = object.text(name).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    match Moment::parse(text) {
        Some(moment) => Ok(Some(moment)),
        None => Err(attribute_problem(
            name,
            "Invalid RFC3339 String Value",
            format!("\"{text}\" is not valid RFC3339 string format, such as 2020-02-12T06:36:13Z."),
        )),
    }
}

/// The time is beyond what can be written.
fn out_of_range(summary: &str) -> Problem {
    let detail = "The time is not between the years 1 and 9999.";
    trueup_sdk::native::problem(summary, detail)
}
