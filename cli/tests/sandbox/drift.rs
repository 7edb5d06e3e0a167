//! `trueup drift` end to end: every kind of drift found and told apart, nothing
//! changed by looking, and the way back.

use serde_json::json;
use snapbox::str;

use crate::{environment::check, stack::Stack};

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
