//! What can be wrong with what a newcomer gives the ready-made stack: each gets one
//! message with a next step, and nothing is half done. The stack, and a small chart
//! in the place of the real one, are as in [`crate::loki`].

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use snapbox::{IntoData, str};
use trueup_sandbox::{Rule, Sandbox};

use crate::{
    aws,
    environment::check,
    killed,
    loki::{self, NOTHING, left},
    stack::Stack,
};

/// The stack with some of its settings in other words.
fn stack(sandbox: &Sandbox, name: &str, changes: &[(&str, &str)]) -> Stack {
    let stack = killed::stack(sandbox, name);
    let mut settings = stack.read("terraform.tfvars");
    for (from, to) in changes {
        assert!(settings.contains(from), "{from} in {settings}");
        settings = settings.replace(from, to);
    }
    stack.write("terraform.tfvars", &settings);
    stack
}

/// What applying says of what is wrong. Nothing is made, neither by that nor by a
/// plan before.
fn refused(sandbox: &Sandbox, stack: &Stack, name: &str, expected: impl IntoData) {
    let planned = errors(&stack.plan());
    let applied = errors(&stack.apply());
    assert_eq!(planned, applied);
    check(applied, expected);
    assert_eq!(left(sandbox, name), NOTHING);
}

fn errors(printed: &str) -> String {
    printed[printed.find("Error:").unwrap_or(0)..].to_owned()
}

#[test]
fn no_cluster() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = stack(&sandbox, "bad-cluster", &[("\"sandbox\"", "\"sandbux\"")]);
    refused(
        &sandbox,
        &stack,
        "bad-cluster",
        str![[r#"
Error: reading EKS Cluster (sandbux): operation error EKS: DescribeCluster, https response error StatusCode: 404, RequestID: [ID], ResourceNotFoundException: No cluster found for name: sandbux.

  with data.aws_eks_cluster.this,
  on cluster.tf line 3, in data "aws_eks_cluster" "this":
   3: data "aws_eks_cluster" "this" {

There is no cluster by this name in eu-central-1. Check the name, the region,
and which account the credentials belong to.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_context_that_there_is_not() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = stack(&sandbox, "bad-context", &[]);
    // For whoever reaches the cluster through a kubeconfig.
    let configured = stack.read("cluster.tf");
    let (aws, _) = configured.split_once("provider \"kubernetes\"").unwrap();
    let context = "config_path = \"kubeconfig\"\n config_context = \"prod\"\n";
    stack.write(
        "cluster.tf",
        &format!("{aws}provider \"kubernetes\" {{\n{context}}}\nprovider \"helm\" {{\nkubernetes = {{\n{context}}}\n}}\n"),
    );
    let kubeconfig = std::fs::read_to_string(&sandbox.description().kubeconfig).unwrap();
    stack.write("kubeconfig", &kubeconfig);
    refused(
        &sandbox,
        &stack,
        "bad-context",
        str![[r#"
Error: Invalid Kubernetes configuration

  with kubernetes_namespace_v1.this[0],
  on release.tf line 3, in resource "kubernetes_namespace_v1" "this":
   3: resource "kubernetes_namespace_v1" "this" {

Could not plan Namespace "bad-context": [ROOT]/work/kubeconfig has
no context "prod". It has: admin, nobody
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn credentials_that_have_expired() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = stack(&sandbox, "bad-expired", &[]);
    let expired = Rule::refusal(
        "*",
        403,
        "ExpiredToken",
        "The security token included in the request is expired",
    );
    let [_, account] = stack.faults();
    account.set(&[expired], 0).unwrap();
    refused(
        &sandbox,
        &stack,
        "bad-expired",
        str![[r#"
Error: reading EKS Cluster (sandbox): operation error EKS: DescribeCluster, https response error StatusCode: 403, RequestID: [ID], ExpiredToken: The security token included in the request is expired

  with data.aws_eks_cluster.this,
  on cluster.tf line 3, in data "aws_eks_cluster" "this":
   3: data "aws_eks_cluster" "this" {

The credentials have expired. Get new ones, for instance with "aws sso
login", and run this again; what is done already is kept.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_chart_that_there_is_not() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = stack(&sandbox, "bad-chart", &[("\"./shop\"", "\"./shpo\"")]);
    refused(
        &sandbox,
        &stack,
        "bad-chart",
        str![[r#"
Error: Chart not found

  with helm_release.loki,
  on release.tf line 99, in resource "helm_release" "loki":
  99:   chart      = var.chart

Chart "./shpo": there is no folder or archive [ROOT]/work/shpo.

Relative paths start at the folder of the stack.
--- exit status: 1 ---

"#]],
    );
}

/// A repository in which there are two versions of a chart; its address.
fn repository() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let entry = |version: &str| {
        format!("  - name: shop\n    version: {version}\n    urls: [shop-{version}.tgz]\n")
    };
    let index = format!(
        "apiVersion: v1\nentries:\n  shop:\n{}{}",
        entry("1.1.0"),
        entry("1.0.0")
    );
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // Requests for an index are short.
            let _ = stream.read(&mut [0; 4096]).unwrap();
            let length = index.len();
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            stream.write_all((head + &index).as_bytes()).unwrap();
        }
    });
    format!("http://{address}")
}

#[test]
fn a_version_that_there_is_not() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let repository = repository();
    let changes = [
        ("\"./shop\"", "\"shop\""),
        (
            "repository = null",
            &format!("repository = \"{repository}\""),
        ),
        ("version    = null", "version = \"2.0.0\""),
    ];
    let stack = stack(&sandbox, "bad-version", &changes);
    refused(
        &sandbox,
        &stack,
        "bad-version",
        str![[r#"
Error: Chart version not found

  with helm_release.loki,
  on release.tf line 100, in resource "helm_release" "loki":
 100:   version    = var.chart_version

Chart "shop": chart "shop" version "2.0.0" not found in
http://[ADDRESS] repository.

The newest version there is 1.1.0.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn values_that_violate_the_schema() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let values = [(
        "\"./shop\"",
        "\"./shop\"\nvalues = [\"replicas: many\\ntoken: 5\"]",
    )];
    let stack = stack(&sandbox, "bad-values", &values);
    // The role's ARN, which is not known yet, is among the values. It is not judged, and
    // all others are.
    stack.write(
        "shop/values.schema.json",
        r#"{"properties": {"replicas": {"type": "integer", "minimum": 1}, "token": {"type": "string"},
            "loki": {"properties": {"serviceAccount": {"properties": {"annotations": {
                "additionalProperties": {"pattern": "^arn:"}}}}}}}}"#,
    );
    refused(
        &sandbox,
        &stack,
        "bad-values",
        str![[r#"
Error: Values not as the chart wants them

  with helm_release.loki,
  on release.tf line 95, in resource "helm_release" "loki":
  95: resource "helm_release" "loki" {

Chart "shop": values don't meet the specifications of the schema(s) in the
following chart(s):
shop:
- at '/replicas': got string, want integer
- at '/token': got number, want string


The chart's values.schema.json says what it accepts. Change the values in
`values`, `set`, `set_list` or `set_sensitive`.
--- exit status: 1 ---

"#]],
    );
    // Once they are right, so is the rest.
    let settings = stack.read("terraform.tfvars");
    let right = settings.replace("replicas: many\\ntoken: 5", "replicas: 2");
    stack.write("terraform.tfvars", &right);
    assert!(stack.apply().contains("Apply complete!"));
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
}

#[test]
fn a_bucket_whose_name_is_taken() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = stack(&sandbox, "bad-bucket", &[]);
    let [_, account] = stack.faults();
    let taken = Rule::refusal(
        "CreateBucket",
        409,
        "BucketAlreadyExists",
        "The requested bucket name is not available.",
    );
    account.set(&[taken], 0).unwrap();
    check(
        errors(&stack.apply()),
        str![[r#"
Error: creating S3 Bucket (bad-bucket-logs): operation error S3: CreateBucket, https response error StatusCode: 409, RequestID: [ID], BucketAlreadyExists: The requested bucket name is not available.

  with aws_s3_bucket.logs,
  on bucket.tf line 3, in resource "aws_s3_bucket" "logs":
   3: resource "aws_s3_bucket" "logs" {

Names of buckets are unique across all accounts. Choose another one.
--- exit status: 1 ---

"#]],
    );
    // What does not need the bucket is there and known; with another name the rest
    // follows.
    account.set(&[], 0).unwrap();
    let settings = stack.read("terraform.tfvars");
    stack.write(
        "terraform.tfvars",
        &settings.replace("bad-bucket-logs", "bad-bucket-mine"),
    );
    assert!(stack.apply().contains("Apply complete!"));
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
    assert_eq!(left(&sandbox, "bad-bucket"), NOTHING);
}

#[test]
fn a_target_group_that_belongs_to_another_load_balancer() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let world = aws::World::new(&sandbox, "bad-attached");
    let [_, account] = world.stack.faults();
    let attached = Rule::refusal(
        "CreateRule",
        400,
        "TargetGroupAssociationLimit",
        "The following target groups cannot be associated with more than one load balancer: bad-attached",
    );
    account.set(&[attached], 0).unwrap();
    check(
        errors(&world.stack.apply()),
        str![[r#"
Error: creating ELBv2 Listener Rule on arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/bad-attached/[ID]/[ID]: operation error Elastic Load Balancing v2: CreateRule, https response error StatusCode: 400, RequestID: [ID], TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load balancer: bad-attached

  with aws_lb_listener_rule.logs,
  on main.tf line 26, in resource "aws_lb_listener_rule" "logs":
  26: resource "aws_lb_listener_rule" "logs" {

A target group belongs to one load balancer only. Take it from the other one
first, or make another target group for this one.
--- exit status: 1 ---

"#]],
    );
    account.set(&[], 0).unwrap();
    assert!(world.stack.apply().contains("Resources: 1 added"));
    assert_eq!(world.stack.settled(), "No changes.");
    world.stack.destroy();
}

#[test]
fn a_service_that_is_missing() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = stack(
        &sandbox,
        "bad-service",
        &[("expose           = false", "expose = true")],
    );
    loki::bring_definition(&stack);
    // The small chart has no Grafana.
    let planned = stack.plan();
    let begins = |line: &&str| line.starts_with("Error:") || line.starts_with("Warning:");
    let first = planned.lines().find(begins).unwrap();
    let found = &planned[planned.find(first).unwrap()..];
    check(
        found.to_owned(),
        str![[r#"
Error: TargetGroupBinding does not lead to a service [target-group-binding-service]

  with kubernetes_manifest.grafana_binding[0],
  on exposure.tf line 42, in resource "kubernetes_manifest" "grafana_binding":
  42:   manifest = {
  43:     apiVersion = "elbv2.k8s.aws/v1beta1"
  44:     kind       = "TargetGroupBinding"
  45:     metadata = {
  46:       name      = "grafana-tgb"
  47:       namespace = var.namespace
  48:     }
  49:     spec = merge(
  50:       {
  51:         serviceRef     = { name = local.grafana_service, port = 80 }
  52:         targetGroupARN = aws_lb_target_group.grafana[0].arn
  53:         targetType     = "ip"
  54:         vpcID          = data.aws_eks_cluster.this.vpc_config[0].vpc_id
  55:       },
  56:       var.load_balancer_security_group_id == null ? {} : {
  57:         networking = {
  58:           ingress = [{
  59:             from  = [{ securityGroup = { groupID = var.load_balancer_security_group_id } }]
  60:             ports = [{ protocol = "TCP", port = 3000 }]
  61:           }]
  62:         }
  63:       },
  64:     )
  65:   }

There will be no service "loki-grafana" in namespace "bad-service"; the plan
makes "loki" there.

Warning: Value of a chart without effect [ignored-helm-value]

  with helm_release.loki,
  on release.tf line 103, in resource "helm_release" "loki":
 103:   values = concat([yamlencode({ loki = local.loki, grafana = local.grafana })], var.values)

Nothing in the chart reads these 29 values:
  grafana.enabled (values[0] line 2)
  grafana."grafana.ini".users.default_theme (values[0] line 5)
  grafana.image.tag (values[0] line 7)
  grafana.persistence.enabled (values[0] line 9)
  grafana.persistence.size (values[0] line 10)
  loki.config.compactor.compaction_interval (values[0] line 14)
  loki.config.compactor.retention_delete_delay (values[0] line 15)
  loki.config.compactor.retention_delete_worker_count (values[0] line 16)
  loki.config.compactor.retention_enabled (values[0] line 17)
  loki.config.compactor.shared_store (values[0] line 18)
  loki.config.compactor.working_directory (values[0] line 19)
  loki.config.limits_config.retention_period (values[0] line 21)
  loki.config.schema_config.configs[0].from (values[0] line 24)
  loki.config.schema_config.configs[0].index.period (values[0] line 26)
  loki.config.schema_config.configs[0].index.prefix (values[0] line 27)
  loki.config.schema_config.configs[0].object_store (values[0] line 28)
  loki.config.schema_config.configs[0].schema (values[0] line 29)
  loki.config.schema_config.configs[0].store (values[0] line 30)
  loki.config.storage_config.aws.bucketnames (values[0] line 33)
  loki.config.storage_config.aws.region (values[0] line 34)
  and 9 more

Warning: Secret in plain text [secret-in-plain-value]

  with helm_release.loki,
  on release.tf line 103, in resource "helm_release" "loki":
 103:   values = concat([yamlencode({ loki = local.loki, grafana = local.grafana })], var.values)

Deployment bad-service/loki: Container "shop" has the environment variable
TOKEN with a text of its own.

hint: take it from a Secret with `valueFrom.secretKeyRef`

─────────────────────────────────────────────────────────────────────────────

Note: You didn't use the -out option to save this plan, so Terraform can't
guarantee to take exactly these actions if you run "trueup apply" now.

"#]],
    );
}
