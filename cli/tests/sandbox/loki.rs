//! The ready-made stack: from an EKS cluster's name to a release, and back.

use snapbox::str;
use trueup_sandbox::Sandbox;

use crate::{
    environment::check,
    helm::{self, CHART},
    stack::Stack,
};

macro_rules! stack {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../stacks/loki/", $name)))),*]
    };
}

const STACK: [(&str, &str); 8] = stack![
    "access.tf",
    "adopt.tf",
    "bucket.tf",
    "cluster.tf",
    "exposure.tf",
    "outputs.tf",
    "release.tf",
    "versions.tf",
];

/// What there is of an applied stack, and of a destroyed one: how many objects
/// of each type are in the account, and how many releases in the cluster.
pub(crate) const ALL: [(&str, usize); 5] = counts(1);
pub(crate) const NOTHING: [(&str, usize); 5] = counts(0);

const fn counts(each: usize) -> [(&'static str, usize); 5] {
    [
        ("aws_iam_policy", each),
        ("aws_iam_role", each),
        ("aws_s3_bucket", each),
        ("namespace", each),
        ("deployed revision", each),
    ]
}

/// The stack with names of its own, and a small chart in the place of the real
/// one, which is not part of this project.
pub(crate) fn stack(sandbox: &Sandbox, name: &str) -> Stack {
    let variables = include_str!("../../../stacks/loki/variables.tf");
    let stack = Stack::new(sandbox, variables);
    for (name, text) in STACK.into_iter().chain(CHART) {
        stack.write(name, text);
    }
    let settings = format!(
        r#"cluster_name     = "sandbox"
region           = "eu-central-1"
bucket_name      = "{name}-logs"
name_prefix      = "{name}"
namespace        = "{name}"
oidc_provider    = "create"
expose           = false
chart            = "./shop"
chart_repository = null
chart_version    = null
"#
    );
    stack.write("terraform.tfvars", &settings);
    stack
}

/// Lets the stack bring the definition of what leads to Grafana's service: the
/// cluster has no load balancer controller.
pub(crate) fn bring_definition(stack: &Stack) {
    let definition = include_str!("../../../tests/sandbox/server/loadbalancer/crd.yaml");
    stack.write("crd.yaml", definition);
    stack.write(
        "definition.tf",
        r#"resource "kubernetes_manifest" "definition" {
  manifest = yamldecode(file("crd.yaml"))
}
"#,
    );
    let exposure = stack.read("exposure.tf").replace(
        "depends_on = [helm_release.loki]",
        "depends_on = [helm_release.loki, kubernetes_manifest.definition]",
    );
    stack.write("exposure.tf", &exposure);
}

/// What there is of a stack in the world.
pub(crate) fn left(sandbox: &Sandbox, name: &str) -> [(&'static str, usize); 5] {
    let cluster = sandbox.cluster().unwrap();
    let namespace = format!("/api/v1/namespaces/{name}");
    NOTHING.map(|(kind, _)| {
        let count = match kind {
            "namespace" => usize::from(cluster.get(&namespace).unwrap().is_some()),
            "deployed revision" => {
                let history = helm::history(&cluster, name).into_iter();
                history.filter(|one| one.ends_with(" deployed")).count()
            }
            kind => sandbox.census(kind, name).unwrap().unwrap(),
        };
        (kind, count)
    })
}

#[test]
fn the_stack_is_planned_applied_and_destroyed() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = stack(&sandbox, "stack-loki");

    let planned = stack.plan();
    let changes = planned.lines().filter(|line| {
        line.starts_with("  # ")
            || line.starts_with("      + object \"")
            || line.starts_with("Plan:")
    });
    let changes: Vec<&str> = changes.collect();
    check(
        changes.join("\n"),
        str![[r#"
  # data.aws_iam_policy_document.bucket will be read during apply
  # (config refers to values not yet known)
  # data.aws_iam_policy_document.trust will be read during apply
  # (config refers to values not yet known)
  # aws_iam_openid_connect_provider.cluster[0] will be created
  # aws_iam_policy.bucket will be created
  # aws_iam_role.loki will be created
  # aws_iam_role_policy_attachment.loki will be created
  # aws_s3_bucket.logs will be created
  # aws_s3_bucket_lifecycle_configuration.logs will be created
  # aws_s3_bucket_public_access_block.logs will be created
  # aws_s3_bucket_server_side_encryption_configuration.logs will be created
  # helm_release.loki will be created
      + object "Secret stack-loki/loki-admin" {
      + object "ConfigMap stack-loki/loki-config" {
      + object "Service stack-loki/loki" {
      + object "Deployment stack-loki/loki" {
  # kubernetes_namespace_v1.this[0] will be created
Plan: 10 to add, 0 to change, 0 to destroy.
"#]],
    );

    let applied = stack.apply();
    assert!(applied.contains("Apply complete!"), "{applied}");
    assert_eq!(stack.settled(), "No changes.");
    let destroyed = stack.destroy();
    assert!(destroyed.contains("Destroy complete!"), "{destroyed}");
}

/// What somebody else has made before there is a stack. A cluster has one identity provider:
/// no other stack must make it meanwhile.
fn made_before(name: &str) -> String {
    format!(
        r#"provider "aws" {{
  region = "eu-central-1"
}}

data "aws_eks_cluster" "this" {{
  name = "sandbox"
}}

resource "aws_iam_openid_connect_provider" "cluster" {{
  url             = data.aws_eks_cluster.this.identity[0].oidc[0].issuer
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]
}}

resource "kubernetes_namespace" "this" {{
  metadata {{
    name = "{name}"
  }}
}}
"#
    )
}

const STORAGE_MADE_BEFORE: &str = r#"
resource "aws_s3_bucket" "logs" {
  bucket = "NAME-logs"
}

resource "aws_iam_policy" "bucket" {
  name        = "NAME-s3"
  path        = "/teams/"
  description = "of another team"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
  })
}

output "policy" {
  value = aws_iam_policy.bucket.arn
}
"#;

/// The first line of a plan that says what it will do.
fn summary(printed: &str) -> Option<&str> {
    printed.lines().find(|line| line.starts_with("Plan:"))
}

#[test]
fn what_is_there_already_is_taken_over() {
    let Some(sandbox) = trueup_sandbox::alone() else {
        return;
    };
    let name = "adopts-loki";
    let storage = STORAGE_MADE_BEFORE.replace("NAME", name);
    let before = Stack::new(&sandbox, &(made_before(name) + &storage));
    before.apply();
    let policy = before.run(&["output", "policy"]);

    let stack = stack(&sandbox, name);
    let settings = stack.read("terraform.tfvars");
    let settings = settings.replace("\"create\"", "\"adopt\"");
    let adopted = format!(
        "{settings}namespace_mode = \"adopt\"\nadopt_bucket = true\nadopt_policy_arn = {policy}\n"
    );
    stack.write("terraform.tfvars", &adopted);
    let applied = stack.apply();
    assert_eq!(
        summary(&applied),
        Some("Plan: 4 to import, 6 to add, 3 to change, 0 to destroy."),
        "{applied}"
    );
    assert!(applied.contains("Apply complete!"), "{applied}");
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
    assert_eq!(left(&sandbox, name), NOTHING);
}

#[test]
fn what_others_manage_is_used_and_stays() {
    let Some(sandbox) = trueup_sandbox::alone() else {
        return;
    };
    let name = "guest-loki";
    let before = Stack::new(&sandbox, &made_before(name));
    before.apply();

    let stack = stack(&sandbox, name);
    let settings = stack.read("terraform.tfvars");
    let settings = settings.replace("\"create\"", "\"use\"");
    stack.write(
        "terraform.tfvars",
        &(settings + "namespace_mode = \"use\"\n"),
    );
    let applied = stack.apply();
    assert!(applied.contains("Apply complete!"), "{applied}");
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
    assert_eq!(before.settled(), "No changes.");
    before.destroy();
    assert_eq!(left(&sandbox, name), NOTHING);
}

/// The real chart is no part of this project: whoever has it says where.
const REAL_CHART: &str = "TRUEUP_LOKI_CHART";

#[test]
fn no_rule_finds_anything_with_the_real_chart() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let Some(chart) = std::env::var_os(REAL_CHART) else {
        eprintln!("left out: {REAL_CHART} names no folder of grafana/loki-stack");
        return;
    };
    for exposed in [false, true] {
        let stack = stack(&sandbox, "real-loki");
        bring_definition(&stack);
        let chart = format!("{:?}", chart.to_string_lossy());
        let settings = stack.read("terraform.tfvars");
        let settings = settings.replace("\"./shop\"", &chart);
        let settings = settings.replace("= false", &format!("= {exposed}"));
        stack.write("terraform.tfvars", &settings);
        let said = stack.run(&["lint"]);
        assert_eq!(
            said.lines().last(),
            Some("Lint: 0 errors, 0 warnings."),
            "{said}"
        );
        // It is the real one: the small one has no Grafana.
        assert!(
            stack
                .plan()
                .contains("object \"Deployment real-loki/loki-grafana\"")
        );
    }
}
