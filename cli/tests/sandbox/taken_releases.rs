//! Releases that others made: Terraform 1.11 with its helm provider 2.16 and 3.1, and
//! `helm` 4.3. They are taken over as they are, without a new revision.
//!
//! `world.json` is what the cluster held afterwards: release records as they were
//! written, and live objects. `terraform.tfstate` is what Terraform had left.

use serde::Deserialize;
use serde_json::Value as Json;
use trueup_sandbox::{Cluster, Sandbox};

use crate::{
    helm::{CHART, history},
    stack::Stack,
};

macro_rules! taken {
    ($name:literal) => {
        include_str!(concat!(
            "../../../providers/helm/provider/tests/taken/",
            $name
        ))
    };
}

/// The chart, to be used as `./kiosk`.
const KIOSK: [(&str, &str); 9] = [
    ("kiosk/Chart.yaml", taken!("kiosk/Chart.yaml")),
    ("kiosk/values.yaml", taken!("kiosk/values.yaml")),
    ("kiosk/crds/tickets.yaml", taken!("kiosk/crds/tickets.yaml")),
    (
        "kiosk/templates/config.yaml",
        taken!("kiosk/templates/config.yaml"),
    ),
    (
        "kiosk/templates/deployment.yaml",
        taken!("kiosk/templates/deployment.yaml"),
    ),
    (
        "kiosk/templates/hook.yaml",
        taken!("kiosk/templates/hook.yaml"),
    ),
    (
        "kiosk/templates/secret.yaml",
        taken!("kiosk/templates/secret.yaml"),
    ),
    (
        "kiosk/templates/service.yaml",
        taken!("kiosk/templates/service.yaml"),
    ),
    (
        "kiosk/templates/NOTES.txt",
        taken!("kiosk/templates/NOTES.txt"),
    ),
];
/// The same packed, without the definition, and of version `v0.4.1`.
const PACKED: &[u8] = include_bytes!("../../../providers/helm/provider/tests/taken/kiosk.tgz");

#[derive(Deserialize)]
struct Entry {
    path: String,
    /// By a server-side apply.
    #[serde(default)]
    applied: bool,
    object: Json,
}

/// Makes what was there, by the hand it was made by.
fn make(cluster: &Cluster, world: &str, manager: &str) {
    let entries: Vec<Entry> = serde_json::from_str(world).unwrap();
    for entry in entries {
        let Entry {
            path,
            applied,
            object,
        } = entry;
        if applied {
            let name = object["metadata"]["name"].as_str().unwrap();
            let path = format!("{path}/{name}");
            cluster.apply(&path, manager, &object).unwrap();
            continue;
        }
        let path = format!("{path}?fieldManager={manager}");
        cluster.create(&path, &object).unwrap();
    }
}

/// The folder; definitions are those of a group of its own.
fn folder(sandbox: &Sandbox, main: &str, group: u8) -> Stack {
    let stack = Stack::new(sandbox, main);
    for (name, text) in KIOSK.into_iter().chain(CHART) {
        let text = text.replace("kiosk.example.com", &format!("kiosk{group}.example.com"));
        let text = text.replace("shop.example.com", &format!("taken{group}.example.com"));
        stack.write(name, &text);
    }
    std::fs::write(stack.path("kiosk.tgz"), PACKED).unwrap();
    stack
}

fn histories(cluster: &Cluster, namespaces: &[&str]) -> Vec<Vec<String>> {
    let all = namespaces.iter().map(|name| history(cluster, name));
    all.collect()
}

/// Nothing is planned, and nothing is done by applying that.
fn is_settled(stack: &Stack) {
    let (planned, calls) = stack.calls(|| stack.run(&["plan", "-detailed-exitcode"]));
    assert!(planned.contains("No changes."), "{planned}");
    assert!(!planned.contains("exit status"), "{planned}");
    assert_eq!(calls.mutating(), [""; 0]);
}

/// Takes over a folder that Terraform has applied; what is stored then.
fn taken_over(sandbox: &Sandbox, stack: &Stack, namespaces: [&str; 2]) -> Json {
    let cluster = sandbox.cluster().unwrap();
    let before = histories(&cluster, &namespaces);
    is_settled(stack);
    let (applied, calls) = stack.calls(|| stack.apply());
    let nothing = "Resources: 0 added, 0 changed, 0 destroyed.";
    assert!(applied.contains(nothing), "{applied}");
    assert_eq!(calls.mutating(), [""; 0]);
    is_settled(stack);
    let drift = stack.run(&["drift"]);
    assert!(drift.contains("nothing has changed"), "{drift}");
    assert_eq!(histories(&cluster, &namespaces), before);
    let state = serde_json::from_str(&stack.read("terraform.tfstate")).unwrap();

    let destroyed = stack.destroy();
    assert!(destroyed.contains("Destroy complete!"), "{destroyed}");
    assert_eq!(histories(&cluster, &namespaces), [[""; 0]; 2]);
    state
}

/// Attributes by the names of resources.
fn attributes(state: &Json) -> Vec<(&str, &Json)> {
    let resources = state["resources"].as_array().unwrap().iter();
    let all = resources.map(|one| {
        let attributes = &one["instances"][0]["attributes"];
        (one["name"].as_str().unwrap(), attributes)
    });
    all.collect()
}

#[test]
fn of_version_3() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = folder(&sandbox, taken!("three/main.tf"), 3);
    make(
        &sandbox.cluster().unwrap(),
        taken!("three/world.json"),
        "terraform-provider-helm",
    );
    stack.write(
        "terraform.tfvars",
        "motto = \"third\"\npin   = \"s3cr3t, pin\"\n",
    );
    stack.write("terraform.tfstate", taken!("three/terraform.tfstate"));
    let state = taken_over(&sandbox, &stack, ["taken-three", "taken-three-shop"]);
    // Terraform finds in it what it left.
    let left: Json = serde_json::from_str(taken!("three/terraform.tfstate")).unwrap();
    assert_eq!(attributes(&state), attributes(&left));
    let sensitive = |state: &Json| {
        let resources = state["resources"].as_array().unwrap().iter();
        let lists = resources.map(|one| {
            let list = &one["instances"][0]["sensitive_attributes"];
            let mut list: Vec<String> = list
                .as_array()
                .unwrap()
                .iter()
                .map(Json::to_string)
                .collect();
            list.sort();
            list
        });
        lists.collect::<Vec<_>>()
    };
    assert_eq!(sensitive(&state), sensitive(&left));
}

#[test]
fn of_version_2() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    // In the syntax of version 3, which has no blocks.
    let stack = folder(&sandbox, taken!("two/main.tf"), 2);
    make(
        &sandbox.cluster().unwrap(),
        taken!("two/world.json"),
        "terraform-provider-helm",
    );
    stack.write(
        "terraform.tfvars",
        "motto = \"third\"\npin   = \"s3cr3t-pin\"\n",
    );
    stack.write("terraform.tfstate", taken!("two/terraform.tfstate"));
    let state = taken_over(&sandbox, &stack, ["taken-two", "taken-two-shop"]);
    for resource in state["resources"].as_array().unwrap() {
        let instance = &resource["instances"][0];
        assert_eq!(instance["schema_version"], 2, "{}", resource["name"]);
    }
}

#[test]
fn of_helm() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    make(&cluster, taken!("helm/world.json"), "helm");
    let stack = folder(&sandbox, taken!("helm/main.tf"), 4);
    stack.write("values.yaml", taken!("helm/values.yaml"));
    let before = history(&cluster, "taken-four");
    let (imported, calls) = stack.calls(|| stack.apply());
    assert!(imported.contains("3 imported"), "{imported}");
    assert_eq!(calls.mutating(), [""; 0]);
    is_settled(&stack);
    assert_eq!(history(&cluster, "taken-four"), before);
    let destroyed = stack.destroy();
    assert!(destroyed.contains("3 destroyed"), "{destroyed}");
    assert_eq!(history(&cluster, "taken-four"), [""; 0]);
}
