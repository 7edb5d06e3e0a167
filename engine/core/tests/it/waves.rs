//! Plans in waves: Terraform fails where a number of instances is not known.

use trueup_core::{
    plan::{Options, Plan, deferred_json},
    waves::{Next, Waves},
};

use crate::run::{World, actions};

/// What is done, then what is deferred and why.
fn shown(plan: &Plan) -> Vec<String> {
    let deferred = plan.deferred.iter().map(|deferred| {
        let names: Vec<&str> = deferred.waits_for.iter().map(|n| n.as_str()).collect();
        let reason = deferred.reason;
        format!("{}: {reason:?} {}", deferred.resource, names.join(" "))
    });
    actions(plan).into_iter().chain(deferred).collect()
}

/// Applies plan after plan; what each of them did.
fn waves(world: &mut World) -> (Vec<Vec<String>>, Next) {
    let mut waves = Waves::default();
    let mut options = Options::default();
    let mut all = Vec::new();
    loop {
        let (plan, found) = world.plan_with(&options);
        assert_eq!(found.0, []);
        all.push(shown(&plan));
        world.apply(&plan);
        match waves.after(&plan) {
            Next::Plan => options = Waves::options(&plan, &options),
            end => return (all, end),
        }
    }
}

#[test]
fn what_is_known_is_planned_and_the_rest_follows() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" { input = 2 }
        resource "terraform_data" "b" {
          count = terraform_data.a.output
        }
        locals { ids = terraform_data.b[*].id }
        resource "terraform_data" "c" { input = length(local.ids) }
        resource "terraform_data" "d" { input = terraform_data.a.output }
        resource "terraform_data" "e" { for_each = toset([for b in terraform_data.b : b.id]) }
        output "n" { value = length(local.ids) }
        "#,
    );
    let (plan, _) = world.plan_with(&Options::default());
    assert_eq!(
        deferred_json(&plan.deferred)[0]["reason"],
        "instance_count_unknown"
    );
    let (all, end) = waves(&mut world);
    assert_eq!(end, Next::Done);
    let found: Vec<Vec<&str>> = all
        .iter()
        .map(|wave| wave.iter().map(String::as_str).collect())
        .collect();
    assert_eq!(
        found[..2],
        [
            vec![
                "terraform_data.a: create",
                "terraform_data.d: create",
                "terraform_data.b: Count terraform_data.a",
                "terraform_data.c: Prerequisite terraform_data.b",
                "terraform_data.e: Prerequisite terraform_data.b",
            ],
            vec![
                "terraform_data.b[0]: create",
                "terraform_data.b[1]: create",
                "terraform_data.c: create",
                "terraform_data.e: ForEach terraform_data.b",
            ],
        ]
    );
    assert_eq!(found[2].len(), 2, "{:?}", found[2]);
    assert_eq!(world.state_json()["outputs"]["n"]["value"], 2);
    assert!(world.plan().is_empty());
}

#[test]
fn modules_wait_for_the_number_of_their_instances() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" { input = ["x"] }
        module "m" {
          source   = "./m"
          for_each = toset(terraform_data.a.output)
        }
        resource "terraform_data" "after" { input = module.m["x"].id }
        ## m/main.tf
        resource "terraform_data" "i" {}
        output "id" { value = terraform_data.i.id }
        "#,
    );
    let (all, end) = waves(&mut world);
    assert_eq!(end, Next::Done);
    assert_eq!(
        all,
        [
            vec![
                "terraform_data.a: create",
                "terraform_data.after: Prerequisite module.m.terraform_data.i",
                "module.m.terraform_data.i: Module terraform_data.a",
            ],
            vec![
                "terraform_data.after: create",
                "module.m[\"x\"].terraform_data.i: create",
            ],
        ]
    );
}

#[test]
fn providers_are_configured_with_what_is_known_only() {
    let text = r#"## main.tf
        resource "terraform_data" "cluster" { input = "https://cluster" }
        provider "echo" { endpoint = terraform_data.cluster.output }
        resource "echo_thing" "a" { name = "a" }
        resource "terraform_data" "after" { input = echo_thing.a.place }
        "#;
    let mut world = World::new(text);
    let (all, end) = waves(&mut world);
    assert_eq!(end, Next::Done);
    assert_eq!(
        all,
        [
            vec![
                "terraform_data.cluster: create",
                "echo_thing.a: Provider terraform_data.cluster",
                "terraform_data.after: Prerequisite echo_thing.a",
            ],
            vec!["echo_thing.a: create", "terraform_data.after: create"],
        ]
    );
    let state = world.state_json();
    let mut resources = state["resources"].as_array().expect("a list").iter();
    let thing = resources.find(|r| r["type"] == "echo_thing").expect("it");
    let place = &thing["instances"][0]["attributes"]["place"];
    assert_eq!(place, "https://cluster");
    // What is gone is not destroyed either while nobody knows where.
    world.configure(
        &text
            .replace("https://cluster", "https://other")
            .replace("resource \"echo_thing\" \"a\" { name = \"a\" }", "")
            .replace("echo_thing.a.place", "1"),
    );
    let (all, end) = waves(&mut world);
    assert_eq!(end, Next::Done);
    assert_eq!(
        all,
        [
            vec![
                "terraform_data.after: update",
                "terraform_data.cluster: update",
                "echo_thing.a: Provider ",
            ],
            vec!["echo_thing.a: delete delete_because_no_resource_config"],
        ]
    );
}

#[test]
fn waves_that_lead_nowhere_end() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" {}
        resource "terraform_data" "b" { count = length(terraform_data.a.id) }
        "#,
    );
    let mut seen = Waves::default();
    let (plan, _) = world.plan_with(&Options::default());
    assert_eq!(seen.after(&plan), Next::Plan);
    let Next::Stuck(said) = seen.after(&plan) else {
        panic!("the same again leads nowhere");
    };
    assert_eq!(
        said.detail,
        "Everything that could be planned was applied, but some resources still depend on values that are not known:\n  - terraform_data.b (count depends on values not yet known: terraform_data.a)\n\nValues that become known only while they are used cannot decide how many instances there are, nor configure a provider."
    );
    world.apply(&plan);
}
