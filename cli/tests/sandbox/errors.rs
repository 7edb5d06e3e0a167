//! What goes wrong, said with the action, the object, the server's reason and
//! what to try. Nothing of a credential is in it.

use serde_json::{Value as Json, json};
use snapbox::str;
use trueup_sandbox::{Cluster, Sandbox, shared};

use crate::{environment::check, stack::Stack};

const CERTIFICATE: &str = include_str!("expired/certificate.pem");
const KEY: &str = include_str!("expired/key.pem");

/// A config map, by a provider configured so.
fn stack_of(sandbox: &Sandbox, provider: &str, name: &str, namespace: &str) -> Stack {
    Stack::new(
        sandbox,
        &format!(
            r#"provider "kubernetes" {{
{provider}}}

resource "kubernetes_config_map" "settings" {{
  metadata {{
    name      = "{name}"
    namespace = "{namespace}"
  }}
  data = {{
    password = "hunter2"
  }}
}}
"#
        ),
    )
}

/// The plan of such a stack.
fn plan(sandbox: &Sandbox, provider: &str) -> String {
    stack_of(sandbox, provider, "settings", "default").plan()
}

/// Where the cluster is, for a provider that logs in by itself.
fn place(sandbox: &Sandbox) -> String {
    let kubeconfig = std::fs::read_to_string(&sandbox.description().kubeconfig).unwrap();
    let value = |key: &str| {
        let found = kubeconfig
            .lines()
            .find_map(|line| line.trim().strip_prefix(key));
        found.unwrap().to_owned()
    };
    format!(
        "  host = \"{}\"\n  cluster_ca_certificate = base64decode(\"{}\")\n",
        value("server: "),
        value("certificate-authority-data: ")
    )
}

#[test]
fn a_cluster_that_does_not_answer() {
    let Some(sandbox) = shared() else { return };
    let provider = "  host  = \"https://127.0.0.1:1\"\n  token = \"s3cr3t\"\n";
    let printed = plan(&sandbox, provider);
    assert!(!printed.contains("s3cr3t"), "{printed}");
    check(
        printed,
        str![[r#"

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Kubernetes cluster unreachable

  with kubernetes_config_map.settings,
  on main.tf line 6, in resource "kubernetes_config_map" "settings":
   6: resource "kubernetes_config_map" "settings" {

Could not plan ConfigMap "settings" in namespace "default":
https://[ADDRESS] does not answer: client error (Connect): tcp connect
error: Connection refused (os error 111)

Is the cluster running, and is https://[ADDRESS] its address? Check the
host, or the context of the kubeconfig, and whether a VPN or proxy is needed.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_token_that_is_not_accepted() {
    let Some(sandbox) = shared() else { return };
    let printed = plan(
        &sandbox,
        &format!("{}  token = \"s3cr3t\"\n", place(&sandbox)),
    );
    assert!(!printed.contains("s3cr3t"), "{printed}");
    check(
        printed,
        str![[r#"

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Kubernetes credentials not accepted

  with kubernetes_config_map.settings,
  on main.tf line 7, in resource "kubernetes_config_map" "settings":
   7: resource "kubernetes_config_map" "settings" {

Could not plan ConfigMap "settings" in namespace "default": the server does
not accept the credentials: Unauthorized

The token or certificate may have expired, or belong to another cluster: log
in again, or check the context of the kubeconfig.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_token_that_has_expired() {
    let Some(sandbox) = shared() else { return };
    // {"alg":"none"} and {"exp":1700000000}
    let token = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.s3cr3t";
    let printed = plan(
        &sandbox,
        &format!("{}  token = \"{token}\"\n", place(&sandbox)),
    );
    assert!(!printed.contains("s3cr3t"), "{printed}");
    check(
        printed,
        str![[r#"

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Kubernetes credentials not accepted

  with kubernetes_config_map.settings,
  on main.tf line 7, in resource "kubernetes_config_map" "settings":
   7: resource "kubernetes_config_map" "settings" {

Could not plan ConfigMap "settings" in namespace "default": the server does
not accept the credentials: the token expired at [MOMENT]

The token or certificate may have expired, or belong to another cluster: log
in again, or check the context of the kubeconfig.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_client_certificate_that_has_expired() {
    let Some(sandbox) = shared() else { return };
    let provider = format!(
        "{}  client_certificate = <<-PEM\n{CERTIFICATE}PEM\n  client_key = <<-PEM\n{KEY}PEM\n",
        place(&sandbox)
    );
    let printed = plan(&sandbox, &provider);
    assert!(!printed.contains("PRIVATE KEY"), "{printed}");
    check(
        printed,
        str![[r#"

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Kubernetes credentials not accepted

  with kubernetes_config_map.settings,
  on main.tf line 23, in resource "kubernetes_config_map" "settings":
  23: resource "kubernetes_config_map" "settings" {

Could not plan ConfigMap "settings" in namespace "default": the server does
not accept the credentials: the client certificate expired at
[MOMENT]

The token or certificate may have expired, or belong to another cluster: log
in again, or check the context of the kubeconfig.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_certificate_authority_of_another_cluster() {
    let Some(sandbox) = shared() else { return };
    let place = place(&sandbox);
    let host = place.lines().next().unwrap();
    let provider = format!("{host}\n  cluster_ca_certificate = <<-PEM\n{CERTIFICATE}PEM\n");
    check(
        plan(&sandbox, &provider),
        str![[r#"

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Kubernetes certificate not accepted

  with kubernetes_config_map.settings,
  on main.tf line 15, in resource "kubernetes_config_map" "settings":
  15: resource "kubernetes_config_map" "settings" {

Could not plan ConfigMap "settings" in namespace "default": no secure
connection to https://[ADDRESS]: client error (Connect): invalid peer
certificate: UnknownIssuer

An expired client certificate must be renewed. If it is the server's, check
cluster_ca_certificate (certificate-authority-data in the kubeconfig): it may
belong to another cluster, or to this one before it was made anew.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_context_that_is_not_there() {
    let Some(sandbox) = shared() else { return };
    let provider = "  config_path = \"kubeconfig\"\n  config_context = \"staging\"\n";
    let stack = stack_of(&sandbox, provider, "settings", "default");
    let kubeconfig = std::fs::read_to_string(&sandbox.description().kubeconfig).unwrap();
    stack.write("kubeconfig", &kubeconfig);
    check(
        stack.plan(),
        str![[r#"

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Invalid Kubernetes configuration

  with kubernetes_config_map.settings,
  on main.tf line 6, in resource "kubernetes_config_map" "settings":
   6: resource "kubernetes_config_map" "settings" {

Could not plan ConfigMap "settings" in namespace "default":
[ROOT]/work/kubeconfig has no context "staging". It has: admin,
nobody
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_verb_that_is_forbidden() {
    let Some(sandbox) = shared() else { return };
    check(
        plan(&sandbox, "  config_context = \"nobody\"\n"),
        str![[r#"

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Forbidden by Kubernetes

  with kubernetes_config_map.settings,
  on main.tf line 5, in resource "kubernetes_config_map" "settings":
   5: resource "kubernetes_config_map" "settings" {

Could not plan ConfigMap "settings" in namespace "default": configmaps
"settings" is forbidden: User "nobody" cannot patch resource "configmaps" in
API group "" in the namespace "default"

The credentials need this permission: add the verb to a Role or ClusterRole
bound to them. `kubectl auth can-i` shows what is allowed. Planning asks the
API server for a dry run, which needs the permission to patch (and create).
--- exit status: 1 ---

"#]],
    );
}

fn gadget(definition: &str) -> String {
    format!(
        r#"{definition}resource "kubernetes_manifest" "gadget" {{
  manifest = {{
    apiVersion = "gadgets.example.com/v1"
    kind       = "Gadget"
    metadata   = {{ name = "one", namespace = "default" }}
  }}
}}
"#
    )
}

#[test]
fn a_kind_the_cluster_does_not_have() {
    let Some(sandbox) = shared() else { return };
    check(
        Stack::new(&sandbox, &gadget("")).plan(),
        str![[r#"

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Kind not known to the cluster

  with kubernetes_manifest.gadget,
  on main.tf line 1, in resource "kubernetes_manifest" "gadget":
   1: resource "kubernetes_manifest" "gadget" {

Could not read Gadget "one" in namespace "default": the cluster has no kind
Gadget in gadgets.example.com/v1

Is the custom resource definition installed, and is apiVersion right? If
something in this stack installs it (a manifest of kind
CustomResourceDefinition, or a chart), let this resource depend on it with
depends_on.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_kind_the_cluster_does_not_have_of_an_object_that_is_not_wholly_known() {
    let Some(sandbox) = shared() else { return };
    let later = "resource \"terraform_data\" \"later\" {}\n\n";
    let partly = |known: &str, instead: &str| {
        let stack = Stack::new(&sandbox, &gadget(later).replace(known, instead));
        let printed = stack.plan();
        printed[printed.find("Error:").unwrap_or(0)..].to_owned()
    };
    let labelled = "\"one\", labels = { of = terraform_data.later.id }";
    check(
        partly("\"one\"", labelled),
        str![[r#"
Error: Kind not known to the cluster

  with kubernetes_manifest.gadget,
  on main.tf line 3, in resource "kubernetes_manifest" "gadget":
   3: resource "kubernetes_manifest" "gadget" {

Could not read Gadget "one" in namespace "default": the cluster has no kind
Gadget in gadgets.example.com/v1

Is the custom resource definition installed, and is apiVersion right? If
something in this stack installs it (a manifest of kind
CustomResourceDefinition, or a chart), let this resource depend on it with
depends_on.
--- exit status: 1 ---

"#]],
    );
    let unnamed = partly("\"one\"", "terraform_data.later.id");
    let lacking = "Could not read Gadget: the cluster has no kind Gadget in";
    assert!(unnamed.contains(lacking), "{unnamed}");
}

#[test]
fn a_kind_that_is_nearly_the_one_the_plan_brings() {
    let Some(sandbox) = shared() else { return };
    let definition = r#"resource "kubernetes_manifest" "definition" {
  manifest = {
    apiVersion = "apiextensions.k8s.io/v1"
    kind       = "CustomResourceDefinition"
    metadata   = { name = "gadgetries.gadgets.example.com" }
    spec = {
      group = "gadgets.example.com"
      names = { kind = "Gadgetry", plural = "gadgetries" }
      scope = "Namespaced"
      versions = [{
        name    = "v1"
        served  = true
        storage = true
        schema  = { openAPIV3Schema = { type = "object" } }
      }]
    }
  }
}

"#;
    check(
        Stack::new(&sandbox, &gadget(definition)).plan(),
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
              + name = "gadgetries.gadgets.example.com"
            }
          + spec       = {
              + group    = "gadgets.example.com"
              + names    = {
                  + kind   = "Gadgetry"
                  + plural = "gadgetries"
                }
              + scope    = "Namespaced"
              + versions = [
                  + {
                      + name    = "v1"
                      + schema  = {
                          + openAPIV3Schema = {
                              + type = "object"
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
              + name = "gadgetries.gadgets.example.com"
            }
          + spec       = {
              + conversion = {
                  + strategy = (known after apply)
                }
              + group      = "gadgets.example.com"
              + names      = {
                  + kind     = "Gadgetry"
                  + listKind = (known after apply)
                  + plural   = "gadgetries"
                  + singular = (known after apply)
                }
              + scope      = "Namespaced"
              + versions   = [
                  + {
                      + name    = "v1"
                      + schema  = {
                          + openAPIV3Schema = {
                              + type = "object"
                            }
                        }
                      + served  = true
                      + storage = true
                    },
                ]
            }
        }
    }

Plan: 1 to add, 0 to change, 0 to destroy.
--- stderr ---

Error: Kind not known to the cluster

  with kubernetes_manifest.gadget,
  on main.tf line 20, in resource "kubernetes_manifest" "gadget":
  20: resource "kubernetes_manifest" "gadget" {

Could not read Gadget "one" in namespace "default": the cluster has no kind
Gadget in gadgets.example.com/v1

Is the custom resource definition installed, and is apiVersion right? If
something in this stack installs it (a manifest of kind
CustomResourceDefinition, or a chart), let this resource depend on it with
depends_on.

This plan brings to gadgets.example.com: Gadgetry (by
gadgetries.gadgets.example.com).
--- exit status: 1 ---

"#]],
    );
}

/// A namespace behind our back, and what is in it.
fn namespace(cluster: &Cluster, name: &str, objects: &[(&str, Json)]) {
    let metadata = json!({ "name": name, "labels": { "strict": name } });
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata });
    cluster.create("/api/v1/namespaces", &namespace).unwrap();
    for (collection, object) in objects {
        cluster.create(collection, object).unwrap();
    }
}

#[test]
fn what_a_policy_denies() {
    let Some(sandbox) = shared() else { return };
    let cluster = sandbox.cluster().unwrap();
    let group = "admissionregistration.k8s.io/v1";
    let policy = json!({
        "apiVersion": group,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": { "name": "strict.example.com" },
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": { "resourceRules": [{
                "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
                "operations": ["CREATE", "UPDATE"],
            }] },
            "validations": [{ "expression": "false", "message": "no config maps here" }],
        },
    });
    let binding = json!({
        "apiVersion": group,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": { "name": "strict.example.com" },
        "spec": {
            "policyName": "strict.example.com",
            "validationActions": ["Deny"],
            "matchResources": { "namespaceSelector": { "matchLabels": { "strict": "denied" } } },
        },
    });
    let at = |kind: &str| format!("/apis/{group}/{kind}");
    let (policies, bindings) = (
        at("validatingadmissionpolicies"),
        at("validatingadmissionpolicybindings"),
    );
    namespace(
        &cluster,
        "denied",
        &[(policies.as_str(), policy), (bindings.as_str(), binding)],
    );
    let stack = stack_of(&sandbox, "", "settings", "denied");
    // Policies are in force a moment after they were made.
    let printed = (0..50).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        let printed = stack.plan();
        printed.contains("Error:").then_some(printed)
    });
    check(
        printed.unwrap(),
        str![[r#"

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Invalid Kubernetes object

  with kubernetes_config_map.settings,
  on main.tf line 4, in resource "kubernetes_config_map" "settings":
   4: resource "kubernetes_config_map" "settings" {

Could not plan ConfigMap "settings" in namespace "denied": the server refuses
it:
  ValidatingAdmissionPolicy 'strict.example.com' with binding 'strict.example.com' denied request: no config maps here
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn what_a_quota_does_not_leave_room_for() {
    let Some(sandbox) = shared() else { return };
    let cluster = sandbox.cluster().unwrap();
    let quota = json!({
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": { "name": "none", "namespace": "scarce" },
        "spec": { "hard": { "count/configmaps": "0" } },
    });
    let quotas = "/api/v1/namespaces/scarce/resourcequotas";
    namespace(&cluster, "scarce", &[(quotas, quota)]);
    let told = || {
        let quota = cluster.get(&format!("{quotas}/none")).unwrap().unwrap();
        let used = quota.pointer("/status/used/count~1configmaps");
        used.and_then(Json::as_str).map(str::to_owned)
    };
    // The quota controller counts; the control plane makes one map itself.
    let counted = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        told().is_some()
    });
    assert!(counted, "nobody counts");
    let printed = stack_of(&sandbox, "", "settings", "scarce").plan();
    let used = format!("used: count/configmaps={}", told().unwrap());
    check(
        printed.replace(&used, "used: count/configmaps=[USED]"),
        str![[r#"

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Quota exceeded

  with kubernetes_config_map.settings,
  on main.tf line 4, in resource "kubernetes_config_map" "settings":
   4: resource "kubernetes_config_map" "settings" {

Could not plan ConfigMap "settings" in namespace "scarce": configmaps
"settings" is forbidden: exceeded quota: none, requested: count/configmaps=1,
used: count/configmaps=[USED], limited: count/configmaps=0

Free some of the quota, or raise it: `kubectl describe resourcequota` shows
what is used.
--- exit status: 1 ---

"#]],
    );
}
