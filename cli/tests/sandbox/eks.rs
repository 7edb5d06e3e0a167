//! A cluster known by its name in EKS: through data sources as in Terraform,
//! and by the block `eks`.

use serde_json::json;
use snapbox::str;

use crate::{environment::check, stack::Stack};

const CONFIG_MAPS: &str = "/api/v1/namespaces/default/configmaps";

const DATA_SOURCES: &str = r#"data "aws_eks_cluster" "this" {
  name = "sandbox"
}

data "aws_eks_cluster_auth" "this" {
  name = "sandbox"
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.this.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.this.certificate_authority[0].data)
  token                  = data.aws_eks_cluster_auth.this.token
}

resource "kubernetes_config_map" "settings" {
  metadata {
    name = "eks-data-sources"
  }
  data = {
    issuer = data.aws_eks_cluster.this.identity[0].oidc[0].issuer
  }
}
"#;

#[test]
fn data_sources_lead_to_the_cluster_and_let_one_in() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let stack = Stack::new(&sandbox, DATA_SOURCES).nowhere();
    stack.apply();
    let path = format!("{CONFIG_MAPS}/eks-data-sources");
    let made = cluster.get(&path).unwrap().map(|map| map["data"].clone());
    assert_eq!(
        made,
        Some(json!({ "issuer": sandbox.description().issuer }))
    );
    assert_eq!(stack.settled(), "No changes.");
    let printed = stack.destroy();
    assert!(printed.contains("1 destroyed"), "{printed}");
    assert_eq!(cluster.get(&path).unwrap(), None);
}

fn block(name: &str) -> String {
    format!(
        r#"provider "kubernetes" {{
  eks {{
    cluster = "{name}"
  }}
}}

resource "kubernetes_config_map" "settings" {{
  metadata {{
    name = "eks-block"
  }}
}}
"#
    )
}

#[test]
fn the_block_eks_needs_nothing_but_a_name() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let stack = Stack::new(&sandbox, &block("sandbox")).nowhere();
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
      + id = (known after apply)

      + metadata {
          + generation       = (known after apply)
          + name             = "eks-block"
          + namespace        = "default"
          + resource_version = (known after apply)
          + uid              = (known after apply)
        }
    }

Plan: 1 to add, 0 to change, 0 to destroy.
kubernetes_config_map.settings: Creating...
kubernetes_config_map.settings: Creation complete after [TIME] [id=default/eks-block]

Apply complete! Resources: 1 added, 0 changed, 0 destroyed.

"#]],
    );
    // One look at EKS for planning and applying; the token is signed here.
    let asked: Vec<&str> = calls.aws.iter().map(|call| call.path.as_str()).collect();
    assert_eq!(asked, ["/clusters/sandbox"]);
    let path = format!("{CONFIG_MAPS}/eks-block");
    assert!(cluster.get(&path).unwrap().is_some());
    stack.destroy();
    assert_eq!(cluster.get(&path).unwrap(), None);
}

#[test]
fn a_cluster_that_is_not_there_is_named_with_its_region() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = Stack::new(&sandbox, &block("sandbux")).nowhere();
    check(
        stack.plan(),
        str![[r#"

Planning failed. Terraform encountered an error while generating this plan.

--- stderr ---

Error: Invalid Kubernetes configuration

  with kubernetes_config_map.settings,
  on main.tf line 7, in resource "kubernetes_config_map" "settings":
   7: resource "kubernetes_config_map" "settings" {

Could not plan ConfigMap "eks-block" in namespace "default": the EKS cluster
"sandbux" could not be looked up: there is no cluster by this name in
eu-central-1; check the name, the region, and which account the credentials
belong to
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn calls_to_eks_that_fail_are_made_again() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    // Another test makes the object that the block's is.
    let settings = block("sandbox").replace("eks-block", "eks-throttled");
    let stack = Stack::new(&sandbox, &settings).nowhere();
    let [_, aws] = stack.faults();
    let throttled = trueup_sandbox::Rule {
        times: 2,
        ..trueup_sandbox::Rule::new(trueup_sandbox::Fault::Throttle)
    };
    aws.set(&[throttled], 1).unwrap();
    let printed = stack.plan();
    assert!(printed.contains("Plan: 1 to add"), "{printed}");
    assert_eq!(aws.fired().unwrap(), [2]);
}
