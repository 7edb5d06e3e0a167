//! Charts that look at what is in the cluster.

use serde_json::json;
use snapbox::str;
use trueup_sandbox::shared;

use crate::{environment::check, helm::at, stack::Stack};

const CHART: [(&str, &str); 2] = [
    (
        "finder/Chart.yaml",
        "apiVersion: v2\nname: finder\nversion: 1.0.0\n",
    ),
    (
        "finder/templates/found.yaml",
        r#"{{- $login := lookup "v1" "Secret" .Release.Namespace "login" }}
{{- $again := lookup "v1" "ConfigMap" .Release.Namespace (get ($login.data | default dict) "next" | b64dec) }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: found
data:
  password: {{ get ($login.data | default dict) "password" | b64dec | default "none" | quote }}
  colour: {{ get ($again.data | default dict) "colour" | default "none" }}
  nodes: {{ len (lookup "v1" "Node" "" "").items | quote }}
"#,
    ),
];

const RELEASE: &str = r#"resource "helm_release" "finder" {
  name      = "finder"
  namespace = "lookups"
  chart     = "./finder"
}
"#;

#[test]
fn what_a_chart_finds_is_shown_carried_and_followed() {
    let Some(sandbox) = shared() else { return };
    let cluster = sandbox.cluster().unwrap();
    let named = |kind: &str, name: &str, data: serde_json::Value| json!({ "apiVersion": "v1", "kind": kind, "metadata": { "name": name }, "stringData": data });
    let namespace =
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "lookups" } });
    cluster.create("/api/v1/namespaces", &namespace).unwrap();
    let login = named(
        "Secret",
        "login",
        json!({ "password": "hunter-two", "next": "style" }),
    );
    cluster.create(&at("lookups", "secrets"), &login).unwrap();
    let style = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "style" }, "data": { "colour": "green" } });
    cluster
        .create(&at("lookups", "configmaps"), &style)
        .unwrap();

    let stack = Stack::new(&sandbox, RELEASE);
    for (name, text) in CHART {
        stack.write(name, text);
    }
    let (planned, calls) = stack.calls(|| stack.run(&["plan", "-out=plan"]));
    assert_eq!(calls.mutating(), [""; 0]);
    let from = planned.find("      + object").unwrap();
    let to = planned.find("Plan:").unwrap();
    check(
        planned[from..to].to_owned(),
        str![[r#"
      + object "ConfigMap lookups/found" {
          + apiVersion = "v1"
          + data       = {
              + colour   = "green"
              + nodes    = "1"
              + password = (sensitive value)
            }
          + metadata   = {
              + name = "found"
            }
        }
    }


"#]],
    );

    // What was shown is applied, whatever has become of it meanwhile.
    let other = json!({ "stringData": { "password": "hunter-three" } });
    cluster
        .merge(&at("lookups", "secrets/login"), &other)
        .unwrap();
    let applied = stack.run(&["apply", "plan"]);
    assert!(applied.contains("1 added"), "{applied}");
    let found = || {
        let found = cluster.get(&at("lookups", "configmaps/found")).unwrap();
        found.unwrap()["data"].clone()
    };
    assert_eq!(
        found(),
        json!({ "password": "hunter-two", "colour": "green", "nodes": "1" })
    );

    // Then it is a change like any other.
    let planned = stack.plan();
    assert!(planned.contains("1 to change"), "{planned}");
    assert!(!planned.contains("hunter"), "{planned}");
    stack.apply();
    assert_eq!(found()["password"], "hunter-three");
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
}

/// A password that charts draw once, and keep by looking for it: found again it
/// has no quotes any more, so that a checksum of the text is another.
const KEEPER: [(&str, &str); 3] = [
    (
        "keeper/Chart.yaml",
        "apiVersion: v2\nname: keeper\nversion: 1.0.0\n",
    ),
    (
        "keeper/templates/secret.yaml",
        r#"{{- $kept := lookup "v1" "Secret" .Release.Namespace "kept" }}
apiVersion: v1
kind: Secret
metadata:
  name: kept
data:
  password: {{ if $kept }}{{ $kept.data.password }}{{ else }}{{ randAlphaNum 20 | b64enc | quote }}{{ end }}
"#,
    ),
    (
        "keeper/templates/user.yaml",
        r#"apiVersion: v1
kind: ConfigMap
metadata:
  name: user
data:
  checksum: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }}
  colour: {{ .Values.colour | default "red" }}
"#,
    ),
];

#[test]
fn what_a_release_looks_for_among_its_own_stays_as_it_was_drawn() {
    let Some(sandbox) = shared() else { return };
    let cluster = sandbox.cluster().unwrap();
    let main = |colour: &str| {
        format!(
            r#"resource "helm_release" "keeper" {{
  name             = "keeper"
  namespace        = "lookups-own"
  create_namespace = true
  chart            = "./keeper"
  set              = [{{ name = "colour", value = "{colour}" }}]
}}
"#
        )
    };
    let stack = Stack::new(&sandbox, &main("green"));
    for (name, text) in KEEPER {
        stack.write(name, text);
    }
    stack.apply();
    let data = |collection: &str, name: &str| {
        let path = format!("{}/{name}", at("lookups-own", collection));
        cluster.get(&path).unwrap().unwrap()["data"].clone()
    };
    let [password, user] = [data("secrets", "kept"), data("configmaps", "user")];
    assert_eq!(stack.settled(), "No changes.");

    // Neither does an upgrade change it.
    stack.write("main.tf", &main("blue"));
    stack.apply();
    assert_eq!(data("secrets", "kept"), password);
    let expected = json!({ "checksum": user["checksum"], "colour": "blue" });
    assert_eq!(data("configmaps", "user"), expected);
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
}
