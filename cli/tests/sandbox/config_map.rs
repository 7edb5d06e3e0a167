//! A namespace and a config map in it, from nothing and back.

use serde_json::json;
use snapbox::str;

use crate::{environment::check, stack::Stack};

const STACK: &str = r#"resource "kubernetes_namespace" "home" {
  metadata {
    name = "config-map-lifecycle"
  }
}

resource "kubernetes_config_map" "settings" {
  metadata {
    name      = "settings"
    namespace = kubernetes_namespace.home.metadata[0].name
  }
  data = {
    colour = "green"
  }
}
"#;

const NAMESPACE: &str = "/api/v1/namespaces/config-map-lifecycle";
const CONFIG_MAP: &str = "/api/v1/namespaces/config-map-lifecycle/configmaps/settings";

#[test]
fn a_config_map_is_made_changed_and_destroyed() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let data = || {
        cluster
            .get(CONFIG_MAP)
            .unwrap()
            .map(|map| map["data"].clone())
    };
    let stack = Stack::new(&sandbox, STACK);

    let (printed, calls) = stack.calls(|| stack.plan());
    check(
        printed,
        str![[r#"

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform will perform the following actions:

  # kubernetes_config_map.settings will be created
  + resource "kubernetes_config_map" "settings" {
      + data = {
          + "colour" = "green"
        }
      + id   = (known after apply)

      + metadata {
          + generation       = (known after apply)
          + name             = "settings"
          + namespace        = "config-map-lifecycle"
          + resource_version = (known after apply)
          + uid              = (known after apply)
        }
    }

  # kubernetes_namespace.home will be created
  + resource "kubernetes_namespace" "home" {
      + id                               = (known after apply)
      + wait_for_default_service_account = false

      + metadata {
          + generation       = (known after apply)
          + name             = "config-map-lifecycle"
          + resource_version = (known after apply)
          + uid              = (known after apply)
        }
    }

Plan: 2 to add, 0 to change, 0 to destroy.

─────────────────────────────────────────────────────────────────────────────

Note: You didn't use the -out option to save this plan, so Terraform can't
guarantee to take exactly these actions if you run "trueup apply" now.

"#]],
    );
    assert_eq!(calls.mutating(), [""; 0]);

    let (printed, calls) = stack.calls(|| stack.apply());
    check(
        printed,
        str![[r#"

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform will perform the following actions:

  # kubernetes_config_map.settings will be created
  + resource "kubernetes_config_map" "settings" {
      + data = {
          + "colour" = "green"
        }
      + id   = (known after apply)

      + metadata {
          + generation       = (known after apply)
          + name             = "settings"
          + namespace        = "config-map-lifecycle"
          + resource_version = (known after apply)
          + uid              = (known after apply)
        }
    }

  # kubernetes_namespace.home will be created
  + resource "kubernetes_namespace" "home" {
      + id                               = (known after apply)
      + wait_for_default_service_account = false

      + metadata {
          + generation       = (known after apply)
          + name             = "config-map-lifecycle"
          + resource_version = (known after apply)
          + uid              = (known after apply)
        }
    }

Plan: 2 to add, 0 to change, 0 to destroy.
kubernetes_namespace.home: Creating...
kubernetes_namespace.home: Creation complete after [TIME] [id=config-map-lifecycle]
kubernetes_config_map.settings: Creating...
kubernetes_config_map.settings: Creation complete after [TIME] [id=config-map-lifecycle/settings]

Apply complete! Resources: 2 added, 0 changed, 0 destroyed.

"#]],
    );
    assert_eq!(
        calls.mutating(),
        [format!("PATCH {NAMESPACE}"), format!("PATCH {CONFIG_MAP}")]
    );
    assert_eq!(data(), Some(json!({"colour": "green"})));

    let (printed, calls) = stack.calls(|| stack.plan());
    check(
        printed,
        str![[r#"
kubernetes_namespace.home: Refreshing state... [id=config-map-lifecycle]
kubernetes_config_map.settings: Refreshing state... [id=config-map-lifecycle/settings]

No changes. Your infrastructure matches the configuration.

Terraform has compared your real infrastructure against your configuration
and found no differences, so no changes are needed.

"#]],
    );
    assert_eq!(calls.mutating(), [""; 0]);

    stack.write("main.tf", &STACK.replace("green", "blue"));
    check(
        stack.apply(),
        str![[r#"
kubernetes_namespace.home: Refreshing state... [id=config-map-lifecycle]
kubernetes_config_map.settings: Refreshing state... [id=config-map-lifecycle/settings]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  ~ update in-place

Terraform will perform the following actions:

  # kubernetes_config_map.settings will be updated in-place
  ~ resource "kubernetes_config_map" "settings" {
      ~ data = {
          ~ "colour" = "green" -> "blue"
        }
        id   = "config-map-lifecycle/settings"

        # (1 unchanged block hidden)
    }

Plan: 0 to add, 1 to change, 0 to destroy.
kubernetes_config_map.settings: Modifying... [id=config-map-lifecycle/settings]
kubernetes_config_map.settings: Modifications complete after [TIME] [id=config-map-lifecycle/settings]

Apply complete! Resources: 0 added, 1 changed, 0 destroyed.

"#]],
    );
    assert_eq!(data(), Some(json!({"colour": "blue"})));
    assert_eq!(stack.settled(), "No changes.");

    check(
        stack.destroy(),
        str![[r#"
kubernetes_namespace.home: Refreshing state... [id=config-map-lifecycle]
kubernetes_config_map.settings: Refreshing state... [id=config-map-lifecycle/settings]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  - destroy

Terraform will perform the following actions:

  # kubernetes_config_map.settings will be destroyed
  - resource "kubernetes_config_map" "settings" {
      - data = {
          - "colour" = "blue"
        } -> null
      - id   = "config-map-lifecycle/settings" -> null

      - metadata {
          - generation       = 0 -> null
          - name             = "settings" -> null
          - namespace        = "config-map-lifecycle" -> null
          - resource_version = [VERSION] -> null
          - uid              = "[UID]" -> null
        }
    }

  # kubernetes_namespace.home will be destroyed
  - resource "kubernetes_namespace" "home" {
      - id                               = "config-map-lifecycle" -> null
      - wait_for_default_service_account = false -> null

      - metadata {
          - generation       = 0 -> null
          - name             = "config-map-lifecycle" -> null
          - resource_version = [VERSION] -> null
          - uid              = "[UID]" -> null
        }
    }

Plan: 0 to add, 0 to change, 2 to destroy.
kubernetes_config_map.settings: Destroying... [id=config-map-lifecycle/settings]
kubernetes_config_map.settings: Destruction complete after [TIME]
kubernetes_namespace.home: Destroying... [id=config-map-lifecycle]
kubernetes_namespace.home: Destruction complete after [TIME]

Destroy complete! Resources: 2 destroyed.

"#]],
    );
    assert_eq!(cluster.get(NAMESPACE).unwrap(), None);
}
