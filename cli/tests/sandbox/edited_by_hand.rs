//! Fields that others changed: seen, told whose they are, and repaired when
//! that is asked for.

use serde_json::json;
use snapbox::str;

use crate::{environment::check, stack::Stack};

fn config_map(name: &str, provider: &str) -> String {
    format!(
        r#"{provider}resource "kubernetes_config_map" "settings" {{
  metadata {{
    name = "{name}"
  }}
  data = {{
    colour = "green"
    size   = "1"
  }}
}}
"#
    )
}

fn manifest(name: &str, more: &str) -> String {
    format!(
        r#"resource "kubernetes_manifest" "settings" {{
  manifest = {{
    apiVersion = "v1"
    kind       = "ConfigMap"
    metadata   = {{ name = "{name}", namespace = "default" }}
    data       = {{ colour = "green" }}
  }}
{more}}}
"#
    )
}

const FORCE: &str = r#"provider "kubernetes" {
  field_manager {
    force_conflicts = true
  }
}

"#;

fn path(name: &str) -> String {
    format!("/api/v1/namespaces/default/configmaps/{name}")
}

#[test]
fn a_typed_resource_names_the_other_manager_and_repairs_when_asked() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let name = "edited-typed";
    let cluster = sandbox.cluster().unwrap();
    let stack = Stack::new(&sandbox, &config_map(name, ""));
    stack.apply();
    cluster
        .merge(&path(name), &json!({ "data": { "colour": "red" } }))
        .unwrap();
    check(
        stack.plan(),
        str![[r#"
kubernetes_config_map.settings: Refreshing state... [id=default/edited-typed]

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Field manager conflict

  with kubernetes_config_map.settings,
  on main.tf line 1, in resource "kubernetes_config_map" "settings":
   1: resource "kubernetes_config_map" "settings" {

Could not plan ConfigMap "edited-typed" in namespace "default": fields belong
to other managers:
  .data.colour is managed by "kubectl-patch" (Update, last at [MOMENT])

Leave the fields to their manager by removing them from the configuration, or
take them over with field_manager { force_conflicts = true }: in a
kubernetes_manifest itself, or in the provider's block for all its resources.
--- exit status: 1 ---

"#]],
    );
    let (printed, calls) = stack.calls(|| stack.apply());
    assert!(
        printed.contains("Error: Field manager conflict"),
        "{printed}"
    );
    assert_eq!(calls.mutating(), [""; 0]);

    stack.write("main.tf", &config_map(name, FORCE));
    check(
        stack.apply(),
        str![[r#"
kubernetes_config_map.settings: Refreshing state... [id=default/edited-typed]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  ~ update in-place

Terraform will perform the following actions:

  # kubernetes_config_map.settings will be updated in-place
  ~ resource "kubernetes_config_map" "settings" {
      ~ data = {
          ~ "colour" = "red" -> "green"
            # (1 unchanged element hidden)
        }
        id   = "default/edited-typed"

        # (1 unchanged block hidden)
    }

Plan: 0 to add, 1 to change, 0 to destroy.
kubernetes_config_map.settings: Modifying... [id=default/edited-typed]
kubernetes_config_map.settings: Modifications complete after [TIME] [id=default/edited-typed]

Warning: Fields are taken over

  with kubernetes_config_map.settings,
  on main.tf line 7, in resource "kubernetes_config_map" "settings":
   7: resource "kubernetes_config_map" "settings" {

ConfigMap "edited-typed" in namespace "default": fields belong to other
managers:
  .data.colour is managed by "kubectl-patch" (Update, last at [MOMENT])

Applying takes them over, as force_conflicts or a repair asks for.

(and one more similar warning elsewhere)

Apply complete! Resources: 0 added, 1 changed, 0 destroyed.

"#]],
    );
    let repaired = cluster.get(&path(name)).unwrap().unwrap();
    assert_eq!(repaired["data"], json!({ "colour": "green", "size": "1" }));
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
}

#[test]
fn a_manifest_names_the_other_manager_and_repairs_when_asked() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let name = "edited-manifest";
    let cluster = sandbox.cluster().unwrap();
    let stack = Stack::new(&sandbox, &manifest(name, ""));
    stack.apply();
    let others = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": name, "namespace": "default" },
        "data": { "colour": "red" },
    });
    cluster.apply(&path(name), "flux", &others).unwrap();
    check(
        stack.plan(),
        str![[r#"
kubernetes_manifest.settings: Refreshing state...

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Field manager conflict

  with kubernetes_manifest.settings,
  on main.tf line 1, in resource "kubernetes_manifest" "settings":
   1: resource "kubernetes_manifest" "settings" {

Could not plan ConfigMap "edited-manifest" in namespace "default": fields
belong to other managers:
  .data.colour is managed by "flux" (Apply, last at [MOMENT])

Leave the fields to their manager by removing them from the configuration, or
take them over with field_manager { force_conflicts = true }: in a
kubernetes_manifest itself, or in the provider's block for all its resources.
--- exit status: 1 ---

"#]],
    );

    let more = "  field_manager {\n    force_conflicts = true\n  }\n";
    stack.write("main.tf", &manifest(name, more));
    check(
        stack.apply(),
        str![[r#"
kubernetes_manifest.settings: Refreshing state...

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  ~ update in-place

Terraform will perform the following actions:

  # kubernetes_manifest.settings will be updated in-place
  ~ resource "kubernetes_manifest" "settings" {
      ~ object   = {
          ~ data       = {
              ~ colour = "red" -> "green"
            }
            # (3 unchanged attributes hidden)
        }
        # (1 unchanged attribute hidden)

      + field_manager {
          + force_conflicts = true
        }
    }

Plan: 0 to add, 1 to change, 0 to destroy.
kubernetes_manifest.settings: Modifying...
kubernetes_manifest.settings: Modifications complete after [TIME]

Warning: Fields are taken over

  with kubernetes_manifest.settings,
  on main.tf line 1, in resource "kubernetes_manifest" "settings":
   1: resource "kubernetes_manifest" "settings" {

ConfigMap "edited-manifest" in namespace "default": fields belong to other
managers:
  .data.colour is managed by "flux" (Apply, last at [MOMENT])

Applying takes them over, as force_conflicts or a repair asks for.

(and one more similar warning elsewhere)

Apply complete! Resources: 0 added, 1 changed, 0 destroyed.

"#]],
    );
    let repaired = cluster.get(&path(name)).unwrap().unwrap();
    assert_eq!(repaired["data"], json!({ "colour": "green" }));
    stack.destroy();
}

#[test]
fn what_others_add_is_left_alone_and_is_no_change() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let name = "edited-beside";
    let cluster = sandbox.cluster().unwrap();
    let stack = Stack::new(&sandbox, &manifest(name, ""));
    stack.apply();
    let beside = json!({
        "metadata": { "labels": { "team": "a" } },
        "data": { "size": "2" },
    });
    cluster.merge(&path(name), &beside).unwrap();
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
}

#[test]
fn a_refresh_tells_who_changed_what_and_when() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let name = "edited-refreshed";
    let cluster = sandbox.cluster().unwrap();
    let stack = Stack::new(&sandbox, &config_map(name, ""));
    stack.apply();
    cluster
        .merge(&path(name), &json!({ "data": { "colour": "red" } }))
        .unwrap();
    let (printed, calls) = stack.calls(|| stack.run(&["plan", "-refresh-only"]));
    check(
        printed,
        str![[r#"
kubernetes_config_map.settings: Refreshing state... [id=default/edited-refreshed]

Note: Objects have changed outside of Terraform

Terraform detected the following changes made outside of Terraform since the
last "terraform apply" which may have affected this plan:

  # kubernetes_config_map.settings has changed
  # (changed by kubectl-patch, Update, at [MOMENT])
  ~ resource "kubernetes_config_map" "settings" {
      ~ data = {
          ~ "colour" = "green" -> "red"
            # (1 unchanged element hidden)
        }
        id   = "default/edited-refreshed"

      ~ metadata {
            name             = "edited-refreshed"
          ~ resource_version = [VERSION] -> [VERSION]
            # (3 unchanged attributes hidden)
        }
    }


This is a refresh-only plan, so Terraform will not take any actions to undo
these. If you were expecting these changes then you can apply this plan to
record the updated values in the Terraform state without changing any remote
objects.

─────────────────────────────────────────────────────────────────────────────

Note: You didn't use the -out option to save this plan, so Terraform can't
guarantee to take exactly these actions if you run "trueup apply" now.

"#]],
    );
    assert_eq!(calls.mutating(), [""; 0]);
    stack.destroy();
}
