//! Helm's functions as the oracle: every `*.jsonl` here holds templates with
//! what they print or how they fail under Go with the functions of Helm 4.3.1.
//! Their data is `data.json`. `FUNCTION_CASES` may name another file of answers.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use base64::Engine as _;
use serde_json::Value as Json;
use trueup_helm_template::functions::{
    Clock, Entropy, Lookup, Query, Sources, from_json_value, helm,
};
use trueup_helm_template::{Error, Functions, MissingKey, Options, Renderer, Templates, Value};

struct Still;

impl Entropy for Still {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

impl Clock for Still {
    fn now(&self) -> (i64, u32) {
        (1_700_000_000, 0)
    }
}

fn functions() -> Functions {
    functions_in(None)
}

fn functions_in(cluster: Option<Arc<dyn Lookup>>) -> Functions {
    let still = Arc::new(Still);
    helm(&Sources {
        entropy: still.clone(),
        cluster,
        clock: still,
    })
}

#[test]
fn functions_answer_as_in_helm() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/functions");
    let data = fs::read_to_string(folder.join("data.json")).unwrap();
    let data: Json = serde_json::from_str(&data).unwrap();
    let only = std::env::var("FUNCTION_CASES").ok();
    let mut files: Vec<PathBuf> = match only {
        Some(file) => vec![file.into()],
        None => fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
            .collect(),
    };
    files.sort();
    let mut differences = Vec::new();
    let mut count = 0;
    for file in &files {
        for line in fs::read_to_string(file).unwrap().lines() {
            let case: Json = serde_json::from_str(line).unwrap();
            count += 1;
            let (ours, theirs) = (ours(&case, &data), theirs(&case));
            if ours != theirs {
                differences.push(format!(
                    "{}\n  helm   {}\n  trueup {}",
                    case["template"],
                    shown(&theirs),
                    shown(&ours)
                ));
            }
        }
    }
    assert!(
        differences.is_empty(),
        "{} of {count} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

fn shown(answer: &Result<Vec<u8>, String>) -> String {
    match answer {
        Ok(bytes) => format!("prints {:?}", String::from_utf8_lossy(bytes)),
        Err(message) => format!("fails: {message}"),
    }
}

fn ours(case: &Json, data: &Json) -> Result<Vec<u8>, String> {
    let data = case.get("data").unwrap_or(data);
    render(case["template"].as_str().unwrap(), data).map_err(|error| error.message().to_string())
}

/// What a template prints about a text, or how it fails.
pub(crate) fn print(template: &str, data: &str) -> Result<String, String> {
    match render(template, &data.into()) {
        Ok(bytes) => Ok(String::from_utf8(bytes).unwrap()),
        Err(error) => Err(error.message().to_string()),
    }
}

fn render(template: &str, data: &Json) -> Result<Vec<u8>, Error> {
    render_with(functions(), template, data)
}

fn render_with(functions: Functions, template: &str, data: &Json) -> Result<Vec<u8>, Error> {
    let mut templates = Templates::new("t", functions);
    templates.parse("t", template)?;
    let options = Options {
        missing_key: MissingKey::Zero,
        ..Options::default()
    };
    let data = from_json_value(data);
    let printed: Value = Renderer::new(&templates, options).execute("t", &data)?;
    Ok(printed.as_string().unwrap().as_bytes().to_vec())
}

fn theirs(case: &Json) -> Result<Vec<u8>, String> {
    if let Some(error) = case["error"].as_str() {
        return Err(error.into());
    }
    if let Some(bytes) = case["bytes"].as_str() {
        return Ok(base64::engine::general_purpose::STANDARD
            .decode(bytes)
            .unwrap());
    }
    Ok(case["out"].as_str().unwrap_or_default().as_bytes().to_vec())
}

/// A cluster with one deployment, in which nobody may read Secrets.
struct Small;

impl Lookup for Small {
    fn find(&self, query: &Query) -> Result<Option<Json>, String> {
        let deployment = serde_json::json!({ "spec": { "replicas": 3, "share": 0.5 } });
        let names = [
            &query.api_version,
            &query.kind,
            &query.namespace,
            &query.name,
        ];
        match names.map(String::as_str) {
            ["apps/v1", "Deployment", "logs", "loki"] => Ok(Some(deployment)),
            ["apps/v1", "Deployment", "logs", ""] => {
                Ok(Some(serde_json::json!({ "items": [deployment] })))
            }
            ["v1", "Secret", ..] => Err("secrets is forbidden".to_owned()),
            _ => Ok(None),
        }
    }
}

#[test]
fn lookups_find_what_is_in_the_cluster() {
    let look = |template: &str| {
        let functions = functions_in(Some(Arc::new(Small)));
        let printed = render_with(functions, template, &Json::Null);
        let printed = printed.map(|bytes| String::from_utf8(bytes).unwrap());
        printed.unwrap_or_else(|error| error.message().to_string())
    };
    for (template, expected) in [
        (
            r#"{{ (lookup "apps/v1" "Deployment" "logs" "loki").spec.replicas }}"#,
            "3",
        ),
        (
            r#"{{ range $name, $value := (lookup "apps/v1" "Deployment" "logs" "loki").spec }}{{ kindOf $value }} {{ end }}"#,
            "int64 float64 ",
        ),
        (
            r#"{{ len (lookup "apps/v1" "Deployment" "logs" "").items }}"#,
            "1",
        ),
        (r#"{{ lookup "v1" "ConfigMap" "logs" "none" }}"#, "map[]"),
        (
            r#"{{ lookup "v1" "Secret" "logs" "none" }}"#,
            r#"template: t:1:3: executing "t" at <lookup "v1" "Secret" "logs" "none">: error calling lookup: secrets is forbidden"#,
        ),
    ] {
        assert_eq!(look(template), expected, "{template}");
    }
}
