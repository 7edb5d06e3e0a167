//! `replace_triggered_by`, as terraform answered.

use serde_json::json;
use trueup_core::plan::{ActionReason, Options};

use crate::run::World;

const STACK: &str = r#"## main.tf
resource "terraform_data" "a" {
  input = "INPUT"
}
resource "terraform_data" "b" {
  lifecycle {
    replace_triggered_by = [TRIGGER]
  }
}
"#;

fn stack(input: &str, trigger: &str) -> String {
    STACK.replace("INPUT", input).replace("TRIGGER", trigger)
}

#[test]
fn a_trigger_is_the_reason_also_of_what_is_tainted() {
    let mut world = World::new(&stack("one", "terraform_data.a"));
    let plan = world.plan();
    world.apply(&plan);
    let mut state = world.state_json();
    state["resources"][1]["instances"][0]["status"] = json!("tainted");
    state["version"] = json!(4);
    state["serial"] = json!(1);
    state["lineage"] = json!("4e1a2f33-0000-4000-8000-000000000001");
    state["terraform_version"] = json!("1.11.4");
    world.set_state(&state);
    let reason = |world: &World| world.plan().changes[1].reason;
    assert_eq!(
        reason(&world),
        Some(ActionReason::ReplaceBecauseTainted),
        "nothing triggers"
    );
    world.configure(&stack("two", "terraform_data.a"));
    assert_eq!(reason(&world), Some(ActionReason::ReplaceByTriggers));
}

#[test]
fn what_has_no_instances_cannot_trigger() {
    let cases = [
        ("terraform_data.none", "terraform_data.none"),
        ("terraform_data.one[3]", "terraform_data.one[3]"),
    ];
    for (trigger, subject) in cases {
        let more = "resource \"terraform_data\" \"none\" {\n  count = 0\n}\nresource \"terraform_data\" \"one\" {\n  count = 1\n}\n";
        let world = World::new(&format!("{}{more}", stack("one", trigger)));
        let (plan, found) = world.plan_with(&Options::default());
        let summaries: Vec<&str> = found.0.iter().map(|d| d.summary.as_str()).collect();
        assert!(plan.errored);
        assert_eq!(
            summaries,
            [format!("no change found for {subject} in the root module")]
        );
    }
}

#[test]
fn a_faulty_trigger_is_found_before_conditions_are_judged() {
    let text = r#"## main.tf
variable "n" {
  default = 1
}
resource "terraform_data" "none" {
  count = 0
}
resource "terraform_data" "a" {
  lifecycle {
    replace_triggered_by = [terraform_data.none]
    precondition {
      condition     = var.n == 2
      error_message = "not 2"
    }
  }
}
"#;
    let (_, found) = World::new(text).plan_with(&Options::default());
    let summaries: Vec<&str> = found.0.iter().map(|d| d.summary.as_str()).collect();
    assert_eq!(
        summaries,
        ["no change found for terraform_data.none in the root module"]
    );
}
