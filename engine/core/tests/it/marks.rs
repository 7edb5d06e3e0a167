//! What is sensitive otherwise than a state says.

use serde_json::{Value as Json, json};

use crate::run::{World, actions};

const STACK: &str = r#"## main.tf
    provider "echo" { endpoint = "here" }
    resource "echo_vault" "a" { name = "a" }
    output "is_secret" { value = issensitive(echo_vault.a.place) }
    "#;

/// A state that another program wrote, under this version of the schema.
fn stored(version: u64, sensitive: &[&str]) -> Json {
    let path = |name: &&str| json!([{ "type": "get_attr", "value": name }]);
    json!({
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": "3f0d7a3a-0000-0000-0000-000000000000",
        "outputs": { "is_secret": { "value": true, "type": "bool" } },
        "resources": [{
            "mode": "managed",
            "type": "echo_vault",
            "name": "a",
            "provider": "provider[\"registry.terraform.io/hashicorp/echo\"]",
            "instances": [{
                "schema_version": version,
                "attributes": { "name": "a", "place": "here" },
                "sensitive_attributes": sensitive.iter().map(path).collect::<Vec<_>>(),
            }],
        }],
        "check_results": null,
    })
}

fn world(state: &Json) -> World {
    let mut world = World::new(STACK);
    world.set_state(state);
    world
}

#[test]
fn what_only_the_provider_calls_sensitive_is_no_change() {
    let world = world(&stored(1, &[]));
    let plan = world.plan();
    assert_eq!(actions(&plan), [""; 0]);
    // It is sensitive in this run, and the state stays as it was.
    assert!(!plan.refreshed);
    let output = &plan.outputs["is_secret"];
    assert_eq!(output.before, output.after);
}

#[test]
fn what_an_older_schema_called_sensitive_is_no_change() {
    let mut world = world(&stored(0, &["name"]));
    let plan = world.plan();
    assert_eq!(actions(&plan), [""; 0]);
    assert!(plan.refreshed);
    world.apply(&plan);
    let instance = &world.state_json()["resources"][0]["instances"][0];
    let place = json!([[{ "type": "get_attr", "value": "place" }]]);
    assert_eq!(instance["sensitive_attributes"], place);
    assert_eq!(instance["schema_version"], 1);
    assert_eq!(actions(&world.plan()), [""; 0]);
}

#[test]
fn what_the_configuration_calls_sensitive_is_a_change() {
    let world = world(&stored(1, &["name"]));
    assert_eq!(actions(&world.plan()), ["echo_vault.a: update"]);
}
