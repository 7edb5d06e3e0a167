//! Charts with mistakes, and what `helm lint` 4.3.1 says of them.

use std::fs;

use trueup_helm::lint::{Subject, lint};

use crate::charts::options;

const CLEAN: &str = "apiVersion: v2\nname: app\nversion: 1.2.3\nicon: https://a.example/i.png\n";

/// The findings on a chart of these files, with the folder's own path left out.
fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let subject = Subject::at(folder.path().to_owned()).unwrap();
    let shown = folder.path().display().to_string();
    let found = match lint(&subject, &options()) {
        Ok(found) => found.iter().map(ToString::to_string).collect(),
        Err(error) => vec![error.to_string()],
    };
    found
        .iter()
        .map(|line| line.replace(&shown, "FOLDER"))
        .collect()
}

/// A clean chart but for this template.
fn of_template(text: &str) -> Vec<String> {
    findings(&[
        ("Chart.yaml", CLEAN),
        ("values.yaml", ""),
        ("templates/a.yaml", text),
    ])
}

#[test]
fn a_clean_chart() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    assert_eq!(of_template(text), Vec::<String>::new());
}

#[test]
fn no_chart() {
    assert_eq!(
        findings(&[("values.yaml", "")]),
        [
            "unable to check Chart.yaml file in chart: stat FOLDER/Chart.yaml: no such file or directory"
        ]
    );
}

#[test]
fn metadata() {
    let chart = "apiVersion: v1\nname: app\nversion: 1.2\nappVersion: 3\ntype: application\nsources: [nowhere]\nmaintainers:\n- {name: a, email: nobody}\ndependencies: []\nhelm: 3\n";
    assert_eq!(
        findings(&[("Chart.yaml", chart)]),
        [
            "[WARNING] Chart.yaml: failed to strictly parse chart metadata file\n\terror unmarshaling JSON: while decoding JSON: json: unknown field \"helm\"",
            "[ERROR] Chart.yaml: version should be of type string but it's of type float64",
            "[ERROR] Chart.yaml: appVersion should be of type string but it's of type float64",
            "[ERROR] Chart.yaml: invalid email 'nobody' for maintainer 'a'",
            "[ERROR] Chart.yaml: invalid source URL 'nowhere'",
            "[INFO] Chart.yaml: icon is recommended",
            "[ERROR] Chart.yaml: chart type is not valid in apiVersion 'v1'. It is valid in apiVersion 'v2'",
            "[WARNING] Chart.yaml: version '1.2' is not a valid SemVerV2",
            "[INFO] values.yaml: file does not exist",
            "[WARNING] templates/: directory does not exist",
        ]
    );
}

#[test]
fn names_and_selectors() {
    let text = "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: A_b}\n---\nkind: Service\nmetadata: {name: 1a}\n---\nkind: Role\nmetadata: {name: a/b}\n---\nkind: Namespace\nmetadata: {name: a.b}\n";
    assert_eq!(
        of_template(text),
        [
            "[WARNING] templates/a.yaml: object name does not conform to Kubernetes naming requirements: \"A_b\": metadata.name: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
            "[ERROR] templates/a.yaml: a Deployment must contain matchLabels or matchExpressions, and \"A_b\" does not",
            "[WARNING] templates/a.yaml: object name does not conform to Kubernetes naming requirements: \"1a\": metadata.name: Invalid value: \"1a\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
            "[WARNING] templates/a.yaml: object name does not conform to Kubernetes naming requirements: \"a/b\": metadata.name: Invalid value: \"a/b\": may not contain '/'",
            "[WARNING] templates/a.yaml: object name does not conform to Kubernetes naming requirements: \"a.b\": metadata.name: Invalid value: \"a.b\": must not contain dots",
        ]
    );
}

#[test]
fn old_versions_of_kinds() {
    let text = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudgetList\nmetadata: {name: a}\n---\napiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\n";
    assert_eq!(
        of_template(text),
        [
            "[WARNING] templates/a.yaml: policy/v1beta1 PodDisruptionBudgetList is deprecated in v1.21+, unavailable in v1.25+; use policy/v1 PodDisruptionBudgetList",
            "[WARNING] templates/a.yaml: extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; use networking.k8s.io/v1 Ingress",
        ]
    );
}

#[test]
fn templates_that_give_up_go_on() {
    let text = "{{ required \"needed\" .Values.absent }}{{ fail \"never\" }}  a: {{ .Release.IsInstall }}\n";
    assert_eq!(
        of_template(text),
        [
            "[WARNING] templates/a.yaml: document starts with an illegal indent: \"  a: false\", which may cause parsing problems",
            "[WARNING] templates/a.yaml: object name does not conform to Kubernetes naming requirements: \"\": metadata.name: Invalid value: \"\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
        ]
    );
}

#[test]
fn what_is_no_yaml_ends_the_rules() {
    assert_eq!(
        of_template("a: [\n---\nkind: Role\nmetadata: {name: a/b}\n"),
        [
            "[ERROR] templates/a.yaml: unable to parse YAML: error converting YAML to JSON: yaml: line 1: did not find expected node content"
        ]
    );
}
