//! Provisioners. Output, errors and what is tainted are those of terraform
//! 1.11.4 for the same configurations.

use std::sync::Mutex;

use trueup_core::{
    plan::{Action, Mode, Options},
    progress::{ObjectRef, Observer, Watch},
};
use trueup_value::Value;

use crate::run::World;

/// Writes down what it is told.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Notes {
    fn add(&self, note: String) {
        self.0.lock().expect("the notes").push(note);
    }
}

impl Observer for Notes {
    fn apply_started(&self, subject: ObjectRef<'_>, action: Action, _: &Value) {
        self.add(format!("{}: {action:?}", subject.address));
    }

    fn apply_finished(&self, subject: ObjectRef<'_>, action: Action, object: Option<&Value>) {
        let how = if object.is_some() { "done" } else { "failed" };
        self.add(format!("{}: {action:?} {how}", subject.address));
    }

    fn provision_output(&self, subject: ObjectRef<'_>, provisioner: &str, line: &str) {
        self.add(format!("{} ({provisioner}): {line}", subject.address));
    }

    fn provision_finished(&self, subject: ObjectRef<'_>, provisioner: &str, failed: bool) {
        let how = if failed { "failed" } else { "done" };
        self.add(format!("{} ({provisioner}): {how}", subject.address));
    }
}

/// Plans, applies, and returns what was noted, then what was said.
fn apply_with(world: &mut World, options: &Options) -> (Vec<String>, Vec<String>) {
    let (plan, found) = world.plan_with(options);
    assert_eq!(found.0, []);
    let notes = Notes::default();
    let watch = Watch {
        observer: &notes,
        ..Watch::default()
    };
    let found = world.apply_watched(&plan, watch);
    world.through_the_snapshot();
    let said = found.0.iter();
    let said = said.map(|d| format!("{}: {}", d.summary, d.detail));
    (notes.0.into_inner().expect("the notes"), said.collect())
}

fn apply(world: &mut World) -> (Vec<String>, Vec<String>) {
    apply_with(world, &Options::default())
}

/// Whether each object of the state is tainted.
fn tainted(world: &World) -> Vec<(String, bool)> {
    let state = world.state_json();
    let resources = state["resources"].as_array().expect("a list").iter();
    let instances = resources.flat_map(|resource| {
        let name = resource["name"].as_str().expect("a name").to_owned();
        let instances = resource["instances"].as_array().expect("a list").iter();
        instances.map(move |instance| (name.clone(), instance["status"] == "tainted"))
    });
    instances.collect()
}

#[test]
fn programs_run_in_order_and_are_heard() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" {
          input = "in"
          provisioner "local-exec" {
            command     = "echo one $X ${self.input}; echo err >&2; printf partial; pwd"
            environment = { X = "y", Y = null }
            working_dir = "/"
          }
          provisioner "local-exec" {
            command     = "$0"
            interpreter = ["/bin/sh", "-c", "echo $0 | tr a-z A-Z; echo $1", "quiet"]
            quiet       = true
          }
        }
        "#,
    );
    let (notes, said) = apply(&mut world);
    let none: [&str; 0] = [];
    assert_eq!(said, none);
    let expected = r#"
terraform_data.a: Create
terraform_data.a (local-exec): Executing: ["/bin/sh" "-c" "echo one $X in; echo err >&2; printf partial; pwd"]
terraform_data.a (local-exec): one y in
terraform_data.a (local-exec): err
terraform_data.a (local-exec): partial/
terraform_data.a (local-exec): done
terraform_data.a (local-exec): local-exec: Executing: Suppressed by quiet=true
terraform_data.a (local-exec): QUIET
terraform_data.a (local-exec): $0
terraform_data.a (local-exec): done
terraform_data.a: Create done
"#;
    assert_eq!(notes.join("\n"), expected.trim());
    assert_eq!(tainted(&world), [("a".to_owned(), false)]);
}

#[test]
fn an_object_whose_provisioner_fails_is_tainted() {
    let case = |body: &str| {
        let mut world = World::new(&format!(
            r#"## main.tf
            variable "s" {{
              default   = "secret"
              sensitive = true
            }}
            resource "terraform_data" "a" {{
              provisioner "local-exec" {{
                {body}
              }}
            }}
            resource "terraform_data" "after" {{ input = terraform_data.a.id }}
            "#
        ));
        let (notes, said) = apply(&mut world);
        assert!(!notes.iter().any(|note| note.contains("secret")));
        assert!(
            notes
                .iter()
                .all(|note| !note.starts_with("terraform_data.after"))
        );
        assert_eq!(tainted(&world), [("a".to_owned(), true)]);
        assert_eq!(
            crate::run::actions(&world.plan_with(&Options::default()).0),
            [
                "terraform_data.a: delete+create replace_because_tainted",
                "terraform_data.after: create"
            ]
        );
        said.join("\n")
    };
    assert_eq!(
        case(r#"command = "echo before; exit 3""#),
        "local-exec provisioner error: Error running command 'echo before; exit 3': exit status 3. Output: before\n"
    );
    assert_eq!(
        case(r#"command = "kill -9 $$""#),
        "local-exec provisioner error: Error running command 'kill -9 $$': signal: killed. Output: "
    );
    assert_eq!(
        case("command = \"x\"\ninterpreter = [\"/nonexistent/foo\"]"),
        "local-exec provisioner error: Error running command 'x': fork/exec /nonexistent/foo: no such file or directory. Output: "
    );
    assert_eq!(
        case("command = \"x\"\nworking_dir = \"/nonexistent\""),
        "local-exec provisioner error: Error running command 'x': chdir /nonexistent: no such file or directory. Output: "
    );
    assert_eq!(
        case("command = \"\""),
        "Invalid local-exec provisioner command: The command must be a non-empty string."
    );
    assert_eq!(
        case(r#"command = "echo ${var.s}; exit 5""#),
        "local-exec provisioner error: Error running the command: exit status 5. The command and its output are suppressed due to a sensitive value in config."
    );
}

#[test]
fn a_failure_may_be_ignored() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" {
          provisioner "local-exec" {
            command    = "exit 4"
            on_failure = continue
          }
          provisioner "local-exec" {
            command = "echo still here"
          }
        }
        "#,
    );
    let (notes, said) = apply(&mut world);
    assert_eq!(said, Vec::<String>::new());
    assert!(notes.contains(&"terraform_data.a (local-exec): still here".to_owned()));
    assert_eq!(tainted(&world), [("a".to_owned(), false)]);
}

#[test]
fn programs_run_before_an_object_is_destroyed() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "d" {
          count = 2
          input = "in${count.index}"
          provisioner "local-exec" {
            when    = destroy
            command = "echo bye ${self.input} ${count.index}; test ${count.index} = 0"
          }
        }
        "#,
    );
    apply(&mut world);
    let destroy = Options {
        mode: Mode::Destroy,
        ..Options::default()
    };
    let (mut notes, said) = apply_with(&mut world, &destroy);
    assert_eq!(
        said,
        [
            "local-exec provisioner error: Error running command 'echo bye in1 1; test 1 = 0': exit status 1. Output: bye in1 1\n"
        ]
    );
    notes.retain(|note| note.contains("d[1]"));
    assert_eq!(
        notes,
        [
            "terraform_data.d[1]: Delete",
            "terraform_data.d[1] (local-exec): Executing: [\"/bin/sh\" \"-c\" \"echo bye in1 1; test 1 = 0\"]",
            "terraform_data.d[1] (local-exec): bye in1 1",
            "terraform_data.d[1] (local-exec): failed",
            "terraform_data.d[1]: Delete failed",
        ]
    );
    // It is there as it was.
    assert_eq!(tainted(&world), [("d".to_owned(), false)]);
    world.configure(
        r#"## main.tf
        removed {
          from = terraform_data.d
          provisioner "local-exec" {
            when    = destroy
            command = "echo removed ${self.input}"
          }
        }
        "#,
    );
    let (notes, said) = apply(&mut world);
    assert_eq!(said, Vec::<String>::new());
    assert!(notes.contains(&"terraform_data.d[1] (local-exec): removed in1".to_owned()));
    assert_eq!(tainted(&world), []);
}

#[test]
fn what_connects_to_machines_is_refused() {
    let world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" {
          provisioner "remote-exec" {
            inline = ["true"]
            connection { host = "example.com" }
          }
        }
        "#,
    );
    let (plan, found) = world.plan_with(&Options::default());
    let said: Vec<&str> = found.0.iter().map(|d| d.summary.as_str()).collect();
    assert_eq!(
        (plan.errored, said),
        (true, vec!["Unsupported provisioner type"])
    );
}
