//! What is ready-made in `deploy`, in a cluster: the API server takes the manifests, the
//! pods are let in, and the account that they make sees drift and changes nothing.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value as Json, json};
use snapbox::str;
use trueup_helm::split;
use trueup_helm_template::yaml::{from_yaml, to_json};
use trueup_sandbox::{Cluster, Sandbox};

use crate::{environment::check, helm::at, stack::Stack};

const MANIFESTS: [&str; 5] = [
    include_str!("../../../deploy/kubernetes/namespace.yaml"),
    include_str!("../../../deploy/kubernetes/rbac.yaml"),
    include_str!("../../../deploy/kubernetes/storage.yaml"),
    include_str!("../../../deploy/kubernetes/deployment.yaml"),
    include_str!("../../../deploy/kubernetes/cronjob.yaml"),
];

const WORKFLOW: &str = include_str!("../../../deploy/github/drift.yml");

const ACCOUNT: &str = "/api/v1/namespaces/trueup/serviceaccounts/trueup-watch";

/// Applied by an administrator, checked by the account of the service.
const STACK: &str = r#"resource "kubernetes_namespace" "watched" {
  metadata {
    name = "watched"
  }
}

resource "kubernetes_config_map" "settings" {
  metadata {
    name      = "settings"
    namespace = kubernetes_namespace.watched.metadata[0].name
  }
  data = {
    colour = "green"
  }
}

resource "helm_release" "worker" {
  name      = "worker"
  namespace = kubernetes_namespace.watched.metadata[0].name
  chart     = "./worker"
}
"#;

const CHART: [(&str, &str); 2] = [
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
  name: worker
spec:
  replicas: 1
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

fn objects() -> Vec<Json> {
    let documents = MANIFESTS.iter().flat_map(|text| split(text));
    documents.map(read).collect()
}

/// Numbers are whole again where they are written so.
fn read(document: &str) -> Json {
    let object = from_yaml(document.as_bytes()).unwrap();
    serde_json::from_str(&to_json(&object)).unwrap()
}

fn text<'a>(object: &'a Json, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Json::as_str).unwrap_or("")
}

/// Where an object is.
fn place(object: &Json) -> String {
    let version = text(object, "/apiVersion");
    let api = if version == "v1" { "api" } else { "apis" };
    let kind = text(object, "/kind").to_lowercase();
    let plural = match kind.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{kind}s"),
    };
    let namespace = match text(object, "/metadata/namespace") {
        "" => String::new(),
        namespace => format!("/namespaces/{namespace}"),
    };
    let name = text(object, "/metadata/name");
    format!("/{api}/{version}{namespace}/{plural}/{name}")
}

/// The manifests in the cluster, as long as this lives.
struct Deployed<'a>(&'a Cluster);

impl<'a> Deployed<'a> {
    fn new(cluster: &'a Cluster) -> Self {
        for object in objects() {
            // Fields that there are not are refused.
            let applied = cluster.apply(&place(&object), "kubectl", &object);
            applied.unwrap_or_else(|error| panic!("{}: {error:#}", place(&object)));
        }
        Deployed(cluster)
    }
}

impl Drop for Deployed<'_> {
    fn drop(&mut self) {
        for object in objects() {
            // What is in the namespace goes with it.
            drop(self.0.delete(&place(&object)));
        }
    }
}

/// The pod that a manifest asks for.
fn pod(kind: &str, name: &str) -> Json {
    let objects = objects();
    let object = objects.iter().find(|object| object["kind"] == kind);
    let object = object.unwrap();
    let template = match kind {
        "CronJob" => &object["spec"]["jobTemplate"]["spec"]["template"],
        _ => &object["spec"]["template"],
    };
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "namespace": "trueup" },
        "spec": template["spec"],
    })
}

/// Providers that log in as the account does.
fn as_account(sandbox: &Sandbox, cluster: &Cluster, stack: &Stack) {
    let request = json!({
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": { "expirationSeconds": 3600 },
    });
    let answer = cluster.create(&format!("{ACCOUNT}/token"), &request);
    let answer = answer.unwrap();
    let token = text(&answer, "/status/token");
    let kubeconfig = std::fs::read_to_string(&sandbox.description().direct_kubeconfig).unwrap();
    let mut lines = kubeconfig.lines().map(str::trim);
    let authority = lines.find_map(|line| line.strip_prefix("certificate-authority-data: "));
    let access = format!(
        "host = \"{}\"\n    cluster_ca_certificate = base64decode(\"{}\")\n    token = \"{token}\"\n",
        stack.api_server(),
        authority.unwrap(),
    );
    let providers = format!(
        "provider \"kubernetes\" {{\n    {access}}}\n\nprovider \"helm\" {{\n  kubernetes = {{\n    {access}  }}\n}}\n"
    );
    stack.write("providers.tf", &providers);
}

/// What an attempt to make another object is answered, once the policy is in force.
fn refusal(stack: &Stack) -> String {
    let begun = Instant::now();
    for number in 0.. {
        let another = format!(
            "resource \"kubernetes_config_map\" \"more_{number}\" {{\n  metadata {{\n    name = \"more-{number}\"\n    namespace = \"watched\"\n  }}\n}}\n"
        );
        stack.write("more.tf", &another);
        // One that was let through stays: the account must not delete it.
        let more = format!("-target=kubernetes_config_map.more_{number}");
        let printed = stack.run(&["apply", "-auto-approve", &more]);
        if printed.contains("Error:") || begun.elapsed() > Duration::from_secs(30) {
            return printed;
        }
        thread::sleep(Duration::from_millis(200));
    }
    unreachable!("there are enough numbers")
}

#[test]
fn the_account_of_the_service_sees_drift_and_changes_nothing() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    let stack = Stack::new(&sandbox, STACK);
    for (name, text) in CHART {
        stack.write(name, text);
    }
    let applied = stack.apply();
    assert!(applied.contains("Apply complete!"), "{applied}");

    let deployed = Deployed::new(&cluster);
    // In each namespace with releases, as rbac.yaml says.
    let mut binding = objects()
        .into_iter()
        .find(|object| object["kind"] == "RoleBinding")
        .unwrap();
    binding["metadata"]["namespace"] = json!("watched");
    cluster
        .apply(&place(&binding), "kubectl", &binding)
        .unwrap();
    as_account(&sandbox, &cluster, &stack);

    check(
        stack.run(&["drift"]),
        str![[r#"
.: nothing has changed

"#]],
    );
    let red = json!({ "data": { "colour": "red" } });
    let settings = at("watched", "configmaps/settings");
    cluster.merge(&settings, &red).unwrap();
    let three = json!({ "spec": { "replicas": 3 } });
    let worker = at("watched", "deployments/worker");
    cluster.merge(&worker, &three).unwrap();
    check(
        stack.run(&["drift"]),
        str![[r#"
.: 2 objects have drifted

  helm_release.worker has changed
    object Deployment watched/worker
      changed by kubectl-patch at [MOMENT]
      spec.replicas: 1 -> 3

  kubernetes_config_map.settings has changed
    by kubectl-patch, Update, at [MOMENT]
    data.colour: "green" -> "red"

--- exit status: 2 ---

"#]],
    );
    let refused = refusal(&stack);
    assert!(
        refused.contains("trueup watch changes nothing; only dry runs are let through."),
        "{refused}"
    );

    stack.write("providers.tf", "");
    stack.write("more.tf", "");
    drop(deployed);
    stack.destroy();
}

#[test]
fn pods_are_let_into_the_namespace() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let cluster = sandbox.cluster().unwrap();
    // Like that of the service, but with a name of its own.
    let home = "trueup-pods";
    let mut namespace = objects().swap_remove(0);
    namespace["metadata"]["name"] = json!(home);
    cluster
        .apply(&place(&namespace), "kubectl", &namespace)
        .unwrap();
    let account = json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": { "name": "trueup-watch", "namespace": home },
    });
    cluster
        .apply(&place(&account), "kubectl", &account)
        .unwrap();
    let pods = at(home, "pods");
    for kind in ["Deployment", "CronJob"] {
        let mut pod = pod(kind, &kind.to_lowercase());
        pod["metadata"]["namespace"] = json!(home);
        cluster.create(&pods, &pod).unwrap();
        // The namespace does look.
        pod["metadata"]["name"] = json!("careless");
        pod["spec"]["containers"][0]["securityContext"] = json!({});
        let refused = cluster.create(&pods, &pod).unwrap_err();
        let refused = format!("{refused:#}");
        assert!(refused.contains("violates PodSecurity"), "{refused}");
    }
    cluster.delete(&place(&namespace)).unwrap();
}

#[test]
fn the_command_of_the_workflow_tells_drift() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let workflow = read(WORKFLOW);
    // `on` is a truth in YAML 1.1.
    let every_hour = &workflow["true"]["schedule"][0]["cron"];
    let expression = trueup_drift::schedule::Expression::parse(every_hour.as_str().unwrap());
    assert!(expression.is_ok(), "{expression:?}");
    let steps = workflow["jobs"]["drift"]["steps"].as_array().unwrap();
    let commands = steps.iter().filter_map(|step| step["run"].as_str());
    let command = commands.collect::<Vec<_>>();
    assert_eq!(command, ["trueup drift -json stacks/* > drift.json"]);

    let stack = Stack::new(&sandbox, "");
    stack.write("stacks/a/main.tf", "resource \"terraform_data\" \"a\" {}\n");
    stack.run(&["-chdir=stacks/a", "apply", "-auto-approve"]);
    let printed = stack.run(&["drift", "-json", "stacks/a"]);
    let document: Json = serde_json::from_str(&printed).unwrap();
    assert_eq!(document["stacks"][0]["status"], "clean", "{printed}");
}
