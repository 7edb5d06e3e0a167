//! Data sources in `check` blocks, as terraform 1.11.4 has them.

use serde_json::json;
use trueup_core::plan::Options;
use trueup_syntax::{Diagnostics, Severity};

use crate::run::{World, actions};

fn shown(found: &Diagnostics) -> Vec<String> {
    let lines = found.0.iter().map(|d| {
        let severity = if d.severity == Severity::Error {
            "error"
        } else {
            "warning"
        };
        let address = d.address.as_deref().unwrap_or("-");
        format!("{severity} {address} {}", d.summary)
    });
    lines.collect()
}

#[test]
fn what_a_check_cannot_read_fails_the_check_alone() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" { input = 1 }
        check "c" {
          data "terraform_remote_state" "s" {
            backend = "local"
            config  = { path = "/nonexistent/missing.tfstate" }
          }
          assert {
            condition     = data.terraform_remote_state.s.outputs.x == 1
            error_message = "not one"
          }
        }
        "#,
    );
    let warning = ["warning data.terraform_remote_state.s Unable to find remote state"];
    for expected in [
        vec![
            "data.terraform_remote_state.s: read read_because_check_nested",
            "terraform_data.a: create",
        ],
        vec!["data.terraform_remote_state.s: read read_because_check_nested"],
    ] {
        let (plan, found) = world.plan_with(&Options::default());
        assert_eq!(shown(&found), warning);
        assert_eq!(actions(&plan), expected);
        assert_eq!(shown(&world.apply_with(&plan)), warning);
        let results = world.state_json();
        let resources = results["resources"].as_array().expect("resources");
        let kept: Vec<_> = resources
            .iter()
            .map(|r| (&r["name"], &r["instances"][0]["attributes"]["output"]))
            .collect();
        assert_eq!(
            kept,
            [
                (&json!("s"), &json!(null)),
                (&json!("a"), &json!({ "value": 1, "type": "number" })),
            ]
        );
        assert_eq!(
            world.check_results(),
            json!([{
                "object_kind": "check",
                "config_addr": "check.c",
                "status": "fail",
                "objects": [{
                    "object_addr": "check.c",
                    "status": "fail",
                    "failure_messages": [
                        "Unable to find remote state: No stored state was found for the given workspace in the given backend."
                    ],
                }],
            }])
        );
    }
}
