//! Helm's rewording of the template engine's errors.

use trueup_helm_template::Error;

use crate::error::ChartError;

/// The message about a template that doesn't parse.
pub(crate) fn parse_error(file: &str, message: &str) -> ChartError {
    let tokens: Vec<&str> = message.split(": ").collect();
    ChartError::new(match (tokens.get(1), tokens.last()) {
        (Some(location), Some(reason)) => format!("parse error at ({location}): {reason}"),
        _ => format!("parse error in ({file}): {message}"),
    })
}

#[derive(PartialEq, Eq)]
struct Place {
    location: String,
    function: String,
    message: String,
}

impl Place {
    fn write(&self, out: &mut String) {
        for (text, after) in [
            (&self.location, "\n  "),
            (&self.function, "\n    "),
            (&self.message, "\n"),
        ] {
            if !text.is_empty() {
                out.push_str(text);
                out.push_str(after);
            }
        }
    }
}

/// The message about a template that failed: one paragraph for each template on the way down.
pub(crate) fn execution_error(error: &Error) -> ChartError {
    if error.kind() != trueup_helm_template::ErrorKind::Execute {
        return ChartError::new(error.message());
    }
    let text = error.message();
    let mut tokens = text.splitn(3, ": ");
    let (Some(_), Some(location), Some(rest)) = (tokens.next(), tokens.next(), tokens.next())
    else {
        return ChartError::new(format!("execution error in ({text}): {text}"));
    };
    if let Some((_, after)) = rest.split_once("HELM_ERR_START")
        && let Some((message, _)) = after.rsplit_once("HELM_ERR_END")
    {
        return ChartError::new(format!("execution error at ({location}): {message}"));
    }
    let mut places: Vec<Place> = Vec::new();
    let mut current = Some(error);
    while let Some(error) = current {
        let Some(place) = place_of(error.message()) else {
            return ChartError::new(text);
        };
        if places.last() != Some(&place) {
            places.push(place);
        }
        current = error.cause();
    }
    let mut out = String::new();
    places.iter().for_each(|place| place.write(&mut out));
    ChartError::new(out.trim())
}

/// Text up to the next error of the chain.
fn own_message(text: &str) -> String {
    text.split(" template:").next().unwrap_or(text).to_owned()
}

fn place_of(text: &str) -> Option<Place> {
    let rest = text.strip_prefix("template: ")?;
    if rest.starts_with("no template ") {
        return Some(Place {
            location: String::new(),
            function: String::new(),
            message: text.to_owned(),
        });
    }
    if let Some(place) = executing_place(rest) {
        return Some(place);
    }
    let (location, message) = rest.rsplit_once(": ")?;
    Some(Place {
        location: location.to_owned(),
        function: String::new(),
        message: own_message(message),
    })
}

fn executing_place(rest: &str) -> Option<Place> {
    let (location, after) = rest.split_once(": executing ")?;
    let (function, after) = after.strip_prefix('"')?.split_once('"')?;
    let (place, message) = after.strip_prefix(" at <")?.split_once(">: ")?;
    Some(Place {
        location: location.to_owned(),
        function: format!("executing \"{function}\" at <{place}>:"),
        message: own_message(message),
    })
}
