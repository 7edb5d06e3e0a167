//! Attributes that say what other objects do with the one they are of.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use serde_json::json;
use trueup_core::{
    address::ProviderSource,
    plan::{Mode, Options, changes_json},
};
use trueup_sdk::{
    Answer, ApplyRequest, ApplyResponse, Attribute, Block, Configuration, Configured, Mirror,
    Object, PlanRequest, PlanResponse, Problem, Provider, ProviderSchema, ReadRequest,
    ReadResponse, ResourceSchema, TypeSchemas, ready,
};
use trueup_value::{Str, Type, Value};

use crate::run::World;

/// What there is: the pool of each member, the colour of each pool, and which pools
/// were looked at.
#[derive(Default)]
struct Town {
    members: BTreeMap<String, String>,
    colours: BTreeMap<String, String>,
    looked_at: Vec<String>,
}

type Shared = Arc<Mutex<Town>>;

/// A provider of pools, which say how many members they have, and of members.
struct Club {
    schema: ProviderSchema,
    town: Shared,
}

struct Ready(Shared);

impl Club {
    fn new(town: &Shared) -> Self {
        let schema = |attributes: &[(&str, Attribute)]| {
            let attributes = attributes.iter().cloned();
            ResourceSchema::new(Block {
                attributes: attributes.map(|(k, v)| (Str::new(k), v)).collect(),
                ..Block::default()
            })
        };
        let text = || Attribute::optional(Type::String);
        let told = Attribute::computed;
        let pool = [
            ("name", text()),
            ("colour", text()),
            ("id", told(Type::String)),
            ("members", told(Type::Number)),
        ];
        let member = [("name", text()), ("pool", text())];
        let resources = [
            ("club_pool".into(), schema(&pool)),
            ("club_member".into(), schema(&member)),
        ];
        Club {
            schema: ProviderSchema {
                resources: TypeSchemas::from(resources),
                ..ProviderSchema::default()
            },
            town: Arc::clone(town),
        }
    }
}

impl Provider for Club {
    fn schema(&self) -> &ProviderSchema {
        &self.schema
    }

    fn configure<'a>(&'a self, _: &'a Value) -> Answer<'a, Configuration> {
        ready(Ok(Arc::new(Ready(Arc::clone(&self.town)))))
    }
}

fn text(value: &Value, name: &str) -> String {
    let text = value.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

impl Town {
    /// A pool as it is.
    fn pool(&self, name: &str) -> Value {
        let id = format!("pool-{name}");
        let members = self.members.values().filter(|pool| **pool == id).count();
        let colour = self.colours.get(name).cloned();
        Value::object([
            ("name", Value::string(name)),
            (
                "colour",
                colour.map_or(Value::null(Type::String), Value::string),
            ),
            ("id", Value::string(id.clone())),
            ("members", Value::number(members)),
        ])
    }

    fn is(&self, kind: &str, value: &Value) -> Value {
        match kind {
            "club_pool" => self.pool(&text(value, "name")),
            _ => value.clone(),
        }
    }
}

impl Configured for Ready {
    fn read<'a>(&'a self, requests: Vec<ReadRequest<'a>>) -> Answer<'a, Vec<ReadResponse>> {
        let mut town = self.0.lock().expect("no panic");
        let found = requests.into_iter().map(|mut request| {
            let value = &request.object.value;
            if request.kind == "club_pool" {
                let name = text(value, "name");
                town.looked_at.push(name);
            }
            request.object.value = town.is(request.kind, value);
            ReadResponse {
                object: Some(request.object),
                ..ReadResponse::default()
            }
        });
        ready(found.collect())
    }

    fn mirrors(&self, kind: &str) -> &'static [Mirror] {
        match kind {
            "club_pool" => &[Mirror {
                attribute: "members",
                of: &["club_member"],
            }],
            _ => &[],
        }
    }

    fn plan<'a>(&'a self, request: PlanRequest<'a>) -> Answer<'a, PlanResponse> {
        let fresh = request.prior.is_none() && request.kind == "club_pool";
        let planned = request.proposed.map(|proposed| {
            Value::object(proposed.elements().map(|(key, value)| {
                let key = Str::new(key.as_str().expect("a name"));
                let ty = match key.as_str() {
                    "id" => Some(Type::String),
                    "members" => Some(Type::Number),
                    _ => None,
                };
                let told = ty.filter(|_| fresh).map(Value::unknown);
                (key, told.unwrap_or(value))
            }))
        });
        ready(PlanResponse {
            planned,
            ..PlanResponse::default()
        })
    }

    fn apply<'a>(&'a self, request: ApplyRequest<'a>) -> Answer<'a, ApplyResponse> {
        let mut town = self.0.lock().expect("no panic");
        let prior = request.prior.map(|prior| &prior.value);
        let name = text(request.planned.or(prior).expect("an object"), "name");
        match (request.kind, request.planned) {
            ("club_pool", Some(planned)) => {
                town.colours.insert(name, text(planned, "colour"));
            }
            ("club_pool", None) => drop(town.colours.remove(&name)),
            (_, Some(planned)) => {
                town.members.insert(name, text(planned, "pool"));
            }
            (_, None) => drop(town.members.remove(&name)),
        }
        let object = request.planned.map(|planned| Object {
            value: town.is(request.kind, planned),
            private: Vec::new(),
        });
        ready(ApplyResponse {
            object,
            ..ApplyResponse::default()
        })
    }

    fn read_data<'a>(
        &'a self,
        _: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        ready(Ok(config.clone()))
    }
}

/// A stack with two pools and members of the first.
fn stack(members: &[&str]) -> String {
    let pools = r#"## main.tf
resource "club_pool" "a" {
  name   = "a"
  colour = "blue"
}

resource "club_pool" "b" {
  name   = "b"
  colour = "red"
}
"#;
    let members = members.iter().map(|name| {
        format!(
            "resource \"club_member\" \"{name}\" {{
  name = \"{name}\"
  pool = club_pool.a.id
}}
"
        )
    });
    pools.to_owned() + &members.collect::<String>()
}

fn world(text: &str) -> (World, Shared) {
    let town = Shared::default();
    let mut world = World::new(text);
    let club = Box::new(Club::new(&town));
    world.registry().add(ProviderSource::official("club"), club);
    (world, town)
}

/// What a refresh-only plan finds to be different.
fn drift(world: &World) -> Vec<(String, serde_json::Value, serde_json::Value)> {
    let options = Options {
        mode: Mode::RefreshOnly,
        ..Options::default()
    };
    let (plan, found) = world.plan_with(&options);
    assert_eq!(found.0, []);
    let drift = changes_json(&plan.drift);
    let drift = drift.as_array().expect("changes").iter().map(|change| {
        let address = change["address"].as_str().expect("an address").to_owned();
        let [before, after] = ["before", "after"].map(|side| change["change"][side].clone());
        (address, before, after)
    });
    drift.collect()
}

fn apply(world: &mut World, town: &Shared) -> Vec<String> {
    let plan = world.plan();
    town.lock().expect("no panic").looked_at.clear();
    world.apply(&plan);
    std::mem::take(&mut town.lock().expect("no panic").looked_at)
}

#[test]
fn what_a_run_does_to_others_is_no_drift() {
    let (mut world, town) = world(&stack(&["ann", "bob"]));
    // The pool nobody has joined is not looked at again.
    assert_eq!(apply(&mut world, &town), ["a"]);
    assert_eq!(drift(&world), []);

    world.configure(&stack(&["ann"]));
    assert_eq!(apply(&mut world, &town), ["a"]);
    assert_eq!(drift(&world), []);

    // Without a change there is nothing to look at.
    assert_eq!(apply(&mut world, &town), [""; 0]);
}

#[test]
fn what_others_did_meanwhile_is_still_found() {
    let (mut world, town) = world(&stack(&["ann"]));
    apply(&mut world, &town);
    world.configure(&stack(&["ann", "bob"]));
    let plan = world.plan();
    let paint = |colour: &str| {
        let mut town = town.lock().expect("no panic");
        town.colours.insert("a".to_owned(), colour.to_owned());
    };
    paint("green");
    world.apply(&plan);
    let pool =
        |colour: &str| json!({ "name": "a", "colour": colour, "id": "pool-a", "members": 2 });
    let found = ("club_pool.a".to_owned(), pool("blue"), pool("green"));
    assert_eq!(drift(&world), [found]);

    paint("blue");
    let eve = ("eve".to_owned(), "pool-a".to_owned());
    town.lock().expect("no panic").members.extend([eve]);
    let mut more = pool("blue");
    more["members"] = json!(3);
    let found = ("club_pool.a".to_owned(), pool("blue"), more);
    assert_eq!(drift(&world), [found]);
}
