//! Ephemeral resources, values and write-only attributes.

use std::sync::Mutex;

use trueup_core::{
    plan::{Options, Plan},
    progress::{EphemeralOperation, ObjectRef, Observer, Watch},
};

use crate::run::World;

#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Observer for Notes {
    fn ephemeral_started(&self, subject: ObjectRef<'_>, operation: EphemeralOperation) {
        let note = format!("{}: {operation:?}", subject.address);
        self.0.lock().expect("the notes").push(note);
    }
}

/// Plans and applies, and returns what was opened and closed by each.
fn run(world: &mut World) -> (Plan, Vec<String>, Vec<String>) {
    let (planning, applying) = (Notes::default(), Notes::default());
    let watch = |notes| Watch {
        observer: notes,
        ..Watch::default()
    };
    let (plan, found) = world.plan_watched(&Options::default(), watch(&planning));
    assert_eq!(found.0, []);
    let found = world.apply_watched(&plan, watch(&applying));
    assert_eq!(found.0, []);
    world.through_the_snapshot();
    let notes = |notes: Notes| notes.0.into_inner().expect("the notes");
    (plan, notes(planning), notes(applying))
}

#[test]
fn what_is_ephemeral_is_used_and_never_stored() {
    let mut world = World::new(
        r#"## main.tf
        ephemeral "echo_token" "t" {
          count = 2
          name  = "secret${count.index}"
        }
        provider "echo" {
          alias    = "by_token"
          endpoint = ephemeral.echo_token.t[1].token
        }
        module "m" {
          source = "./m"
          token  = ephemeral.echo_token.t[0].token
        }
        resource "echo_thing" "a" {
          provider = echo.by_token
          name     = "a"
          secret   = module.m.again
        }
        ## m/main.tf
        variable "token" { ephemeral = true }
        output "again" {
          value     = var.token
          ephemeral = true
        }
        "#,
    );
    let (plan, planning, applying) = run(&mut world);
    let twice = [
        "ephemeral.echo_token.t[0]: Open",
        "ephemeral.echo_token.t[1]: Open",
        "ephemeral.echo_token.t[1]: Close",
        "ephemeral.echo_token.t[0]: Close",
    ];
    assert_eq!(planning, twice);
    assert_eq!(applying, twice);
    let shown = format!("{:?}", plan.changes);
    assert!(!shown.contains("SECRET0"), "{shown}");
    let state = world.state_json();
    let attributes = &state["resources"][0]["instances"][0]["attributes"];
    // The provider was configured with the one token, and given the other.
    assert_eq!(
        *attributes,
        serde_json::json!({ "name": "a", "place": "SECRET1", "length": 7, "secret": null })
    );
    assert!(world.plan().is_empty());
    let (_, _, applying) = run(&mut world);
    assert_eq!(applying, twice, "a provider needs it");
}

#[test]
fn what_nothing_needs_is_not_opened_again() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" {}
        ephemeral "echo_token" "t" { name = terraform_data.a.id }
        ephemeral "echo_token" "known" { name = "known" }
        resource "echo_thing" "a" { secret = ephemeral.echo_token.t.token }
        "#,
    );
    let (_, planning, applying) = run(&mut world);
    let opened = |name: &str| {
        ["Open", "Close"].map(|operation| format!("ephemeral.echo_token.{name}: {operation}"))
    };
    assert_eq!(planning, opened("known"));
    assert_eq!(applying, opened("t"));
}
