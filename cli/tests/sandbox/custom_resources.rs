//! Definitions, what controllers do about their objects, and the objects, all
//! in one apply.

use std::{thread, time::Duration};

use serde_json::{Value as Json, json};
use snapbox::str;
use trueup_sandbox::{Cluster, Sandbox};

use crate::{environment::check, stack::Stack};

const WIDGETS: &str = r#"resource "kubernetes_manifest" "definition" {
  manifest = {
    apiVersion = "apiextensions.k8s.io/v1"
    kind       = "CustomResourceDefinition"
    metadata   = { name = "widgets.GROUP" }
    spec = {
      group = "GROUP"
      names = { kind = "Widget", plural = "widgets" }
      scope = "Namespaced"
      versions = [{
        name    = "v1"
        served  = true
        storage = true
        schema = {
          openAPIV3Schema = {
            type = "object"
            properties = {
              spec = {
                type       = "object"
                required   = ["size"]
                properties = { size = { type = "integer" } }
              }
            }
          }
        }
      }]
    }
  }
}

resource "kubernetes_namespace" "home" {
  metadata {
    name = "NAMESPACE"
  }
}
"#;

const WIDGET: &str = r#"
resource "kubernetes_manifest" "widget" {
  manifest = {
    apiVersion = "GROUP/v1"
    kind       = "Widget"
    metadata   = { name = "one", namespace = "NAMESPACE" FINALIZERS }
    spec       = { size = SIZE }
  }
  DEPENDS
}
"#;

const DEPENDS: &str = "depends_on = [kubernetes_manifest.definition, kubernetes_namespace.home]";

/// A definition, a namespace and an object that needs both.
fn widgets(name: &str, widget: &str) -> String {
    format!("{WIDGETS}{widget}")
        .replace("GROUP", &format!("{name}.example.com"))
        .replace("NAMESPACE", name)
}

fn widget(size: &str, finalizers: &str, depends: &str) -> String {
    WIDGET
        .replace("SIZE", size)
        .replace("FINALIZERS", finalizers)
        .replace("DEPENDS", depends)
}

fn path(name: &str) -> String {
    format!("/apis/{name}.example.com/v1/namespaces/{name}/widgets/one")
}

#[test]
fn a_definition_a_namespace_and_an_object_from_nothing_and_back() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let name = "widgets";
    let stack = Stack::new(&sandbox, &widgets(name, &widget("1", "", DEPENDS)));
    let (printed, calls) = stack.calls(|| stack.plan());
    check(
        printed,
        str![[r#"

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform will perform the following actions:

  # kubernetes_manifest.definition will be created
  + resource "kubernetes_manifest" "definition" {
      + manifest = {
          + apiVersion = "apiextensions.k8s.io/v1"
          + kind       = "CustomResourceDefinition"
          + metadata   = {
              + name = "widgets.widgets.example.com"
            }
          + spec       = {
              + group    = "widgets.example.com"
              + names    = {
                  + kind   = "Widget"
                  + plural = "widgets"
                }
              + scope    = "Namespaced"
              + versions = [
                  + {
                      + name    = "v1"
                      + schema  = {
                          + openAPIV3Schema = {
                              + properties = {
                                  + spec = {
                                      + properties = {
                                          + size = {
                                              + type = "integer"
                                            }
                                        }
                                      + required   = [
                                          + "size",
                                        ]
                                      + type       = "object"
                                    }
                                }
                              + type       = "object"
                            }
                        }
                      + served  = true
                      + storage = true
                    },
                ]
            }
        }
      + object   = {
          + apiVersion = "apiextensions.k8s.io/v1"
          + kind       = "CustomResourceDefinition"
          + metadata   = {
              + name = "widgets.widgets.example.com"
            }
          + spec       = {
              + conversion = {
                  + strategy = (known after apply)
                }
              + group      = "widgets.example.com"
              + names      = {
                  + kind     = "Widget"
                  + listKind = (known after apply)
                  + plural   = "widgets"
                  + singular = (known after apply)
                }
              + scope      = "Namespaced"
              + versions   = [
                  + {
                      + name    = "v1"
                      + schema  = {
                          + openAPIV3Schema = {
                              + properties = {
                                  + spec = {
                                      + properties = {
                                          + size = {
                                              + type = "integer"
                                            }
                                        }
                                      + required   = [
                                          + "size",
                                        ]
                                      + type       = "object"
                                    }
                                }
                              + type       = "object"
                            }
                        }
                      + served  = true
                      + storage = true
                    },
                ]
            }
        }
    }

  # kubernetes_manifest.widget will be created
  + resource "kubernetes_manifest" "widget" {
      + manifest = {
          + apiVersion = "widgets.example.com/v1"
          + kind       = "Widget"
          + metadata   = {
              + name      = "one"
              + namespace = "widgets"
            }
          + spec       = {
              + size = 1
            }
        }
      + object   = (known after apply)
    }

  # kubernetes_namespace.home will be created
  + resource "kubernetes_namespace" "home" {
      + id                               = (known after apply)
      + wait_for_default_service_account = false

      + metadata {
          + generation       = (known after apply)
          + name             = "widgets"
          + resource_version = (known after apply)
          + uid              = (known after apply)
        }
    }

Plan: 3 to add, 0 to change, 0 to destroy.

─────────────────────────────────────────────────────────────────────────────

Note: You didn't use the -out option to save this plan, so Terraform can't
guarantee to take exactly these actions if you run "trueup apply" now.

"#]],
    );
    assert_eq!(calls.mutating(), [""; 0]);
    let order_made = order(&stack.apply(), "Creation");
    assert_eq!(order_made.last().unwrap(), "kubernetes_manifest.widget");
    assert_eq!(order_made.len(), 3);
    let made = cluster.get(&path(name)).unwrap().unwrap();
    assert_eq!(made["spec"], json!({ "size": 1 }));
    assert_eq!(stack.settled(), "No changes.");
    let gone = order(&stack.destroy(), "Destruction");
    assert_eq!(gone.first().unwrap(), "kubernetes_manifest.widget");
    assert_eq!(gone.len(), 3);
}

#[test]
fn what_depends_on_nothing_is_made_in_the_right_order_all_the_same() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let name = "unordered";
    let stack = Stack::new(&sandbox, &widgets(name, &widget("1", "", "")));
    let printed = stack.apply();
    assert!(printed.contains("Resources: 3 added"), "{printed}");
    assert!(cluster.get(&path(name)).unwrap().is_some());
    let printed = stack.destroy();
    assert!(printed.contains("3 destroyed"), "{printed}");
}

#[test]
fn an_object_that_does_not_fit_its_definition_fails_the_plan() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let wrong = widget("\"large\", colour = \"red\"", "", DEPENDS);
    let stack = Stack::new(&sandbox, &widgets("misfit", &wrong));
    check(
        stack.plan(),
        str![[r#"

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform planned the following actions, but then encountered a problem:

  # kubernetes_manifest.definition will be created
  + resource "kubernetes_manifest" "definition" {
      + manifest = {
          + apiVersion = "apiextensions.k8s.io/v1"
          + kind       = "CustomResourceDefinition"
          + metadata   = {
              + name = "widgets.misfit.example.com"
            }
          + spec       = {
              + group    = "misfit.example.com"
              + names    = {
                  + kind   = "Widget"
                  + plural = "widgets"
                }
              + scope    = "Namespaced"
              + versions = [
                  + {
                      + name    = "v1"
                      + schema  = {
                          + openAPIV3Schema = {
                              + properties = {
                                  + spec = {
                                      + properties = {
                                          + size = {
                                              + type = "integer"
                                            }
                                        }
                                      + required   = [
                                          + "size",
                                        ]
                                      + type       = "object"
                                    }
                                }
                              + type       = "object"
                            }
                        }
                      + served  = true
                      + storage = true
                    },
                ]
            }
        }
      + object   = {
          + apiVersion = "apiextensions.k8s.io/v1"
          + kind       = "CustomResourceDefinition"
          + metadata   = {
              + name = "widgets.misfit.example.com"
            }
          + spec       = {
              + conversion = {
                  + strategy = (known after apply)
                }
              + group      = "misfit.example.com"
              + names      = {
                  + kind     = "Widget"
                  + listKind = (known after apply)
                  + plural   = "widgets"
                  + singular = (known after apply)
                }
              + scope      = "Namespaced"
              + versions   = [
                  + {
                      + name    = "v1"
                      + schema  = {
                          + openAPIV3Schema = {
                              + properties = {
                                  + spec = {
                                      + properties = {
                                          + size = {
                                              + type = "integer"
                                            }
                                        }
                                      + required   = [
                                          + "size",
                                        ]
                                      + type       = "object"
                                    }
                                }
                              + type       = "object"
                            }
                        }
                      + served  = true
                      + storage = true
                    },
                ]
            }
        }
    }

  # kubernetes_namespace.home will be created
  + resource "kubernetes_namespace" "home" {
      + id                               = (known after apply)
      + wait_for_default_service_account = false

      + metadata {
          + generation       = (known after apply)
          + name             = "misfit"
          + resource_version = (known after apply)
          + uid              = (known after apply)
        }
    }

Plan: 2 to add, 0 to change, 0 to destroy.
--- stderr ---

Error: Invalid Kubernetes object

  with kubernetes_manifest.widget,
  on main.tf line 37, in resource "kubernetes_manifest" "widget":
  37: resource "kubernetes_manifest" "widget" {

Widget "one" in namespace "misfit" is not as the definition
"widgets.misfit.example.com" of this plan wants it:
  spec.colour: its kind has no such field
  spec.size: it must be of type integer
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn finalizers_are_waited_for() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let name = "finalized";
    let finalizers = r#", finalizers = ["example.com/cleanup"]"#;
    let stack = Stack::new(&sandbox, &widgets(name, &widget("1", finalizers, DEPENDS)));
    stack.apply();
    let printed = thread::scope(|scope| {
        let destroying = scope.spawn(|| stack.destroy());
        wait_until(|| {
            let widget = cluster.get(&path(name)).unwrap().unwrap();
            widget.pointer("/metadata/deletionTimestamp").is_some()
        });
        // What depends on it waits as well.
        thread::sleep(Duration::from_millis(500));
        let definition = format!(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.{name}.example.com"
        );
        let definition = cluster.get(&definition).unwrap().unwrap();
        assert_eq!(definition.pointer("/metadata/deletionTimestamp"), None);
        let released = json!({ "metadata": { "finalizers": null } });
        cluster.merge(&path(name), &released).unwrap();
        destroying.join().unwrap()
    });
    assert!(printed.contains("3 destroyed"), "{printed}");
}

fn wait_until(come: impl Fn() -> bool) {
    for _ in 0..600 {
        if come() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("it did not come to that");
}

const DEFINITION: &str = include_str!("../../../tests/sandbox/server/loadbalancer/crd.yaml");

/// The load balancer controller's definition and webhook as its chart brings
/// them, a target group and a binding of it.
const BINDING: &str = r#"data "aws_vpc" "default" {
  default = true
}

resource "aws_lb_target_group" "web" {
  name        = "bound"
  port        = 80
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = data.aws_vpc.default.id
}

resource "kubernetes_manifest" "definition" {
  manifest = yamldecode(file("crd.yaml"))
}

resource "kubernetes_manifest" "webhook" {
  manifest = {
    apiVersion = "admissionregistration.k8s.io/v1"
    kind       = "MutatingWebhookConfiguration"
    metadata   = { name = "aws-load-balancer-webhook" }
    webhooks   = jsondecode(file("webhooks.json"))
  }
}

resource "kubernetes_manifest" "binding" {
  manifest = {
    apiVersion = "elbv2.k8s.aws/v1beta1"
    kind       = "TargetGroupBinding"
    metadata   = { name = "web", namespace = "default" }
    spec = {
      targetGroupARN = aws_lb_target_group.web.arn
      serviceRef     = { name = "web", port = PORT }
    }
  }
  depends_on = [
    kubernetes_manifest.definition,
    kubernetes_manifest.webhook,
  ]
}
"#;

const BINDINGS: &str = "/apis/elbv2.k8s.aws/v1beta1/namespaces/default/targetgroupbindings/web";

const WEBHOOK: &str =
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/aws-load-balancer-webhook";

/// The webhook before there is a controller: nobody listens there.
fn webhooks() -> Json {
    json!([{
        "name": "mtargetgroupbinding.elbv2.k8s.aws",
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "failurePolicy": "Fail",
        "clientConfig": { "url": "https://127.0.0.1:1/mutate" },
        "rules": [{
            "apiGroups": ["elbv2.k8s.aws"],
            "apiVersions": ["v1beta1"],
            "operations": ["CREATE", "UPDATE"],
            "resources": ["targetgroupbindings"],
        }],
    }])
}

/// The stack, the webhook as its controller made it, and another port.
fn follow(stack: &Stack, cluster: &Cluster, port: &str) {
    let webhook = cluster.get(WEBHOOK).unwrap().unwrap();
    stack.write("webhooks.json", &webhook["webhooks"].to_string());
    stack.write("main.tf", &BINDING.replace("PORT", port));
}

/// The webhook is there before the controller that answers it, which comes
/// while the binding is applied. It is slow, goes away, and comes back.
#[test]
fn a_controller_that_comes_late_is_slow_and_goes_down() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let stack = Stack::new(&sandbox, &BINDING.replace("PORT", "80"));
    stack.write("crd.yaml", DEFINITION);
    stack.write("webhooks.json", &webhooks().to_string());
    let (printed, calls) = stack.calls(|| stack.plan());
    assert!(printed.contains("Plan: 4 to add"), "{printed}");
    assert_eq!(calls.mutating(), [""; 0]);

    let (printed, controller) = thread::scope(|scope| {
        let applying = scope.spawn(|| stack.apply());
        wait_until(|| cluster.get(WEBHOOK).unwrap().is_some());
        thread::sleep(Duration::from_secs(1));
        let controller = slow_controller(&sandbox);
        (applying.join().unwrap(), controller)
    });
    assert!(printed.contains("Resources: 4 added"), "{printed}");
    let bound = cluster.get(BINDINGS).unwrap().unwrap();
    assert_eq!(
        bound["spec"]["targetType"], "ip",
        "the webhook filled it in"
    );
    wait_until(|| {
        let bound = cluster.get(BINDINGS).unwrap().unwrap();
        bound["metadata"]["finalizers"] == json!(["elbv2.k8s.aws/resources"])
    });
    follow(&stack, &cluster, "80");
    let printed = stack.apply();
    assert!(printed.contains("1 changed"), "{printed}");
    assert_eq!(stack.settled(), "No changes.");

    controller.stop().unwrap();
    follow(&stack, &cluster, "81");
    check(
        warning(&stack.plan()),
        str![[r#"
Warning: Admission webhook unavailable

  with kubernetes_manifest.binding,
  on main.tf line 26, in resource "kubernetes_manifest" "binding":
  26: resource "kubernetes_manifest" "binding" {

Could not plan TargetGroupBinding "web" in namespace "default": the webhook
"mtargetgroupbinding.elbv2.k8s.aws" does not answer: failed to call webhook:
Post "https://[ADDRESS]/mutate?timeout=10s": dial tcp [ADDRESS]:
connect: connection refused

The controller behind the webhook "mtargetgroupbinding.elbv2.k8s.aws" does
not run, or not yet: look at its pods, or remove its webhook configuration if
it is gone.

The plan is made from the manifest alone. Applying waits for the webhook for
a while.

─────────────────────────────────────────────────────────────────────────────

Note: You didn't use the -out option to save this plan, so Terraform can't
guarantee to take exactly these actions if you run "trueup apply" now.

"#]],
    );
    let controller = slow_controller(&sandbox);
    follow(&stack, &cluster, "81");
    let printed = stack.apply();
    assert!(printed.contains("2 changed"), "{printed}");
    let bound = cluster.get(BINDINGS).unwrap().unwrap();
    assert_eq!(bound["spec"]["serviceRef"]["port"], 81);

    let gone = order(&stack.destroy(), "Destruction");
    assert_eq!(gone.first().unwrap(), "kubernetes_manifest.binding");
    assert_eq!(gone.len(), 4);
    controller.stop().unwrap();
    clear(&cluster);
}

fn slow_controller(sandbox: &Sandbox) -> trueup_sandbox::Part {
    let flags = ["--install-crd=false", "--webhook-delay=1s"];
    sandbox.load_balancer_controller(&flags).unwrap()
}

/// What the controller registered stays when it goes.
fn clear(cluster: &Cluster) {
    for kind in ["mutating", "validating"] {
        let path = format!(
            "/apis/admissionregistration.k8s.io/v1/{kind}webhookconfigurations/aws-load-balancer-webhook"
        );
        if cluster.get(&path).unwrap().is_some() {
            cluster.delete(&path).unwrap();
        }
    }
}

/// The first warning.
fn warning(printed: &str) -> String {
    match printed.find("Warning: ") {
        Some(at) => printed[at..].to_owned(),
        None => printed.to_owned(),
    }
}

/// In which order things were made, or are gone.
fn order(printed: &str, what: &str) -> Vec<String> {
    let end = format!(": {what} complete");
    let lines = printed.lines();
    let done = lines.filter_map(|line| line.split_once(&end));
    done.map(|(address, _)| address.to_owned()).collect()
}
