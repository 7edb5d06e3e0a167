//! Ephemeral resources that have to be renewed while a run goes on.

use std::sync::{Arc, Mutex};

use trueup_core::{
    address::ProviderSource,
    apply::apply,
    plan::{Options, plan},
    progress::{EphemeralOperation, ObjectRef, Observer, Watch},
};
use trueup_testkit::FakeClock;

use crate::{echo::Echo, run::World};

/// Notes what is done with ephemeral resources, and at which second.
struct Notes {
    clock: FakeClock,
    lines: Mutex<Vec<String>>,
}

impl Observer for Notes {
    fn ephemeral_finished(
        &self,
        subject: ObjectRef<'_>,
        operation: EphemeralOperation,
        failed: bool,
    ) {
        let name = &subject.address.resource.resource.name;
        let seconds = self.clock.elapsed().as_secs();
        let failed = if failed { " failed" } else { "" };
        let line = format!("{seconds}: {operation:?} {name}{failed}");
        self.lines.lock().expect("the notes").push(line);
    }
}

/// Applies with a token of this name; returns what was done with it, and what
/// there was to say.
fn applied(token: &str) -> (Vec<String>, Vec<String>) {
    let clock = FakeClock::new();
    let mut world = World::new(&format!(
        r#"## main.tf
        ephemeral "echo_token" "t" {{ name = "{token}" }}
        resource "echo_thing" "a" {{
          name   = "slow"
          secret = ephemeral.echo_token.t.token
        }}
        "#
    ));
    let echo = Box::new(Echo::new(clock.clone()));
    world.registry().add(ProviderSource::official("echo"), echo);
    world.registry().renew_by(Arc::new(clock.clone()));
    let options = Options::default();
    let (plan, found) =
        world.with(|stack| clock.run(plan(stack, &world.state, &options, Watch::default())));
    assert_eq!(found.0, []);
    let notes = Notes {
        clock: clock.clone(),
        lines: Mutex::default(),
    };
    let watch = Watch {
        observer: &notes,
        ..Watch::default()
    };
    let (state, found) = world.with(|stack| clock.run(apply(stack, &plan, None, 1, watch)));
    assert_eq!(state.resources.len(), 1, "the thing was made");
    let said = found.0.iter();
    let said = said.map(|d| format!("{:?} {}", d.severity, d.summary));
    let said = said.collect();
    (notes.lines.into_inner().expect("the notes"), said)
}

#[test]
fn what_is_open_is_renewed_until_it_is_closed() {
    let (done, said) = applied("lasting");
    assert_eq!(
        done,
        [
            "0: Open t",
            "10: Renew t",
            "20: Renew t",
            "30: Renew t",
            "35: Close t",
        ]
    );
    // It is closed with what the last renewal gave.
    assert_eq!(said, ["Warning lasting+++"]);
}

#[test]
fn what_cannot_be_renewed_is_told_and_not_tried_again() {
    let (done, said) = applied("failing");
    assert_eq!(done, ["0: Open t", "10: Renew t failed", "35: Close t"]);
    assert_eq!(said, ["Error Expired"]);
}
