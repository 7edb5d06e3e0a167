//! One side of `cargo xtask differential`: a request a line on standard input,
//! an answer a line on standard output, in the shapes of the oracle in
//! `tests/differential/oracle`.

#![expect(
    clippy::print_stdout,
    reason = "a tool that answers on standard output"
)]
#![allow(clippy::unwrap_used, reason = "a test tool")]

mod world;

use std::{collections::BTreeMap, io::BufRead, path::Path, sync::Arc};

use futures_executor::block_on;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use trueup_builtin::TerraformProvider;
use trueup_core::{
    address::{AbsResource, AbsResourceInstance, ProviderSource, Target, parse_target},
    apply::apply,
    load::{Config, Loader},
    plan::{About, Mode, Options, Plan, document, plan},
    run::{Stack, schema_of},
    state::State,
    validate::{Environment, Registry, validate},
};
use trueup_sdk::ProviderSchema;
use trueup_state::Snapshot;
use trueup_syntax::{Diagnostics, FileId, Severity, SourceFile, parse::parse_traversal};

use world::{MemoryFiles, functions};

#[derive(Deserialize)]
struct Request {
    files: BTreeMap<String, String>,
    state: Option<Json>,
    mode: String,
    refresh: bool,
    replace: Vec<String>,
    #[serde(default)]
    targets: Vec<String>,
    apply: bool,
    schema: Option<Json>,
}

fn main() {
    // Evaluation recurses as deep as expressions nest.
    let worker = std::thread::Builder::new().stack_size(256 << 20);
    let worker = worker.spawn(|| {
        for line in std::io::stdin().lock().lines() {
            let request: Request = serde_json::from_str(&line.unwrap()).unwrap();
            println!("{}", answer(&request));
        }
    });
    worker.unwrap().join().unwrap();
}

fn registry(request: &Request) -> Registry {
    let mut registry = Registry::default();
    let terraform = Box::new(TerraformProvider::new());
    registry.add(ProviderSource::builtin("terraform"), terraform);
    if let Some(schema) = &request.schema {
        let schema = ProviderSchema::from_json(schema).unwrap();
        let mock = Box::new(trueup_test::Mock::new(schema));
        registry.add(ProviderSource::official("mock"), mock);
    }
    registry
}

fn answer(request: &Request) -> Json {
    let files = request.files.iter();
    let files = MemoryFiles(files.map(|(n, t)| (n.into(), t.clone())).collect());
    let (config, found) = Loader::new(&files).load(Path::new("."), Path::new(".terraform"));
    if found.has_errors() {
        return json!({ "validated": listed(&config, &found) });
    }
    let functions = functions(Arc::new(files.clone()));
    let registry = registry(request);
    let environment = Environment {
        schemas: &registry,
        functions: &functions,
        workspace: "default",
        cwd: "/",
    };
    let mut found = found;
    found.extend(validate(&config, &environment));
    let mut out = json!({ "validated": listed(&config, &found) });
    if found.has_errors() {
        return out;
    }
    let stack = Stack {
        config: &config,
        schemas: &registry,
        functions: &functions,
        workspace: "default",
        cwd: "/",
        inputs: &BTreeMap::new(),
    };
    run(request, stack, &mut out);
    out
}

fn run(request: &Request, stack: Stack<'_>, out: &mut Json) {
    let state = match &request.state {
        None => State {
            lineage: "4e1a2f33-0000-4000-8000-000000000001".into(),
            ..State::default()
        },
        Some(state) => {
            let snapshot = Snapshot::read(state.to_string().as_bytes())
                .unwrap()
                .unwrap();
            State::from_snapshot(&snapshot).unwrap()
        }
    };
    let (planned, found) = block_on(plan(
        stack,
        &state,
        &options(request),
        trueup_core::progress::Watch::default(),
    ));
    out["planned"] = listed(stack.config, &found);
    out["plan"] = plan_json(stack, &planned);
    if planned.errored || found.has_errors() || !request.apply {
        return;
    }
    let (after, found) = block_on(apply(
        stack,
        &planned,
        None,
        4,
        trueup_core::progress::Watch::default(),
    ));
    out["applied"] = listed(stack.config, &found);
    out["state"] = snapshot_json(stack, &after);
}

fn plan_json(stack: Stack<'_>, plan: &Plan) -> Json {
    let about = About {
        config: stack.config,
        schemas: stack.schemas,
        inputs: stack.inputs,
        terraform_version: "1.11.4",
        timestamp: "",
    };
    document(plan, &about)
}

fn snapshot_json(stack: Stack<'_>, state: &State) -> Json {
    let ty = |address: &AbsResource, provider: &str| {
        let source = match provider.contains("builtin") {
            true => ProviderSource::builtin("terraform"),
            false => ProviderSource::official("mock"),
        };
        let provider = stack.schemas.provider(&source)?;
        let schema = schema_of(provider, &address.resource)?;
        Some(schema.block.implied_type())
    };
    let mut bytes = Vec::new();
    let snapshot = state.to_snapshot("1.11.4", &ty).unwrap();
    snapshot.write(&mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn options(request: &Request) -> Options {
    Options {
        mode: match request.mode.as_str() {
            "destroy" => Mode::Destroy,
            "refresh-only" => Mode::RefreshOnly,
            _ => Mode::Normal,
        },
        refresh: request.refresh,
        replace: request.replace.iter().map(|text| instance(text)).collect(),
        targets: request.targets.iter().map(|text| target(text)).collect(),
        ..Options::default()
    }
}

fn target(text: &str) -> Target {
    let file = SourceFile::new(FileId(0), "option", text);
    parse_target(&parse_traversal(&file).0.unwrap()).unwrap()
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

fn listed(config: &Config, diagnostics: &Diagnostics) -> Json {
    let found = diagnostics.0.iter().map(|d| {
        let place = d.subject.map(|span| {
            let file = config.sources().file(span.file);
            format!("{}:{}", file.name, file.position(span.start).line)
        });
        let severity = match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        json!({
            "severity": severity,
            "summary": d.summary,
            "detail": d.detail,
            "place": place.unwrap_or_default(),
        })
    });
    found.collect()
}
