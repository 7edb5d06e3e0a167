//! `time_sleep`: waits when it is created or destroyed.

use std::sync::Arc;

use trueup_sdk::{
    Answer, Problem,
    native::{
        Create, Delete, Deleted, Field, Fields, Made, ResourceType, Shape, attribute_problem,
        problem,
    },
    ready,
    world::{Clock, World},
};
use trueup_value::{Type, Value};

use super::{calendar, duration::GoDuration};

pub(super) struct TimeSleep {
    clock: Arc<dyn Clock>,
}

const DURATIONS: [&str; 2] = ["create_duration", "destroy_duration"];

impl TimeSleep {
    pub(super) fn new(world: &World) -> Self {
        TimeSleep {
            clock: Arc::clone(&world.clock),
        }
    }

    async fn wait(&self, object: &Fields, name: &str) -> Result<(), Problem> {
        let Some(text) = object.text(name).filter(|text| !text.is_empty()) else {
            return Ok(());
        };
        let duration = GoDuration::parse(text).ok_or_else(|| {
            let detail = format!("The {name} \"{text}\" is not a duration.");
            attribute_problem(name, "Time sleep error", detail)
        })?;
        self.clock.sleep(duration.forward()).await;
        Ok(())
    }

    fn now(&self) -> Result<String, Problem> {
        Ok(calendar::now(&*self.clock, "Time sleep error")?.text())
    }

    fn imported(&self, mut object: Fields, id: &str) -> Result<Fields, Problem> {
        const SUMMARY: &str = "Unexpected Format of ID";
        let mut parts = id.split(',');
        let durations = [parts.next(), parts.next()].map(Option::unwrap_or_default);
        if durations == ["", ""] || !id.contains(',') {
            let detail = format!(
                "Unexpected format of ID (\"{id}\"), expected CREATEDURATION,DESTROYDURATION,KEY=VALUE,KEY=VALUE... where at least one CREATEDURATION or DESTROYDURATION value is non-empty"
            );
            return Err(problem(SUMMARY, detail));
        }
        for (name, text) in DURATIONS.into_iter().zip(durations) {
            if text.is_empty() {
                continue;
            }
            if GoDuration::parse(text).is_none() {
                let detail = format!("The {name} \"{text}\" of the import is not a duration.");
                return Err(problem("Import time sleep error", detail));
            }
            object.set_text(name, text);
        }
        let triggers = parts.map(|entry| match entry.split_once('=') {
            Some((key, value)) if !value.contains('=') => Ok((key, Value::string(value))),
            _ => {
                let detail = format!("Trigger import entries must be KEY=VALUE, got {entry}");
                Err(problem("Trigger import error", detail))
            }
        });
        let triggers = triggers.collect::<Result<Vec<_>, _>>()?;
        object.set("triggers", Value::map(Type::String, triggers));
        object.set_text("id", self.now()?);
        Ok(object)
    }
}

impl ResourceType for TimeSleep {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        let duration = |name: &str, when: &str| {
            let about = format!(
                "How long to wait {when}: a number with the unit ms, s, m or h. A change of it alone waits for nothing."
            );
            Field::optional(name, Type::String).about(&about)
        };
        let [create, destroy] = DURATIONS;
        Shape::new(
            "Waits when it is created or destroyed, for what depends on it or what it depends on.",
            [
                duration(create, "when the object is created"),
                duration(destroy, "when the object is destroyed"),
                calendar::triggers(
                    "Any values. When one of them changes, both waits are made again.",
                ),
                Field::computed("id", Type::String)
                    .about("The time at which it was created, as RFC 3339 writes it.")
                    .kept(),
            ],
        )
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let mut problems = Vec::new();
        if DURATIONS.iter().all(|name| config.get(name).is_null()) {
            let detail = "At least one attribute out of [create_duration,destroy_duration] must be specified";
            problems.push(problem("Invalid Attribute Combination", detail));
        }
        for name in DURATIONS {
            let Some(text) = config.text(name) else {
                continue;
            };
            if !is_plain(text) {
                let detail = format!(
                    "Attribute {name} must be a number immediately followed by ms (milliseconds), s (seconds), m (minutes), or h (hours). For example, \"30s\" for 30 seconds., got: {text}"
                );
                problems.push(attribute_problem(
                    name,
                    "Invalid Attribute Value Match",
                    detail,
                ));
            }
        }
        problems
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(async move {
            let mut object = create.planned;
            self.wait(&object, "create_duration").await?;
            object.set_text("id", self.now()?);
            Ok(object.into())
        })
    }

    fn delete<'a>(&'a self, _: &'a (), delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let object = Fields::of(&delete.prior.value);
            self.wait(&object, "destroy_duration").await?;
            Ok(Vec::new())
        })
    }

    /// `CREATE,DESTROY[,KEY=VALUE…]`, one of the durations may be empty.
    fn import<'a>(&'a self, _: &'a (), empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        Some(ready(
            self.imported(empty, id).map(Into::into).map_err(Into::into),
        ))
    }
}

/// One number, with a fraction or without, and one unit of those that make
/// sense.
fn is_plain(text: &str) -> bool {
    let unit = ["ms", "s", "m", "h"].iter();
    let mut numbers = unit.filter_map(|unit| text.strip_suffix(unit));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    numbers.any(|number| match number.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(number),
    })
}
