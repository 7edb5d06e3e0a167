//! `moved` blocks. What they lead to, and all that is said, is Terraform's.

use trueup_core::{
    address::{AbsResource, ModuleInstance, Resource, ResourceMode},
    plan::Options,
};

use crate::run::{World, actions};

/// Applies one configuration and plans the next: what is planned, with where
/// it was before, and what is said.
fn moved(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let mut world = World::new(before);
    let plan = world.plan();
    world.apply(&plan);
    world.configure(after);
    planned(&world)
}

fn planned(world: &World) -> (Vec<String>, Vec<String>) {
    let (plan, found) = world.plan_with(&Options::default());
    let mut lines = actions(&plan);
    let went = plan.changes.iter().filter_map(|change| {
        let from = change.previous_address.as_ref()?;
        Some(format!("{from} -> {}", change.address))
    });
    lines.extend(went);
    let said = found
        .0
        .iter()
        .map(|d| format!("{}: {}", d.summary, d.detail));
    (lines, said.collect())
}

fn said(text: &str) -> Vec<String> {
    planned(&World::new(text)).1
}

const MODULE: &str = "## m/main.tf\nresource \"terraform_data\" \"x\" {}\n";

#[test]
fn a_module_moves_as_a_whole_or_not_at_all() {
    let both = |called: &str| {
        format!(
            r#"## main.tf
            {called}
            ## m/main.tf
            resource "terraform_data" "x" {{}}
            resource "terraform_data" "y" {{}}
            "#
        )
    };
    let before = both(
        r#"module "p" { source = "./m" }
        resource "terraform_data" "x" {}
        "#,
    );
    let mut world = World::new(&before);
    let plan = world.plan();
    world.apply(&plan);
    // One object already is where the module is to go.
    let there = AbsResource {
        module: ModuleInstance(vec![("q".into(), None)]),
        resource: Resource {
            mode: ResourceMode::Managed,
            kind: "terraform_data".into(),
            name: "x".into(),
        },
    };
    assert!(world.readdress("terraform_data.x", there));
    world.configure(&both(
        r#"module "q" { source = "./m" }
        moved {
          from = module.p
          to   = module.q
        }
        "#,
    ));
    let (lines, said) = planned(&world);
    assert_eq!(
        lines,
        [
            "module.p.terraform_data.x: delete delete_because_no_resource_config",
            "module.p.terraform_data.y: delete delete_because_no_resource_config",
            "module.q.terraform_data.y: create",
        ]
    );
    assert!(
        said[0].contains("\n  - module.p could not move to module.q\n"),
        "{said:?}"
    );
}

#[test]
fn in_a_chain_what_is_further_on_moves_first() {
    let chain = r#"## main.tf
        resource "terraform_data" "c" {}
        moved {
          from = terraform_data.b
          to   = terraform_data.c
        }
        moved {
          from = terraform_data.a
          to   = terraform_data.b
        }
        "#;
    let (lines, found) = moved("## main.tf\nresource \"terraform_data\" \"a\" {}\n", chain);
    assert_eq!(lines, ["terraform_data.a -> terraform_data.c"]);
    assert!(found.is_empty());
    let both = r#"## main.tf
        resource "terraform_data" "a" {}
        resource "terraform_data" "b" {}
        "#;
    let (lines, found) = moved(both, chain);
    // `a` finds `b` in its way, which moves on only then.
    assert_eq!(
        lines,
        [
            "terraform_data.a: delete delete_because_no_resource_config",
            "terraform_data.b -> terraform_data.c",
        ]
    );
    let line = "\n  - terraform_data.a could not move to terraform_data.b\n";
    assert!(found[0].contains(line), "{found:?}");
}

#[test]
fn what_moves_with_its_module_does_not_move_by_itself() {
    let before = format!("## main.tf\nmodule \"p\" {{ source = \"./m\" }}\n{MODULE}");
    let after = r#"## main.tf
        module "q" { source = "./m" }
        moved {
          from = module.p
          to   = module.q
        }
        ## m/main.tf
        resource "terraform_data" "x" { count = 1 }
        "#;
    let (lines, _) = moved(&before, after);
    assert_eq!(
        lines,
        [
            "module.q.terraform_data.x: delete delete_because_wrong_repetition",
            "module.q.terraform_data.x[0]: create",
            "module.p.terraform_data.x -> module.q.terraform_data.x",
        ]
    );
}

#[test]
fn a_module_that_gets_keys_takes_what_moves_within_it() {
    let before = format!("## main.tf\nmodule \"p\" {{ source = \"./m\" }}\n{MODULE}");
    let after = r#"## main.tf
        module "p" {
          source   = "./m"
          for_each = toset(["a", "b"])
        }
        moved {
          from = module.p
          to   = module.p["b"]
        }
        ## m/main.tf
        resource "terraform_data" "y" {}
        moved {
          from = terraform_data.x
          to   = terraform_data.y
        }
        "#;
    let (lines, _) = moved(&before, after);
    assert_eq!(
        lines,
        [
            "module.p[\"a\"].terraform_data.y: create",
            "module.p.terraform_data.x -> module.p[\"b\"].terraform_data.y",
        ]
    );
}

#[test]
fn statements_that_contradict_what_there_is_or_each_other_are_refused() {
    let moved = |blocks: &[(&str, &str)]| {
        let blocks = blocks.iter();
        let blocks = blocks.map(|(from, to)| format!("moved {{\nfrom = {from}\nto = {to}\n}}\n"));
        said(&format!(
            "## main.tf\nresource \"terraform_data\" \"a\" {{}}\nresource \"terraform_data\" \"n\" {{ count = 2 }}\nmodule \"m\" {{ source = \"./m\" }}\n{}{MODULE}",
            blocks.collect::<String>()
        ))
    };
    let still = |from: &str, noun: &str, at: &str, short: &str, to: &str| {
        [format!(
            "Moved object still exists: This statement declares a move from {from}, but that {noun} is still declared at main.tf:{at}.\n\nChange your configuration so that this {short} will be declared as {to} instead."
        )]
    };
    assert_eq!(
        moved(&[("terraform_data.a", "terraform_data.b")]),
        still(
            "terraform_data.a",
            "resource",
            "1,1",
            "resource",
            "terraform_data.b"
        )
    );
    assert_eq!(
        moved(&[("terraform_data.n[1]", "terraform_data.b")]),
        still(
            "terraform_data.n[1]",
            "resource instance",
            "2,41",
            "instance",
            "terraform_data.b"
        )
    );
    assert_eq!(
        moved(&[("module.m", "module.b")]),
        still("module.m", "module call", "3,1", "call", "module.b")
    );
    assert_eq!(
        moved(&[("terraform_data.x", "terraform_data.x")]),
        [
            "Redundant move statement: This statement declares a move from terraform_data.x to the same address, which is the same as not declaring this move at all."
        ]
    );
    assert_eq!(
        moved(&[
            ("terraform_data.x", "terraform_data.a"),
            ("terraform_data.x", "terraform_data.b"),
            ("terraform_data.y", "terraform_data.b"),
        ]),
        [
            "Ambiguous move statements: A statement at main.tf:4,1 declared that terraform_data.x moved to terraform_data.a, but this statement instead declares that it moved to terraform_data.b.\n\nEach resource can move to only one destination resource.",
            "Ambiguous move statements: A statement at main.tf:8,1 declared that terraform_data.x moved to terraform_data.b, but this statement instead declares that terraform_data.y moved there.\n\nEach resource can have moved from only one source resource.",
        ]
    );
    assert_eq!(
        moved(&[("module.x", "module.y"), ("module.y", "module.x")]),
        [
            "Cyclic dependency in move statements: The following chained move statements form a cycle, and so there is no final location to move objects to:\n  - main.tf:4,1: module.x[*] → module.y[*]\n  - main.tf:8,1: module.y[*] → module.x[*]\n\nA chain of move statements must end with an address that doesn't appear in any other statements, and which typically also refers to an object still declared in the configuration."
        ]
    );
}

#[test]
fn a_move_to_another_type_needs_a_provider_that_takes_over() {
    let (lines, found) = moved(
        "## main.tf\nresource \"terraform_data\" \"a\" {}\n",
        r#"## main.tf
        resource "echo_thing" "b" {}
        moved {
          from = terraform_data.a
          to   = echo_thing.b
        }
        "#,
    );
    assert!(lines.is_empty());
    assert_eq!(
        found,
        [
            "Unsupported `moved` across resource types: The provider \"registry.terraform.io/hashicorp/echo\" does not support moved operations across resource types and providers."
        ]
    );
}
