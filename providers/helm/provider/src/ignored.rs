//! Values without effect, for those who judge a plan as a whole.

use trueup_helm::{Near, Place, Unused};
use trueup_sdk::Fact;
use trueup_value::{Path, Value};

/// A value that nothing in the chart reads: where it is set, what was probably
/// meant, and what is read beside it.
pub(crate) fn fact(unused: &Unused) -> Fact {
    let mut fields = Vec::new();
    if let Some(place) = &unused.place {
        fields.push(("place", Value::string(told(place))));
    }
    if let Some(Near { path, .. }) = &unused.near {
        fields.push(("near", Value::string(path.to_string())));
    }
    let beside = unused
        .beside
        .iter()
        .map(|name| Value::string(name.as_str()));
    fields.push(("beside", Value::tuple(beside.collect())));
    Fact {
        path: attribute(unused),
        ..Fact::new(
            "ignored-value",
            unused.path.to_string(),
            Value::object(fields),
        )
    }
}

fn told(place: &Place) -> String {
    match place {
        Place::File { name, line, .. } => format!("{name} line {line}"),
        Place::Flag(flag) => flag.clone(),
    }
}

/// The attribute that sets it.
fn attribute(unused: &Unused) -> Path {
    let values = || Path::new().attr("values");
    match &unused.place {
        Some(Place::File { name, .. }) => {
            let index = name.trim_start_matches("values[").trim_end_matches(']');
            match index.parse::<u64>() {
                Ok(index) => values().index(Value::number(index)),
                Err(_) => values(),
            }
        }
        Some(Place::Flag(flag)) => {
            let attribute = flag.split(' ').next().unwrap_or("set");
            Path::new().attr(attribute)
        }
        None => values(),
    }
}
