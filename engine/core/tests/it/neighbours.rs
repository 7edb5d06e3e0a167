//! What fails stops what depends on it, and nobody else: a deposed object that
//! cannot go keeps what it needs; an instance of a module is not held up by
//! another.

use serde_json::{Value as Json, json};

use crate::run::World;

const SCHEMA: &str = r#"{
  "provider": { "version": 0, "block": {} },
  "resource_schemas": {
    "mock_thing": {
      "version": 0,
      "block": {
        "attributes": {
          "force_a": { "type": "string", "optional": true },
          "mode": { "type": "string", "optional": true }
        }
      }
    }
  }
}"#;

/// `a[0]` is to be made beside its deposed object, `a[1]` replaced, and what
/// both once depended on is `AFTER`.
const STACK: &str = r#"## main.tf
resource "mock_thing" "a" {
  count   = 2
  force_a = "new"
  mode    = count.index == 0 ? "MODE" : null
}
AFTER
"#;

fn thing(module: Option<&str>, name: &str, instances: &[Json]) -> Json {
    json!({
        "module": module,
        "mode": "managed",
        "type": "mock_thing",
        "name": name,
        "provider": "provider[\"registry.terraform.io/hashicorp/mock\"]",
        "instances": instances,
    })
}

fn world(mode: &str, deposed_mode: Option<&str>, after: &str) -> World {
    let depends = json!(["mock_thing.b"]);
    let instances = [
        json!({
            "index_key": 0,
            "deposed": "d7619f2a",
            "schema_version": 0,
            "attributes": { "force_a": "old", "mode": deposed_mode },
            "dependencies": depends,
        }),
        json!({
            "index_key": 1,
            "schema_version": 0,
            "attributes": { "force_a": "old", "mode": null },
            "dependencies": depends,
        }),
    ];
    let needed = json!({
        "schema_version": 0,
        "attributes": { "force_a": "old", "mode": null },
    });
    let mut world = World::with_mock(&serde_json::from_str(SCHEMA).expect("JSON"));
    world.configure(&STACK.replace("MODE", mode).replace("AFTER", after));
    world.set_state(&state(&[
        thing(None, "a", &instances),
        thing(None, "b", &[needed]),
    ]));
    world
}

fn state(resources: &[Json]) -> Json {
    json!({
        "version": 4,
        "serial": 1,
        "lineage": "4e1a2f33-0000-4000-8000-000000000001",
        "terraform_version": "1.11.4",
        "outputs": {},
        "resources": resources,
    })
}

/// What is said, and a line for each object that is left.
fn applied(mut world: World) -> (Vec<String>, Vec<String>) {
    let plan = world.plan();
    let found = world.apply_with(&plan);
    let said = found.0.iter().map(|d| d.summary.clone()).collect();
    let state = world.state_json();
    let resources = state["resources"].as_array().expect("a list");
    let lines = resources.iter().flat_map(|resource| {
        let instances = resource["instances"].as_array().expect("a list");
        instances.iter().map(|instance| {
            let key = instance["index_key"].as_u64();
            let deposed = match instance.get("deposed") {
                Some(_) => " deposed",
                None => "",
            };
            let module = resource["module"].as_str().unwrap_or_default();
            format!(
                "{module}{}{}{deposed}: {}",
                resource["name"].as_str().unwrap_or_default(),
                key.map(|key| key.to_string()).unwrap_or_default(),
                instance["attributes"]["force_a"]
                    .as_str()
                    .unwrap_or_default(),
            )
        })
    });
    (said, lines.collect())
}

#[test]
fn a_neighbour_is_made_where_the_new_object_fails() {
    let (said, left) = applied(world("fail-create", None, ""));
    assert_eq!(said, ["Creating failed"]);
    assert_eq!(left, ["a0 deposed: old", "a1: new", "b: old"]);
}

#[test]
fn a_neighbour_is_made_where_the_deposed_object_cannot_be_destroyed() {
    let (said, left) = applied(world("", Some("fail-delete"), ""));
    assert_eq!(said, ["Deleting failed"]);
    assert_eq!(left, ["a0: new", "a0 deposed: old", "a1: new", "b: old"]);
}

#[test]
fn what_the_deposed_object_needs_is_not_replaced() {
    let after = "resource \"mock_thing\" \"b\" {\n  force_a = \"new\"\n}";
    let (said, left) = applied(world("fail-create", None, after));
    assert_eq!(said, ["Creating failed"]);
    assert_eq!(left, ["a0 deposed: old", "a1: new", "b: old"]);
}

#[test]
fn everything_is_done_where_nothing_fails() {
    let (said, left) = applied(world("", None, ""));
    assert_eq!(said, [""; 0]);
    assert_eq!(left, ["a0: new", "a1: new"]);
}

#[test]
fn an_instance_of_a_module_goes_on_where_another_cannot_be_destroyed() {
    let module = r#"## m/main.tf
resource "mock_thing" "a" {
  force_a = "old"
}
resource "mock_thing" "b" {
  force_a = "new"
  mode    = mock_thing.a.mode
}
## main.tf
module "m" {
  source = "./m"
  count  = 1
}
"#;
    let object = |mode: Option<&str>, depends: &[&str]| {
        json!({
            "schema_version": 0,
            "attributes": { "force_a": "old", "mode": mode },
            "dependencies": depends,
        })
    };
    let depends = ["module.m.mock_thing.a"];
    let mut world = World::with_mock(&serde_json::from_str(SCHEMA).expect("JSON"));
    world.configure(module);
    world.set_state(&state(&[
        thing(Some("module.m[0]"), "a", &[object(None, &[])]),
        thing(Some("module.m[0]"), "b", &[object(None, &depends)]),
        thing(
            Some("module.m[1]"),
            "a",
            &[object(Some("fail-delete"), &[])],
        ),
        thing(Some("module.m[1]"), "b", &[object(None, &depends)]),
    ]));
    let (said, left) = applied(world);
    assert_eq!(said, ["Deleting failed"]);
    let expected = [
        "module.m[0]a: old",
        "module.m[0]b: new",
        "module.m[1]a: old",
    ];
    assert_eq!(left, expected);
}
