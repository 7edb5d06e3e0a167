//! What goes wrong with a release: said once, with a next step, and the release
//! left so that the next apply goes on from it.

use std::{fs::Permissions, os::unix::fs::PermissionsExt};

use regex::Regex;
use serde_json::json;
use snapbox::str;
use trueup_sandbox::{Cluster, Fault, Rule, Sandbox, shared};

use crate::{
    environment::check,
    helm::{at, history},
    stack::Stack,
};

/// A chart of which everything can fail.
const CHART: [(&str, &str); 5] = [
    (
        "frail/Chart.yaml",
        "apiVersion: v2\nname: frail\nversion: 1.0.0\n",
    ),
    (
        "frail/values.yaml",
        "replicas: 1\nport: 80\nnode: \"\"\nhook: { fails: false }\n",
    ),
    (
        "frail/values.schema.json",
        r#"{ "properties": { "replicas": { "type": "integer", "minimum": 0 } } }"#,
    ),
    (
        "frail/templates/objects.yaml",
        r#"apiVersion: v1
kind: Service
metadata:
  name: frail
spec:
  ports: [{ port: {{ .Values.port }} }]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: frail
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: frail } }
  template:
    metadata: { labels: { app: frail } }
    spec:
      {{- with .Values.node }}
      nodeSelector: { kubernetes.io/hostname: {{ . }} }
      {{- end }}
      containers: [{ name: main, image: example.com/frail }]
"#,
    ),
    (
        "frail/templates/hook.yaml",
        r#"apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: { helm.sh/hook: "pre-install,pre-upgrade" }
spec:
  backoffLimit: 0
  template:
    {{- if .Values.hook.fails }}
    metadata: { annotations: { sandbox.invalid/exit-code: "3" } }
    {{- end }}
    spec:
      restartPolicy: Never
      containers: [{ name: migrate, image: example.com/migrate }]
"#,
    ),
];

/// A release of that chart in a namespace of its own.
struct Release {
    stack: Stack,
    cluster: Cluster,
    namespace: String,
}

impl Release {
    fn new(sandbox: &Sandbox, namespace: &str) -> Self {
        let release = Release {
            stack: Stack::new(sandbox, ""),
            cluster: sandbox.cluster().unwrap(),
            namespace: namespace.to_owned(),
        };
        for (name, text) in CHART {
            release.stack.write(name, text);
        }
        release
    }

    /// Gives it these attributes more.
    fn set(&self, more: &str) {
        let namespace = &self.namespace;
        let main = format!(
            r#"resource "helm_release" "frail" {{
  name             = "frail"
  namespace        = "{namespace}"
  create_namespace = true
  chart            = "./frail"
{more}}}
"#
        );
        self.stack.write("main.tf", &main);
    }

    /// Applies these attributes; what is said of what went wrong.
    fn failing(&self, more: &str) -> String {
        self.set(more);
        let printed = self.stack.apply();
        let found = printed.find("Error:");
        let at = found.unwrap_or_else(|| panic!("nothing went wrong: {printed}"));
        // Names of pods end in what nobody chose.
        let pods = Regex::new(r"(frail-[0-9a-z]{8,10}|migrate)-[0-9a-z]{5}\b").unwrap();
        pods.replace_all(&printed[at..], "[POD]").into_owned()
    }

    /// Applies attributes that are right again, and takes all down.
    fn recovers(self, more: &str, expected: &[&str]) {
        self.set(more);
        let printed = self.stack.apply();
        assert!(printed.contains("Apply complete!"), "{printed}");
        assert_eq!(self.stack.settled(), "No changes.");
        assert_eq!(self.history(), expected);
        let printed = self.stack.destroy();
        assert!(printed.contains("1 destroyed"), "{printed}");
    }

    fn history(&self) -> Vec<String> {
        history(&self.cluster, &self.namespace)
    }
}

fn values(text: &str) -> String {
    format!("  values = [\"{text}\"]\n")
}

#[test]
fn a_hook_that_fails_is_told_with_the_end_of_its_log() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "fail-hook");
    let [kubernetes, _] = release.stack.faults();
    let log = Rule {
        path: Some("/api/v1/namespaces/fail-hook/pods/*/log".to_owned()),
        status: 200,
        message: "migrating from 4 to 5\nerror: table \"orders\" is locked\n",
        ..Rule::new(Fault::Answer)
    };
    kubernetes.set(&[log], 0).unwrap();
    let told = release.failing(&values("hook: { fails: true }"));
    check(
        told,
        str![[r#"
Error: Hook failed

  with helm_release.frail,
  on main.tf line 1, in resource "helm_release" "frail":
   1: resource "helm_release" "frail" {

Installing release "frail" in namespace "fail-hook": the pre-install hook Job
"migrate" (frail/templates/hook.yaml) failed: not ready:
  Job "migrate" in namespace "fail-hook": BackoffLimitExceeded: Job has reached the specified backoff limit
    pod [POD]: container migrate: Error (exit code 3)
    Job migrate: BackoffLimitExceeded: Job has reached the specified backoff limit
  migrate of pod [POD]:
    migrating from 4 to 5
    error: table "orders" is locked

The release stays as it is, marked failed; the next apply goes on from there.
--- exit status: 1 ---

"#]],
    );
    assert_eq!(release.history(), ["1 failed"]);
    release.recovers("", &["1 failed", "2 deployed"]);
}

#[test]
fn a_hook_whose_log_cannot_be_read_is_told_all_the_same() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "fail-mute");
    release.set("");
    release.stack.apply();
    check(
        release.failing(&values("hook: { fails: true }")),
        str![[r#"
Error: Hook failed

  with helm_release.frail,
  on main.tf line 1, in resource "helm_release" "frail":
   1: resource "helm_release" "frail" {

Upgrading release "frail" in namespace "fail-mute": the pre-upgrade hook Job
"migrate" (frail/templates/hook.yaml) failed: not ready:
  Job "migrate" in namespace "fail-mute": BackoffLimitExceeded: Job has reached the specified backoff limit
    pod [POD]: container migrate: Error (exit code 3)
    Job migrate: BackoffLimitExceeded: Job has reached the specified backoff limit

The release stays as it is, marked failed; the next apply goes on from there.
--- exit status: 1 ---

"#]],
    );
    release.recovers("", &["1 superseded", "2 failed", "3 deployed"]);
}

#[test]
fn what_is_not_ready_in_time_is_told_with_why() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "fail-time");
    let more = format!("{}  timeout = 4\n", values("node: nowhere"));
    check(
        release.failing(&more),
        str![[r#"
Error: Release not ready

  with helm_release.frail,
  on main.tf line 1, in resource "helm_release" "frail":
   1: resource "helm_release" "frail" {

Installing release "frail" in namespace "fail-time": not ready after 4 s:
  Deployment "frail" in namespace "fail-time": 0 of 1 replicas available
    pod [POD]: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.

The release stays as it is, marked failed; the next apply goes on from there.
Raise timeout if it only needs more time.
--- exit status: 1 ---

"#]],
    );
    release.recovers("", &["1 failed", "2 deployed"]);
}

#[test]
fn an_atomic_installation_that_fails_is_taken_out() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "fail-atomic");
    let more = format!(
        "{}  atomic = true\n  timeout = 4\n",
        values("node: nowhere")
    );
    check(
        release.failing(&more),
        str![[r#"
Error: Release not ready

  with helm_release.frail,
  on main.tf line 1, in resource "helm_release" "frail":
   1: resource "helm_release" "frail" {

Installing release "frail" in namespace "fail-atomic": not ready after 4 s:
  Deployment "frail" in namespace "fail-atomic": 0 of 1 replicas available
    pod [POD]: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.

The release was taken out again.

Raise timeout if it only needs more time; the next apply tries again.
--- exit status: 1 ---

"#]],
    );
    assert_eq!(release.history(), [""; 0]);
    let deployment = at("fail-atomic", "deployments/frail");
    assert_eq!(release.cluster.get(&deployment).unwrap(), None);
    release.recovers("", &["1 deployed"]);
}

#[test]
fn an_atomic_upgrade_that_fails_is_brought_back() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "fail-back");
    release.set("  atomic = true\n");
    release.stack.apply();
    let more = format!(
        "{}  atomic = true\n  timeout = 4\n",
        values("node: nowhere")
    );
    check(
        release.failing(&more),
        str![[r#"
Error: Release not ready

  with helm_release.frail,
  on main.tf line 1, in resource "helm_release" "frail":
   1: resource "helm_release" "frail" {

Upgrading release "frail" in namespace "fail-back": not ready after 4 s:
  Deployment "frail" in namespace "fail-back": 1 old replicas still run
    pod [POD]: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.

The release was brought back to revision 1.

Raise timeout if it only needs more time; the next apply tries again.
--- exit status: 1 ---

"#]],
    );
    let deployment = release.cluster.get(&at("fail-back", "deployments/frail"));
    let spec = &deployment.unwrap().unwrap()["spec"]["template"]["spec"];
    assert_eq!(spec["nodeSelector"], json!(null));
    assert_eq!(
        release.history(),
        ["1 superseded", "2 failed", "3 deployed"]
    );
    // What was asked for is still not there.
    let planned = release.stack.plan();
    assert!(planned.contains("1 to change"), "{planned}");
    release.recovers(
        "  atomic = true\n",
        &["1 superseded", "2 failed", "3 deployed"],
    );
}

#[test]
fn objects_that_the_server_refuses_are_told_before_anything_is_done() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "fail-invalid");
    // Nobody can ask while the namespace is not there.
    let namespace =
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "fail-invalid" } });
    release
        .cluster
        .create("/api/v1/namespaces", &namespace)
        .unwrap();
    let (told, calls) = release
        .stack
        .calls(|| release.failing(&values("port: 99999")));
    check(
        told,
        str![[r#"
Error: Invalid Kubernetes object

  with helm_release.frail,
  on main.tf line 1, in resource "helm_release" "frail":
   1: resource "helm_release" "frail" {

Could not plan Service "frail" in namespace "fail-invalid": the server
refuses it:
  spec.ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive
  spec.ports[0].targetPort: Invalid value: 99999: must be between 1 and 65535, inclusive (frail/templates/objects.yaml)
--- exit status: 1 ---

"#]],
    );
    assert_eq!(calls.mutating(), [""; 0]);
    release.recovers("", &["1 deployed"]);
}

#[test]
fn values_that_the_schema_refuses() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "fail-schema");
    check(
        release.failing(&values("replicas: many")),
        str![[r#"
Error: Values not as the chart wants them

  with helm_release.frail,
  on main.tf line 1, in resource "helm_release" "frail":
   1: resource "helm_release" "frail" {

Chart "frail": values don't meet the specifications of the schema(s) in the
following chart(s):
frail:
- at '/replicas': got string, want integer


The chart's values.schema.json says what it accepts. Change the values in
`values`, `set`, `set_list` or `set_sensitive`.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn charts_that_are_not_there() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "fail-chart");
    check(
        release.failing("  repository = \"http://127.0.0.1:1\"\n"),
        str![[r#"
Error: Chart repository not usable

  with helm_release.frail,
  on main.tf line 6, in resource "helm_release" "frail":
   6:   repository = "http://[ADDRESS]"

Chart "./frail": looks like "http://[ADDRESS]" is not a valid chart
repository or cannot be reached: Get "http://[ADDRESS]/index.yaml": client
error (Connect): tcp connect error: Connection refused (os error 111).
--- exit status: 1 ---

"#]],
    );
    check(
        release.failing("  version = \">= 2\"\n"),
        str![[r#"
Error: Planned version is different from configured version

  with helm_release.frail,
  on main.tf line 6, in resource "helm_release" "frail":
   6:   version = ">= 2"

The version in the configuration is ">= 2", and that of the chart is "1.0.0".
Change the version to "1.0.0", or leave it out.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_name_that_is_in_use() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "fail-name");
    release.set("");
    release.stack.apply();
    let state = release.stack.path("terraform.tfstate");
    let kept = std::fs::read(&state).unwrap();
    std::fs::remove_file(&state).unwrap();
    check(
        release.failing(""),
        str![[r#"
Error: Release name in use

  with helm_release.frail,
  on main.tf line 1, in resource "helm_release" "frail":
   1: resource "helm_release" "frail" {

There is a release "frail" in namespace "fail-name" already, and it is not in
the state: its revision 1 is deployed.

Import it (import block with the ID "fail-name/frail", or `trueup import
ADDRESS fail-name/frail`), set upgrade_install = true, or choose another
name.
--- exit status: 1 ---

"#]],
    );
    std::fs::write(&state, kept).unwrap();
    release.recovers("", &["1 deployed"]);
}

#[test]
fn credentials_that_do_not_suffice() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "fail-denied");
    let provider =
        "provider \"helm\" {\n  kubernetes = {\n    config_context = \"nobody\"\n  }\n}\n";
    release.stack.write("provider.tf", provider);
    check(
        release.failing(""),
        str![[r#"
Error: Forbidden by Kubernetes

  with helm_release.frail,
  on main.tf line 1, in resource "helm_release" "frail":
   1: resource "helm_release" "frail" {

Reading the release: Could not list secrets of namespace "fail-denied":
secrets is forbidden: User "nobody" cannot list resource "secrets" in API
group "" in the namespace "fail-denied"

The credentials need this permission: add the verb to a Role or ClusterRole
bound to them. `kubectl auth can-i` shows what is allowed.
--- exit status: 1 ---

"#]],
    );
    release.stack.write("provider.tf", "");
    release.recovers("", &["1 deployed"]);
}

#[test]
fn programs_that_change_what_was_rendered() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "fail-program");
    let program = |text: &str| {
        release.stack.write("program", text);
        let path = release.stack.path("program");
        std::fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    };
    let more = "  postrender = { binary_path = \"./program\" }\n";
    program("#!/bin/sh\necho 'no overlay here' >&2\nexit 2\n");
    check(
        release.failing(more),
        str![[r#"
Error: Post-rendering failed

  with helm_release.frail,
  on main.tf line 1, in resource "helm_release" "frail":
   1: resource "helm_release" "frail" {

Chart "frail": [ROOT]/work/./program: exit status: 2: no overlay
here

Run the program by hand with the output of `trueup helm template` as its
input.
--- exit status: 1 ---

"#]],
    );
    program("#!/bin/sh\nsed 's/replicas: 1/replicas: 2/'\n");
    release.set(more);
    release.stack.apply();
    let deployment = release
        .cluster
        .get(&at("fail-program", "deployments/frail"));
    assert_eq!(deployment.unwrap().unwrap()["spec"]["replicas"], 2);
    release.recovers(more, &["1 deployed"]);
}
