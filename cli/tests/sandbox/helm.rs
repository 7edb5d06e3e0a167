//! Releases of a small chart that has everything that is hard to plan: a
//! definition, hooks, random and secret values.

use serde_json::{Value as Json, json};
use snapbox::str;
use trueup_sandbox::{Cluster, Fault, Rule, Sandbox};

use crate::{
    environment::check,
    stack::{Fate, Stack},
};

macro_rules! chart {
    ($($name:literal),* $(,)?) => {
        [$((
            concat!("shop/", $name),
            include_str!(concat!("../../../providers/helm/provider/tests/chart/", $name)),
        )),*]
    };
}

/// The chart, to be used as `./shop`.
pub(crate) const CHART: [(&str, &str); 11] = chart![
    "Chart.yaml",
    "values.yaml",
    "crds/orders.yaml",
    "templates/_names.tpl",
    "templates/secret.yaml",
    "templates/config.yaml",
    "templates/deployment.yaml",
    "templates/service.yaml",
    "templates/webhook.yaml",
    "templates/hooks.yaml",
    "templates/NOTES.txt",
];

fn stack(sandbox: &Sandbox, main: &str) -> Stack {
    let stack = Stack::new(sandbox, main);
    for (name, text) in CHART {
        stack.write(name, text);
    }
    stack
}

/// A release in a namespace of its own, with more attributes.
fn release(namespace: &str, more: &str) -> String {
    format!(
        r#"resource "helm_release" "shop" {{
  name             = "shop"
  namespace        = "{namespace}"
  create_namespace = true
  chart            = "./shop"
{more}
}}
"#
    )
}

pub(crate) fn at(namespace: &str, what: &str) -> String {
    match what.split_once('/') {
        Some(("deployments", name)) => {
            format!("/apis/apps/v1/namespaces/{namespace}/deployments/{name}")
        }
        _ => format!("/api/v1/namespaces/{namespace}/{what}"),
    }
}

fn password(cluster: &Cluster, namespace: &str) -> Json {
    let secret = cluster.get(&at(namespace, "secrets/shop-admin")).unwrap();
    secret.unwrap()["data"]["password"].clone()
}

/// The revisions and their states, as Helm sees them.
pub(crate) fn history(cluster: &Cluster, namespace: &str) -> Vec<String> {
    let secrets = cluster.list(&at(namespace, "secrets")).unwrap();
    let mut found: Vec<String> = secrets
        .iter()
        .filter(|secret| secret["type"] == "helm.sh/release.v1")
        .map(|secret| {
            let labels = &secret["metadata"]["labels"];
            format!(
                "{} {}",
                labels["version"].as_str().unwrap(),
                labels["status"].as_str().unwrap()
            )
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_release_is_shown_as_its_objects() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let more = r#"  values = [yamlencode({
    greeting = "Hi"
    owner    = terraform_data.owner.id
    hooks    = { enabled = true }
    imaeg    = { tag = "x" }
  })]
  set_sensitive = [{ name = "token", value = "s3cr3t-token" }]
}
resource "terraform_data" "owner" {
  input = "me""#;
    let stack = stack(&sandbox, &release("helm-shown", more));
    // Other tests define what the chart does, and that stays.
    let definition = stack.read("shop/crds/orders.yaml");
    let definition = definition.replace("shop.example.com", "shown.example.com");
    stack.write("shop/crds/orders.yaml", &definition);
    let (printed, calls) = stack.calls(|| stack.plan());
    check(
        printed,
        str![[r#"

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform will perform the following actions:

  # helm_release.shop will be created
  + resource "helm_release" "shop" {
      + atomic                     = false
      + chart                      = "./shop"
      + cleanup_on_fail            = false
      + create_namespace           = true
      + dependency_update          = false
      + disable_crd_hooks          = false
      + disable_openapi_validation = false
      + disable_webhooks           = false
      + force_update               = false
      + id                         = "shop"
      + lint                       = false
      + max_history                = 0
      + metadata                   = {
          + app_version    = "7.1"
          + chart          = "shop"
          + first_deployed = (known after apply)
          + last_deployed  = (known after apply)
          + name           = "shop"
          + namespace      = "helm-shown"
          + notes          = (known after apply)
          + revision       = (known after apply)
          + values         = (known after apply)
          + version        = "1.2.0"
        }
      + name                       = "shop"
      + namespace                  = "helm-shown"
      + pass_credentials           = false
      + recreate_pods              = false
      + render_subchart_notes      = true
      + replace                    = false
      + reset_values               = false
      + reuse_values               = false
      + set_sensitive              = [
          + {
              + name  = "token"
              + value = (sensitive value)
            },
        ]
      + set_wo                     = (write-only attribute)
      + skip_crds                  = false
      + status                     = "deployed"
      + take_ownership             = false
      + timeout                    = 300
      + upgrade_install            = false
      + values                     = [
          + (known after apply),
        ]
      + verify                     = false
      + version                    = "1.2.0"
      + wait                       = true
      + wait_for_jobs              = false

      + object "Namespace helm-shown" {}

      + definition "orders.shown.example.com" {
          + file = "shop/crds/orders.yaml"
        }

      + object "Secret helm-shown/shop-admin" {
          + apiVersion = "v1"
          + data       = {
              + password = (sensitive value)
              + token    = (sensitive value)
            }
          + metadata   = {
              + labels = {
                  + "app.kubernetes.io/instance" = "shop"
                  + "app.kubernetes.io/name"     = "shop"
                }
              + name   = "shop-admin"
            }
        }

      + object "ConfigMap helm-shown/shop-config" {
          + apiVersion = "v1"
          + data       = {
              + greeting    = "Hi"
              + owner       = (known after apply)
              + "shop.yaml" = (sensitive value)
            }
          + metadata   = {
              + labels = {
                  + "app.kubernetes.io/instance" = "shop"
                  + "app.kubernetes.io/name"     = "shop"
                }
              + name   = "shop-config"
            }
        }

      + object "Service helm-shown/shop" {
          + apiVersion = "v1"
          + metadata   = {
              + labels = {
                  + "app.kubernetes.io/instance" = "shop"
                  + "app.kubernetes.io/name"     = "shop"
                }
              + name   = "shop"
            }
          + spec       = {
              + ports    = [
                  + {
                      + name       = "http"
                      + port       = 80
                      + targetPort = "http"
                    },
                ]
              + selector = {
                  + "app.kubernetes.io/instance" = "shop"
                  + "app.kubernetes.io/name"     = "shop"
                }
            }
        }

      + object "Deployment helm-shown/shop" {
          + apiVersion = "apps/v1"
          + metadata   = {
              + labels = {
                  + "app.kubernetes.io/instance" = "shop"
                  + "app.kubernetes.io/name"     = "shop"
                }
              + name   = "shop"
            }
          + spec       = {
              + replicas = 1
              + selector = {
                  + matchLabels = {
                      + "app.kubernetes.io/instance" = "shop"
                      + "app.kubernetes.io/name"     = "shop"
                    }
                }
              + template = {
                  + metadata = {
                      + annotations = {
                          + "checksum/secret" = (sensitive value)
                        }
                      + labels      = {
                          + "app.kubernetes.io/instance" = "shop"
                          + "app.kubernetes.io/name"     = "shop"
                        }
                    }
                  + spec     = {
                      + containers = [
                          + {
                              + env   = [
                                  + {
                                      + name  = "TOKEN"
                                      + value = (sensitive value)
                                    },
                                ]
                              + image = "example.com/shop:7.1"
                              + name  = "shop"
                              + ports = [
                                  + {
                                      + containerPort = 8080
                                      + name          = "http"
                                    },
                                ]
                            },
                        ]
                    }
                }
            }
        }

        # runs pre-install, weight 5
      + hook "Job shop-pre-install" {
          + apiVersion = "batch/v1"
          + metadata   = {
              + annotations = {
                  + "helm.sh/hook"               = "pre-install"
                  + "helm.sh/hook-delete-policy" = "before-hook-creation,hook-succeeded"
                  + "helm.sh/hook-weight"        = "5"
                }
              + name        = "shop-pre-install"
            }
          + spec       = {
              + template = {
                  + spec = {
                      + containers    = [
                          + {
                              + image = "example.com/job"
                              + name  = "job"
                            },
                        ]
                      + restartPolicy = "Never"
                    }
                }
            }
        }
    }

  # terraform_data.owner will be created
  + resource "terraform_data" "owner" {
      + id     = (known after apply)
      + input  = "me"
      + output = (known after apply)
    }

Plan: 2 to add, 0 to change, 0 to destroy.

Warning: Value of a chart without effect [ignored-helm-value]

  with helm_release.shop,
  on main.tf line 6, in resource "helm_release" "shop":
   6:   values = [yamlencode({
   7:     greeting = "Hi"
   8:     owner    = terraform_data.owner.id
   9:     hooks    = { enabled = true }
  10:     imaeg    = { tag = "x" }
  11:   })]

Nothing in the chart reads imaeg.tag (values[0] line 5).

hint: did you mean `image.tag`?

─────────────────────────────────────────────────────────────────────────────

Note: You didn't use the -out option to save this plan, so Terraform can't
guarantee to take exactly these actions if you run "trueup apply" now.

"#]],
    );
    assert_eq!(calls.mutating(), Vec::<String>::new());

    stack.run(&["plan", "-out=plan"]);
    let document = stack.run(&["show", "-json", "plan"]);
    let document: Json = serde_json::from_str(&document).unwrap();
    let parts = document["resource_changes"][0]["trueup_parts"].to_string();
    assert!(
        parts.contains("ConfigMap helm-shown/shop-config"),
        "{parts}"
    );
    assert!(!parts.contains("s3cr3t"), "{parts}");

    // What was shown is applied, the password that was drawn included.
    let applied = stack.run(&["apply", "plan"]);
    assert!(applied.contains("2 added"), "{applied}");
    assert_eq!(stack.settled(), "No changes.");
    let (_, calls) = stack.calls(|| stack.apply());
    assert_eq!(calls.mutating(), Vec::<String>::new());
    let (_, calls) = stack.calls(|| stack.plan());
    // What needs not be asked is not: one call for each object, one for each
    // kind in which some may have been added.
    let made = calls.kubernetes.len();
    assert!(made < 30, "{made} calls");

    stack.destroy();
}

#[test]
fn changes_behind_its_back_are_blamed_and_repaired() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let stack = stack(&sandbox, &release("helm-drift", ""));
    stack.apply();
    let drawn = password(&cluster, "helm-drift");
    let deployment = at("helm-drift", "deployments/shop");
    cluster
        .merge(&deployment, &json!({"spec": {"replicas": 3}}))
        .unwrap();
    cluster.delete(&at("helm-drift", "services/shop")).unwrap();
    let (printed, calls) = stack.calls(|| stack.plan());
    check(
        printed,
        str![[r#"
helm_release.shop: Refreshing state... [id=shop]

Note: Objects have changed outside of Terraform

Terraform detected the following changes made outside of Terraform since the
last "terraform apply" which may have affected this plan:

  # helm_release.shop has changed
  ~ resource "helm_release" "shop" {
        id                         = "shop"
        name                       = "shop"
        # (29 unchanged attributes hidden)

      - object "Service helm-drift/shop" {}

        # changed by kubectl-patch at [MOMENT]
      ~ object "Deployment helm-drift/shop" {
          ~ "spec.replicas" = 1 -> 3
        }
    }


Unless you have made equivalent changes to your configuration, or ignored the
relevant attributes using ignore_changes, the following plan may include
actions to undo or respond to these changes.

─────────────────────────────────────────────────────────────────────────────

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  ~ update in-place

Terraform will perform the following actions:

  # helm_release.shop will be updated in-place
  ~ resource "helm_release" "shop" {
        id                         = "shop"
      ~ metadata                   = {
          ~ last_deployed  = [SECONDS] -> (known after apply)
            name           = "shop"
          ~ revision       = 1 -> (known after apply)
            # (7 unchanged attributes hidden)
        }
        name                       = "shop"
        # (28 unchanged attributes hidden)

        # was deleted behind the release's back
      + object "Service helm-drift/shop" {
          + apiVersion = "v1"
          + metadata   = {
              + labels = {
                  + "app.kubernetes.io/instance" = "shop"
                  + "app.kubernetes.io/name"     = "shop"
                }
              + name   = "shop"
            }
          + spec       = {
              + ports    = [
                  + {
                      + name       = "http"
                      + port       = 80
                      + targetPort = "http"
                    },
                ]
              + selector = {
                  + "app.kubernetes.io/instance" = "shop"
                  + "app.kubernetes.io/name"     = "shop"
                }
            }
        }

        # spec.replicas was changed by kubectl-patch at [MOMENT]
      ~ object "Deployment helm-drift/shop" {
          ~ spec       = {
              ~ replicas                = 3 -> 1
                # (5 unchanged attributes hidden)
            }
            # (2 unchanged attributes hidden)
        }
    }

Plan: 0 to add, 1 to change, 0 to destroy.

Warning: Secret in plain text [secret-in-plain-value]

  with helm_release.shop,
  on main.tf line 1:
   1: resource "helm_release" "shop" {

Deployment helm-drift/shop: Container "shop" has the environment variable
TOKEN with a text of its own.

hint: take it from a Secret with `valueFrom.secretKeyRef`

─────────────────────────────────────────────────────────────────────────────

Note: You didn't use the -out option to save this plan, so Terraform can't
guarantee to take exactly these actions if you run "trueup apply" now.

"#]],
    );
    assert_eq!(calls.mutating(), Vec::<String>::new());

    stack.apply();
    assert_eq!(stack.settled(), "No changes.");
    let found = cluster.get(&deployment).unwrap().unwrap();
    assert_eq!(found["spec"]["replicas"], 1);
    assert!(
        cluster
            .get(&at("helm-drift", "services/shop"))
            .unwrap()
            .is_some()
    );
    assert_eq!(password(&cluster, "helm-drift"), drawn);
    assert_eq!(
        history(&cluster, "helm-drift"),
        ["1 superseded", "2 deployed"]
    );

    // A value that changes is an upgrade; what was drawn stays.
    stack.write(
        "main.tf",
        &release(
            "helm-drift",
            "  set = [{ name = \"greeting\", value = \"Moin\" }]",
        ),
    );
    stack.apply();
    assert_eq!(stack.settled(), "No changes.");
    assert_eq!(password(&cluster, "helm-drift"), drawn);
    // One that only says how to wait is not.
    stack.write(
        "main.tf",
        &release(
            "helm-drift",
            "  timeout = 200\n  set = [{ name = \"greeting\", value = \"Moin\" }]",
        ),
    );
    let (_, calls) = stack.calls(|| stack.apply());
    assert_eq!(calls.mutating(), Vec::<String>::new());
    assert_eq!(stack.settled(), "No changes.");

    let destroyed = stack.destroy();
    let gone = "      - object \"Deployment helm-drift/shop\" {";
    assert!(destroyed.contains(gone), "{destroyed}");
    assert!(destroyed.contains("1 destroyed"), "{destroyed}");
    assert_eq!(history(&cluster, "helm-drift"), Vec::<String>::new());
    assert_eq!(cluster.get(&deployment).unwrap(), None);
}

#[test]
fn what_was_added_behind_its_back_is_taken_away() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let stack = stack(&sandbox, &release("helm-added", ""));
    stack.apply();
    let own = cluster.get(&at("helm-added", "configmaps/shop-config"));
    let own = own.unwrap().unwrap();
    let copy = |name: &str, kind: &str, rest: Json| {
        let mut object = json!({
            "apiVersion": "v1",
            "kind": kind,
            "metadata": {
                "name": name,
                "labels": own["metadata"]["labels"],
                "annotations": own["metadata"]["annotations"],
            },
        });
        object
            .as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        object
    };
    let copied = copy("copied", "ConfigMap", json!({ "data": { "a": "b" } }));
    let configs = at("helm-added", "configmaps");
    cluster.create(&configs, &copied).unwrap();
    let made = copy("made", "ConfigMap", json!({}));
    let place = at("helm-added", "configmaps/made");
    cluster.apply(&place, "cert-manager", &made).unwrap();
    let resources = json!({ "requests": { "storage": "1Gi" } });
    let spec = json!({ "spec": { "accessModes": ["ReadWriteOnce"], "resources": resources } });
    let claim = copy("data", "PersistentVolumeClaim", spec);
    let claims = at("helm-added", "persistentvolumeclaims");
    cluster.create(&claims, &claim).unwrap();

    let drift = stack.run(&["drift"]);
    check(
        drift,
        str![[r#"
.: 1 object has drifted

  helm_release.shop has changed
    object ConfigMap helm-added/copied was added
      was added behind the release's back by kubectl-create at [MOMENT]

--- stderr ---

Warning: Objects added to the release

  with helm_release.shop,
  on main.tf line 1, in resource "helm_release" "shop":
   1: resource "helm_release" "shop" {

These objects say that they belong to release "shop", and the release does
not have them:
  ConfigMap helm-added/made, by cert-manager at [MOMENT]: what made it may need it
  PersistentVolumeClaim helm-added/data, by kubectl-create at [MOMENT]: what is lost with it cannot be made anew

They stay. Delete them if nobody needs them, or remove the label
app.kubernetes.io/managed-by.
--- exit status: 2 ---

"#]],
    );
    let (planned, calls) = stack.calls(|| stack.plan());
    assert_eq!(calls.mutating(), Vec::<String>::new());
    check(
        planned,
        str![[r#"
helm_release.shop: Refreshing state... [id=shop]

Note: Objects have changed outside of Terraform

Terraform detected the following changes made outside of Terraform since the
last "terraform apply" which may have affected this plan:

  # helm_release.shop has changed
  ~ resource "helm_release" "shop" {
        id                         = "shop"
        name                       = "shop"
        # (29 unchanged attributes hidden)

        # was added behind the release's back by kubectl-create at [MOMENT]
      + object "ConfigMap helm-added/copied" {}
    }


Unless you have made equivalent changes to your configuration, or ignored the
relevant attributes using ignore_changes, the following plan may include
actions to undo or respond to these changes.

─────────────────────────────────────────────────────────────────────────────

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  ~ update in-place

Terraform will perform the following actions:

  # helm_release.shop will be updated in-place
  ~ resource "helm_release" "shop" {
        id                         = "shop"
      ~ metadata                   = {
          ~ last_deployed  = [SECONDS] -> (known after apply)
            name           = "shop"
          ~ revision       = 1 -> (known after apply)
            # (7 unchanged attributes hidden)
        }
        name                       = "shop"
        # (28 unchanged attributes hidden)

        # was added behind the release's back by kubectl-create at [MOMENT]
      - object "ConfigMap helm-added/copied" {
          - apiVersion = "v1"
          - data       = {
              - a = "b"
            }
          - metadata   = {
              - annotations = {
                  - "meta.helm.sh/release-name"      = "shop"
                  - "meta.helm.sh/release-namespace" = "helm-added"
                }
              - labels      = {
                  - "app.kubernetes.io/instance"   = "shop"
                  - "app.kubernetes.io/managed-by" = "Helm"
                  - "app.kubernetes.io/name"       = "shop"
                }
              - name        = "copied"
              - namespace   = "helm-added"
            }
        }
    }

Plan: 0 to add, 1 to change, 0 to destroy.

Warning: Secret in plain text [secret-in-plain-value]

  with helm_release.shop,
  on main.tf line 1:
   1: resource "helm_release" "shop" {

Deployment helm-added/shop: Container "shop" has the environment variable
TOKEN with a text of its own.

hint: take it from a Secret with `valueFrom.secretKeyRef`

Warning: Objects added to the release

  with helm_release.shop,
  on main.tf line 1, in resource "helm_release" "shop":
   1: resource "helm_release" "shop" {

These objects say that they belong to release "shop", and the release does
not have them:
  ConfigMap helm-added/made, by cert-manager at [MOMENT]: what made it may need it
  PersistentVolumeClaim helm-added/data, by kubectl-create at [MOMENT]: what is lost with it cannot be made anew

They stay. Delete them if nobody needs them, or remove the label
app.kubernetes.io/managed-by.

─────────────────────────────────────────────────────────────────────────────

Note: You didn't use the -out option to save this plan, so Terraform can't
guarantee to take exactly these actions if you run "trueup apply" now.

"#]],
    );

    stack.apply();
    let there = |name: &str| {
        let found = cluster.get(&at("helm-added", name));
        found.unwrap().is_some()
    };
    assert!(!there("configmaps/copied"));
    assert!(there("configmaps/made"));
    assert!(there("persistentvolumeclaims/data"));
    assert_eq!(stack.settled(), "No changes.");
    assert_eq!(
        history(&cluster, "helm-added"),
        ["1 superseded", "2 deployed"]
    );
    stack.destroy();
    cluster
        .delete(&at("helm-added", "persistentvolumeclaims/data"))
        .unwrap();
}

#[test]
fn a_release_in_no_state_is_in_the_way_until_it_is_imported() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let main = release(
        "helm-taken",
        r#"  set = [{ name = "greeting", value = "Moin" }, { name = "owner", value = "me" }]
  set_sensitive = [{ name = "token", value = "s3cr3t-token" }]"#,
    );
    let stack = stack(&sandbox, &main);
    stack.apply();
    std::fs::remove_file(stack.path("terraform.tfstate")).unwrap();
    let refused = stack.plan();
    assert!(refused.contains("Release name in use"), "{refused}");
    let import = "import {\n  to = helm_release.shop\n  id = \"helm-taken/shop\"\n}\n";
    stack.write("main.tf", &format!("{import}{main}"));
    let (imported, calls) = stack.calls(|| stack.apply());
    assert!(imported.contains("1 imported"), "{imported}");
    assert_eq!(calls.mutating(), Vec::<String>::new());
    assert_eq!(stack.settled(), "No changes.");
    assert_eq!(history(&cluster, "helm-taken"), ["1 deployed"]);
    stack.destroy();
}

/// Runs `apply` or `destroy` and kills it while it waits for the answer to the
/// change it asks for after `done` others. Whether it came that far.
pub(crate) fn killed_after(stack: &Stack, command: &str, done: u32) -> bool {
    let change = Rule {
        mutating: true,
        milliseconds: 60_000,
        skip: done,
        times: 1,
        ..Rule::new(Fault::Latency)
    };
    let arguments = [command, "-auto-approve", "-parallelism=1"];
    matches!(stack.kill(&arguments, &change), Fate::Killed)
}

/// Kills a run after each of its changes in turn, until one is not killed
/// any more; the next run has to finish what it began.
fn killed_at_each_step(name: &str, more: &str, prepare: impl Fn(&Stack, &str)) {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let mut steps = 0;
    loop {
        let namespace = format!("{name}-{steps}");
        let stack = stack(&sandbox, &release(&namespace, ""));
        prepare(&stack, &namespace);
        stack.write("main.tf", &release(&namespace, more));
        let came = killed_after(&stack, "apply", steps);
        let finished = stack.apply();
        let settled = stack.settled();
        assert_eq!(settled, "No changes.", "killed after {steps}: {finished}");
        let history = history(&cluster, &namespace);
        let deployed = history.iter().filter(|one| one.ends_with(" deployed"));
        assert_eq!(deployed.count(), 1, "killed after {steps}: {history:?}");
        let pending = history.iter().any(|one| one.contains("pending"));
        assert!(!pending, "killed after {steps}: {history:?}");
        stack.destroy();
        if !came {
            break;
        }
        steps += 1;
    }
    assert!(steps > 4, "{steps}");
}

#[test]
fn an_installation_that_is_killed_is_finished_by_the_next_run() {
    killed_at_each_step("helm-killed", "", |_, _| {});
}

#[test]
fn an_upgrade_that_is_killed_is_finished_by_the_next_run() {
    let more = "  set = [{ name = \"greeting\", value = \"Moin\" }, { name = \"replicas\", value = \"2\" }]";
    killed_at_each_step("helm-cut", more, |stack, _| {
        stack.apply();
    });
}

#[test]
fn a_removal_that_is_killed_is_finished_by_the_next_run() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let more = "  values = [\"hooks: { enabled: true }\"]";
    for steps in 0.. {
        let namespace = format!("helm-removed-{steps}");
        let stack = stack(&sandbox, &release(&namespace, more));
        stack.apply();
        let came = killed_after(&stack, "destroy", steps);
        let finished = stack.destroy();
        let done = finished.contains("Destroy complete!") || finished.contains("No changes.");
        assert!(done, "killed after {steps}: {finished}");
        assert_eq!(history(&cluster, &namespace), [""; 0]);
        for gone in ["deployments/shop", "services/shop", "secrets/shop-admin"] {
            let left = cluster.get(&at(&namespace, gone)).unwrap();
            assert_eq!(left, None, "killed after {steps}");
        }
        if !came {
            assert!(steps > 4, "{steps}");
            return;
        }
    }
}

#[test]
fn what_is_wrong_is_said_once() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let plan = |more: &str, chart: &str| {
        let main = release("helm-wrong", more).replace("./shop", chart);
        let stack = stack(&sandbox, &main.replace("create_namespace = true", ""));
        let printed = stack.plan();
        let at = printed.find("Error:").unwrap_or(0);
        printed[at..].to_owned()
    };
    check(
        plan("", "./nowhere"),
        str![[r#"
Error: Chart not found

  with helm_release.shop,
  on main.tf line 5, in resource "helm_release" "shop":
   5:   chart            = "./nowhere"

Chart "./nowhere": there is no folder or archive
[ROOT]/work/nowhere.

Relative paths start at the folder of the stack.
--- exit status: 1 ---

"#]],
    );
    check(
        plan("  version = \"^3\"", "./shop"),
        str![[r#"
Error: Planned version is different from configured version

  with helm_release.shop,
  on main.tf line 6, in resource "helm_release" "shop":
   6:   version = "^3"

The version in the configuration is "^3", and that of the chart is "1.2.0".
Change the version to "1.2.0", or leave it out.
--- exit status: 1 ---

"#]],
    );
    check(
        plan("", "./shop"),
        str![[r#"
Error: Namespace not found

  with helm_release.shop,
  on main.tf line 3, in resource "helm_release" "shop":
   3:   namespace        = "helm-wrong"

There is no namespace "helm-wrong".

Set create_namespace = true, or let the release depend on the resource that
creates it.
--- exit status: 1 ---

"#]],
    );
    check(
        plan("  values = [\"webhook: 3\"]", "./shop"),
        str![[r#"
Error: Chart not rendered

  with helm_release.shop,
  on main.tf line 1, in resource "helm_release" "shop":
   1: resource "helm_release" "shop" {

Chart "shop": shop/templates/webhook.yaml:1:14
  executing "shop/templates/webhook.yaml" at <.Values.webhook.enabled>:
    can't evaluate field enabled in type interface {}

The place is that of the template; `trueup helm explain` shows which values
flow there.
--- exit status: 1 ---

"#]],
    );
    check(
        plan("  values = [\"a: [\"]", "./shop"),
        str![[r#"
Error: Invalid values

  with helm_release.shop,
  on main.tf line 6, in resource "helm_release" "shop":
   6:   values = ["a: ["]

values[0]: cannot unmarshal yaml document: error converting YAML to JSON:
yaml: line 1: did not find expected node content.
--- exit status: 1 ---

"#]],
    );
}
