//! What is sensitive in a release is in clear in nothing that a run prints or
//! logs, whatever goes wrong with it.

use serde_json::{Value as Json, json};
use trueup_sandbox::{Sandbox, shared};

use crate::{
    helm::{CHART, at},
    stack::Stack,
};

const SECRETS: [&str; 2] = ["canary-19ad", "canary-77f0"];

/// What can go wrong with a value, by another value.
const FAILS: &str = r#"{{- if eq .Values.owner "fails" }}
{{- fail (printf "no such token: %s" .Values.token) }}
{{- else if eq .Values.owner "converts" }}
{{- index (list 1 2) .Values.token }}
{{- else if eq .Values.owner "labels" }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: labelled
  labels:
    token: {{ printf "%s/%s" .Values.token (b64enc .Values.token) | quote }}
    one: {{ printf "!%s" .Values.token | b64enc }}
    two: {{ printf "u:%s@host" .Values.token | b64enc }}
    three: {{ printf "us:%s@host" .Values.token | b64enc }}
{{- else if eq .Values.owner "types" }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: typed
immutable: {{ .Values.token }}
{{- else if eq .Values.owner "documents" }}
a: [{{ .Values.token }}
{{- end }}
"#;

struct Release {
    stack: Stack,
    namespace: &'static str,
}

impl Release {
    fn new(sandbox: &Sandbox, namespace: &'static str) -> Self {
        let stack = Stack::new(sandbox, "").with("TF_LOG", "trace");
        let log = stack.path("log").display().to_string();
        let stack = stack.with("TF_LOG_PATH", &log);
        for (name, text) in CHART {
            stack.write(name, text);
        }
        stack.write("shop/templates/fails.yaml", FAILS);
        Release { stack, namespace }
    }

    /// A release with this secret, in two ways, and this owner.
    fn set(&self, secret: &str, owner: &str) {
        let namespace = self.namespace;
        let main = format!(
            r#"variable "token" {{
  sensitive = true
  default   = "{secret}"
}}

resource "helm_release" "shop" {{
  name             = "shop"
  namespace        = "{namespace}"
  create_namespace = true
  chart            = "./shop"
  values           = [yamlencode({{ greeting = var.token }})]
  set              = [{{ name = "owner", value = "{owner}" }}]
  set_sensitive    = [{{ name = "token", value = var.token }}]
}}
"#
        );
        self.stack.write("main.tf", &main);
    }

    /// Runs; what it prints has no secret in it.
    fn runs(&self, arguments: &[&str]) -> String {
        let printed = self.stack.run(arguments);
        has_none(&printed, &format!("{arguments:?}"));
        printed
    }
}

/// Neither as they are nor encoded, wherever in a text.
fn has_none(text: &str, of: &str) {
    for clear in ["canary", "Y2FuYXJ5", "NhbmFye", "jYW5hcn"] {
        assert!(!text.contains(clear), "{clear} in {of}: {text}");
    }
}

/// The JSON of a plan has the values of attributes, as Terraform's, and marks what is sensitive
/// among them. Nothing else in it has any.
fn has_none_but_marked(plan: &str) {
    let plan: Json = serde_json::from_str(plan).unwrap();
    for change in plan["resource_changes"].as_array().unwrap() {
        let change = &change["change"];
        let marks = change["after_sensitive"].as_object().unwrap();
        for (name, value) in change["after"].as_object().unwrap() {
            if !marks.contains_key(name) {
                has_none(&value.to_string(), name);
            }
        }
    }
    const VALUES: [&str; 5] = [
        "resource_changes",
        "planned_values",
        "prior_state",
        "variables",
        "configuration",
    ];
    for (name, part) in plan.as_object().unwrap() {
        if !VALUES.contains(&name.as_str()) {
            has_none(&part.to_string(), name);
        }
    }
}

#[test]
fn no_run_shows_what_is_sensitive() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "helm-quiet");
    for (secret, apply) in SECRETS.iter().zip([
        &["apply", "-auto-approve"][..],
        &["apply", "-auto-approve", "-json"],
    ]) {
        release.set(secret, "");
        assert!(release.runs(&["plan"]).contains("(sensitive value)"));
        release.runs(&["plan", "-json"]);
        release.runs(&["plan", "-out=planned"]);
        release.runs(&["show", "planned"]);
        has_none_but_marked(&release.stack.run(&["show", "-json", "planned"]));
        release.runs(apply);
        release.runs(&["show"]);
        release.runs(&["state", "show", "helm_release.shop"]);
    }
    for name in ["deployments/shop", "configmaps/shop-config"] {
        let cluster = sandbox.cluster().unwrap();
        let place = at(release.namespace, name);
        let edited = json!({ "metadata": { "labels": { "edited": "yes" } } });
        cluster.merge(&place, &edited).unwrap();
    }
    release.runs(&["drift"]);
    release.runs(&["drift", "-json"]);
    release.runs(&["plan", "-refresh-only"]);
    release.runs(&["plan", "-destroy"]);

    // As in Terraform's, the state has what the configuration says, and what the
    // chart makes of that for people, and marks both.
    let state: Json = serde_json::from_str(&release.stack.read("terraform.tfstate")).unwrap();
    let instance = &state["resources"][0]["instances"][0];
    let marks = instance["sensitive_attributes"].to_string();
    for marked in ["values", "set_sensitive", "notes"] {
        assert!(marks.contains(marked), "{marks}");
    }
    let marked = ["values", "set_sensitive", "metadata"];
    for (name, value) in instance["attributes"].as_object().unwrap() {
        if !marked.contains(&name.as_str()) {
            has_none(&value.to_string(), &format!("{name} of the state"));
        }
    }

    release.runs(&["destroy", "-auto-approve"]);
    has_none(&release.stack.read("log"), "the log");
}

#[test]
fn no_error_shows_what_is_sensitive() {
    let Some(sandbox) = shared() else { return };
    let release = Release::new(&sandbox, "helm-quiet-errors");
    release.stack.write(
        "shop/values.schema.json",
        r#"{ "if": { "properties": { "owner": { "const": "schema" } } },
             "then": { "properties": { "token": { "pattern": "^[0-9]+$", "enum": ["1"] } } } }"#,
    );
    for owner in [
        "fails",
        "converts",
        "labels",
        "types",
        "documents",
        "schema",
    ] {
        release.set(SECRETS[0], owner);
        release.runs(&["plan"]);
        let printed = release.runs(&["apply", "-auto-approve"]);
        assert!(printed.contains("Error:"), "{owner}: {printed}");
    }
    has_none(&release.stack.read("log"), "the log");
}
