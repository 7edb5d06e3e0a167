//! Go's text/template as the oracle: every `*.jsonl` here holds cases that
//! `oracle.go` answered. A case with no data of its own has that of
//! `data.json`, one with `template` instead of `templates` only that one.

pub(crate) mod host;

use std::{fs, path::Path};

use serde_json::{Value as Json, json};
use trueup_helm_template::{Error, MissingKey, Options, Renderer, Templates, Value};

#[test]
fn templates_answer_as_in_go() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/go");
    let data = fs::read_to_string(folder.join("data.json")).unwrap();
    let data: Json = serde_json::from_str(&data).unwrap();
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    files.sort();
    let mut differences = Vec::new();
    let mut count = 0;
    for file in &files {
        for line in fs::read_to_string(file).unwrap().lines() {
            let case = whole(serde_json::from_str(line).unwrap(), &data);
            count += 1;
            let (ours, theirs) = (ours(&case), theirs(&case));
            if ours != theirs {
                differences.push(format!(
                    "{}\n  go     {}\n  trueup {}",
                    case["templates"],
                    shown(&theirs),
                    shown(&ours)
                ));
            }
        }
    }
    assert!(count > 300, "only {count} cases in {files:?}");
    let shown = differences.iter().take(40).cloned().collect::<Vec<_>>();
    assert!(
        differences.is_empty(),
        "{} of {count} differ:\n{}",
        differences.len(),
        shown.join("\n")
    );
}

/// The case with what it leaves out.
fn whole(mut case: Json, data: &Json) -> Json {
    if case["data"].is_null() {
        case["data"] = data.clone();
    }
    if let Some(template) = case["template"].as_str() {
        case["templates"] = json!({"t": template});
        case["main"] = "t".into();
    }
    case
}

fn shown(answer: &Result<Vec<u8>, String>) -> String {
    match answer {
        Ok(bytes) => format!("prints {:?}", String::from_utf8_lossy(bytes)),
        Err(message) => format!("fails: {message}"),
    }
}

fn ours(case: &Json) -> Result<Vec<u8>, String> {
    render(case).map_err(|error| error.message().to_string())
}

fn render(case: &Json) -> Result<Vec<u8>, Error> {
    let mut templates = Templates::new("gotpl", host::functions());
    let mut named: Vec<_> = case["templates"].as_object().unwrap().iter().collect();
    named.sort_by_key(|(name, _)| name.as_str());
    for (name, text) in named {
        templates.parse(name, text.as_str().unwrap())?;
    }
    let missing_key = match case["missing"].as_str() {
        Some("default") => MissingKey::Default,
        Some("error") => MissingKey::Error,
        _ => MissingKey::Zero,
    };
    let options = Options {
        missing_key,
        ..Options::default()
    };
    let data = host::value(&case["data"]);
    let name = case["main"].as_str().unwrap();
    let printed: Value = Renderer::new(&templates, options).execute(name, &data)?;
    Ok(printed.as_string().unwrap().as_bytes().to_vec())
}

fn theirs(case: &Json) -> Result<Vec<u8>, String> {
    use base64::Engine as _;
    if let Some(error) = case["error"].as_str() {
        return Err(error.into());
    }
    if let Some(bytes) = case["bytes"].as_str() {
        let bytes = base64::engine::general_purpose::STANDARD.decode(bytes);
        return Ok(bytes.unwrap());
    }
    Ok(case["out"].as_str().unwrap_or_default().as_bytes().to_vec())
}
