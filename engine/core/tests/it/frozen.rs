//! Stacks and what terraform did with them, step by step.
//!
//! Each file is one stack: the files of every step, how it is planned, the
//! changes terraform plans and the state it leaves. IDs are replaced by the
//! address of the object that has them.

use std::path::Path;

use serde_json::{Value as Json, json};
use trueup_core::{
    address::{AbsResourceInstance, Target, parse_target},
    plan::{Mode, Options, changes_json, outputs_json},
};
use trueup_syntax::{FileId, SourceFile, parse::parse_traversal};

use crate::run::World;

fn options(step: &Json) -> Options {
    let mut options = Options::default();
    for flag in step["options"].as_array().into_iter().flatten() {
        match flag.as_str().unwrap_or_default() {
            "-destroy" => options.mode = Mode::Destroy,
            "-refresh-only" => options.mode = Mode::RefreshOnly,
            "-refresh=false" => options.refresh = false,
            flag => options.replace.push(replaced(flag)),
        }
    }
    options
}

fn replaced(flag: &str) -> AbsResourceInstance {
    let text = flag.strip_prefix("-replace=").expect("a known option");
    let file = SourceFile::new(FileId(0), "option", text);
    let traversal = parse_traversal(&file).0.expect("an address");
    match parse_target(&traversal).expect("an address") {
        Target::Instance(instance) => instance,
        Target::Resource(resource) => AbsResourceInstance {
            resource,
            key: None,
        },
        Target::Module(_) => panic!("a module cannot be replaced"),
    }
}

/// JSON with IDs replaced by addresses.
fn canonical(value: &Json, ids: &Json) -> Json {
    let mut text = value.to_string();
    let resources = ids["resources"].as_array().into_iter().flatten();
    for resource in resources {
        for instance in resource["instances"].as_array().into_iter().flatten() {
            let Some(id) = instance["attributes"]["id"].as_str() else {
                continue;
            };
            let module = resource["module"].as_str().unwrap_or_default();
            let name = resource["name"].as_str().unwrap_or_default();
            let key = match &instance["index_key"] {
                Json::Null => String::new(),
                Json::String(key) => key.clone(),
                key => key.to_string(),
            };
            let label = format!("ID({module}.{name}[{key}])").replace('"', "'");
            text = text.replace(id, &label);
        }
    }
    serde_json::from_str(&text).expect("JSON")
}

pub(crate) fn differences(found: &Json, expected: &Json, path: &str, out: &mut Vec<String>) {
    match (found, expected) {
        (Json::Object(a), Json::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let (a, b) = (a.get(key), b.get(key));
                let path = format!("{path}.{key}");
                match (a, b) {
                    (Some(a), Some(b)) => differences(a, b, &path, out),
                    (a, b) => out.push(format!("{path}: {a:?}, terraform: {b:?}")),
                }
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(a, b, &format!("{path}[{index}]"), out);
            }
        }
        (a, b) if a != b => out.push(format!("{path}: {a}, terraform: {b}")),
        _ => {}
    }
}

fn check(name: &str, case: &Json, out: &mut Vec<String>) {
    let mut world = World::new("## main.tf\n");
    for (index, step) in case["steps"].as_array().expect("steps").iter().enumerate() {
        let files = step["files"].as_object().expect("files").iter();
        let text: Vec<String> = files
            .map(|(name, text)| format!("## {name}\n{}", text.as_str().unwrap_or_default()))
            .collect();
        world.configure(&text.concat());
        let before = world.state_json();
        let (plan, found) = world.plan_with(&options(step));
        assert!(!plan.errored, "{name}, step {index}: {:?}", found.0);
        let planned = json!({
            "changes": changes_json(&plan.changes),
            "outputs": outputs_json(&plan),
        });
        let planned = canonical(&planned, &before);
        differences(
            &planned,
            &step["planned"],
            &format!("{name} {index} plan"),
            out,
        );
        world.apply(&plan);
        let after = world.state_json();
        let after = canonical(&after, &after);
        differences(
            &after,
            &step["state"],
            &format!("{name} {index} state"),
            out,
        );
    }
}

#[test]
fn stacks_are_planned_and_applied_as_terraform_does() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stacks");
    let mut files: Vec<_> = std::fs::read_dir(&dir)
        .expect("the folder of stacks")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    assert!(files.len() >= 12, "there are {} stacks", files.len());
    let mut out = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a readable file");
        let case = serde_json::from_str(&text).expect("JSON");
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        check(&name, &case, &mut out);
    }
    assert!(out.is_empty(), "{}", out.join("\n"));
}
