//! What becomes of calls to a native provider.

use std::sync::Mutex;

use futures_executor::block_on;
use trueup_sdk::{
    Answer, ApplyRequest, Configured, Drift, Explanation, Object, Opened, Problem, Provider,
    ReadRequest, ReadResponse,
    native::{
        Configure, Create, Delete, Deleted, Done, EphemeralType, Failure, Field, Fields, Left,
        Made, NativeProvider, ResourceType, Shape, Update, problem,
    },
    ready,
};
use trueup_value::{Path, Type, Value};

/// What was asked of the service, in order.
struct Client {
    region: String,
    calls: Mutex<Vec<String>>,
}

impl Client {
    fn call(&self, what: String) {
        self.calls.lock().expect("calls").push(what);
    }
}

struct Regional;

impl Configure<Client> for Regional {
    fn shape(&self) -> Shape {
        Shape::new("", [Field::optional("region", Type::String).length(2, 20)])
    }

    fn configures_unknown(&self) -> bool {
        true
    }

    fn configure<'a>(&'a self, config: Fields) -> Answer<'a, Result<Client, Vec<Problem>>> {
        ready(match config.text("region") {
            Some(region) => Ok(Client {
                region: region.to_owned(),
                calls: Mutex::default(),
            }),
            None => Err(vec![problem("No region", "There must be one.")]),
        })
    }
}

/// Objects that are read many at once.
struct Many;

impl ResourceType<Client> for Many {
    fn shape(&self) -> Shape {
        Shape::new("", [Field::required("name", Type::String)])
    }

    fn read_all<'a>(
        &'a self,
        client: &'a Client,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        client.call(format!("list {}", objects.len()));
        let there = |object: &Object| name(object) != "gone";
        let read = |object: Object| match there(&object) {
            true => ReadResponse::found(object),
            false => ReadResponse::absent(),
        };
        ready(objects.into_iter().map(read).collect())
    }

    fn create<'a>(&'a self, client: &'a Client, create: Create<'a>) -> Answer<'a, Made> {
        let secret = create.config.get("name").and_then(Value::as_str);
        client.call(format!("create in {}: {secret:?}", client.region));
        ready(match create.planned.text("name") {
            Some("half") => {
                let failure = Failure::from(problem("Only half of it", "The rest failed."));
                Err(failure.leaving(create.planned))
            }
            _ => Ok(Done {
                object: create.planned,
                private: Some(b"etag".to_vec()),
                warnings: vec![Problem::warning("Slow", "", Path::new())],
            }),
        })
    }

    fn update<'a>(&'a self, client: &'a Client, update: Update<'a>) -> Answer<'a, Made> {
        client.call("update".to_owned());
        ready(match update.planned.text("name") {
            Some("lost") => Err(Failure {
                problems: vec![problem("Lost", "")],
                left: Left::Nothing,
            }),
            Some("refused") => Err(problem("Refused", "").into()),
            _ => Ok(update.planned.into()),
        })
    }

    fn delete<'a>(&'a self, client: &'a Client, delete: Delete<'a>) -> Answer<'a, Deleted> {
        client.call("delete".to_owned());
        ready(match name(delete.prior) {
            "locked" => Err(problem("Locked", "").into()),
            _ => Ok(vec![Problem::warning("Left a log", "", Path::new())]),
        })
    }

    fn import<'a>(
        &'a self,
        _: &'a Client,
        mut empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        empty.set_text("name", id);
        Some(ready(Ok(empty.into())))
    }

    fn explain<'a>(&'a self, _: &'a Client, drift: Drift<'a>) -> Answer<'a, Vec<Explanation>> {
        let gone = drift.after.is_none();
        ready(vec![Explanation {
            what: Path::new(),
            who: "mallory".to_owned(),
            when: None,
            how: gone.then(|| "console".to_owned()),
        }])
    }
}

/// Objects that are read one by one.
struct Single;

impl ResourceType<Client> for Single {
    fn shape(&self) -> Shape {
        Many.shape()
    }

    fn read<'a>(&'a self, client: &'a Client, object: Object) -> Answer<'a, ReadResponse> {
        client.call(format!("get {}", name(&object)));
        ready(ReadResponse::found(object))
    }

    fn create<'a>(&'a self, _: &'a Client, create: Create<'a>) -> Answer<'a, Made> {
        ready(Ok(create.planned.into()))
    }
}

struct Token;

impl EphemeralType<Client> for Token {
    fn shape(&self) -> Shape {
        Shape::new("", [Field::computed("token", Type::String).sensitive()])
    }

    fn open<'a>(
        &'a self,
        client: &'a Client,
        mut config: Fields,
    ) -> Answer<'a, Result<Opened, Vec<Problem>>> {
        config.set_text("token", client.region.as_str());
        ready(Ok(Opened {
            value: config.into_value(),
            private: b"7".to_vec(),
            renew_at: None,
        }))
    }

    fn close<'a>(&'a self, client: &'a Client, private: &'a [u8]) -> Answer<'a, Vec<Problem>> {
        client.call(format!("close {private:?}"));
        ready(Vec::new())
    }
}

fn name(object: &Object) -> &str {
    object
        .value
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn provider() -> NativeProvider<Client> {
    NativeProvider::configured_by(Regional)
        .resource("x_many", Many)
        .resource("x_single", Single)
        .ephemeral("x_token", Token)
}

fn config(region: &str) -> Value {
    Value::object([("region", Value::string(region))])
}

fn configured() -> std::sync::Arc<dyn Configured> {
    block_on(provider().configure(&config("eu"))).expect("a client")
}

fn object(name: &str) -> Object {
    Object {
        value: Value::object([("name", Value::string(name))]),
        private: b"before".to_vec(),
    }
}

fn said(problems: &[Problem]) -> Vec<&str> {
    problems
        .iter()
        .map(|problem| problem.summary.as_str())
        .collect()
}

#[test]
fn the_configuration_is_the_providers() {
    let provider = provider();
    let schema = &provider.schema().provider.block;
    assert_eq!(
        schema
            .attributes
            .keys()
            .map(|name| name.as_str())
            .collect::<Vec<_>>(),
        ["region"]
    );
    assert!(provider.configures_unknown());
    assert_eq!(
        said(&provider.validate_provider(&config("x"))),
        ["expected length of region to be in the range (2 - 20), got x"]
    );
    let none = Value::object([("region", Value::null(Type::String))]);
    let refused = block_on(provider.configure(&none)).expect_err("no region");
    assert_eq!(said(&refused), ["No region"]);
}

#[test]
fn many_objects_of_many_types_are_read_at_once_and_in_order() {
    let names = [
        ("x_many", "a"),
        ("x_single", "b"),
        ("x_none", "c"),
        ("x_many", "gone"),
        ("x_single", "d"),
    ];
    let requests = names.map(|(kind, name)| ReadRequest {
        kind,
        object: object(name),
    });
    let responses = block_on(configured().read(requests.to_vec()));
    let shown = responses.iter().map(|response| match &response.object {
        Some(object) => name(object),
        None if response.problems.is_empty() => "nothing",
        None => response.problems[0].summary.as_str(),
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        ["a", "b", "Unsupported resource type", "nothing", "d"]
    );
}

#[test]
fn answers_carry_private_data_warnings_and_what_is_left() {
    let apply = |prior: Option<&str>, planned: Option<&str>| {
        let prior = prior.map(object);
        let planned = planned.map(|name| object(name).value);
        let response = block_on(configured().apply(ApplyRequest {
            kind: "x_many",
            prior: prior.as_ref(),
            planned: planned.as_ref(),
            config: planned.as_ref(),
            settled: planned.as_ref(),
            private: &[],
            identity: None,
        }));
        let left = response.object.map(|object| {
            let private = String::from_utf8_lossy(&object.private).into_owned();
            (name(&object).to_owned(), private)
        });
        let said: Vec<String> = said(&response.problems)
            .into_iter()
            .map(Into::into)
            .collect();
        (left, said.join(", "))
    };
    let left = |name: &str, private: &str| Some((name.to_owned(), private.to_owned()));
    for (prior, planned, object, problems) in [
        (None, Some("new"), left("new", "etag"), "Slow"),
        (None, Some("half"), left("half", ""), "Only half of it"),
        (Some("a"), Some("b"), left("b", "before"), ""),
        (Some("a"), Some("refused"), left("a", "before"), "Refused"),
        (Some("a"), Some("lost"), None, "Lost"),
        (Some("a"), None, None, "Left a log"),
        (Some("locked"), None, left("locked", "before"), "Locked"),
    ] {
        let expected = (object, problems.to_owned());
        assert_eq!(apply(prior, planned), expected, "{prior:?} -> {planned:?}");
    }
}

#[test]
fn ephemeral_resources_imports_and_explanations_reach_their_types() {
    let configured = configured();
    let empty = Value::object([("token", Value::null(Type::String))]);
    let opened = block_on(configured.open_ephemeral("x_token", &empty)).expect("a token");
    assert_eq!(opened.value.get("token"), Some(&Value::string("eu")));
    assert_eq!(
        block_on(configured.close_ephemeral("x_token", &opened.private)),
        []
    );
    let imported = block_on(configured.import("x_many", "i")).expect("an object");
    assert_eq!(name(&imported[0].object), "i");
    let refused = block_on(configured.import("x_single", "i")).expect_err("no imports");
    assert_eq!(said(&refused), ["Resource Import Not Implemented"]);
    let before = object("a").value;
    let explained = block_on(configured.explain(Drift {
        kind: "x_many",
        before: &before,
        after: None,
    }));
    assert_eq!(explained[0].who, "mallory");
    assert_eq!(explained[0].how.as_deref(), Some("console"));
}
