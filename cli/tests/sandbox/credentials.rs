//! Programs that log in: asked again when a token ends, or is not taken any
//! more.

use std::{fs::Permissions, os::unix::fs::PermissionsExt};

use serde_json::json;
use trueup_sandbox::{Fault, Rule, Sandbox, shared};

use crate::stack::Stack;

/// A config map by a provider that logs in with `./login`, which notes that it
/// was called.
fn stack(sandbox: &Sandbox, name: &str, expires: &str) -> Stack {
    let kubeconfig = std::fs::read_to_string(&sandbox.description().direct_kubeconfig).unwrap();
    let authority = kubeconfig
        .lines()
        .find_map(|line| line.trim().strip_prefix("certificate-authority-data: "))
        .unwrap();
    let stack = Stack::new(sandbox, "");
    let main = format!(
        r#"provider "kubernetes" {{
  host                   = "{}"
  cluster_ca_certificate = base64decode("{authority}")
  exec {{
    api_version = "client.authentication.k8s.io/v1"
    command     = "./login"
  }}
}}

resource "kubernetes_config_map" "settings" {{
  metadata {{
    name = "{name}"
  }}
  data = {{
    colour = "green"
  }}
}}
"#,
        stack.api_server()
    );
    stack.write("main.tf", &main);
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": { "token": token(sandbox, name), "expirationTimestamp": expires },
    });
    let program = format!("#!/bin/sh\necho called >> calls\necho '{credential}'\n");
    stack.write("login", &program);
    std::fs::set_permissions(stack.path("login"), Permissions::from_mode(0o755)).unwrap();
    stack
}

/// A token of a service account that may do anything.
fn token(sandbox: &Sandbox, name: &str) -> String {
    let cluster = sandbox.cluster().unwrap();
    let accounts = "/api/v1/namespaces/default/serviceaccounts";
    let account =
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": name } });
    cluster.create(accounts, &account).unwrap();
    let group = "rbac.authorization.k8s.io";
    let binding = json!({
        "apiVersion": format!("{group}/v1"),
        "kind": "ClusterRoleBinding",
        "metadata": { "name": name },
        "roleRef": { "apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin" },
        "subjects": [{ "kind": "ServiceAccount", "name": name, "namespace": "default" }],
    });
    let bindings = format!("/apis/{group}/v1/clusterrolebindings");
    cluster.create(&bindings, &binding).unwrap();
    let request =
        json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {} });
    let made = cluster.create(&format!("{accounts}/{name}/token"), &request);
    made.unwrap()["status"]["token"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn logins(stack: &Stack) -> usize {
    stack.read("calls").lines().count()
}

#[test]
fn a_program_is_asked_once_in_a_run() {
    let Some(sandbox) = shared() else { return };
    let stack = stack(&sandbox, "login-once", "2099-01-01T00:00:00Z");
    let printed = stack.plan();
    assert!(printed.contains("1 to add"), "{printed}");
    assert_eq!(logins(&stack), 1);
}

#[test]
fn a_program_is_asked_again_when_its_token_is_not_taken_any_more() {
    let Some(sandbox) = shared() else { return };
    let stack = stack(&sandbox, "login-refused", "2099-01-01T00:00:00Z");
    let revoked = Rule {
        skip: 1,
        times: 1,
        ..Rule::refusal("*", 401, "Unauthorized", "Unauthorized")
    };
    let [kubernetes, _] = stack.faults();
    kubernetes.set(&[revoked], 0).unwrap();
    let printed = stack.apply();
    assert!(printed.contains("1 added"), "{printed}");
    assert_eq!(logins(&stack), 2);

    // What is never taken is not asked for without an end.
    let never = Rule::refusal("*", 401, "Unauthorized", "Unauthorized");
    kubernetes.set(&[never], 0).unwrap();
    stack.write("calls", "");
    let printed = stack.plan();
    assert!(
        printed.contains("Kubernetes credentials not accepted"),
        "{printed}"
    );
    assert_eq!(logins(&stack), 2);
    kubernetes.set(&[], 0).unwrap();
    stack.destroy();
}

#[test]
fn a_program_is_asked_again_before_its_token_ends() {
    let Some(sandbox) = shared() else { return };
    // A token that is about to end serves for no second call.
    let stack = stack(&sandbox, "login-ended", "2020-01-01T00:00:00Z");
    let (printed, calls) = stack.calls(|| stack.plan());
    assert!(printed.contains("1 to add"), "{printed}");
    assert!(
        logins(&stack) >= calls.kubernetes.len(),
        "{}",
        logins(&stack)
    );
    let refused = Rule::new(Fault::Reset);
    let [kubernetes, _] = stack.faults();
    kubernetes.set(&[refused], 0).unwrap();
    assert!(!stack.plan().contains("eyJ"));
}
