//! Every kind of drift in one stack: told apart in text, as JSON and as a page.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value as Json, json};
use snapbox::str;
use trueup_sandbox::Sandbox;

use crate::{
    environment::check,
    helm::{CHART, at},
    stack::Stack,
};

const STACK: &str = r#"resource "kubernetes_namespace" "home" {
  metadata {
    name = "kinds"
  }
}

locals {
  home = kubernetes_namespace.home.metadata[0].name
}

resource "kubernetes_config_map" "by_kubectl" {
  metadata {
    name      = "by-kubectl"
    namespace = local.home
  }
  data = {
    colour = "green"
  }
}

resource "kubernetes_config_map" "by_controller" {
  metadata {
    name      = "by-controller"
    namespace = local.home
  }
  data = {
    colour = "green"
  }
}

resource "kubernetes_config_map" "deleted" {
  metadata {
    name      = "deleted"
    namespace = local.home
  }
}

resource "helm_release" "shop" {
  name      = "shop"
  namespace = local.home
  chart     = "./shop"
}

resource "aws_s3_bucket" "in_the_console" {
  bucket = "drift-kinds"
}

resource "aws_iam_role" "kinds" {
  for_each = toset(["tagged", "attached"])
  name     = "drift-kinds-${each.key}"
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

fn event(name: &str, source: &str, who: &str, with: &str) -> Json {
    json!({
        "eventTime": "2026-11-29T02:29:56Z",
        "eventName": name,
        "eventSource": format!("{source}.amazonaws.com"),
        "userIdentity": { "arn": format!("arn:aws:iam::123456789012:user/{who}") },
        "sourceIPAddress": "192.0.2.1",
        "userAgent": with,
    })
}

/// One of each, behind the stack's back.
fn disturb(sandbox: &Sandbox) {
    let cluster = sandbox.cluster().unwrap();
    let of = |what: &str| at("kinds", what);
    let colour = |colour: &str| json!({ "data": { "colour": colour } });
    let by_kubectl = of("configmaps/by-kubectl");
    cluster.merge(&by_kubectl, &colour("red")).unwrap();
    let mut painted = colour("blue");
    painted["apiVersion"] = json!("v1");
    painted["kind"] = json!("ConfigMap");
    painted["metadata"] = json!({ "name": "by-controller", "namespace": "kinds" });
    let by_controller = of("configmaps/by-controller");
    cluster
        .apply(&by_controller, "colour-controller", &painted)
        .unwrap();
    cluster.delete(&of("configmaps/deleted")).unwrap();
    let added = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "extra",
            "labels": { "app.kubernetes.io/managed-by": "Helm" },
            "annotations": {
                "meta.helm.sh/release-name": "shop",
                "meta.helm.sh/release-namespace": "kinds",
            },
        },
    });
    cluster.create(&of("configmaps"), &added).unwrap();

    let account = sandbox.account();
    let tags = "<Tagging><TagSet><Tag><Key>Owner</Key><Value>ada</Value></Tag></TagSet></Tagging>";
    account.bucket("PUT", "/drift-kinds?tagging", tags).unwrap();
    let console = event("PutBucketTagging", "s3", "ada", "S3Console/0.4");
    account.record("drift-kinds", &console).unwrap();
    let iam = |action: &str, form: &str| {
        let form = format!("Action={action}&Version=2010-05-08&{form}");
        account.call("iam", &form).unwrap()
    };
    let role = "RoleName=drift-kinds-tagged";
    iam(
        "TagRole",
        &format!("{role}&Tags.member.1.Key=Team&Tags.member.1.Value=nobody"),
    );
    let tagged = event("TagRole", "iam", "grace", "aws-cli/2.31");
    account.record("drift-kinds-tagged", &tagged).unwrap();
    let document = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3AListBucket%22%2C%22Resource%22%3A%22*%22%7D%5D%7D";
    iam(
        "CreatePolicy",
        &format!("PolicyName=drift-kinds&PolicyDocument={document}"),
    );
    let policy = "PolicyArn=arn:aws:iam::123456789012:policy/drift-kinds";
    let role = "RoleName=drift-kinds-attached";
    iam("AttachRolePolicy", &format!("{role}&{policy}"));
    let attached = event("AttachRolePolicy", "iam", "grace", "aws-cli/2.31");
    account.record("drift-kinds-attached", &attached).unwrap();
}

/// What a document tells, a line for each thing.
fn told(document: &Json) -> String {
    let text = |value: &Json, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let list = |value: &Json, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let mut out = String::new();
    let field = |field: &Json| {
        let path = field["path"].to_string();
        format!("{path}: {} -> {}", field["before"], field["after"])
    };
    for object in list(&document["stacks"][0], "objects") {
        let (address, change) = (text(&object, "address"), text(&object, "change"));
        out += &format!("{address} {change}\n");
        for by in list(&object, "changed_by") {
            let (who, how, when) = (text(&by, "who"), text(&by, "how"), text(&by, "when"));
            out += &format!("  by {who}, {how}, {when}\n");
        }
        out.extend(
            list(&object, "fields")
                .iter()
                .map(|one| format!("  {}\n", field(one))),
        );
        for part in list(&object, "parts") {
            let (name, change) = (text(&part, "name"), text(&part, "change"));
            out += &format!("  {name} {change}\n");
        }
    }
    out
}

/// What a reader of a page reads, element by element.
fn read(page: &str) -> String {
    static MARKUP: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?s)<style.*?</style>|<head.*?</head>|<[^>]*>").unwrap());
    static AGO: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"just now|\d+ (s|min|h|days?) ago").unwrap());
    static MOMENT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?( UTC|Z)?").unwrap());
    // A name may be broken into lines, but is one.
    let page = page.replace("<wbr>", "");
    let text = MARKUP.replace_all(&page, "\n");
    let text = MOMENT.replace_all(&text, "[MOMENT]");
    let text = AGO.replace_all(&text, "[AGO]");
    let text = text
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&gt;", ">");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn each_is_told_apart_in_text_as_json_and_as_a_page() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = Stack::new(&sandbox, STACK);
    for (name, text) in CHART {
        stack.write(name, text);
    }
    let applied = stack.apply();
    assert!(applied.contains("Apply complete!"), "{applied}");
    disturb(&sandbox);

    let (printed, calls) = stack.calls(|| stack.run(&["drift", "-html=drift.html"]));
    assert_eq!(calls.mutating(), [""; 0]);
    check(
        printed,
        str![[r#"
.: 7 objects have drifted

  aws_iam_role.kinds["attached"] has changed
    by arn:aws:iam::123456789012:user/grace, AttachRolePolicy with aws-cli/2.31 from 192.0.2.1, at [MOMENT]
    managed_policy_arns: [] -> ["arn:aws:iam::123456789012:policy/drift-kinds"]

  aws_iam_role.kinds["tagged"] has changed
    by arn:aws:iam::123456789012:user/grace, TagRole with aws-cli/2.31 from 192.0.2.1, at [MOMENT]
    tags.Team: "storage" -> "nobody"
    tags_all.Team: "storage" -> "nobody"

  aws_s3_bucket.in_the_console has changed
    by arn:aws:iam::123456789012:user/ada, PutBucketTagging with S3Console/0.4 from 192.0.2.1, at [MOMENT]
    tags: (none) -> {"Owner":"ada"}
    tags_all.Owner: (none) -> "ada"

  helm_release.shop has changed
    object ConfigMap kinds/extra was added
      was added behind the release's back by kubectl-create at [MOMENT]

  kubernetes_config_map.by_controller has changed
    by colour-controller, Apply, at [MOMENT]
    data.colour: "green" -> "blue"

  kubernetes_config_map.by_kubectl has changed
    by kubectl-patch, Update, at [MOMENT]
    data.colour: "green" -> "red"

  kubernetes_config_map.deleted is gone

--- exit status: 2 ---

"#]],
    );
    let document = stack.run(&["drift", "-json"]);
    let document = document.lines().next().unwrap();
    check(
        told(&serde_json::from_str(document).unwrap()),
        str![[r#"
aws_iam_role.kinds["attached"] changed
  by arn:aws:iam::123456789012:user/grace, AttachRolePolicy with aws-cli/2.31 from 192.0.2.1, [MOMENT]
  ["managed_policy_arns"]: [] -> ["arn:aws:iam::123456789012:policy/drift-kinds"]
aws_iam_role.kinds["tagged"] changed
  by arn:aws:iam::123456789012:user/grace, TagRole with aws-cli/2.31 from 192.0.2.1, [MOMENT]
  ["tags","Team"]: "storage" -> "nobody"
  ["tags_all","Team"]: "storage" -> "nobody"
aws_s3_bucket.in_the_console changed
  by arn:aws:iam::123456789012:user/ada, PutBucketTagging with S3Console/0.4 from 192.0.2.1, [MOMENT]
  ["tags"]: null -> {"Owner":"ada"}
  ["tags_all","Owner"]: null -> "ada"
helm_release.shop changed
  ConfigMap kinds/extra added
kubernetes_config_map.by_controller changed
  by colour-controller, Apply, [MOMENT]
  ["data","colour"]: "green" -> "blue"
kubernetes_config_map.by_kubectl changed
  by kubectl-patch, Update, [MOMENT]
  ["data","colour"]: "green" -> "red"
kubernetes_config_map.deleted deleted

"#]],
    );
    check(
        read(&stack.read("drift.html")),
        str![[r#"
trueup
drift
[MOMENT]
7 objects have drifted.
1 stack
1 drifted
.
7 objects have drifted.
aws_iam_role.kinds["attached"]
changed
by arn:aws:iam::123456789012:user/grace, AttachRolePolicy with aws-cli/2.31 from 192.0.2.1, [AGO]
managed_policy_arns
[]
["arn:aws:iam::123456789012:policy/drift-kinds"]
aws_iam_role.kinds["tagged"]
changed
by arn:aws:iam::123456789012:user/grace, TagRole with aws-cli/2.31 from 192.0.2.1, [AGO]
tags.Team
"storage"
"nobody"
tags_all.Team
"storage"
"nobody"
aws_s3_bucket.in_the_console
changed
by arn:aws:iam::123456789012:user/ada, PutBucketTagging with S3Console/0.4 from 192.0.2.1, [AGO]
tags
was not set
{
"Owner": "ada"
}
tags_all.Owner
was not set
"ada"
helm_release.shop
changed
object ConfigMap kinds/extra
added
was added behind the release&#39;s back by kubectl-create at [MOMENT]
kubernetes_config_map.by_controller
changed
by colour-controller, Apply, [AGO]
data.colour
"green"
"blue"
kubernetes_config_map.by_kubectl
changed
by kubectl-patch, Update, [AGO]
data.colour
"green"
"red"
kubernetes_config_map.deleted
deleted
It is not there any more.
"#]],
    );

    let cluster = sandbox.cluster().unwrap();
    cluster.delete(&at("kinds", "configmaps/extra")).unwrap();
    let account = sandbox.account();
    let policy = "Version=2010-05-08&PolicyArn=arn:aws:iam::123456789012:policy/drift-kinds";
    for action in [
        "DetachRolePolicy&RoleName=drift-kinds-attached",
        "DeletePolicy",
    ] {
        let form = format!("Action={action}&{policy}");
        account.call("iam", &form).unwrap();
    }
    stack.destroy();
}

#[test]
fn a_state_older_than_the_world_is_told_by_who_has_changed_it() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let config = |colour: &str| {
        format!(
            "resource \"kubernetes_config_map\" \"settings\" {{\n  metadata {{\n    name = \"drift-older\"\n  }}\n  data = {{\n    colour = \"{colour}\"\n  }}\n}}\n"
        )
    };
    let stack = Stack::new(&sandbox, &config("green"));
    stack.apply();
    let old = stack.read("terraform.tfstate");
    stack.write("main.tf", &config("blue"));
    stack.apply();
    // Somebody brings the state back from before.
    stack.write("terraform.tfstate", &old);
    check(
        stack.run(&["drift"]),
        str![[r#"
.: 1 object has drifted

  kubernetes_config_map.settings has changed
    by trueup, Apply by a run that this state does not know of, at [MOMENT]
    data.colour: "green" -> "blue"

--- exit status: 2 ---

"#]],
    );
    check(
        stack.run(&["drift", "-repair", "-auto-approve"]),
        str![[r#"
.: 1 object has drifted

  kubernetes_config_map.settings has changed
    by trueup, Apply by a run that this state does not know of, at [MOMENT]
    data.colour: "green" -> "blue"

kubernetes_config_map.settings: Refreshing state... [id=default/drift-older]

Warning: kubernetes_config_map.settings is left as it is

The configuration does not say what it should be. "trueup apply
-refresh-only" accepts what it is.
--- exit status: 2 ---

"#]],
    );
    stack.write("terraform.tfstate", &old);
    // With the configuration of that time there is a way back.
    stack.write("main.tf", &config("green"));
    stack.run(&["drift", "-repair", "-auto-approve"]);
    check(
        stack.run(&["drift"]),
        str![[r#"
.: nothing has changed

"#]],
    );
    stack.destroy();
}
