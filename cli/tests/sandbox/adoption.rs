//! Objects that kubectl, Helm or Terraform made: imported, and theirs no more.

use serde_json::{Value as Json, json};
use snapbox::str;

use crate::{environment::check, stack::Stack};

fn path(name: &str) -> String {
    format!("/api/v1/namespaces/default/configmaps/{name}")
}

fn stack_of(name: &str) -> String {
    format!(
        r#"import {{
  to = kubernetes_config_map.settings
  id = "default/{name}"
}}

resource "kubernetes_config_map" "settings" {{
  metadata {{
    name = "{name}"
  }}
  data = {{
    colour = "green"
  }}
}}
"#
    )
}

fn made_by_others(name: &str) -> Json {
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": name, "namespace": "default" },
        "data": { "colour": "red", "size": "1" },
    })
}

/// Who manages fields, and how.
fn managers(object: &Json) -> Vec<String> {
    let entries = object.pointer("/metadata/managedFields");
    let entries = entries.and_then(Json::as_array).into_iter().flatten();
    entries
        .map(|entry| format!("{} {}", entry["manager"], entry["operation"]).replace('"', ""))
        .collect()
}

/// Imports what `manager` made, by an update or by applying, and changes it.
fn adopted(name: &str, manager: &str, applied: bool) -> (String, Json) {
    let sandbox = trueup_sandbox::shared().unwrap();
    let cluster = sandbox.cluster().unwrap();
    let object = made_by_others(name);
    match applied {
        true => cluster.apply(&path(name), manager, &object).unwrap(),
        false => {
            let collection =
                format!("/api/v1/namespaces/default/configmaps?fieldManager={manager}");
            cluster.create(&collection, &object).unwrap()
        }
    };
    let stack = Stack::new(&sandbox, &stack_of(name));
    let printed = stack.apply();
    let live = cluster.get(&path(name)).unwrap().unwrap();
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
    assert_eq!(cluster.get(&path(name)).unwrap(), None);
    (printed, live)
}

#[test]
fn from_kubectl() {
    if trueup_sandbox::shared().is_none() {
        return;
    }
    let (printed, live) = adopted("from-kubectl", "kubectl-client-side-apply", false);
    check(
        printed,
        str![[r#"
kubernetes_config_map.settings: Preparing import... [id=default/from-kubectl]
kubernetes_config_map.settings: Refreshing state... [id=default/from-kubectl]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  ~ update in-place

Terraform will perform the following actions:

  # kubernetes_config_map.settings will be updated in-place
  # (imported from "default/from-kubectl")
  ~ resource "kubernetes_config_map" "settings" {
      ~ data = {
          ~ "colour" = "red" -> "green"
          - "size"   = "1" -> null
        }
        id   = "default/from-kubectl"

        metadata {
            generation       = 0
            name             = "from-kubectl"
            namespace        = "default"
            resource_version = [VERSION]
            uid              = "[UID]"
        }
    }

Plan: 1 to import, 0 to add, 1 to change, 0 to destroy.
kubernetes_config_map.settings: Importing... [id=default/from-kubectl]
kubernetes_config_map.settings: Import complete [id=default/from-kubectl]
kubernetes_config_map.settings: Modifying... [id=default/from-kubectl]
kubernetes_config_map.settings: Modifications complete after [TIME] [id=default/from-kubectl]

Apply complete! Resources: 1 imported, 0 added, 1 changed, 0 destroyed.

"#]],
    );
    assert_eq!(live["data"], json!({ "colour": "green" }));
    assert_eq!(managers(&live), ["trueup Apply"]);
}

#[test]
fn from_helm_and_terraform() {
    if trueup_sandbox::shared().is_none() {
        return;
    }
    for (name, manager, applied) in [
        ("from-helm", "helm", false),
        ("from-helm-applied", "helm", true),
        ("from-terraform", "Terraform", true),
        ("from-terraform-typed", "HashiCorp", false),
    ] {
        let (_, live) = adopted(name, manager, applied);
        assert_eq!(live["data"], json!({ "colour": "green" }), "{name}");
        assert_eq!(managers(&live), ["trueup Apply"], "{name}");
    }
}

#[test]
fn what_is_there_and_not_imported_is_left_alone() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let name = "not-imported";
    let cluster = sandbox.cluster().unwrap();
    let made = cluster
        .apply(&path(name), "helm", &made_by_others(name))
        .unwrap();
    let configuration = stack_of(name);
    let (_, resource) = configuration.split_once("\n\n").unwrap();
    let stack = Stack::new(&sandbox, resource);
    check(
        stack.plan(),
        str![[r#"

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Kubernetes object already exists

  with kubernetes_config_map.settings,
  on main.tf line 1, in resource "kubernetes_config_map" "settings":
   1: resource "kubernetes_config_map" "settings" {

ConfigMap "not-imported" in namespace "default" exists and was not created by
this stack. It is managed by "helm".

To manage it here, import it: its fields are then taken over from kubectl,
Helm or Terraform. The import ID is "default/not-imported".
--- exit status: 1 ---

"#]],
    );
    assert_eq!(cluster.get(&path(name)).unwrap(), Some(made));
    cluster.delete(&path(name)).unwrap();
}
