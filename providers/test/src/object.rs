//! `test_object`: a file.

use std::{io, sync::Arc, time::Duration};

use trueup_sdk::{
    Answer, Interrupted, Object, Problem, ReadResponse, Recovery,
    native::{Failure, Field, Fields, Made, ResourceType, Shape, problem},
    ready,
    world::{Clock, Random, World},
};
use trueup_value::{Type, Value};

use crate::places::{Places, Record, Step};

pub(crate) struct TestObject {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    places: Option<Places>,
}

const CALLS: [&str; 4] = ["create", "read", "update", "delete"];

impl TestObject {
    pub(crate) fn new(world: &World, places: Option<Places>) -> Self {
        TestObject {
            clock: Arc::clone(&world.clock),
            random: Arc::clone(&world.random),
            places,
        }
    }

    fn places(&self) -> Result<&Places, Problem> {
        let detail = "The folder of the world is not known yet.";
        self.places
            .as_ref()
            .ok_or_else(|| problem("No world", detail))
    }

    fn token(&self) -> io::Result<String> {
        let bytes = self.random.bytes(8)?;
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Logs a call, waits as long as it is to take, and fails if it is to.
    /// What is left is the failure that comes after the work.
    async fn begin(&self, call: &str, object: &Fields) -> Result<Option<Problem>, Problem> {
        let name = object.text("name").unwrap_or_default().to_owned();
        let scripted = self.places()?.begin(&name, call).map_err(broken)?;
        let mut steps = vec![scripted];
        if object.text("fail") == Some(call) {
            steps.push(Step {
                fail: Some("it was configured to fail".to_owned()),
                ..Step::default()
            });
        }
        let delay = object.integer(&format!("{call}_ms")).unwrap_or_default();
        let delay = steps[0]
            .delay_ms
            .saturating_add(u64::try_from(delay).unwrap_or_default());
        if delay > 0 {
            self.clock.sleep(Duration::from_millis(delay)).await;
        }
        let mut later = None;
        for step in steps {
            let Some(message) = step.fail else { continue };
            let failed = problem(
                "The call failed",
                format!("To {call} \"{name}\" failed: {message}."),
            );
            match step.late {
                true => later = Some(failed),
                false => return Err(failed),
            }
        }
        Ok(later)
    }

    async fn make(&self, mut planned: Fields, token: Option<&str>) -> Made {
        let failed = self.begin("create", &planned).await?;
        let id = self.token().map_err(broken)?;
        let token = match token {
            Some(token) => token.to_owned(),
            None => self.token().map_err(broken)?,
        };
        planned.set_text("id", format!("o-{id}"));
        planned.set_text("token", token);
        self.store(&mut planned)?;
        end(planned, failed)
    }

    fn store(&self, object: &mut Fields) -> Result<(), Problem> {
        let shout = object.text("value").map(str::to_uppercase);
        object.set("shout", optional(shout.as_deref()));
        self.places()?.put(&record(object)).map_err(broken)
    }

    async fn look(&self, object: Object) -> Result<Option<Object>, Problem> {
        let mut fields = Fields::of(&object.value);
        let failed = self.begin("read", &fields).await?;
        let id = fields.text("id").unwrap_or_default().to_owned();
        let found = self.places()?.object(&id).map_err(broken)?;
        if let Some(failed) = failed {
            return Err(failed);
        }
        Ok(found.map(|record| {
            show(&mut fields, &record);
            Object {
                value: fields.into_value(),
                private: object.private,
            }
        }))
    }
}

impl ResourceType for TestObject {
    fn shape(&self) -> Shape {
        let number = |name: &str| Field::optional(name, Type::Number);
        let [create, read, update, delete] = CALLS;
        let mut fields = vec![
            Field::required("name", Type::String)
                .about("What the log and the script call it.")
                .replaces(),
            Field::optional("value", Type::String).about("Can change."),
            Field::optional("fixed", Type::String)
                .about("Can change on another object only.")
                .replaces(),
            Field::optional("secret", Type::String)
                .about("Can change, and is never shown.")
                .sensitive(),
            Field::optional("tags", Type::map(Type::String)).about("Can change."),
            Field::optional("fail", Type::String).about(
                "The call that fails before it does anything: create, read, update or delete.",
            ),
            Field::computed("id", Type::String)
                .about("Chosen by the world.")
                .kept(),
            Field::computed("token", Type::String)
                .about("Chosen before the object was created.")
                .kept(),
            Field::computed("shout", Type::String)
                .about("The value in capitals, known once it is applied."),
        ];
        let delays = [create, read, update, delete]
            .map(|call| number(&format!("{call}_ms")).about(&format!("How long to {call} takes.")));
        fields.extend(delays);
        Shape::new("A file in the world.", fields)
    }

    fn read<'a>(&'a self, object: Object) -> Answer<'a, ReadResponse> {
        Box::pin(async move {
            let (object, problems) = match self.look(object).await {
                Ok(object) => (object, Vec::new()),
                Err(problem) => (None, vec![problem]),
            };
            ReadResponse { object, problems }
        })
    }

    fn identify(&self, _: &Fields) -> Option<String> {
        self.token().ok()
    }

    fn create<'a>(&'a self, planned: Fields, identity: Option<&'a str>) -> Answer<'a, Made> {
        Box::pin(self.make(planned, identity))
    }

    fn update<'a>(&'a self, _: &'a Object, mut planned: Fields) -> Answer<'a, Made> {
        Box::pin(async move {
            let failed = self.begin("update", &planned).await?;
            self.store(&mut planned)?;
            end(planned, failed)
        })
    }

    fn delete<'a>(&'a self, object: &'a Object) -> Answer<'a, Result<(), Vec<Problem>>> {
        Box::pin(async move {
            let fields = Fields::of(&object.value);
            let one = |problem| vec![problem];
            let failed = self.begin("delete", &fields).await.map_err(one)?;
            let id = fields.text("id").unwrap_or_default();
            let places = self.places().map_err(one)?;
            places.remove(id).map_err(|error| one(broken(error)))?;
            failed.map_or(Ok(()), |failed| Err(vec![failed]))
        })
    }

    /// The ID.
    fn import<'a>(&'a self, mut empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        let found = self
            .places()
            .and_then(|places| places.object(id).map_err(broken));
        Some(ready(match found {
            Ok(Some(record)) => {
                show(&mut empty, &record);
                Ok(empty)
            }
            Ok(None) => {
                let detail = format!("There is no object with the ID \"{id}\".");
                Err(problem("Cannot import non-existent object", detail).into())
            }
            Err(problem) => Err(problem.into()),
        }))
    }

    fn recover<'a>(&'a self, action: Interrupted<'a>) -> Answer<'a, Recovery> {
        let objects = self.places.as_ref().map(Places::objects);
        let Some(Ok(objects)) = objects else {
            return ready(Recovery::Unknown);
        };
        let mut object = match action.prior {
            Some(prior) => Fields::of(&prior.value),
            None => self.shape().empty(),
        };
        let wanted = match action.prior {
            Some(_) => object.text("token").map(str::to_owned),
            None => action.identity.map(str::to_owned),
        };
        let found = objects
            .into_iter()
            .find(|record| Some(&record.token) == wanted.as_ref());
        ready(match found {
            None => Recovery::Absent,
            Some(record) => {
                show(&mut object, &record);
                Recovery::Found(Object {
                    value: object.into_value(),
                    private: Vec::new(),
                })
            }
        })
    }
}

fn end(object: Fields, failed: Option<Problem>) -> Made {
    match failed {
        None => Ok(object),
        Some(problem) => Err(Failure {
            problems: vec![problem],
            left: Some(object),
        }),
    }
}

fn record(object: &Fields) -> Record {
    let text = |name: &str| object.text(name).map(str::to_owned);
    let tags = object.texts("tags").into_iter();
    let tags = tags.filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value)));
    Record {
        id: text("id").unwrap_or_default(),
        token: text("token").unwrap_or_default(),
        name: text("name").unwrap_or_default(),
        value: text("value"),
        fixed: text("fixed"),
        secret: text("secret"),
        tags: (!object.get("tags").is_null()).then(|| tags.collect()),
    }
}

fn show(object: &mut Fields, record: &Record) {
    object.set_text("id", record.id.as_str());
    object.set_text("token", record.token.as_str());
    object.set_text("name", record.name.as_str());
    object.set("value", optional(record.value.as_deref()));
    object.set("fixed", optional(record.fixed.as_deref()));
    object.set("secret", optional(record.secret.as_deref()));
    let tags = record.tags.as_ref().map(|tags| {
        let entries = tags
            .iter()
            .map(|(k, v)| (k.as_str(), Value::string(v.as_str())));
        Value::map(Type::String, entries)
    });
    object.set(
        "tags",
        tags.unwrap_or_else(|| Value::null(Type::map(Type::String))),
    );
    let shout = record.value.as_deref().map(str::to_uppercase);
    object.set("shout", optional(shout.as_deref()));
}

fn optional(text: Option<&str>) -> Value {
    text.map_or_else(|| Value::null(Type::String), Value::string)
}

pub(crate) fn broken(error: io::Error) -> Problem {
    let detail = format!("The files of the world cannot be used: {error}.");
    problem("The world is broken", detail)
}
