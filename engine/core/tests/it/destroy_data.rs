//! What is read while a stack is destroyed.

use serde_json::json;
use trueup_core::plan::{Mode, Options};

use crate::run::{World, actions};

/// A stack whose provider is configured by what a data source reads.
fn configured_by_data(folder: &tempfile::TempDir) -> String {
    let path = folder.path().join("other.tfstate");
    let state = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "other",
        "outputs": { "endpoint": { "value": "there", "type": "string" } },
        "resources": [], "check_results": null,
    });
    std::fs::write(&path, state.to_string()).expect("a state");
    format!(
        r#"## main.tf
        data "terraform_remote_state" "other" {{
          backend = "local"
          config  = {{ path = "{}" }}
        }}
        provider "echo" {{ endpoint = data.terraform_remote_state.other.outputs.endpoint }}
        resource "echo_thing" "a" {{ name = "a" }}
        "#,
        path.display()
    )
}

#[test]
fn a_provider_configured_by_what_is_read_destroys_its_objects() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut world = World::new(&configured_by_data(&folder));
    let plan = world.plan();
    world.apply(&plan);
    let options = Options {
        mode: Mode::Destroy,
        ..Options::default()
    };
    let (mut plan, found) = world.plan_with(&options);
    assert_eq!(found.0, []);
    assert_eq!(actions(&plan), ["echo_thing.a: delete"]);
    // The same where the state does not remember what was read.
    let resources = std::mem::take(&mut world.state.resources);
    let managed = |mode| mode == trueup_core::address::ResourceMode::Managed;
    world.state.resources = resources
        .into_iter()
        .filter(|(address, _)| managed(address.resource.mode))
        .collect();
    let again = world.plan_with(&options).0;
    assert_eq!(again.prior.resources, plan.prior.resources);
    plan = again;
    world.apply(&plan);
    assert_eq!(world.state_json()["resources"], json!([]));
}

/// As terraform 1.11.4 has it: `plan -destroy -detailed-exitcode` says 2.
#[test]
fn a_destruction_of_nothing_but_data_can_be_applied() {
    let folder = tempfile::tempdir().expect("a folder");
    let stack = configured_by_data(&folder);
    let data_alone = stack.split("provider").next().expect("the data");
    let mut world = World::new(data_alone);
    let options = Options {
        mode: Mode::Destroy,
        ..Options::default()
    };
    assert!(!world.plan_with(&options).0.applyable());
    let plan = world.plan();
    world.apply(&plan);
    let (plan, found) = world.plan_with(&options);
    assert_eq!(found.0, []);
    assert!(plan.is_empty());
    assert!(plan.applyable());
    world.apply(&plan);
    assert_eq!(world.state_json()["resources"], json!([]));
}
