//! A deposed object that cannot go keeps what it needs, and stops nobody else.

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

fn thing(name: &str, instances: &[Json]) -> Json {
    json!({
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
    world.set_state(&json!({
        "version": 4,
        "serial": 1,
        "lineage": "4e1a2f33-0000-4000-8000-000000000001",
        "terraform_version": "1.11.4",
        "outputs": {},
        "resources": [thing("a", &instances), thing("b", &[needed])],
    }));
    world
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
            format!(
                "{}{}{deposed}: {}",
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
