//! `trueup drift` end to end: every kind of drift found and told apart, nothing
//! changed by looking, and the way back.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use snapbox::str;
use trueup_sandbox::{Cluster, Sandbox};

use crate::{
    environment::{LONGEST, check},
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

/// One of several stacks of an account, which is reached by a role.
fn of_account(name: &str) -> String {
    format!(
        r#"provider "aws" {{
  assume_role {{
    role_arn = "arn:aws:iam::123456789012:role/reader"
  }}
}}

resource "aws_iam_policy" "own" {{
  name = "drift-shared-{name}"
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "s3:ListBucket", Resource = "*" }}]
  }})
}}
"#
    )
}

#[test]
fn stacks_of_one_account_share_its_client() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = Stack::new(&sandbox, "");
    let names = ["a", "b", "c", "d"];
    let each = |command: &str| {
        for name in names {
            let printed = stack.run(&[&format!("-chdir={name}"), command, "-auto-approve"]);
            assert!(printed.contains(" complete!"), "{printed}");
        }
    };
    for name in names {
        stack.write(&format!("{name}/main.tf"), &of_account(name));
    }
    each("apply");
    let (printed, calls) = stack.calls(|| stack.run(&["drift", "a", "b", "c", "d"]));
    assert!(printed.contains("4 stacks: 4 as they were"), "{printed}");
    let assumed = calls
        .aws
        .iter()
        .filter(|call| call.operation == "AssumeRole");
    assert_eq!(assumed.count(), 1);
    each("destroy");
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
    let scaled = Scaled::new(&sandbox, "drift");
    let quiet = str![[r#"
.: nothing has changed

"#]];
    check(drift(&scaled.stack, &[]), quiet);
    scaled.scale(2);
    // The server does not note who has scaled what nobody had set; what the chart
    // does not say is not held against the release.
    check(
        drift(&scaled.stack, &[]),
        str![[r#"
.: 1 object has drifted

  kubernetes_manifest.busy has changed
    object.spec.replicas: 1 -> 2

--- exit status: 2 ---

"#]],
    );
    scaled.ignore_replicas();
    let (printed, stirred) = scaled.stirred(|| scaled.check(30));
    assert_eq!(printed, Scaled::untouched(30));
    assert!(stirred > 0);
    scaled.stack.destroy();
}

#[test]
#[ignore = "takes minutes; 30 checks run with every test (2026-11-29)"]
fn a_thousand_checks_of_an_untouched_stack_raise_no_alarm() {
    const RUNS: usize = 20;
    const EACH: usize = 50;
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let scaled = Scaled::new(&sandbox, "thousand");
    scaled.ignore_replicas();
    let (alarms, stirred) = scaled.stirred(|| {
        let printed = (0..RUNS).map(|_| scaled.check(EACH));
        let alarms = printed.filter(|printed| *printed != Scaled::untouched(EACH));
        alarms.collect::<Vec<String>>()
    });
    assert_eq!(alarms, [""; 0]);
    // There was something to raise an alarm about all the time.
    assert!(stirred > 100, "{stirred}");
    scaled.stack.destroy();
}

/// A stack whose deployments an autoscaler scales, and whose statuses change.
struct Scaled {
    stack: Stack,
    cluster: Cluster,
    deployments: [String; 2],
}

impl Scaled {
    /// One that is applied, with names of its own.
    fn new(sandbox: &Sandbox, name: &str) -> Self {
        let named = |text: &str| text.replace("drift-", &format!("{name}-"));
        let stack = Stack::new(sandbox, &named(SCALED));
        for (path, text) in WORKER {
            stack.write(path, &named(text));
        }
        let applied = stack.apply();
        assert!(applied.contains("Apply complete!"), "{applied}");
        let deployments = ["busy", "worker"];
        Scaled {
            stack,
            cluster: sandbox.cluster().unwrap(),
            deployments: deployments
                .map(|kind| at("default", &format!("deployments/{name}-{kind}"))),
        }
    }

    fn scale(&self, replicas: u64) {
        let scale = json!({ "spec": { "replicas": replicas } });
        for path in &self.deployments {
            self.cluster
                .merge(&format!("{path}/scale"), &scale)
                .unwrap();
        }
    }

    fn ignore_replicas(&self) {
        self.stack.write(
            "drift.hcl",
            r#"ignore {
  path   = "object.spec.replicas"
  reason = "an autoscaler sets it"
}
"#,
        );
    }

    /// Scales and writes statuses without a pause while `work` is done, which begins
    /// when controllers take part; also says how often.
    fn stirred<T>(&self, work: impl FnOnce() -> T) -> (T, usize) {
        let generations = || {
            self.deployments.each_ref().map(|path| {
                let found = self.cluster.get(path).unwrap().unwrap();
                found["status"]["observedGeneration"].as_u64().unwrap()
            })
        };
        let before = generations();
        let take_part = || {
            let after = generations();
            let mut each = before.iter().zip(&after);
            each.all(|(before, after)| before < after)
        };
        let ended = AtomicBool::new(false);
        let (done, rounds): (T, u64) = thread::scope(|scope| {
            let stirring = scope.spawn(|| {
                let mut rounds = 0;
                while !ended.load(Ordering::Relaxed) {
                    rounds += 1;
                    self.scale(2 + rounds % 2);
                    self.report(rounds);
                }
                rounds
            });
            let begun = Instant::now();
            while !take_part() && begun.elapsed() < LONGEST && !stirring.is_finished() {
                thread::sleep(Duration::from_millis(50));
            }
            let done = work();
            ended.store(true, Ordering::Relaxed);
            (done, stirring.join().unwrap())
        });
        assert!(take_part(), "{before:?}");
        (done, usize::try_from(rounds).unwrap())
    }

    /// What somebody who watches the deployments says of them.
    fn report(&self, round: u64) {
        let condition = json!({
            "type": "Watched",
            "status": "True",
            "message": format!("round {round}"),
        });
        let status = json!({ "status": { "conditions": [condition] } });
        for path in &self.deployments {
            self.cluster
                .merge(&format!("{path}/status"), &status)
                .unwrap();
        }
    }

    /// What so many checks print.
    fn check(&self, count: usize) -> String {
        let folders = vec!["."; count];
        let arguments: Vec<&str> = ["-lock=false"].into_iter().chain(folders).collect();
        drift(&self.stack, &arguments)
    }

    /// What they print if there is nothing to tell.
    fn untouched(count: usize) -> String {
        let quiet = "\
.: nothing has changed but what is ignored
  kubernetes_manifest.busy is ignored: an autoscaler sets it (drift.hcl:1)
";
        let sum =
            format!("{count} stacks: {count} as they were, 0 drifted, 0 could not be checked.\n");
        quiet.repeat(count) + &sum
    }
}
