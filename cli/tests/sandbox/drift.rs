//! `trueup drift` end to end: every kind of drift found and told apart, nothing
//! changed by looking, and the way back.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::json;
use snapbox::str;

use crate::{
    environment::check,
    helm::{CHART, at},
    stack::Stack,
};

/// Runs `drift` and sees that it has only looked.
fn drift(stack: &Stack, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = ["drift"].iter().chain(arguments).copied().collect();
    let (printed, calls) = stack.calls(|| stack.run(&arguments));
    assert_eq!(calls.mutating(), [""; 0], "{printed}");
    printed
}

fn config_maps(namespace: &str) -> String {
    format!(
        r#"resource "kubernetes_config_map" "edited" {{
  metadata {{
    name      = "drift-edited"
    namespace = "{namespace}"
  }}
  data = {{
    colour = "green"
  }}
}}

resource "kubernetes_config_map" "deleted" {{
  metadata {{
    name      = "drift-deleted"
    namespace = "{namespace}"
  }}
}}

resource "kubernetes_manifest" "controlled" {{
  manifest = {{
    apiVersion = "v1"
    kind       = "ConfigMap"
    metadata   = {{ name = "drift-controlled", namespace = "{namespace}" }}
    data       = {{ colour = "green" }}
  }}
}}

resource "kubernetes_secret" "login" {{
  metadata {{
    name      = "drift-login"
    namespace = "{namespace}"
  }}
  data = {{
    password = "hunter2"
  }}
}}
"#
    )
}

fn path(kind: &str, name: &str) -> String {
    format!("/api/v1/namespaces/default/{kind}/{name}")
}

#[test]
fn objects_are_edited_by_people_and_controllers_and_deleted() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let stack = Stack::new(&sandbox, &config_maps("default"));
    stack.apply();
    check(
        drift(&stack, &[]),
        str![[r#"
.: nothing has changed

"#]],
    );

    let red = json!({ "data": { "colour": "red" } });
    let of = |name: &str| path("configmaps", name);
    cluster.merge(&of("drift-edited"), &red).unwrap();
    cluster.delete(&of("drift-deleted")).unwrap();
    let controlled = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "drift-controlled", "namespace": "default" },
        "data": { "colour": "blue" },
    });
    let controlled_path = of("drift-controlled");
    cluster
        .apply(&controlled_path, "colour-controller", &controlled)
        .unwrap();
    let secret = json!({ "data": { "password": "aHVudGVyMw==" } });
    cluster
        .merge(&path("secrets", "drift-login"), &secret)
        .unwrap();
    check(
        drift(&stack, &[]),
        str![[r#"
.: 4 objects have drifted

  kubernetes_config_map.deleted is gone

  kubernetes_config_map.edited has changed
    by kubectl-patch, Update, at [MOMENT]
    data.colour: "green" -> "red"

  kubernetes_manifest.controlled has changed
    by colour-controller, Apply, at [MOMENT]
    object.data.colour: "green" -> "blue"

  kubernetes_secret.login has changed
    by kubectl-patch, Update, at [MOMENT]
    data: (sensitive value) has changed

--- exit status: 2 ---

"#]],
    );
    let document = drift(&stack, &["-json"]);
    for secret in ["hunter", "aHVudGVy"] {
        assert!(!document.contains(secret), "{document}");
    }

    stack.write(
        "drift.hcl",
        "ignore {\n  manager = \"*-controller\"\n  reason  = \"it paints\"\n}\n",
    );
    check(
        stack.run(&["drift", "-repair", "-auto-approve", "-parallelism=1"]),
        str![[r#"
.: 3 objects have drifted

  kubernetes_config_map.deleted is gone

  kubernetes_config_map.edited has changed
    by kubectl-patch, Update, at [MOMENT]
    data.colour: "green" -> "red"

  kubernetes_secret.login has changed
    by kubectl-patch, Update, at [MOMENT]
    data: (sensitive value) has changed

  kubernetes_manifest.controlled is ignored: it paints (drift.hcl:1)

kubernetes_config_map.edited: Refreshing state... [id=default/drift-edited]
kubernetes_config_map.deleted: Refreshing state... [id=default/drift-deleted]
kubernetes_secret.login: Refreshing state... [id=default/drift-login]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create
  ~ update in-place

Terraform will perform the following actions:

  # kubernetes_config_map.deleted will be created
  + resource "kubernetes_config_map" "deleted" {
      + id = (known after apply)

      + metadata {
          + generation       = (known after apply)
          + name             = "drift-deleted"
          + namespace        = "default"
          + resource_version = (known after apply)
          + uid              = (known after apply)
        }
    }

  # kubernetes_config_map.edited will be updated in-place
  ~ resource "kubernetes_config_map" "edited" {
      ~ data = {
          ~ "colour" = "red" -> "green"
        }
        id   = "default/drift-edited"

        # (1 unchanged block hidden)
    }

  # kubernetes_secret.login will be updated in-place
  ~ resource "kubernetes_secret" "login" {
      ~ data                           = (sensitive value)
        id                             = "default/drift-login"
        # (4 unchanged attributes hidden)

        # (1 unchanged block hidden)
    }

Plan: 1 to add, 2 to change, 0 to destroy.
kubernetes_config_map.edited: Modifying... [id=default/drift-edited]
kubernetes_config_map.edited: Modifications complete after [TIME] [id=default/drift-edited]
kubernetes_config_map.deleted: Creating...
kubernetes_config_map.deleted: Creation complete after [TIME] [id=default/drift-deleted]
kubernetes_secret.login: Modifying... [id=default/drift-login]
kubernetes_secret.login: Modifications complete after [TIME] [id=default/drift-login]

Warning: Fields are taken over

  with kubernetes_config_map.edited,
  on main.tf line 1, in resource "kubernetes_config_map" "edited":
   1: resource "kubernetes_config_map" "edited" {

ConfigMap "drift-edited" in namespace "default": fields belong to other
managers:
  .data.colour is managed by "kubectl-patch" (Update, last at [MOMENT])

Applying takes them over, as force_conflicts or a repair asks for.

(and one more similar warning elsewhere)

Apply complete! Resources: 1 added, 2 changed, 0 destroyed.

"#]],
    );
    let colour = |name: &str| {
        let found = cluster.get(&of(name)).unwrap().unwrap();
        found["data"]["colour"].clone()
    };
    assert_eq!(colour("drift-edited"), "green");
    assert_eq!(colour("drift-controlled"), "blue");
    check(
        drift(&stack, &[]),
        str![[r#"
.: nothing has changed but what is ignored
  kubernetes_manifest.controlled is ignored: it paints (drift.hcl:1)

"#]],
    );
    cluster.delete(&controlled_path).unwrap();
    stack.destroy();
}

#[test]
fn objects_of_a_release_are_changed_deleted_and_added() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let stack = Stack::new(
        &sandbox,
        r#"resource "helm_release" "shop" {
  name             = "shop"
  namespace        = "drift-release"
  create_namespace = true
  chart            = "./shop"
}
"#,
    );
    for (name, text) in CHART {
        stack.write(name, text);
    }
    stack.apply();
    check(
        drift(&stack, &[]),
        str![[r#"
.: nothing has changed

"#]],
    );

    let of = |what: &str| at("drift-release", what);
    let deployment = of("deployments/shop");
    cluster
        .merge(&deployment, &json!({ "spec": { "replicas": 3 } }))
        .unwrap();
    cluster.delete(&of("services/shop")).unwrap();
    let added = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "extra",
            "labels": { "app.kubernetes.io/managed-by": "Helm" },
            "annotations": {
                "meta.helm.sh/release-name": "shop",
                "meta.helm.sh/release-namespace": "drift-release",
            },
        },
    });
    cluster.create(&of("configmaps"), &added).unwrap();
    check(
        drift(&stack, &[]),
        str![[r#"
.: 1 object has drifted

  helm_release.shop has changed
    object Service drift-release/shop is gone
    object Deployment drift-release/shop
      changed by kubectl-patch at [MOMENT]
      spec.replicas: 1 -> 3
    object ConfigMap drift-release/extra was added
      was added behind the release's back by kubectl-create at [MOMENT]

--- exit status: 2 ---

"#]],
    );
    stack.destroy();
}

const ROLE: &str = r#"resource "aws_iam_role" "a" {
  name = "drift-role"
  tags = {
    Team = "storage"
  }
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}
"#;

/// The same role in the hands of somebody else, who attaches a policy as well.
const ELSEWHERE: &str = r#"import {
  to = aws_iam_role.a
  id = "drift-role"
}

resource "aws_iam_policy" "b" {
  name = "drift-policy"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:ListBucket", Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "b" {
  role       = aws_iam_role.a.name
  policy_arn = aws_iam_policy.b.arn
}
"#;

#[test]
fn a_role_is_tagged_and_a_policy_attached_to_it() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = Stack::new(&sandbox, ROLE);
    stack.apply();
    check(
        drift(&stack, &[]),
        str![[r#"
.: nothing has changed

"#]],
    );
    let theirs = ROLE.replace("storage", "nobody") + ELSEWHERE;
    let elsewhere = Stack::new(&sandbox, &theirs);
    elsewhere.apply();
    check(
        drift(&stack, &[]),
        str![[r#"
.: 1 object has drifted

  aws_iam_role.a has changed
    managed_policy_arns: [] -> ["arn:aws:iam::123456789012:policy/drift-policy"]
    tags.Team: "storage" -> "nobody"
    tags_all.Team: "storage" -> "nobody"

--- exit status: 2 ---

"#]],
    );
    elsewhere.run(&["state", "rm", "aws_iam_role.a"]);
    elsewhere.write("main.tf", "");
    elsewhere.apply();
    stack.destroy();
}

/// Deployments whose replicas are left to an autoscaler: one by itself, and one of
/// a release.
const SCALED: &str = r#"resource "kubernetes_manifest" "busy" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata   = { name = "drift-busy", namespace = "default" }
    spec = {
      selector = { matchLabels = { app = "busy" } }
      template = {
        metadata = { labels = { app = "busy" } }
        spec     = { containers = [{ name = "busy", image = "busy" }] }
      }
    }
  }
}

resource "helm_release" "worker" {
  name      = "drift-worker"
  namespace = "default"
  chart     = "./worker"
}
"#;

const WORKER: [(&str, &str); 2] = [
    (
        "worker/Chart.yaml",
        "apiVersion: v2\nname: worker\nversion: 1.0.0\n",
    ),
    (
        "worker/templates/deployment.yaml",
        "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: drift-worker
spec:
  selector:
    matchLabels: { app: worker }
  template:
    metadata:
      labels: { app: worker }
    spec:
      containers:
        - name: worker
          image: worker
",
    ),
];

#[test]
fn an_untouched_stack_raises_no_alarm_while_it_is_scaled_and_its_status_changes() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let stack = Stack::new(&sandbox, SCALED);
    for (name, text) in WORKER {
        stack.write(name, text);
    }
    let applied = stack.apply();
    assert!(applied.contains("Apply complete!"), "{applied}");
    let deployments =
        ["drift-busy", "drift-worker"].map(|name| at("default", &format!("deployments/{name}")));
    let statuses = || {
        deployments.each_ref().map(|path| {
            let found = cluster.get(path).unwrap().unwrap();
            found["status"]["observedGeneration"].as_u64().unwrap()
        })
    };
    let quiet = str![[r#"
.: nothing has changed

"#]];
    check(drift(&stack, &[]), quiet);
    for path in &deployments {
        let scale = json!({ "spec": { "replicas": 2 } });
        cluster.merge(&format!("{path}/scale"), &scale).unwrap();
    }
    // The server does not note who has scaled what nobody had set; what the chart
    // does not say is not held against the release.
    check(
        drift(&stack, &[]),
        str![[r#"
.: 1 object has drifted

  kubernetes_manifest.busy has changed
    object.spec.replicas: 1 -> 2

--- exit status: 2 ---

"#]],
    );

    stack.write(
        "drift.hcl",
        r#"ignore {
  path   = "object.spec.replicas"
  reason = "an autoscaler sets it"
}
"#,
    );
    let before = statuses();
    let checks = 30;
    let ended = AtomicBool::new(false);
    let printed = thread::scope(|scope| {
        scope.spawn(|| {
            for replicas in [2, 3].iter().cycle() {
                let scale = json!({ "spec": { "replicas": replicas } });
                for path in &deployments {
                    cluster.merge(&format!("{path}/scale"), &scale).unwrap();
                }
                if ended.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let folders = vec!["."; checks];
        let arguments: Vec<&str> = ["-lock=false"].into_iter().chain(folders).collect();
        let printed = drift(&stack, &arguments);
        ended.store(true, Ordering::Relaxed);
        printed
    });
    let after = statuses();
    assert!(
        before
            .iter()
            .zip(&after)
            .all(|(before, after)| before < after),
        "{before:?} {after:?}"
    );
    let quiet = "\
.: nothing has changed but what is ignored
  kubernetes_manifest.busy is ignored: an autoscaler sets it (drift.hcl:1)
";
    let sum = "30 stacks: 30 as they were, 0 drifted, 0 could not be checked.\n";
    assert_eq!(printed, quiet.repeat(checks) + sum);
    stack.destroy();
}
