//! `test_object`: a file. `test_listed`: the same, but many are read with one
//! call.

use std::{io, sync::Arc, time::Duration};

use trueup_sdk::{
    Answer, Interrupted, Object, Problem, ReadResponse, Recovery,
    native::{
        Create, Delete, Deleted, Failure, Field, Fields, Made, ResourceType, Shape, Update, problem,
    },
    ready,
    world::{Clock, Random, World},
};
use trueup_value::{Type, Value};

use crate::places::{Places, Record, Step};

pub(crate) struct TestObject {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// How many are read with one call.
    at_once: usize,
}

/// What the log and the script call the call that reads many.
const LIST: (&str, &str) = ("test_listed", "list");

const CALLS: [&str; 4] = ["create", "read", "update", "delete"];

impl TestObject {
    pub(crate) fn new(world: &World) -> Self {
        TestObject {
            clock: Arc::clone(&world.clock),
            random: Arc::clone(&world.random),
            at_once: 1,
        }
    }

    /// Of which many are read with one call.
    pub(crate) fn listed(world: &World) -> Self {
        TestObject {
            at_once: 100,
            ..TestObject::new(world)
        }
    }

    fn token(&self) -> io::Result<String> {
        let bytes = self.random.bytes(8)?;
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Logs a call, waits as long as it is to take, and fails if it is to.
    /// What is left is the failure that comes after the work.
    async fn begin(
        &self,
        places: &Places,
        call: &str,
        object: &Fields,
    ) -> Result<Option<Problem>, Problem> {
        let name = object.text("name").unwrap_or_default().to_owned();
        let scripted = places.begin(&name, call).map_err(broken)?;
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

    async fn make(&self, places: &Places, create: Create<'_>) -> Made {
        let (mut planned, token) = (create.planned, create.identity);
        let failed = self.begin(places, "create", &planned).await?;
        let id = self.token().map_err(broken)?;
        let token = match token {
            Some(token) => token.to_owned(),
            None => self.token().map_err(broken)?,
        };
        planned.set_text("id", format!("o-{id}"));
        planned.set_text("token", token);
        store(places, &mut planned)?;
        end(planned, failed)
    }

    async fn look(&self, places: &Places, object: Object) -> Result<Option<Object>, Problem> {
        let fields = Fields::of(&object.value);
        let failed = self.begin(places, "read", &fields).await?;
        let found = found(places, object)?;
        failed.map_or(Ok(found), Err)
    }

    /// Looks at many with one call.
    async fn list(&self, places: &Places, objects: Vec<Object>) -> Vec<ReadResponse> {
        let (name, call) = LIST;
        let step = match places.begin(name, call) {
            Ok(step) => step,
            Err(error) => return all_failed(&objects, &broken(error)),
        };
        if step.delay_ms > 0 {
            self.clock.sleep(Duration::from_millis(step.delay_ms)).await;
        }
        if let Some(message) = step.fail {
            let failed = problem("The call failed", format!("To {call} failed: {message}."));
            return all_failed(&objects, &failed);
        }
        let read = objects.into_iter().map(|object| found(places, object));
        read.map(ReadResponse::from).collect()
    }
}

/// An object as it is in the world, if it is there.
fn found(places: &Places, object: Object) -> Result<Option<Object>, Problem> {
    let mut fields = Fields::of(&object.value);
    let id = fields.text("id").unwrap_or_default();
    let found = places.object(id).map_err(broken)?;
    Ok(found.map(|record| {
        show(&mut fields, &record);
        Object {
            value: fields.into_value(),
            private: object.private,
        }
    }))
}

fn all_failed(objects: &[Object], problem: &Problem) -> Vec<ReadResponse> {
    let failed = |_| ReadResponse::failed(vec![problem.clone()]);
    objects.iter().map(failed).collect()
}

impl ResourceType<Option<Places>> for TestObject {
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

    fn read<'a>(&'a self, places: &'a Option<Places>, object: Object) -> Answer<'a, ReadResponse> {
        Box::pin(async move {
            match known(places) {
                Ok(places) => self.look(places, object).await.into(),
                Err(problem) => ReadResponse::failed(vec![problem]),
            }
        })
    }

    fn read_all<'a>(
        &'a self,
        places: &'a Option<Places>,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(async move {
            match known(places) {
                Ok(places) if self.at_once > 1 => self.list(places, objects).await,
                Ok(_) => {
                    let mut read = Vec::with_capacity(objects.len());
                    for object in objects {
                        read.push(self.read(places, object).await);
                    }
                    read
                }
                Err(problem) => all_failed(&objects, &problem),
            }
        })
    }

    fn reads_at_once(&self) -> usize {
        self.at_once
    }

    fn identify(&self, _: &Option<Places>, _: &Fields) -> Option<String> {
        self.token().ok()
    }

    fn create<'a>(&'a self, places: &'a Option<Places>, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(async move { self.make(known(places)?, create).await })
    }

    fn update<'a>(&'a self, places: &'a Option<Places>, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(async move {
            let (places, mut planned) = (known(places)?, update.planned);
            let failed = self.begin(places, "update", &planned).await?;
            store(places, &mut planned)?;
            end(planned, failed)
        })
    }

    fn delete<'a>(&'a self, places: &'a Option<Places>, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let (places, fields) = (known(places)?, Fields::of(&delete.prior.value));
            let failed = self.begin(places, "delete", &fields).await?;
            let id = fields.text("id").unwrap_or_default();
            places.remove(id).map_err(broken)?;
            failed.map_or(Ok(Vec::new()), |failed| Err(failed.into()))
        })
    }

    /// The ID.
    fn import<'a>(
        &'a self,
        places: &'a Option<Places>,
        mut empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        let found = known(places).and_then(|places| places.object(id).map_err(broken));
        Some(ready(match found {
            Ok(Some(record)) => {
                show(&mut empty, &record);
                Ok(empty.into())
            }
            Ok(None) => {
                let detail = format!("There is no object with the ID \"{id}\".");
                Err(problem("Cannot import non-existent object", detail).into())
            }
            Err(problem) => Err(problem.into()),
        }))
    }

    fn recover<'a>(
        &'a self,
        places: &'a Option<Places>,
        action: Interrupted<'a>,
    ) -> Answer<'a, Recovery> {
        let objects = places.as_ref().map(Places::objects);
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
                Recovery::Found(object.into())
            }
        })
    }
}

fn known(places: &Option<Places>) -> Result<&Places, Problem> {
    let detail = "The folder of the world is not known yet.";
    places.as_ref().ok_or_else(|| problem("No world", detail))
}

fn store(places: &Places, object: &mut Fields) -> Result<(), Problem> {
    let shout = object.text("value").map(str::to_uppercase);
    object.set("shout", optional(shout.as_deref()));
    places.put(&record(object)).map_err(broken)
}

fn end(object: Fields, failed: Option<Problem>) -> Made {
    match failed {
        None => Ok(object.into()),
        Some(problem) => Err(Failure::from(problem).leaving(object)),
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
