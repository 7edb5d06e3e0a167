//! `secret-in-plain-value`

use trueup_lang::functions::yaml_value;
use trueup_syntax::Severity;
use trueup_value::{Path, Value};

use crate::{
    cluster::workload::workloads,
    found::Found,
    rule::Rule,
    view::{Look, Resource, View},
};

pub(super) static RULE: Rule = Rule {
    id: "secret-in-plain-value",
    severity: Severity::Warning,
    summary: "Secret in plain text",
    protects: "A password in a chart's values is in the state, in every saved plan and in the release's record, and everybody who may read those sees it; one in an environment variable or ConfigMap is shown by `kubectl describe`.",
    decides: "Values of releases (`values`, `set`), environment variables of containers and entries of ConfigMaps whose name says that it is a secret (`password`, `secret`, `token`, `apiKey`, `privateKey`, …) and whose value is a text of its own: not sensitive, not a reference to a Secret, not a template or the name of something. What it is, is never shown.",
    fix: "Mark it (`set_sensitive`, a variable with `sensitive = true`), or keep it in a Secret and give the chart its name (`existingSecret`).",
    when_destroying: false,
    check,
};

/// Endings of names, in small letters without separators, of what is secret.
const SECRET: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "secretkey",
    "secretaccesskey",
    "clientsecret",
    "token",
    "apikey",
    "privatekey",
    "credentials",
    "connectionstring",
];

/// Names that end like secrets and only say where one is.
const NAMES: [&str; 6] = [
    "existingsecret",
    "imagepullsecret",
    "usepassword",
    "tlssecret",
    "automountserviceaccounttoken",
    "pullsecret",
];

fn check(view: &View<'_>) -> Vec<Found> {
    let releases = view.managed("helm_release");
    let mut found: Vec<Found> = releases.flat_map(of_release).collect();
    found.extend(in_environments(view));
    found.extend(in_config_maps(view));
    found
}

fn of_release(release: &Resource<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (index, values) in release.at("values").items().enumerate() {
        let Some(text) = values.text().filter(|_| !values.is_secret()) else {
            continue;
        };
        let mut names = Vec::new();
        if let Ok(values) = yaml_value(text) {
            walk(&values, &mut String::new(), &mut names);
        }
        let path = || Path::new().attr("values").index(Value::number(index));
        found.extend(names.into_iter().map(|name| told(release, path(), &name)));
    }
    for (index, entry) in release.at("set").items().enumerate() {
        let (name, value) = (entry.at("name"), entry.at("value"));
        let Some(name) = name.text().filter(|_| !value.is_secret()) else {
            continue;
        };
        if is_secret(name) && value.text().is_some_and(is_text_of_its_own) {
            let path = Path::new().attr("set").index(Value::number(index));
            found.push(told(release, path, name));
        }
    }
    found
}

fn told(release: &Resource<'_>, path: Path, name: &str) -> Found {
    let detail = format!(
        "{} sets {name} to a text that is not sensitive.",
        release.address
    );
    Found::at(release, path, detail).hint("use `set_sensitive`, or a Secret of its own")
}

/// The names of secrets in values, with dots between their parts.
fn walk(value: &Value, above: &mut String, found: &mut Vec<String>) {
    let look = Look::of(value);
    for (name, inner) in look.fields() {
        let length = above.len();
        if !above.is_empty() {
            above.push('.');
        }
        above.push_str(name);
        match inner.text() {
            Some(text) if is_secret(name) && is_text_of_its_own(text) => found.push(above.clone()),
            Some(_) => {}
            None => inner
                .value()
                .into_iter()
                .for_each(|inner| walk(inner, above, found)),
        }
        above.truncate(length);
    }
    for item in look.items().filter_map(Look::value) {
        walk(item, above, found);
    }
}

fn in_environments(view: &View<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for workload in workloads(view) {
        for container in workload.containers() {
            for variable in container.spec.at("env").items() {
                let (Some(name), value) = (variable.at("name").text(), variable.at("value")) else {
                    continue;
                };
                let plain = value
                    .text()
                    .filter(|_| !value.is_secret())
                    .is_some_and(is_text_of_its_own);
                if plain && is_secret(name) {
                    let detail = format!(
                        "Container \"{}\" has the environment variable {name} with a text of its own.",
                        container.name()
                    );
                    found.push(
                        Found::of(workload.object, detail)
                            .hint("take it from a Secret with `valueFrom.secretKeyRef`"),
                    );
                }
            }
        }
    }
    found
}

fn in_config_maps(view: &View<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for object in view.of_kind("ConfigMap") {
        for (name, value) in object.at("data").fields() {
            let plain = value
                .text()
                .filter(|_| !value.is_secret())
                .is_some_and(is_text_of_its_own);
            if plain && is_secret(name) {
                let detail = format!("Its entry {name} is a text that everybody may read.");
                found.push(Found::of(object, detail).hint("keep it in a Secret"));
            }
        }
    }
    found
}

fn is_secret(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    let letters = last.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.flat_map(char::to_lowercase).collect();
    SECRET.iter().any(|end| plain.ends_with(end)) && !NAMES.iter().any(|name| plain.ends_with(name))
}

/// Not empty, not a template, not a reference, not a path, not a switch.
fn is_text_of_its_own(text: &str) -> bool {
    let text = text.trim();
    let refers = ["${", "$(", "{{", "$__", "/"]
        .iter()
        .any(|start| text.starts_with(start));
    !text.is_empty() && !refers && !["true", "false"].contains(&text)
}
