//! The resource type `x_thing`, with a defect if wanted, and its suite.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use trueup_sdk::{
    Answer, Interrupted, Object, PlanRequest, PlanResponse, Problem, ReadResponse, Recovery,
    calls::{Calls, Family, GaveUp, Limits, Policy},
    native::{
        Create, Delete, Deleted, Field, Fields, Made, NativeProvider, Nested, ResourceType, Shape,
        Update, problem,
    },
    ready,
    world::{Random, World},
};
use trueup_testkit::{FakeRandom, Report, Suite, run};
use trueup_value::{Str, Type, Value};

use crate::service::{Refusal, Service};

/// A promise that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defect {
    None,
    ForgetsTags,
    NeverQuiet,
    IgnoresSize,
    ImportsLess,
    ReadsTheState,
    DestroysOnce,
    NeverRecovers,
    RecoversNothing,
    MakesTwice,
    GivesUp,
    PlansByMaking,
    PlansWhatItLikes,
}

pub(crate) struct Thing {
    service: Service,
    calls: Calls,
    random: Arc<dyn Random>,
    defect: Defect,
    /// What a defect remembers.
    destroyed: Mutex<Vec<String>>,
}

fn failed(error: &GaveUp<Refusal>) -> Problem {
    problem(
        "The service refused",
        format!("{:?}{}", error.error, error.effort()),
    )
}

impl Thing {
    fn family() -> Family {
        Family {
            account: Str::new("1"),
            region: Str::default(),
            api: Str::new("things"),
        }
    }

    fn policy(&self) -> Policy {
        match self.defect {
            Defect::GivesUp => Policy {
                attempts: 1,
                ..Policy::PATIENT
            },
            _ => Policy::PATIENT,
        }
    }

    async fn call<T, F>(&self, attempt: impl FnMut() -> F) -> Result<T, GaveUp<Refusal>>
    where
        F: Future<Output = Result<T, Refusal>>,
    {
        let (family, policy) = (Thing::family(), self.policy());
        self.calls
            .call(&family, &policy, Refusal::verdict, attempt)
            .await
    }

    async fn make(&self, thing: Fields) -> Result<Fields, GaveUp<Refusal>> {
        let attempt = || self.service.create(thing.clone());
        if self.defect == Defect::MakesTwice {
            return self.call(attempt).await;
        }
        let (family, policy) = (Thing::family(), self.policy());
        let token = thing.text("token").unwrap_or_default();
        let find = || self.service.find(token);
        let made = self
            .calls
            .once(&family, &policy, Refusal::verdict, attempt, find);
        made.await
    }

    async fn look(&self, object: Object) -> Result<Option<Object>, Problem> {
        if self.defect == Defect::ReadsTheState {
            return Ok(Some(object));
        }
        let id = object
            .value
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        match self.call(|| self.service.get(id)).await {
            Ok(mut found) => {
                if self.defect == Defect::ForgetsTags {
                    found.set("tags", Value::null(Type::map(Type::String)));
                }
                Ok(Some(found.into()))
            }
            Err(error) if error.error == Refusal::NotFound => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    async fn recovered(&self, action: Interrupted<'_>) -> Result<Recovery, Problem> {
        if let Some(prior) = action.prior {
            let found = self.look(prior.clone()).await?;
            return Ok(found.map_or(Recovery::Absent, Recovery::Found));
        }
        let Some(token) = action.identity else {
            return Ok(Recovery::Unknown);
        };
        let found = self.call(|| self.service.find(token)).await;
        let found = found.map_err(|error| failed(&error))?;
        Ok(found.map_or(Recovery::Absent, |thing| Recovery::Found(thing.into())))
    }
}

impl ResourceType for Thing {
    fn shape(&self) -> Shape {
        let kept = |name: &str| Field::computed(name, Type::String).kept();
        Shape::new(
            "A thing.",
            [
                Field::required("name", Type::String).replaces(),
                Field::optional("size", Type::Number).default(Value::number(1)),
                Field::optional("tags", Type::map(Type::String)),
                kept("id"),
                kept("token"),
            ],
        )
        .block(Nested::list(
            "port",
            [
                Field::required("number", Type::Number),
                Field::optional("fixed", Type::Bool).replaces(),
            ],
        ))
    }

    fn plan<'a>(
        &'a self,
        _: &'a (),
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        Box::pin(async move {
            let mut response = shape.plan(&request);
            let planned = response.planned.as_ref().map(Fields::of);
            let Some(mut planned) = planned else {
                return response;
            };
            match self.defect {
                Defect::NeverQuiet => planned.set("token", Value::unknown(Type::String)),
                Defect::PlansWhatItLikes => planned.set_integer("size", 7),
                Defect::PlansByMaking if request.prior.is_none() => {
                    let made = self.service.create(planned.clone()).await;
                    made.map(drop).unwrap_or_default();
                }
                _ => return response,
            }
            response.planned = Some(planned.into_value());
            response
        })
    }

    fn read<'a>(&'a self, _: &'a (), object: Object) -> Answer<'a, ReadResponse> {
        Box::pin(async move { self.look(object).await.into() })
    }

    fn identify(&self, _: &(), _: &Fields) -> Option<String> {
        let bytes = self.random.bytes(8).ok()?;
        Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(async move {
            let mut thing = create.planned;
            thing.set_text("token", create.identity.unwrap_or_default());
            let made = self.make(thing).await;
            Ok(made.map_err(|error| failed(&error))?.into())
        })
    }

    fn update<'a>(&'a self, _: &'a (), update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(async move {
            let mut stored = update.planned.clone();
            if self.defect == Defect::IgnoresSize {
                let before = Fields::of(&update.prior.value);
                stored.set("size", before.get("size").clone());
            }
            let put = self.call(|| self.service.put(stored.clone())).await;
            put.map_err(|error| failed(&error))?;
            Ok(update.planned.into())
        })
    }

    fn delete<'a>(&'a self, _: &'a (), delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let id = delete
                .prior
                .value
                .get("id")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let mut destroyed = self.destroyed.lock().expect("names").clone();
            if self.defect == Defect::DestroysOnce && destroyed.iter().any(|one| one == id) {
                return Err(problem("There is no such thing", "").into());
            }
            match self.call(|| self.service.delete(id)).await {
                Err(error) if error.error != Refusal::NotFound => Err(failed(&error).into()),
                _ => {
                    destroyed.push(id.to_owned());
                    *self.destroyed.lock().expect("names") = destroyed;
                    Ok(Vec::new())
                }
            }
        })
    }

    fn import<'a>(&'a self, _: &'a (), mut empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        Some(Box::pin(async move {
            empty.set_text("id", id);
            if self.defect == Defect::ImportsLess {
                empty.set_text("id", "thing-0");
            }
            Ok(empty.into())
        }))
    }

    fn recover<'a>(&'a self, _: &'a (), action: Interrupted<'a>) -> Answer<'a, Recovery> {
        match self.defect {
            Defect::NeverRecovers => ready(Recovery::Unknown),
            Defect::RecoversNothing if action.prior.is_none() => ready(Recovery::Absent),
            _ => Box::pin(async move { self.recovered(action).await.unwrap_or(Recovery::Unknown) }),
        }
    }
}

pub(crate) fn provider(service: &Service, defect: Defect) -> NativeProvider {
    let world = World {
        clock: Arc::new(service.clock.clone()),
        random: Arc::new(FakeRandom::new(1)),
        working_dir: PathBuf::new(),
        variables: Arc::default(),
    };
    let thing = Thing {
        service: service.clone(),
        calls: Calls::new(&world, Arc::new(Limits::default())),
        random: Arc::clone(&world.random),
        defect,
        destroyed: Mutex::default(),
    };
    NativeProvider::new().resource("x_thing", thing)
}

pub(crate) fn suite() -> Suite {
    Suite::new("x_thing")
        .example(r#"{"name": "one-${unique}", "tags": {"a": "1"}}"#)
        .example(r#"{"name": "one-${unique}", "size": 3, "port": [{"number": 80}]}"#)
        .example(r#"{"name": "two-${unique}", "size": 3, "port": [{"number": 81, "fixed": true}, {"number": 82}]}"#)
        .rerolled(&["id", "token"])
}

pub(crate) fn report(defect: Defect, suite: &Suite) -> Report {
    let service = Service::new();
    let provider = provider(&service, defect);
    let config = Value::empty_object();
    service.clock.run(run(suite, &provider, &config, &service))
}
