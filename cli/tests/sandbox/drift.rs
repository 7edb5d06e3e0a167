//! `trueup drift` end to end: every kind of drift found and told apart, nothing
//! changed by looking, and the way back.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::json;
use snapbox::str;

use crate::{environment::check, helm::CHART, stack::Stack};

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
    check(drift(&stack, &[]), str![[r#""#]]);

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
    check(drift(&stack, &[]), str![[r#""#]]);
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
        str![[r#""#]],
    );
    let colour = |name: &str| {
        let found = cluster.get(&of(name)).unwrap().unwrap();
        found["data"]["colour"].clone()
    };
    assert_eq!(colour("drift-edited"), "green");
    assert_eq!(colour("drift-controlled"), "blue");
    check(drift(&stack, &[]), str![[r#""#]]);
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
    check(drift(&stack, &[]), str![[r#""#]]);

    let core = "/api/v1/namespaces/drift-release";
    let deployment = "/apis/apps/v1/namespaces/drift-release/deployments/shop";
    cluster
        .merge(deployment, &json!({ "spec": { "replicas": 3 } }))
        .unwrap();
    cluster.delete(&format!("{core}/services/shop")).unwrap();
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
    cluster
        .create(&format!("{core}/configmaps"), &added)
        .unwrap();
    check(drift(&stack, &[]), str![[r#""#]]);
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
    check(drift(&stack, &[]), str![[r#""#]]);
    let theirs = ROLE.replace("storage", "nobody") + ELSEWHERE;
    let elsewhere = Stack::new(&sandbox, &theirs);
    elsewhere.apply();
    check(drift(&stack, &[]), str![[r#""#]]);
    elsewhere.run(&["state", "rm", "aws_iam_role.a"]);
    elsewhere.write("main.tf", "");
    elsewhere.apply();
    stack.destroy();
}

#[test]
fn an_untouched_stack_raises_no_alarm_while_its_status_changes() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let stack = Stack::new(
        &sandbox,
        r#"resource "kubernetes_deployment_v1" "busy" {
  metadata {
    name      = "drift-busy"
    namespace = "default"
  }
  wait_for_rollout = false
  spec {
    replicas = 0
    selector {
      match_labels = { app = "busy" }
    }
    template {
      metadata {
        labels = { app = "busy" }
      }
      spec {
        container {
          name  = "busy"
          image = "busy"
        }
      }
    }
  }
}
"#,
    );
    stack.apply();
    let checks = 100;
    let ended = AtomicBool::new(false);
    let printed = thread::scope(|scope| {
        scope.spawn(|| {
            let status =
                "/apis/apps/v1/namespaces/default/deployments/drift-busy/status".to_owned();
            let mut generation = 0;
            while !ended.load(Ordering::Relaxed) {
                generation += 1;
                let status_of = json!({ "status": { "observedGeneration": generation } });
                cluster.merge(&status, &status_of).unwrap();
            }
        });
        let folders = vec!["."; checks];
        let arguments: Vec<&str> = ["-lock=false"].into_iter().chain(folders).collect();
        let printed = drift(&stack, &arguments);
        ended.store(true, Ordering::Relaxed);
        printed
    });
    let quiet = ".: nothing has changed\n".repeat(checks);
    let sum = "100 stacks: 100 as they were, 0 drifted, 0 could not be checked.\n\n";
    assert_eq!(printed, quiet + sum);
    stack.destroy();
}
