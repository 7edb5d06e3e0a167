//! Imports. Expected plans and messages are those of terraform 1.11.4.

use trueup_core::{
    address::AbsResourceInstance,
    import::import,
    plan::{Options, Plan, generated_config},
    progress::Watch,
};
use trueup_syntax::Diagnostics;

use crate::{run::World, target::target};

fn options(generate: bool) -> Options {
    Options {
        generate_config: generate,
        ..Options::default()
    }
}

/// Changes with the IDs they import, then summaries and details.
fn shown(plan: &Plan, found: &Diagnostics) -> Vec<String> {
    let changes = plan.changes.iter().map(|change| {
        let id = change.importing.as_ref();
        let id = id.map_or_else(String::new, |id| format!(" importing {id}"));
        format!("{}: {:?}{id}", change.address, change.action)
    });
    let said = found.0.iter();
    let said = said.map(|d| format!("{}: {}", d.summary, d.detail));
    changes.chain(said).collect()
}

fn plan(text: &str) -> Vec<String> {
    let world = World::new(&format!("## main.tf\n{text}"));
    let (plan, found) = world.plan_with(&options(false));
    shown(&plan, &found)
}

#[test]
fn objects_are_imported_and_then_changed() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" { input = 1 }
        resource "terraform_data" "b" { for_each = toset(["x", "y"]) }
        import {
          to = terraform_data.a
          id = "one"
        }
        import {
          for_each = { x = "ix", y = "iy" }
          to       = terraform_data.b[each.key]
          id       = each.value
        }
        "#,
    );
    let (plan, found) = world.plan_with(&options(false));
    assert_eq!(
        shown(&plan, &found),
        [
            "terraform_data.a: Update importing one",
            "terraform_data.b[\"x\"]: NoOp importing ix",
            "terraform_data.b[\"y\"]: NoOp importing iy",
        ]
    );
    assert!(!plan.is_empty());
    world.apply(&plan);
    let state = world.state_json();
    let ids = ["/resources/0/instances/0", "/resources/1/instances/1"];
    let ids = ids.map(|at| state.pointer(at).map(|i| i["attributes"]["id"].clone()));
    assert_eq!(ids, [Some("one".into()), Some("iy".into())]);
    let (plan, found) = world.plan_with(&options(false));
    assert_eq!(
        shown(&plan, &found),
        [
            "terraform_data.a: NoOp",
            "terraform_data.b[\"x\"]: NoOp",
            "terraform_data.b[\"y\"]: NoOp",
        ]
    );
}

#[test]
fn what_must_not_be_replaced_is_told_to_be_imported_all_the_same() {
    let told = plan(
        r#"
        resource "terraform_data" "a" {
          triggers_replace = 1
          lifecycle { prevent_destroy = true }
        }
        import {
          to = terraform_data.a
          id = "one"
        }
        "#,
    );
    assert_eq!(
        told,
        [
            "terraform_data.a: DeleteThenCreate importing one",
            "Instance cannot be destroyed: Resource terraform_data.a has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed. To avoid this error and continue with the plan, either disable lifecycle.prevent_destroy or reduce the scope of the plan using the -target option.",
        ]
    );
}

#[test]
fn instances_in_modules_are_imported() {
    let world = World::new(
        r#"## main.tf
        module "m" {
          source   = "./m"
          for_each = toset(["k"])
        }
        import {
          for_each = toset(["k", "l"])
          to       = module.m[each.key].terraform_data.a
          id       = each.key
        }
        ## m/main.tf
        resource "terraform_data" "a" {}
        "#,
    );
    let (plan, found) = world.plan_with(&options(false));
    assert_eq!(
        shown(&plan, &found),
        [
            "Configuration for import target does not exist: The configuration for the given import module.m[\"l\"].terraform_data.a does not exist. All target instances must have an associated configuration to be imported."
        ]
    );
}

#[test]
fn what_cannot_be_imported_is_said() {
    const KNOWN: &str = r#"
        resource "terraform_data" "a" { for_each = { x = 1 } }
        resource "terraform_data" "u" {}
    "#;
    let said = |text: &str| plan(&format!("{KNOWN}{text}")).pop().unwrap_or_default();
    let cases = [
        (
            r#"import {
              to = terraform_data.u
              id = ""
            }"#,
            "Invalid import id argument: The import ID value evaluates to an empty string, please provide a non-empty value.",
        ),
        (
            r#"import {
              to = terraform_data.a["x"]
              id = terraform_data.u.id
            }"#,
            "Invalid import id argument: The import block \"id\" argument depends on resource attributes that cannot be determined until apply, so Terraform cannot plan to import this resource.",
        ),
        (
            r#"import {
              for_each = toset([terraform_data.u.id])
              to       = terraform_data.a[each.key]
              id       = "x"
            }"#,
            "Invalid for_each argument: The \"for_each\" expression includes values derived from other resource attributes that cannot be determined until apply, and so Terraform cannot determine the full set of values that might be used to import this resource.",
        ),
        (
            r#"import {
              for_each = { a = ["x"] }
              to       = terraform_data.a[each.value]
              id       = "z"
            }"#,
            "Invalid address: Invalid resource instance key: either a string or an integer is required.",
        ),
        (
            r#"import {
              to = terraform_data.none
              id = "z"
            }"#,
            "Configuration for import target does not exist: The configuration for the given import target terraform_data.none does not exist. If you wish to automatically generate config for this resource, use the -generate-config-out option within terraform plan. Otherwise, make sure the target resource exists within your configuration. For example:\n\n  terraform plan -generate-config-out=generated.tf",
        ),
        (
            r#"import {
              for_each = null
              to       = terraform_data.a["x"]
              id       = "z"
            }"#,
            "terraform_data.u: Create",
        ),
        (
            r#"import {
              for_each = ["a", "b"]
              to       = terraform_data.a["x"]
              id       = each.value
            }
            output "z" { value = terraform_data.a["x"].id }"#,
            "terraform_data.u: Create",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn configuration_is_made_up_where_there_is_none() {
    let mut world = World::new(
        r#"## main.tf
        import {
          to = terraform_data.a
          id = "one"
        }
        "#,
    );
    let (plan, found) = world.plan_with(&options(true));
    assert_eq!(
        shown(&plan, &found),
        [
            "terraform_data.a: NoOp importing one",
            "Config generation is experimental: Generating configuration during import is currently experimental, and the generated configuration format may change in future versions.",
        ]
    );
    let expected = r#"# __generated__ by Terraform
# Please review these resources and move them into your main configuration files.

# __generated__ by Terraform from "one"
resource "terraform_data" "a" {
  input            = null
  triggers_replace = null
}
"#;
    assert_eq!(generated_config(&plan.changes).as_deref(), Some(expected));
    world.apply(&plan);
    assert_eq!(world.state_json()["resources"][0]["name"], "a");
}

#[test]
fn nothing_is_said_of_configuration_that_is_not_made_up() {
    let world = World::new(
        r#"## main.tf
        import {
          to = terraform_data.a
          id = "one"
        }
        resource "terraform_data" "a" {}
        "#,
    );
    let (plan, found) = world.plan_with(&options(true));
    assert_eq!(
        shown(&plan, &found),
        ["terraform_data.a: NoOp importing one"]
    );
}

#[test]
fn objects_are_imported_at_once() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" { input = terraform_data.other.id }
        resource "terraform_data" "other" {}
        "#,
    );
    let address = |text: &str| match target(text) {
        trueup_core::address::Target::Resource(resource) => AbsResourceInstance {
            resource,
            key: None,
        },
        _ => panic!("a resource"),
    };
    let found = world.change(|stack, state| {
        let requests = vec![(address("terraform_data.a"), "one".into())];
        Box::pin(import(stack, state, requests, Watch::default()))
    });
    assert_eq!(found.0, []);
    assert_eq!(
        world.state_json()["resources"].as_array().map(Vec::len),
        Some(1)
    );
    let again = world.change(|stack, state| {
        let requests = vec![(address("terraform_data.a"), "two".into())];
        Box::pin(import(stack, state, requests, Watch::default()))
    });
    let said: Vec<String> = again.0.iter().map(|d| d.detail.clone()).collect();
    assert_eq!(
        said,
        [
            "Terraform is already managing a remote object for terraform_data.a. To import to this address you must first remove the existing object from the state."
        ]
    );
}
