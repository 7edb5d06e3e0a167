//! The machine-readable streams of a stack's life, message by message, against
//! those of Terraform 1.11.4 in `tests/streams/terraform.json`: the files, the
//! command line, the exit code and what was said.
//!
//! Times and IDs are left out. What is done side by side is told in no order:
//! compared are the frame of a run in its order (changes as they come), what is
//! told of each object in its order, and the diagnostics.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Value as Json, json};

use crate::environment::TestEnvironment;

const ANSWERS: &str = include_str!("../streams/terraform.json");

/// Of these trueup says which object they are about.
const NAMED: [&str; 3] = [
    "Check block assertion failed",
    "Resource precondition failed",
    "Resource postcondition failed",
];

/// A stream as far as it has an order.
#[derive(Debug, PartialEq)]
struct Arranged {
    frame: Vec<Json>,
    /// In which part of the frame each comes, before or after the summary of
    /// the plan.
    objects: BTreeMap<String, Vec<(usize, Json)>>,
    diagnostics: Vec<(usize, Json)>,
}

fn arranged(stream: Vec<Json>) -> Arranged {
    let mut arranged = Arranged {
        frame: Vec::new(),
        objects: BTreeMap::new(),
        diagnostics: Vec::new(),
    };
    let (mut part, mut changes) = (0, Vec::new());
    for event in stream {
        let kind = event["type"].as_str().unwrap_or_default().to_owned();
        match kind.as_str() {
            "planned_change" | "resource_drift" => changes.push(event),
            "version" | "change_summary" | "outputs" | "log" => {
                changes.sort_by_key(|change| change["change"]["resource"]["addr"].to_string());
                arranged.frame.append(&mut changes);
                arranged.frame.push(event);
                part += usize::from(kind == "change_summary");
            }
            "diagnostic" => arranged.diagnostics.push((part, event)),
            _ => {
                let address = event["hook"]["resource"]["addr"].to_string();
                let told = arranged.objects.entry(address).or_default();
                told.push((part, event));
            }
        }
    }
    arranged.frame.append(&mut changes);
    arranged.diagnostics.sort_by_key(|(part, event)| {
        let told = &event["diagnostic"];
        (
            *part,
            told["summary"].to_string(),
            told["detail"].to_string(),
            told["range"].to_string(),
        )
    });
    arranged
}

/// The messages without what differs from run to run, and without what trueup
/// adds.
fn messages(output: &str) -> Vec<Json> {
    let id = Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap();
    let time = Regex::new(r"after \d+s|\d+s elapsed").unwrap();
    let text = id.replace_all(output, "ID");
    let text = time.replace_all(&text, "TIME");
    let events = text.lines().map(|line| {
        let mut event: Json = serde_json::from_str(line).expect(line);
        let at = event.as_object_mut().and_then(|o| o.remove("@timestamp"));
        assert!(at.is_some(), "when was {line}?");
        if let Some(elapsed) = event.pointer_mut("/hook/elapsed_seconds") {
            *elapsed = json!(0);
        }
        if let Some(Json::Object(diagnostic)) = event.get_mut("diagnostic") {
            diagnostic.remove("hints");
            if NAMED.contains(&diagnostic["summary"].as_str().unwrap_or_default()) {
                diagnostic.remove("address");
            }
        }
        event
    });
    events.collect()
}

/// Where two values differ, each with both.
fn differences(ours: &Json, theirs: &Json, path: &str, out: &mut Vec<String>) {
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                differences(&ours[key], &theirs[key], &format!("{path}.{key}"), out);
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(a, b, &format!("{path}[{index}]"), out);
            }
        }
        (a, b) if a != b => out.push(format!("{path}: {a}\n    terraform: {b}")),
        _ => {}
    }
}

fn compare(name: &str, ours: &Arranged, theirs: &Arranged, out: &mut Vec<String>) {
    let shown = |arranged: &Arranged| {
        json!({
            "frame": arranged.frame,
            "objects": arranged.objects,
            "diagnostics": arranged.diagnostics,
        })
    };
    differences(&shown(ours), &shown(theirs), name, out);
}

#[test]
fn streams_say_what_terraforms_say() {
    let steps: Vec<Json> = serde_json::from_str(ANSWERS).unwrap();
    assert!(steps.len() > 20);
    let environment = TestEnvironment::new();
    let mut out = Vec::new();
    for step in steps {
        let name = step["name"].as_str().unwrap();
        environment.write("main.tf", step["main.tf"].as_str().unwrap());
        let arguments = step["arguments"].as_array().unwrap().iter();
        let arguments: Vec<&str> = arguments.map(|a| a.as_str().unwrap()).collect();
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = environment.command(&arguments, &[("PATH", &path)]);
        let output = command.stdin(std::process::Stdio::null()).output().unwrap();
        let code = json!(output.status.code());
        differences(&code, &step["exit"], &format!("{name} exit"), &mut out);
        let ours = arranged(messages(&String::from_utf8(output.stdout).unwrap()));
        let theirs = arranged(step["stream"].as_array().unwrap().clone());
        compare(name, &ours, &theirs, &mut out);
    }
    assert!(out.is_empty(), "{}", out.join("\n"));
}
