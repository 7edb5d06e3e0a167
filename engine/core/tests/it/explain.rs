//! Who changed what has drifted.

use serde_json::json;
use trueup_core::plan::{Mode, Options, changes_json};

use crate::run::World;

fn stack(endpoint: &str) -> String {
    format!(
        r#"## main.tf
        provider "echo" {{ endpoint = "{endpoint}" }}
        resource "echo_thing" "a" {{ name = "a" }}
        resource "terraform_data" "same" {{}}
        "#
    )
}

#[test]
fn a_refresh_only_plan_says_who_changed_an_object() {
    let mut world = World::new(&stack("here"));
    let plan = world.plan();
    world.apply(&plan);
    world.configure(&stack("there"));
    let options = Options {
        mode: Mode::RefreshOnly,
        ..Options::default()
    };
    let (plan, found) = world.plan_with(&options);
    assert_eq!(found.0, []);
    let drift = changes_json(&plan.drift);
    assert_eq!(
        drift[0]["trueup_changed_by"],
        json!([{
            "path": ["place"],
            "who": "the movers of there",
            "when": "2026-11-29T06:00:00Z",
            "how": "by night",
        }])
    );
    assert_eq!(plan.drift.len(), 1);
    // Nobody is asked while changes are planned.
    let plan = world.plan();
    assert_eq!(plan.drift.len(), 1);
    assert_eq!(plan.drift[0].changed_by, []);
}
