//! `trueup helm values`, `explain`, `lint`, and `template --warn-unused`

use snapbox::str;

use crate::environment::{TestEnvironment, check};

const TEMPLATE: &str = "\
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  labels:
    {{- toYaml .Values.labels | nindent 4 }}
";

fn chart() -> TestEnvironment {
    TestEnvironment::with(&[
        (
            "hello/Chart.yaml",
            "apiVersion: v2\nname: hello\nversion: 0.1.0\n",
        ),
        ("hello/values.yaml", "replicas: 2\nlabels: {tier: web}\n"),
        ("hello/templates/deployment.yaml", TEMPLATE),
        ("more.yaml", "replica: 3\nlabels:\n  team: a\n"),
    ])
}

#[test]
fn what_a_chart_reads() {
    check(
        chart().run(&["helm", "values", "hello"]),
        str![[r#"
VALUE        TYPE    DEFAULT  READ AT
labels.tier  string  "web"    hello/templates/deployment.yaml:7
replicas     number  2        hello/templates/deployment.yaml:5

"#]],
    );
}

#[test]
fn where_a_field_comes_from() {
    let field = [
        "helm",
        "explain",
        "hello",
        "Deployment/release-name.spec",
        "-f",
        "more.yaml",
    ];
    check(
        chart().run(&field),
        str![[r#"
spec.replicas = 2
  at hello/templates/deployment.yaml:5:16
  from .Values.replicas
spec.labels.team = "a"
  at hello/templates/deployment.yaml:7:9
  from .Values.labels.team
spec.labels.tier = "web"
  at hello/templates/deployment.yaml:7:9
  from .Values.labels.tier

"#]],
    );
    let unknown = ["helm", "explain", "hello", "Deployment/other"];
    check(
        chart().run(&unknown),
        str![[r#"
--- stderr ---

Error: No such object

The chart renders no Deployment/other. It renders: Deployment/release-name.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn values_without_effect() {
    let lint = [
        "helm",
        "lint",
        "hello",
        "-f",
        "more.yaml",
        "--set",
        "labls.a=b",
    ];
    check(
        chart().run(&lint),
        str![[r#"
==> Linting hello
[INFO] Chart.yaml: icon is recommended
[ERROR] templates/deployment.yaml: a Deployment must contain matchLabels or matchExpressions, and "test-release" does not
[WARNING] --set labls.a=b: labls.a is never read by hello 0.1.0; did you mean labels?
[WARNING] more.yaml:1:1: replica is never read by hello 0.1.0; did you mean replicas (default 2)?

--- stderr ---
Error: 1 chart(s) linted, 1 chart(s) failed
--- exit status: 1 ---

"#]],
    );
    let template = [
        "helm",
        "template",
        "hello",
        "-f",
        "more.yaml",
        "--warn-unused",
    ];
    check(
        chart().run(&template),
        str![[r#"
---
# Source: hello/templates/deployment.yaml
kind: Deployment
metadata:
  name: release-name
spec:
  replicas: 2
  labels:
    team: a
    tier: web
--- stderr ---
warning: more.yaml:1:1: replica is never read by hello 0.1.0; did you mean replicas (default 2)?

"#]],
    );
}
