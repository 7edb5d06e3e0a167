//! Stacks planned and applied, step by step.

use std::{collections::BTreeMap, path::Path, pin::Pin, sync::Arc};

use futures_executor::block_on;
use serde_json::{Value as Json, json};
use trueup_core::{
    address::{AbsResource, ProviderSource},
    apply::apply,
    load::{Config, Loader},
    plan::{Mode, Options, Plan, changes_json, parse_provider, plan},
    progress::Watch,
    run::{Stack, schema_of},
    state::State,
    validate::{Registry, Schemas},
};
use trueup_lang::function::Functions;
use trueup_sdk::ProviderSchema;
use trueup_state::Snapshot;
use trueup_syntax::Diagnostics;
use trueup_value::Str;

use crate::world::{MemoryFiles, functions, providers};

/// A stack with its state.
pub(crate) struct World {
    config: Config,
    functions: Functions,
    registry: Registry,
    pub(crate) state: State,
}

impl World {
    pub(crate) fn new(text: &str) -> World {
        let mut world = World {
            config: Config::default(),
            functions: functions(Arc::new(MemoryFiles::default())),
            registry: providers(),
            state: State {
                lineage: "4e1a2f33-0000-4000-8000-000000000001".into(),
                ..State::default()
            },
        };
        world.configure(text);
        world
    }

    /// One with the mock provider, if there is a schema for it.
    pub(crate) fn with_mock(schema: &Json) -> World {
        let mut world = World::new("## main.tf\n");
        if !schema.is_null() {
            let schema = ProviderSchema::from_json(schema).expect("a schema");
            let mock = Box::new(trueup_test::Mock::new(schema));
            world.registry.add(ProviderSource::official("mock"), mock);
        }
        world
    }

    /// Replaces the state; null is none.
    pub(crate) fn set_state(&mut self, state: &Json) {
        if !state.is_null() {
            let snapshot = Snapshot::read(state.to_string().as_bytes());
            let snapshot = snapshot.expect("a state").expect("a state");
            self.state = State::from_snapshot(&snapshot).expect("a state");
        }
    }

    /// Replaces the configuration: files begin with a line `## name`.
    pub(crate) fn configure(&mut self, text: &str) {
        assert_eq!(self.load(text).0, []);
    }

    /// The same, whatever is said of it.
    pub(crate) fn load(&mut self, text: &str) -> Diagnostics {
        let mut files = BTreeMap::new();
        for part in text.split("## ").skip(1) {
            let (name, body) = part.split_once('\n').expect("a name and a body");
            files.insert(name.into(), body.to_owned());
        }
        let files = MemoryFiles(files);
        let (config, found) = Loader::new(&files).load(Path::new("."), Path::new(".terraform"));
        self.config = config;
        found
    }

    pub(crate) fn with<T>(&self, run: impl FnOnce(Stack<'_>) -> T) -> T {
        run(Stack {
            config: &self.config,
            schemas: &self.registry,
            functions: &self.functions,
            workspace: "default",
            cwd: "/",
            inputs: &BTreeMap::new(),
        })
    }

    pub(crate) fn plan_with(&self, options: &Options) -> (Plan, Diagnostics) {
        self.plan_watched(options, Watch::default())
    }

    pub(crate) fn plan_watched(&self, options: &Options, watch: Watch<'_>) -> (Plan, Diagnostics) {
        self.with(|stack| block_on(plan(stack, &self.state, options, watch)))
    }

    pub(crate) fn plan(&self) -> Plan {
        let (plan, found) = self.plan_with(&Options::default());
        assert_eq!(found.0, []);
        plan
    }

    pub(crate) fn apply(&mut self, plan: &Plan) {
        assert_eq!(self.apply_with(plan).0, []);
    }

    /// Applies a plan and returns what there was to say.
    pub(crate) fn apply_with(&mut self, plan: &Plan) -> Diagnostics {
        let found = self.apply_watched(plan, Watch::default());
        self.through_the_snapshot();
        found
    }

    /// Runs something that leads to another state.
    pub(crate) fn change(
        &mut self,
        run: impl for<'a> FnOnce(
            Stack<'a>,
            &'a State,
        ) -> Pin<Box<dyn Future<Output = (State, Diagnostics)> + 'a>>,
    ) -> Diagnostics {
        let (state, found) = self.with(|stack| block_on(run(stack, &self.state)));
        self.state = state;
        self.through_the_snapshot();
        found
    }

    pub(crate) fn apply_watched(&mut self, plan: &Plan, watch: Watch<'_>) -> Diagnostics {
        let (state, found) = self.with(|stack| block_on(apply(stack, plan, None, 4, watch)));
        self.state = state;
        found
    }

    /// Applies with so many operations at once.
    pub(crate) fn apply_in(&mut self, plan: &Plan, parallelism: usize) {
        let watch = Watch::default();
        let (state, found) =
            self.with(|stack| block_on(apply(stack, plan, None, parallelism, watch)));
        assert_eq!(found.0, []);
        self.state = state;
        self.through_the_snapshot();
    }

    /// Gives a resource of the root module's state another address, as `state
    /// mv` would; whether there is one.
    pub(crate) fn readdress(&mut self, name: &str, to: AbsResource) -> bool {
        let found = self.state.resources.keys().find(|a| a.to_string() == name);
        let moved = found
            .cloned()
            .and_then(|found| self.state.resources.remove(&found));
        let there = moved.is_some();
        self.state.resources.extend(moved.map(|moved| (to, moved)));
        there
    }

    /// The providers, to add more.
    pub(crate) fn registry(&mut self) -> &mut Registry {
        &mut self.registry
    }

    fn snapshot(&self) -> Snapshot {
        let ty = |address: &AbsResource, provider: &str| {
            let (_, source, _) = parse_provider(provider)?;
            let provider = self.registry.provider(&source)?;
            let schema = schema_of(provider, &address.resource)?;
            Some(schema.block.implied_type())
        };
        self.state.to_snapshot("1.11.4", &ty).expect("a snapshot")
    }

    /// The resources and outputs of the snapshot.
    pub(crate) fn state_json(&self) -> Json {
        let mut bytes = Vec::new();
        self.snapshot().write(&mut bytes).expect("memory");
        let json: Json = serde_json::from_slice(&bytes).expect("JSON");
        json!({ "resources": json["resources"], "outputs": json["outputs"] })
    }

    /// What came out of checks, as the snapshot has it.
    pub(crate) fn check_results(&self) -> Json {
        serde_json::to_value(self.snapshot().check_results).expect("JSON")
    }

    /// The state as the next run reads it.
    pub(crate) fn through_the_snapshot(&mut self) {
        self.state = State::from_snapshot(&self.snapshot()).expect("the same state");
    }
}

/// Addresses with actions and reasons, but for what stays as it is.
pub(crate) fn actions(plan: &Plan) -> Vec<String> {
    let changes = changes_json(&plan.changes);
    let changes = changes.as_array().expect("a list").iter();
    changes
        .filter(|change| change["change"]["actions"] != json!(["no-op"]))
        .map(|change| {
            let actions = change["change"]["actions"].as_array().expect("a list");
            let actions: Vec<&str> = actions.iter().filter_map(Json::as_str).collect();
            let reason = change["action_reason"].as_str().unwrap_or("");
            let address = change["address"].as_str().expect("an address");
            format!("{address}: {} {reason}", actions.join("+"))
                .trim_end()
                .to_owned()
        })
        .collect()
}

const NONE: [&str; 0] = [];

#[test]
fn objects_are_created_kept_changed_replaced_and_destroyed() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" { input = "one" }
        resource "terraform_data" "b" {
          count            = 2
          input            = "${terraform_data.a.output}-${count.index}"
          triggers_replace = terraform_data.a.id
        }
        output "all" { value = terraform_data.b[*].output }
        "#,
    );
    let first = world.plan();
    assert_eq!(
        actions(&first),
        [
            "terraform_data.a: create",
            "terraform_data.b[0]: create",
            "terraform_data.b[1]: create"
        ]
    );
    world.apply(&first);
    let all = world.state.outputs.get("all").expect("the output");
    assert_eq!(
        trueup_core::plan::value_json(all),
        json!(["one-0", "one-1"])
    );
    assert_eq!(actions(&world.plan()), NONE);
    assert!(world.plan().is_empty());

    world.configure(
        r#"## main.tf
        resource "terraform_data" "a" {
          input            = "two"
          triggers_replace = "x"
        }
        resource "terraform_data" "b" {
          count            = 1
          input            = "${terraform_data.a.output}-${count.index}"
          triggers_replace = terraform_data.a.id
        }
        "#,
    );
    let second = world.plan();
    assert_eq!(
        actions(&second),
        [
            "terraform_data.a: delete+create replace_because_cannot_update",
            "terraform_data.b[0]: delete+create replace_because_cannot_update",
            "terraform_data.b[1]: delete delete_because_count_index",
        ]
    );
    world.apply(&second);
    assert_eq!(actions(&world.plan()), NONE);

    let options = Options {
        mode: Mode::Destroy,
        ..Options::default()
    };
    let (last, _) = world.plan_with(&options);
    assert_eq!(
        actions(&last),
        ["terraform_data.a: delete", "terraform_data.b[0]: delete"]
    );
    world.apply(&last);
    assert!(world.state.resources.is_empty());
}

#[test]
fn the_state_names_everything_an_object_depends_on() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" { input = 1 }
        locals { through = terraform_data.a.output }
        resource "terraform_data" "b" { input = local.through }
        module "m" {
          source = "./m"
          given  = terraform_data.b.output
        }
        resource "terraform_data" "c" { input = module.m.result }
        ## m/main.tf
        variable "given" {}
        resource "terraform_data" "inner" { input = var.given }
        output "result" { value = terraform_data.inner.output }
        "#,
    );
    let plan = world.plan();
    world.apply(&plan);
    let found: Vec<(String, Vec<String>)> = world
        .state
        .resources
        .iter()
        .map(|(address, resource)| {
            let instance = resource.instances.values().next().expect("an instance");
            let object = instance.current.as_ref().expect("an object");
            let names = object.dependencies.iter().map(ToString::to_string);
            (address.to_string(), names.collect())
        })
        .collect();
    let expected = [
        ("terraform_data.a", vec![]),
        ("terraform_data.b", vec!["terraform_data.a"]),
        (
            "terraform_data.c",
            vec![
                "module.m.terraform_data.inner",
                "terraform_data.a",
                "terraform_data.b",
            ],
        ),
        (
            "module.m.terraform_data.inner",
            vec!["terraform_data.a", "terraform_data.b"],
        ),
    ];
    let expected = expected.map(|(address, names)| {
        let names = names.into_iter().map(str::to_owned).collect();
        (address.to_owned(), names)
    });
    assert_eq!(found, expected);
}

#[test]
fn the_replacement_comes_first_if_a_dependent_wants_that() {
    let text = |value: &str| {
        format!(
            r#"## main.tf
            resource "terraform_data" "a" {{ triggers_replace = "{value}" }}
            resource "terraform_data" "b" {{
              triggers_replace = terraform_data.a.id
              lifecycle {{ create_before_destroy = true }}
            }}
            "#
        )
    };
    let mut world = World::new(&text("one"));
    let plan = world.plan();
    world.apply(&plan);
    world.configure(&text("two"));
    let plan = world.plan();
    assert_eq!(
        actions(&plan),
        [
            "terraform_data.a: create+delete replace_because_cannot_update",
            "terraform_data.b: create+delete replace_because_cannot_update",
        ]
    );
    world.apply(&plan);
    assert!(world.state.resources.values().all(|resource| {
        resource
            .instances
            .values()
            .all(|i| i.deposed.is_empty() && i.current.is_some())
    }));
    assert_eq!(actions(&world.plan()), NONE);
}

#[test]
fn what_cannot_move_is_warned_of() {
    let mut world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" {}
        resource "terraform_data" "b" {}
        resource "terraform_data" "k" { for_each = toset(["1"]) }
        resource "terraform_data" "l" { for_each = toset(["1"]) }
        module "p" { source = "./m" }
        module "q" { source = "./m" }
## m/main.tf
        resource "terraform_data" "x" {}
        "#,
    );
    let plan = world.plan();
    world.apply(&plan);
    world.configure(
        r#"## main.tf
        resource "terraform_data" "b" {}
        resource "terraform_data" "l" { for_each = toset(["1"]) }
        module "q" { source = "./m" }
        moved {
          from = terraform_data.a
          to   = terraform_data.b
        }
        moved {
          from = terraform_data.k
          to   = terraform_data.l
        }
        moved {
          from = module.p
          to   = module.q
        }
## m/main.tf
        resource "terraform_data" "x" {}
        "#,
    );
    let (plan, found) = world.plan_with(&Options::default());
    let [warning] = &found.0[..] else {
        panic!("{found:?}");
    };
    assert_eq!(
        warning.summary,
        "Unresolved resource instance address changes"
    );
    let lines: Vec<&str> = warning
        .detail
        .lines()
        .filter(|l| l.starts_with("  - "))
        .collect();
    assert_eq!(
        lines,
        [
            "  - module.p could not move to module.q",
            "  - terraform_data.a could not move to terraform_data.b",
            "  - terraform_data.k could not move to terraform_data.l",
        ]
    );
    assert_eq!(
        actions(&plan),
        [
            "terraform_data.a: delete delete_because_no_resource_config",
            "terraform_data.k[\"1\"]: delete delete_because_no_resource_config",
            "module.p.terraform_data.x: delete delete_because_no_resource_config",
        ]
    );
}

#[test]
fn what_must_not_be_destroyed_is_shown_all_the_same() {
    let protected = |trigger: u32, count: u32| {
        format!(
            r#"## main.tf
            resource "terraform_data" "a" {{
              count            = {count}
              triggers_replace = {trigger}
              lifecycle {{ prevent_destroy = true }}
            }}
            resource "terraform_data" "b" {{ input = {trigger} }}
            "#
        )
    };
    let mut world = World::new(&protected(1, 1));
    let plan = world.plan();
    world.apply(&plan);
    for (text, expected) in [
        (
            protected(2, 1),
            "delete+create replace_because_cannot_update",
        ),
        (protected(2, 0), "delete delete_because_count_index"),
    ] {
        world.configure(&text);
        let (plan, found) = world.plan_with(&Options::default());
        let summaries: Vec<&str> = found.0.iter().map(|d| d.summary.as_str()).collect();
        assert_eq!(summaries, ["Instance cannot be destroyed"]);
        assert!(plan.errored);
        assert_eq!(
            actions(&plan),
            [
                format!("terraform_data.a[0]: {expected}"),
                "terraform_data.b: update".to_owned(),
            ]
        );
    }
    let destroy = Options {
        mode: Mode::Destroy,
        ..Options::default()
    };
    world.configure(&protected(1, 1));
    let (plan, found) = world.plan_with(&destroy);
    let summaries: Vec<&str> = found.0.iter().map(|d| d.summary.as_str()).collect();
    assert_eq!(summaries, ["Instance cannot be destroyed"]);
    assert!(plan.errored);
    assert_eq!(
        actions(&plan),
        ["terraform_data.a[0]: delete", "terraform_data.b: delete"]
    );
}

#[test]
fn failed_conditions_say_what_their_references_were() {
    let world = World::new(
        r#"## main.tf
        locals {
          n = 3
          o = { list = [1, 2] }
        }
        resource "terraform_data" "a" {
          lifecycle {
            precondition {
              condition     = local.n == 1 && length(local.o.list) > 3
              error_message = "no"
            }
          }
        }
        resource "terraform_data" "b" {
          for_each = local.n
        }
        check "c" {
          assert {
            condition     = local.n < 2
            error_message = "no"
          }
        }
        "#,
    );
    let (_, found) = world.plan_with(&Options::default());
    let notes: Vec<String> = found
        .0
        .iter()
        .map(|diagnostic| {
            let notes = diagnostic.values.iter();
            let notes: Vec<String> = notes
                .map(|note| format!("{} {}", note.traversal, note.statement))
                .collect();
            format!("{}: {}", diagnostic.summary, notes.join(", "))
        })
        .collect();
    let mut notes = notes;
    notes.sort();
    assert_eq!(
        notes,
        [
            "Check block assertion failed: local.n is 3",
            "Invalid for_each argument: local.n is 3",
            "Resource precondition failed: local.n is 3, local.o.list is tuple with 2 elements",
        ]
    );
}

#[test]
fn an_object_whose_replacement_is_not_even_planned_again_has_made_room() {
    let stack = |input: &str| {
        format!(
            r#"## main.tf
            resource "terraform_data" "b" {{ input = "{input}" }}
            resource "terraform_data" "a" {{
              triggers_replace = "{input}"
              lifecycle {{
                create_before_destroy = true
                precondition {{
                  condition     = terraform_data.b.output == "one"
                  error_message = "Only one."
                }}
              }}
            }}
            "#
        )
    };
    let mut world = World::new(&stack("one"));
    let plan = world.plan();
    world.apply(&plan);
    world.configure(&stack("two"));
    let plan = world.plan();
    let found = world.apply_with(&plan);
    assert_eq!(found.0.len(), 1, "{found:?}");
    let state = world.state_json();
    let instances = state["resources"][0]["instances"]
        .as_array()
        .expect("a list");
    assert_eq!(state["resources"][0]["name"], "a");
    assert_eq!(instances.len(), 1);
    assert!(instances[0]["deposed"].is_string(), "{instances:?}");
}

#[test]
fn outputs_that_could_not_be_computed_are_no_part_of_a_plan() {
    let world = World::new(
        r#"## main.tf
        resource "terraform_data" "a" {
          input = sensitive("q")
        }
        resource "terraform_data" "b" {
          input = "q"
        }
        output "fails" { value = nonsensitive(sensitive(terraform_data.a)) }
        output "refers" {
          value = 1
          precondition {
            condition     = terraform_data.b.input == "p"
            error_message = "Another one is wanted."
          }
        }
        output "works" { value = 2 }
        "#,
    );
    let (plan, _) = world.plan_with(&Options::default());
    assert!(plan.errored);
    let names: Vec<&str> = plan.outputs.keys().map(Str::as_str).collect();
    assert_eq!(names, ["works"]);
}
