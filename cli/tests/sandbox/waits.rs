//! Manifests that are done when what they ask for has come about.

use serde_json::Value as Json;
use snapbox::str;
use trueup_sandbox::{Cluster, Sandbox, shared};

use crate::{environment::check, helm::at, stack::Stack};

fn deployment(name: &str, node: &str, wait: &str) -> String {
    format!(
        r#"resource "kubernetes_manifest" "app" {{
  manifest = {{
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata   = {{ name = "{name}", namespace = "default" }}
    spec = {{
      selector = {{ matchLabels = {{ app = "{name}" }} }}
      template = {{
        metadata = {{ labels = {{ app = "{name}" }} }}
        spec = {{
          nodeSelector = {{ "kubernetes.io/os" = "{node}" }}
          containers   = [{{ name = "main", image = "example.com/app" }}]
        }}
      }}
    }}
  }}
{wait}
  timeouts {{
    create = "4s"
    update = "20s"
  }}
}}
"#
    )
}

/// What the cluster says of a deployment right after it was applied.
fn applied(sandbox: &Sandbox, name: &str, wait: &str) -> (Stack, Json) {
    let stack = Stack::new(sandbox, &deployment(name, "linux", wait));
    let printed = stack.apply();
    assert!(printed.contains("1 added"), "{printed}");
    let cluster: Cluster = sandbox.cluster().unwrap();
    let path = at("default", &format!("deployments/{name}"));
    let found = cluster.get(&path).unwrap().unwrap();
    (stack, found["status"].clone())
}

#[test]
fn a_rollout_a_condition_and_fields_are_waited_for() {
    let Some(sandbox) = shared() else { return };
    for (name, wait) in [
        ("wait-rollout", "  wait {\n    rollout = true\n  }"),
        (
            "wait-condition",
            "  wait {\n    condition {\n      type   = \"Available\"\n      status = \"True\"\n    }\n  }",
        ),
        (
            "wait-fields",
            "  wait {\n    fields = {\n      \"status.readyReplicas\" = \"1\"\n    }\n  }",
        ),
        (
            "wait-for",
            "  wait_for = {\n    fields = {\n      \"status.availableReplicas\" = \"^[1-9]$\"\n    }\n  }",
        ),
    ] {
        let (stack, status) = applied(&sandbox, name, wait);
        assert_eq!(status["readyReplicas"], 1, "{name}");
        assert_eq!(stack.settled(), "No changes.", "{name}");
        stack.destroy();
    }
}

#[test]
fn what_does_not_come_about_is_told_and_the_next_apply_goes_on() {
    let Some(sandbox) = shared() else { return };
    let wait = "  wait {\n    rollout = true\n  }";
    let stack = Stack::new(&sandbox, &deployment("wait-ever", "plan9", wait));
    let printed = stack.apply();
    let at = printed.find("Error:").unwrap();
    check(
        printed[at..].to_owned(),
        str![[r#"
Error: Timed out

  with kubernetes_manifest.app,
  on main.tf line 1, in resource "kubernetes_manifest" "app":
   1: resource "kubernetes_manifest" "app" {

Gave up waiting for Deployment "wait-ever" in namespace "default": after 4 s:
0 of 1 replicas available
--- exit status: 1 ---

"#]],
    );
    stack.write("main.tf", &deployment("wait-ever", "linux", wait));
    let printed = stack.apply();
    assert!(printed.contains("Apply complete!"), "{printed}");
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
}
