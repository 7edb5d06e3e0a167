//! `-target`, `-exclude` and `-replace`. What is expected of targets and
//! replacements is what terraform 1.11.4 plans for the same; excludes follow
//! OpenTofu 1.9.

use trueup_core::{
    address::{Target, parse_target},
    plan::{Action, Mode, Options, Plan},
};
use trueup_syntax::{Diagnostics, SourceMap, parse::parse_traversal};

use crate::run::World;

const STACK: &str = r#"## main.tf
resource "terraform_data" "a" { input = 1 }
resource "terraform_data" "b" {
  count = 2
  input = terraform_data.a.output
}
resource "terraform_data" "c" { input = terraform_data.b[0].output }
resource "terraform_data" "d" { input = "d" }
module "m" {
  source   = "./m"
  for_each = toset(["x", "y"])
  v        = terraform_data.d.output
}
locals { l = terraform_data.d.output }
output "oa" { value = terraform_data.a.output }
output "ob" { value = terraform_data.b[*].output }
output "oc" { value = [terraform_data.c.output, terraform_data.d.output] }
output "om" { value = module.m["y"].r }
output "none" { value = 1 }
output "l" { value = local.l }
## m/main.tf
variable "v" {}
resource "terraform_data" "i" { input = var.v }
resource "terraform_data" "j" { input = "j" }
output "r" { value = terraform_data.i.output }
output "s" { value = terraform_data.j.output }
"#;

pub(crate) fn target(text: &str) -> Target {
    let mut sources = SourceMap::default();
    let file = sources.add("address", text);
    let (traversal, found) = parse_traversal(sources.file(file));
    assert_eq!(found.0, []);
    parse_target(&traversal.expect("an address")).expect("an address")
}

/// Options as they are given on the command line.
fn options(flags: &str) -> Options {
    let mut options = Options::default();
    for flag in flags.split_whitespace() {
        let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
        match (name, value) {
            ("-target", value) => options.targets.push(target(value)),
            ("-exclude", value) => options.excludes.push(target(value)),
            ("-destroy", _) => options.mode = Mode::Destroy,
            ("-refresh-only", _) => options.mode = Mode::RefreshOnly,
            _ => panic!("{flag}"),
        }
    }
    options
}

/// What a plan does, a line for each object and output.
fn lines(plan: &Plan) -> String {
    let mut lines = crate::run::actions(plan);
    let kept = plan.changes.iter().filter(|c| c.action == Action::NoOp);
    lines.extend(kept.map(|change| format!("{}: no-op", change.address)));
    lines.sort();
    let outputs = plan.outputs.iter();
    lines.extend(outputs.map(|(name, change)| format!("output {name}: {:?}", change.action)));
    lines.join("\n")
}

fn summaries(found: &Diagnostics) -> Vec<&str> {
    found.0.iter().map(|d| d.summary.as_str()).collect()
}

const IN_EFFECT: &str = "Resource targeting is in effect";

/// Cases are separated by empty lines: the flags, then the plan.
#[track_caller]
fn check(world: &World, cases: &str) {
    for case in cases.trim().split("\n\n") {
        let (flags, expected) = case.split_once('\n').unwrap_or((case, ""));
        let (plan, found) = world.plan_with(&options(flags));
        assert_eq!(summaries(&found), [IN_EFFECT], "{flags}");
        assert_eq!(lines(&plan), expected, "{flags}");
    }
}

#[test]
fn what_is_named_is_created_with_all_it_needs() {
    let world = World::new(STACK);
    check(
        &world,
        r#"
-target=terraform_data.b
terraform_data.a: create
terraform_data.b[0]: create
terraform_data.b[1]: create
output oa: Create
output ob: Create

-target=terraform_data.b[1]
terraform_data.a: create
terraform_data.b[1]: create
output oa: Create
output ob: Create

-target=module.m
module.m["x"].terraform_data.i: create
module.m["x"].terraform_data.j: create
module.m["y"].terraform_data.i: create
module.m["y"].terraform_data.j: create
terraform_data.d: create
output l: Create
output om: Create

-target=module.m["x"]
module.m["x"].terraform_data.i: create
module.m["x"].terraform_data.j: create
terraform_data.d: create
output l: Create
output om: Create

-target=module.m["x"].terraform_data.j
module.m["x"].terraform_data.j: create

-target=module.m.terraform_data.i
terraform_data.d: create
output l: Create
output om: Create

-target=terraform_data.zz
"#,
    );
}

#[test]
fn what_is_gone_is_destroyed_if_it_is_meant() {
    let mut world = World::new(STACK);
    let plan = world.plan();
    world.apply(&plan);
    check(
        &world,
        r#"
-destroy -target=terraform_data.a
terraform_data.a: delete
terraform_data.b[0]: delete
terraform_data.b[1]: delete
terraform_data.c: delete

-destroy -target=terraform_data.b[1]
terraform_data.b[1]: delete
terraform_data.c: delete

-destroy -target=terraform_data.d
module.m["x"].terraform_data.i: delete
module.m["y"].terraform_data.i: delete
terraform_data.d: delete

-destroy -target=module.m["x"]
module.m["x"].terraform_data.i: delete
module.m["x"].terraform_data.j: delete

-refresh-only -target=terraform_data.a
output oa: NoOp
"#,
    );
    let smaller = STACK
        .replace("count = 2", "count = 1")
        .replace(r#"toset(["x", "y"])"#, r#"toset(["y"])"#)
        .replace(
            "output \"oc\" { value = [terraform_data.c.output, terraform_data.d.output] }\n",
            "",
        )
        .replace("output \"om\" { value = module.m[\"y\"].r }\n", "")
        .replace(
            "resource \"terraform_data\" \"c\" { input = terraform_data.b[0].output }\n",
            "",
        );
    world.configure(&smaller);
    check(
        &world,
        r#"
-target=terraform_data.b
terraform_data.a: no-op
terraform_data.b[0]: no-op
terraform_data.b[1]: delete delete_because_count_index
output oa: NoOp
output ob: Update

-target=terraform_data.b[1]
terraform_data.a: no-op
terraform_data.b[1]: delete delete_because_count_index
output oa: NoOp
output ob: Update

-target=terraform_data.a
terraform_data.a: no-op
output oa: NoOp

-target=terraform_data.c
terraform_data.c: delete delete_because_no_resource_config

-target=module.m
module.m["x"].terraform_data.i: delete delete_because_no_module
module.m["x"].terraform_data.j: delete delete_because_no_module
module.m["y"].terraform_data.i: no-op
module.m["y"].terraform_data.j: no-op
terraform_data.d: no-op
output l: NoOp

-target=module.m["x"].terraform_data.j
module.m["x"].terraform_data.j: delete delete_because_no_module

-target=module.m.terraform_data.j
module.m["x"].terraform_data.j: delete delete_because_no_module

-destroy -target=terraform_data.b
terraform_data.b[0]: delete
terraform_data.b[1]: delete
terraform_data.c: delete
"#,
    );
}

#[test]
fn what_is_excluded_stays_with_all_that_needs_it() {
    let mut world = World::new(STACK);
    check(
        &world,
        r#"
-exclude=terraform_data.d
module.m["x"].terraform_data.j: create
module.m["y"].terraform_data.j: create
terraform_data.a: create
terraform_data.b[0]: create
terraform_data.b[1]: create
terraform_data.c: create
output oa: Create
output ob: Create

-exclude=terraform_data.b[1]
module.m["x"].terraform_data.i: create
module.m["x"].terraform_data.j: create
module.m["y"].terraform_data.i: create
module.m["y"].terraform_data.j: create
terraform_data.a: create
terraform_data.b[0]: create
terraform_data.d: create
output l: Create
output oa: Create
output ob: Create
output om: Create

-exclude=module.m["x"] -exclude=terraform_data.b
module.m["y"].terraform_data.i: create
module.m["y"].terraform_data.j: create
terraform_data.a: create
terraform_data.d: create
output l: Create
output oa: Create
output om: Create

-exclude=module.m -exclude=terraform_data.a
terraform_data.d: create
output l: Create
"#,
    );
    let plan = world.plan();
    world.apply(&plan);
    check(
        &world,
        r#"
-destroy -exclude=terraform_data.c -exclude=module.m["x"].terraform_data.i
module.m["x"].terraform_data.j: delete
module.m["y"].terraform_data.i: delete
module.m["y"].terraform_data.j: delete

-destroy -exclude=module.m
terraform_data.a: delete
terraform_data.b[0]: delete
terraform_data.b[1]: delete
terraform_data.c: delete
"#,
    );
}

#[test]
fn what_is_applied_in_parts_comes_out_whole() {
    let mut world = World::new(STACK);
    for flags in ["-target=terraform_data.b[1]", "-target=module.m[\"x\"]"] {
        let (plan, _) = world.plan_with(&options(flags));
        let found = world.apply_with(&plan);
        assert_eq!(summaries(&found), ["Applied changes may be incomplete"]);
    }
    let state = world.state_json();
    assert_eq!(state["outputs"]["l"]["value"], "d");
    assert_eq!(state["outputs"]["none"], serde_json::Value::Null);
    let rest = world.plan();
    assert_eq!(
        crate::run::actions(&rest),
        [
            "terraform_data.b[0]: create",
            "terraform_data.c: create",
            "module.m[\"y\"].terraform_data.i: create",
            "module.m[\"y\"].terraform_data.j: create",
        ]
    );
    world.apply(&rest);
    assert!(world.plan().is_empty());
    let (plan, _) = world.plan_with(&options("-destroy -target=terraform_data.b"));
    world.apply_with(&plan);
    assert_eq!(
        crate::run::actions(&world.plan()),
        [
            "terraform_data.b[0]: create",
            "terraform_data.b[1]: create",
            "terraform_data.c: create"
        ]
    );
}

#[test]
fn both_ends_of_a_move_must_be_meant() {
    let text = |name: &str| {
        format!(
            r#"## main.tf
            resource "terraform_data" "{name}" {{ input = 1 }}
            resource "terraform_data" "k" {{ input = 1 }}
            moved {{
              from = terraform_data.a
              to   = terraform_data.b
            }}
            "#
        )
    };
    let mut world = World::new(
        &text("a")
            .replace("moved {", "locals {")
            .replace("from = terraform_data.a", "")
            .replace("to   = terraform_data.b", ""),
    );
    let plan = world.plan();
    world.apply(&plan);
    world.configure(&text("b"));
    let refusal = |flags: &str| {
        let (plan, found) = world.plan_with(&options(flags));
        let named = found.0[0].detail.lines().filter(|l| l.starts_with("  "));
        let named = named.map(|line| line.trim().to_owned()).collect::<Vec<_>>();
        (plan.errored, named)
    };
    let both = [
        "-target=\"terraform_data.a\"",
        "-target=\"terraform_data.b\"",
    ];
    assert_eq!(
        refusal("-target=terraform_data.k"),
        (true, both.map(str::to_owned).to_vec())
    );
    assert_eq!(
        refusal("-target=terraform_data.a"),
        (true, vec![both[1].to_owned()])
    );
    assert_eq!(
        refusal("-destroy -target=terraform_data.b"),
        (true, vec![both[0].to_owned()])
    );
    check(
        &world,
        "-target=terraform_data.a -target=terraform_data.b\nterraform_data.b: no-op",
    );
}

#[test]
fn a_replacement_without_a_key_is_warned_of() {
    let world = World::new(
        r#"## main.tf
        resource "terraform_data" "none" { count = 0 }
        resource "terraform_data" "one" { count = 1 }
        resource "terraform_data" "two" { for_each = toset(["a", "b"]) }
        resource "terraform_data" "plain" {}
        module "m" {
          source   = "./m"
          for_each = toset(["x", "y"])
        }
## m/main.tf
        resource "terraform_data" "plain" { count = 1 }
        "#,
    );
    let said = |address: &str| {
        let Target::Resource(resource) = target(address) else {
            panic!("a resource");
        };
        let replace = vec![trueup_core::address::AbsResourceInstance {
            resource,
            key: None,
        }];
        let options = Options {
            replace,
            ..Options::default()
        };
        let (_, found) = world.plan_with(&options);
        found.0.into_iter().map(|d| d.detail).collect::<Vec<_>>()
    };
    assert_eq!(
        said("terraform_data.none"),
        [
            "Your force-replace request for terraform_data.none doesn't match any resource instances because this resource doesn't have any instances."
        ]
    );
    assert_eq!(
        said("terraform_data.one"),
        [
            "Your force-replace request for terraform_data.one doesn't match any resource instances because it lacks an instance key.\n\nTo force replacement of the single declared instance, use the following option instead:\n  -replace=\"terraform_data.one[0]\""
        ]
    );
    assert_eq!(
        said("terraform_data.two"),
        [
            "Your force-replace request for terraform_data.two doesn't match any resource instances because it lacks an instance key.\n\nTo force replacement of particular instances, use one or more of the following options instead:\n  -replace=\"terraform_data.two[\\\"a\\\"]\"\n  -replace=\"terraform_data.two[\\\"b\\\"]\""
        ]
    );
    // What is called alike elsewhere is not meant.
    assert_eq!(said("terraform_data.plain"), Vec::<String>::new());
    assert_eq!(
        said("module.m[\"y\"].terraform_data.one"),
        Vec::<String>::new()
    );
    assert_eq!(
        said("module.m[\"y\"].terraform_data.plain"),
        [
            "Your force-replace request for module.m[\"y\"].terraform_data.plain doesn't match any resource instances because it lacks an instance key.\n\nTo force replacement of the single declared instance, use the following option instead:\n  -replace=\"module.m[\\\"y\\\"].terraform_data.plain[0]\""
        ]
    );
}

#[test]
fn instances_of_a_module_go_without_their_neighbours() {
    let stack = r#"## main.tf
module "m" {
  source   = "./m"
  for_each = toset(["x", "y"])
}
resource "terraform_data" "all" { input = [for one in module.m : one.r] }
## m/main.tf
resource "terraform_data" "i" { input = 1 }
resource "terraform_data" "j" { input = terraform_data.i.output }
output "r" { value = terraform_data.j.output }
"#;
    let mut world = World::new(stack);
    let plan = world.plan();
    world.apply(&plan);
    check(
        &world,
        r#"
-destroy -target=module.m["x"].terraform_data.i
module.m["x"].terraform_data.i: delete
module.m["x"].terraform_data.j: delete
terraform_data.all: delete
"#,
    );
}

#[test]
fn what_is_gone_beside_the_targets_stays_though_an_output_comes_from_its_module() {
    let stack = |more: &str| {
        format!(
            r#"## main.tf
module "m" {{
  source   = "./m"
  for_each = toset(["x", "y"])
}}
output "o" {{ value = module.m }}
## m/main.tf
resource "terraform_data" "i" {{ input = 1 }}
output "r" {{ value = terraform_data.i.output }}
{more}
"#
        )
    };
    let mut world = World::new(&stack("resource \"terraform_data\" \"gone\" {}"));
    let plan = world.plan();
    world.apply(&plan);
    world.configure(&stack(""));
    check(
        &world,
        r#"
-target=module.m["x"] -target=module.m["y"].terraform_data.i
module.m["x"].terraform_data.gone: delete delete_because_no_resource_config
module.m["x"].terraform_data.i: no-op
module.m["y"].terraform_data.i: no-op
output o: NoOp
"#,
    );
}
