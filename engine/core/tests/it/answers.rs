//! Single runs, and what Terraform answered.
//!
//! Each file is a request of the differential test with the mock provider and
//! Terraform's answer, as `differential.py --freeze` writes them: files and
//! state before, changes, diagnostics and state after.

use std::{collections::BTreeSet, path::Path};

use serde_json::{Map, Value as Json, json};
use trueup_core::{
    address::{AbsResourceInstance, Target, parse_target},
    plan::{About, Mode, Options, Plan, changes_json, document, outputs_json, path_json},
};
use trueup_syntax::{Diagnostics, FileId, Severity, SourceFile, parse::parse_traversal};

use crate::{frozen::differences, run::World};

fn target(text: &str) -> Target {
    let file = SourceFile::new(FileId(0), "option", text);
    let traversal = parse_traversal(&file).0.expect("an address");
    parse_target(&traversal).expect("an address")
}

fn instance(text: &str) -> AbsResourceInstance {
    match target(text) {
        Target::Instance(instance) => instance,
        Target::Resource(resource) => AbsResourceInstance {
            resource,
            key: None,
        },
        Target::Module(_) => panic!("a module cannot be replaced"),
    }
}

fn texts(value: &Json) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
}

fn options(request: &Json) -> Options {
    Options {
        mode: match request["mode"].as_str() {
            Some("destroy") => Mode::Destroy,
            Some("refresh-only") => Mode::RefreshOnly,
            _ => Mode::Normal,
        },
        refresh: request["refresh"] != json!(false),
        replace: texts(&request["replace"]).map(instance).collect(),
        targets: texts(&request["targets"]).map(target).collect(),
        ..Options::default()
    }
}

/// Severity, summary and detail of each, in no order.
fn said(found: &Diagnostics) -> Json {
    let all: BTreeSet<[String; 3]> = found
        .0
        .iter()
        .map(|d| {
            let severity = match d.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            [severity.to_owned(), d.summary.clone(), d.detail.clone()]
        })
        .collect();
    json!(all)
}

fn planned(world: &World, plan: &Plan, found: &Diagnostics) -> Json {
    let mut out = Map::new();
    out.insert("said".into(), said(found));
    if !plan.errored {
        out.insert("changes".into(), changes_json(&plan.changes));
        out.insert("drift".into(), changes_json(&plan.drift));
        out.insert("outputs".into(), outputs_json(plan));
        out.insert("relevant".into(), relevant(plan));
        out.insert("prior".into(), prior(world, plan));
    }
    Json::Object(out)
}

/// The objects of the prior state as the document of a plan has them, each with
/// the version of its schema.
fn prior(world: &World, plan: &Plan) -> Json {
    let whole = world.with(|stack| {
        let about = About {
            config: stack.config,
            schemas: stack.schemas,
            inputs: stack.inputs,
            terraform_version: "1.11.4",
            timestamp: "",
        };
        document(plan, &about)
    });
    let mut found = Vec::new();
    add_objects(&whole["prior_state"]["values"]["root_module"], &mut found);
    sorted(json!(found))
}

fn add_objects(module: &Json, found: &mut Vec<Json>) {
    for one in module["resources"].as_array().into_iter().flatten() {
        let deposed = one.get("deposed_key").is_some();
        found.push(json!([one["address"], deposed, one["schema_version"]]));
    }
    for child in module["child_modules"].as_array().into_iter().flatten() {
        add_objects(child, found);
    }
}

/// The attributes the plan depends on, as its JSON has them.
fn relevant(plan: &Plan) -> Json {
    let attributes = plan.relevant.iter();
    let attributes = attributes
        .map(|one| json!({ "resource": one.resource, "attribute": path_json(&one.path) }));
    sorted(attributes.collect())
}

/// Ours and theirs, as far as theirs were written down: not the outputs of a
/// destruction, say.
fn comparable(ours: Json, theirs: &Json) -> (Json, Json) {
    let mut theirs = theirs.clone();
    for part in ["relevant", "prior"] {
        if let Some(found) = theirs.get_mut(part) {
            *found = sorted(found.take());
        }
    }
    let Json::Object(parts) = ours else {
        return (ours, theirs);
    };
    let parts = parts.into_iter();
    let told = parts.filter(|(part, _)| {
        theirs.get(part).is_some() || !["outputs", "relevant", "prior"].contains(&part.as_str())
    });
    (Json::Object(told.collect()), theirs)
}

/// JSON without what is drawn at random: IDs and keys of deposed objects.
fn canonical(value: Json) -> Json {
    match value {
        Json::String(text) if is_id(&text) => json!("ID"),
        Json::Array(all) => all.into_iter().map(canonical).collect(),
        Json::Object(all) => {
            let entries = all.into_iter().map(|(name, value)| match name.as_str() {
                "deposed" => (name, json!("KEY")),
                "sensitive_attributes" => (name, sorted(value)),
                "dependencies" => (name, stored(value)),
                _ => (name, canonical(value)),
            });
            let none = |name: &str, value: &Json| name == "dependencies" && *value == json!([]);
            let told = entries.filter(|(name, value)| !none(name, value));
            Json::Object(told.collect())
        }
        other => other,
    }
}

/// Dependencies as far as a state holds what they name: nothing ephemeral,
/// which Terraform lists all the same.
fn stored(dependencies: Json) -> Json {
    let all = dependencies.as_array().cloned().unwrap_or_default();
    let ephemeral = |name: &Json| name.as_str().is_some_and(|n| n.contains("ephemeral."));
    all.into_iter().filter(|name| !ephemeral(name)).collect()
}

/// Terraform lists them in the order of a hash table.
fn sorted(paths: Json) -> Json {
    let mut paths: Vec<Json> = paths.as_array().cloned().unwrap_or_default();
    paths.sort_by_key(ToString::to_string);
    Json::Array(paths)
}

fn is_id(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    let hex = |c: char| c == '-' || c.is_ascii_hexdigit();
    parts == [8, 4, 4, 4, 12] && text.chars().all(hex)
}

fn check(name: &str, case: &Json, out: &mut Vec<String>) {
    let (request, answer) = (&case["request"], &case["answer"]);
    let mut world = World::with_mock(&request["schema"]);
    let files = request["files"].as_object().into_iter().flatten();
    let text: Vec<String> = files
        .map(|(name, text)| format!("## {name}\n{}", text.as_str().unwrap_or_default()))
        .collect();
    world.configure(&text.concat());
    world.set_state(&request["state"]);
    let (plan, found) = world.plan_with(&options(request));
    let ours = canonical(planned(&world, &plan, &found));
    let (ours, theirs) = comparable(ours, &answer["planned"]);
    differences(&ours, &theirs, &format!("{name} plan"), out);
    let Some(state) = answer.get("state") else {
        return;
    };
    let found = world.apply_with(&plan);
    differences(
        &said(&found),
        &answer["applied"],
        &format!("{name} apply"),
        out,
    );
    let after = canonical(world.state_json());
    let expected = canonical(state.clone());
    differences(&after, &expected, &format!("{name} state"), out);
}

#[test]
fn single_runs_are_answered_as_terraform_answers() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers");
    let files = std::fs::read_dir(&dir).expect("the folder of answers");
    let mut files: Vec<_> = files.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let mut out = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a readable file");
        let case = serde_json::from_str(&text).expect("JSON");
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        check(&name, &case, &mut out);
    }
    // All instances of a resource are alike here; in Terraform those that
    // nothing refers to are not.
    let alike = ".create_before_destroy: Some(Bool(true)), terraform: None";
    out.retain(|difference| !difference.ends_with(alike));
    assert!(out.is_empty(), "{}", out.join("\n"));
}
