//! `trueup helm template`

use snapbox::str;

use crate::environment::{TestEnvironment, check};

const CHART: &str = "apiVersion: v2\nname: hello\nversion: 0.1.0\n";
const VALUES: &str = "replicas: 2\nname: \"\"\n";
const TEMPLATE: &str = "\
kind: Deployment
metadata:
  name: {{ .Release.Name }}-{{ required \"a name is needed\" .Values.name }}
  namespace: {{ .Release.Namespace }}
spec:
  replicas: {{ .Values.replicas }}
";

fn chart() -> TestEnvironment {
    TestEnvironment::with(&[
        ("hello/Chart.yaml", CHART),
        ("hello/values.yaml", VALUES),
        ("hello/templates/deployment.yaml", TEMPLATE),
        ("more.yaml", "replicas: 3\nname: web\n"),
    ])
}

#[test]
fn values_files_and_flags_are_laid_over_each_other() {
    let arguments = [
        "helm",
        "template",
        "rel",
        "hello",
        "-n",
        "apps",
        "-f",
        "more.yaml",
        "--set",
        "replicas=4",
    ];
    check(
        chart().run(&arguments),
        str![[r#"
---
# Source: hello/templates/deployment.yaml
kind: Deployment
metadata:
  name: rel-web
  namespace: apps
spec:
  replicas: 4

"#]],
    );
}

#[test]
fn errors_are_helms() {
    let chart = chart();
    check(
        chart.run(&["helm", "template", "hello"]),
        str![[r#"
--- stderr ---
Error: execution error at (hello/templates/deployment.yaml:3:31): a name is needed
--- exit status: 1 ---

"#]],
    );
    check(
        chart.run(&["helm", "template", "rel", "nowhere"]),
        str![[r#"
--- stderr ---
Error: non-absolute URLs should be in form of repo_name/path_to_chart, got: nowhere
hint: give a folder, an archive, a URL, or the URL of the repository
--- exit status: 1 ---

"#]],
    );
    check(
        chart.run(&["helm", "template", "Rel", "hello"]),
        str![[r#"
--- stderr ---
Error: release name check failed: release name "Rel": invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53
--- exit status: 1 ---

"#]],
    );
    check(
        chart.run(&["helm", "template", "rel", "hello", "--set", "a"]),
        str![[r#"
--- stderr ---
Error: failed parsing --set data: key "a" has no value
--- exit status: 1 ---

"#]],
    );
    check(
        chart.run(&["helm", "template", "rel", "hello", "-f", "none.yaml"]),
        str![[r#"
--- stderr ---
Error: open none.yaml: no such file or directory
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn files_are_written_below_the_output_folder() {
    let chart = chart();
    let arguments = [
        "helm",
        "template",
        "hello",
        "-f",
        "more.yaml",
        "--output-dir",
        "out",
    ];
    check(
        chart.run(&arguments),
        str![[r#"
wrote out/hello/templates/deployment.yaml

"#]],
    );
    check(
        chart.read("out/hello/templates/deployment.yaml"),
        str![[r#"
---
# Source: hello/templates/deployment.yaml
kind: Deployment
metadata:
  name: release-name-web
  namespace: default
spec:
  replicas: 3

"#]],
    );
}

#[test]
fn charts_that_are_nowhere() {
    let environment = chart();
    check(
        environment.run(&["helm", "template", "rel", "some/chart"]),
        str![[r#"
--- stderr ---
Error: repo some not found
hint: add it with 'helm repo add', or name it by its URL with --repo
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["helm", "template", "rel", "chart", "--version", "1"]),
        str![[r#"
--- stderr ---
Error: non-absolute URLs should be in form of repo_name/path_to_chart, got: chart
hint: give a folder, an archive, a URL, or the URL of the repository
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn dependencies_are_listed_and_fetched() {
    let wanted = "\
apiVersion: v2
name: app
version: 0.1.0
dependencies:
- name: hello
  version: 0.x
  repository: file://../hello
- name: gone
  version: 1.0.0
  repository: https://charts.example.com/a/rather/long/path/to/the/folder/of/our/own/charts
";
    let environment = TestEnvironment::with(&[
        ("hello/Chart.yaml", CHART),
        ("app/Chart.yaml", wanted),
        ("plain/Chart.yaml", CHART),
        ("app/charts/extra/Chart.yaml", CHART),
    ]);
    check(
        environment.run(&["helm", "dependency", "list", "app"]),
        str![[r#"
NAME 	VERSION	REPOSITORY                                                                   	STATUS  
hello	0.x    	file://../hello                                                              	unpacked
gone 	1.0.0  	https://charts.example.com/a/rather/long/path/to/the/folder/of/our/own/charts	missing 


"#]],
    );
    check(
        environment.run(&["helm", "dep", "ls", "plain"]),
        str![[r#"
WARNING: no dependencies at plain/charts

"#]],
    );
    environment.write(
        "app/Chart.yaml",
        &wanted[..wanted.find("- name: gone").unwrap()],
    );
    check(
        environment.run(&["helm", "dep", "up", "app"]),
        str![[r#"
Saving 1 charts
Deleting outdated charts

"#]],
    );
    check(
        environment.run(&["helm", "dep", "ls", "app"]),
        str![[r#"
NAME 	VERSION	REPOSITORY     	STATUS
hello	0.x    	file://../hello	ok    


"#]],
    );
    check(
        environment.run(&["helm", "dep", "build", "app"]),
        str![[r#"
Saving 1 charts
Deleting outdated charts

"#]],
    );
}
