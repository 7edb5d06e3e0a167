//! Answers requests for `cargo xtask differential --helm`, one JSON object a
//! line, as `tests/differential/helm/oracle/main.go` does.
//!
//! With the argument `api-versions` it prints the versions that charts always
//! see.

use std::{
    fs,
    io::{self, BufRead, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};
use trueup_helm::{
    Capabilities, ChartError, Clock, Entropy, Given, KubeVersion, Limits, Options, Release,
    SchemaCheck, Selection, Setting, Sources, load, render, set, unused,
};
use trueup_helm_template::{
    Error, MissingKey, Renderer, Templates,
    functions::{from_json_value, helm},
};

/// As in the command line: what recurses relies on it.
const STACK_SIZE: usize = 256 << 20;

struct Still;

/// Numbers that are the same in every run and still all differ: the search for
/// a prime among equal ones never ends.
struct Seeded(AtomicU64);

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let step = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            let mixed = (step ^ step >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
            let drawn = (mixed ^ mixed >> 31).to_le_bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    }
}

impl Clock for Still {
    fn now(&self) -> (i64, u32) {
        (1_700_000_000, 0)
    }
}

fn sources() -> Sources {
    Sources {
        entropy: Arc::new(Seeded(AtomicU64::new(7))),
        cluster: None,
        clock: Arc::new(Still),
    }
}

fn main() {
    let run = thread::Builder::new().stack_size(STACK_SIZE).spawn(run);
    let done = run.map(thread::JoinHandle::join);
    assert!(matches!(done, Ok(Ok(Ok(())))), "the answers ended early");
}

fn run() -> io::Result<()> {
    let mut out = io::stdout().lock();
    if std::env::args().nth(1).as_deref() == Some("api-versions") {
        let version = KubeVersion::parse("1.33.0").map_err(io::Error::other)?;
        let versions = Capabilities::offline(version).api_versions;
        return writeln!(out, "{}", versions.join("\n"));
    }
    for line in io::stdin().lock().lines() {
        let asked: Json = serde_json::from_str(&line?)?;
        let said = match answer(&asked) {
            Err(message) => json!({"error": message}),
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => json!({"out": text}),
                Err(other) => json!({"bytes": STANDARD.encode(other.as_bytes())}),
            },
        };
        writeln!(out, "{said}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(asked: &Json) -> Result<Vec<u8>, String> {
    if let Some(text) = asked["template"].as_str() {
        let printed = template(text, &asked["data"]);
        return printed.map_err(|error| error.message().to_string());
    }
    if let Some(rule) = asked["rule"].as_str() {
        let version = asked["version"].as_str().unwrap_or_default();
        return Ok(compatible(rule, version).to_string().into_bytes());
    }
    if let Some(path) = asked["unused"].as_str() {
        return ignored(path).map_err(|error| error.to_string());
    }
    chart(asked).map_err(|error| error.to_string())
}

/// What a chart doesn't read of its own defaults, given as a file: nothing
/// should be told of.
fn ignored(path: &str) -> Result<Vec<u8>, ChartError> {
    let chart = load(Path::new(path))?;
    let mut given = Given::default();
    let defaults = Path::new(path).join("values.yaml");
    let text = fs::read(&defaults).map_err(|error| ChartError::new(error.to_string()))?;
    given.file("values.yaml", &text)?;
    let options = options(&given, Capabilities::default(), false);
    let found = unused(&chart, &options, &given)?;
    let lines: Vec<String> = found.iter().map(|one| one.path.to_string()).collect();
    Ok(lines.join("\n").into_bytes())
}

fn compatible(rule: &str, version: &str) -> bool {
    use trueup_helm_template::semver::{Constraint, Version};
    match (Constraint::parse(rule), Version::parse(version)) {
        (Ok(rule), Ok(version)) => rule.matches(&version),
        _ => false,
    }
}

fn template(text: &str, data: &Json) -> Result<Vec<u8>, Error> {
    let mut templates = Templates::new("t", helm(&sources()));
    templates.parse("t", text)?;
    let options = trueup_helm_template::Options {
        missing_key: MissingKey::Zero,
        ..Default::default()
    };
    let data = from_json_value(data);
    let printed = Renderer::new(&templates, options).execute("t", &data)?;
    let text = printed.as_string().map(|text| text.as_bytes().to_vec());
    Ok(text.unwrap_or_default())
}

fn texts<'a>(asked: &'a Json, key: &str) -> impl Iterator<Item = &'a str> {
    let texts = asked[key].as_array().into_iter().flatten();
    texts.filter_map(Json::as_str)
}

fn chart(asked: &Json) -> Result<Vec<u8>, ChartError> {
    let given = given(asked)?;
    let path = asked["chart"].as_str().unwrap_or_default();
    let chart = load(Path::new(path))?;
    let kube = asked["kube"].as_str().unwrap_or("1.33.0");
    let mut capabilities = Capabilities::offline(KubeVersion::parse(kube)?);
    let more = texts(asked, "apis").map(str::to_owned);
    capabilities.api_versions.extend(more);
    let options = options(&given, capabilities, asked["upgrade"] == true);
    let rendered = render(&chart, &options)?;
    let selection = Selection {
        include_crds: asked["crds"] == true,
        ..Selection::default()
    };
    let mut text = rendered.print(&selection)?;
    text.push_str("=== NOTES\n");
    text.push_str(&rendered.notes);
    Ok(text.into_bytes())
}

fn options(given: &Given, capabilities: Capabilities, is_upgrade: bool) -> Options {
    Options {
        release: Release {
            name: "rel".to_owned(),
            namespace: "ns".to_owned(),
            revision: 1,
            is_upgrade,
        },
        values: given.values.clone(),
        capabilities,
        sources: sources(),
        helm_3: false,
        strict: false,
        schema: SchemaCheck::All,
        limits: Limits::default(),
    }
}

fn given(asked: &Json) -> Result<Given, ChartError> {
    let mut given = Given::default();
    for path in texts(asked, "values") {
        let bytes = fs::read(path).map_err(|error| ChartError::new(error.to_string()))?;
        let parsed = given.file(path, &bytes);
        parsed.map_err(|error| ChartError::new(format!("failed to parse {path}: {error}")))?;
    }
    let flags = [
        ("setJson", Setting::Json),
        ("set", Setting::Typed),
        ("setString", Setting::Text),
        ("setLiteral", Setting::Literal),
    ];
    for (key, setting) in flags {
        for text in texts(asked, key) {
            given.flag(text, |values| set(values, text, setting))?;
        }
    }
    Ok(given)
}
