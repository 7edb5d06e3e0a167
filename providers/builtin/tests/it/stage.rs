//! A stage: stacks planned and applied step by step by the engine, in a world
//! whose time stands still and whose randomness counts.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, SystemTime},
};

use futures_executor::block_on;
use serde_json::{Value as Json, json};
use trueup_core::{
    address::ProviderSource,
    apply::apply,
    load::{Config, Loader},
    plan::{Mode, Options, Plan, changes_json, plan, value_json},
    progress::Watch,
    run::{Stack, schema_of},
    state::State,
    validate::{Environment, Registry, Schemas, validate},
};
use trueup_lang::{
    context::{self, Context, FileKind, Files, ParsedTemplate, Templates},
    function::{FunctionError, Functions},
    functions::standard,
};
use trueup_sdk::{
    Answer, Configured, Provider,
    native::NativeProvider,
    ready,
    world::{Clock, Random, World},
};
use trueup_state::Snapshot;
use trueup_syntax::Diagnostics;
use trueup_value::Value;

/// Time that passes only where somebody waits for it.
pub(crate) struct StillClock(Mutex<SystemTime>);

/// Bytes that count from 0.
#[derive(Default)]
pub(crate) struct CountingRandom(AtomicU8);

pub(crate) struct Stage {
    pub(crate) clock: Arc<StillClock>,
    pub(crate) folder: tempfile::TempDir,
    registry: Registry,
    functions: Functions,
    state: State,
}

impl StillClock {
    /// 2026-03-01T12:00:00Z
    fn new() -> Self {
        let start = Duration::from_secs(1_772_366_400);
        StillClock(Mutex::new(SystemTime::UNIX_EPOCH + start))
    }

    pub(crate) fn pass(&self, duration: Duration) {
        *self.0.lock().expect("no panic") += duration;
    }
}

impl Clock for StillClock {
    fn now(&self) -> SystemTime {
        *self.0.lock().expect("no panic")
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        self.pass(duration);
        ready(())
    }
}

impl Random for CountingRandom {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        for byte in bytes {
            *byte = self.0.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl Stage {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(StillClock::new());
        let folder = tempfile::tempdir().expect("a folder");
        let world = World {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::new(CountingRandom::default()),
            working_dir: folder.path().to_owned(),
            variables: BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]).into(),
        };
        let mut registry = Registry::default();
        for (name, provider) in providers(&world) {
            registry.add(ProviderSource::official(name), Box::new(provider));
        }
        Stage {
            clock,
            folder,
            registry,
            functions: functions(),
            state: State::default(),
        }
    }

    /// The actions a configuration leads to: `ADDRESS: ACTIONS`, followed by
    /// the attributes that ask for a new object. Diagnostics come in their
    /// place, if there are any.
    pub(crate) fn plan(&self, text: &str) -> Vec<String> {
        match self.planned(text, &Options::default()) {
            Ok(plan) => actions(&plan),
            Err(found) => found,
        }
    }

    /// The same, and then does it.
    pub(crate) fn apply(&mut self, text: &str) -> Vec<String> {
        self.run(text, &Options::default())
    }

    /// Destroys all there is.
    pub(crate) fn destroy(&mut self, text: &str) -> Vec<String> {
        let options = Options {
            mode: Mode::Destroy,
            ..Options::default()
        };
        self.run(text, &options)
    }

    fn run(&mut self, text: &str, options: &Options) -> Vec<String> {
        let plan = match self.planned(text, options) {
            Ok(plan) => plan,
            Err(found) => return found,
        };
        let config = config(text);
        let inputs = BTreeMap::new();
        let stack = self.stack(&config, &inputs);
        let (state, found) = block_on(apply(stack, &plan, None, 4, Watch::default()));
        self.state = State::from_snapshot(&self.snapshot(&state)).expect("the same state");
        match found.0.is_empty() {
            true => actions(&plan),
            false => told(&found),
        }
    }

    fn planned(&self, text: &str, options: &Options) -> Result<Plan, Vec<String>> {
        let config = config(text);
        let inputs = BTreeMap::new();
        let found = validate(
            &config,
            &Environment {
                schemas: &self.registry,
                functions: &self.functions,
                workspace: "default",
                cwd: "/",
            },
        );
        if !found.0.is_empty() {
            return Err(told(&found));
        }
        let (plan, found) = block_on(plan(
            self.stack(&config, &inputs),
            &self.state,
            options,
            Watch::default(),
        ));
        match found.0.is_empty() {
            true => Ok(plan),
            false => Err(told(&found)),
        }
    }

    fn stack<'a>(
        &'a self,
        config: &'a Config,
        inputs: &'a BTreeMap<trueup_value::Str, Value>,
    ) -> Stack<'a> {
        Stack {
            config,
            schemas: &self.registry,
            functions: &self.functions,
            workspace: "default",
            cwd: "/",
            inputs,
        }
    }

    fn snapshot(&self, state: &State) -> Snapshot {
        let ty = |address: &trueup_core::address::AbsResource, provider: &str| {
            let kind = provider.rsplit_once('/')?.1.split_once('"')?.0;
            let provider = self.registry.provider(&ProviderSource::official(kind))?;
            Some(schema_of(provider, &address.resource)?.block.implied_type())
        };
        state.to_snapshot("1.11.4", &ty).expect("a snapshot")
    }

    /// The attributes of the only instance of a resource, as the state has
    /// them.
    pub(crate) fn attributes(&self, kind: &str) -> Json {
        let mut bytes = Vec::new();
        let snapshot = self.snapshot(&self.state);
        snapshot.write(&mut bytes).expect("memory");
        let json: Json = serde_json::from_slice(&bytes).expect("JSON");
        let resources = json["resources"].as_array().expect("a list");
        let mut managed = resources.iter().filter(|r| r["mode"] == "managed");
        let found = managed.find(|resource| resource["type"] == kind);
        let found = found.expect("the resource");
        found["instances"][0]["attributes"].clone()
    }

    /// Makes the state one that does not say what is sensitive, as old versions
    /// of Terraform wrote it.
    pub(crate) fn forget_what_is_sensitive(&mut self) {
        let mut bytes = Vec::new();
        self.snapshot(&self.state)
            .write(&mut bytes)
            .expect("memory");
        let mut json: Json = serde_json::from_slice(&bytes).expect("JSON");
        for resource in json["resources"].as_array_mut().expect("a list") {
            for instance in resource["instances"].as_array_mut().expect("a list") {
                instance["sensitive_attributes"] = json!([]);
            }
        }
        let snapshot = Snapshot::read(json.to_string().as_bytes());
        let snapshot = snapshot.expect("a snapshot").expect("a state");
        self.state = State::from_snapshot(&snapshot).expect("the same state");
    }

    /// What a provider makes of an import ID: attributes that are not null.
    pub(crate) fn import(&self, kind: &str, id: &str) -> Json {
        let (provider, configured) = self.configured(kind);
        let found = block_on(configured.import(kind, id));
        match found {
            Err(problems) => json!(problems.first().map(|p| p.summary.clone())),
            Ok(imported) => {
                let object = imported.into_iter().next().expect("an object").object;
                let ty = provider.schema().resources[kind].block.implied_type();
                assert!(object.value.has_type(&ty), "{:?}", object.value);
                without_null(value_json(&object.value))
            }
        }
    }

    /// An object stored under an older version, brought up to date.
    pub(crate) fn upgrade(&self, kind: &str, version: u64, json: &Json) -> Json {
        let (provider, _) = self.configured(kind);
        let text = json.to_string();
        match block_on(provider.upgrade(kind, version, &text)) {
            Ok(value) => without_null(value_json(&value)),
            Err(problems) => json!(problems.first().map(|p| p.detail.clone())),
        }
    }

    pub(crate) fn configured(&self, kind: &str) -> (&dyn Provider, Arc<dyn Configured>) {
        let name = kind.split('_').next().expect("a name");
        let source = ProviderSource::official(name);
        let provider = self.registry.provider(&source).expect("the provider");
        let config = Value::empty_object();
        let configured = block_on(provider.configure(&config)).expect("no configuration");
        (provider, configured)
    }
}

fn providers(world: &World) -> [(&'static str, NativeProvider); 5] {
    [
        ("external", trueup_builtin::external(world)),
        ("local", trueup_builtin::local(world)),
        ("null", trueup_builtin::null(world)),
        ("random", trueup_builtin::random(world)),
        ("time", trueup_builtin::time(world)),
    ]
}

fn config(text: &str) -> Config {
    let files = OneFile(text.to_owned());
    let (config, found) = Loader::new(&files).load(Path::new("."), Path::new(".terraform"));
    assert_eq!(found.0, []);
    config
}

fn told(found: &Diagnostics) -> Vec<String> {
    let text = |d: &trueup_syntax::Diagnostic| format!("{}: {}", d.summary, d.detail);
    found.0.iter().map(text).collect()
}

fn actions(plan: &Plan) -> Vec<String> {
    let changes = changes_json(&plan.changes);
    let changes = changes.as_array().expect("a list").iter();
    let changed = changes.filter(|change| change["change"]["actions"] != json!(["no-op"]));
    changed
        .map(|change| {
            let actions = change["change"]["actions"].as_array().expect("a list");
            let actions: Vec<&str> = actions.iter().filter_map(Json::as_str).collect();
            let paths = change["change"]["replace_paths"].as_array();
            let paths = paths.into_iter().flatten().map(|path| format!(" {path}"));
            let address = change["address"].as_str().expect("an address");
            format!(
                "{address}: {}{}",
                actions.join("+"),
                paths.collect::<String>()
            )
        })
        .collect()
}

fn without_null(json: Json) -> Json {
    match json {
        Json::Object(entries) => entries.into_iter().filter(|(_, v)| !v.is_null()).collect(),
        other => other,
    }
}

struct OneFile(String);

impl Files for OneFile {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match path.ends_with("main.tf") {
            true => Ok(self.0.clone().into_bytes()),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        match path.ends_with("main.tf") {
            true => Ok(FileKind::File),
            false => Ok(FileKind::Directory),
        }
    }

    fn list(&self, _: &Path) -> io::Result<Vec<std::ffi::OsString>> {
        Ok(vec!["main.tf".into()])
    }
}

struct Nothing;

impl context::Clock for Nothing {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}

impl context::Random for Nothing {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

impl Templates for Nothing {
    fn parse(&self, _: &str, _: &str) -> Result<Box<dyn ParsedTemplate>, FunctionError> {
        Err(FunctionError::new("no templates here"))
    }
}

fn functions() -> Functions {
    standard(&Context {
        base_dir: PathBuf::from("."),
        working_dir: PathBuf::from("/"),
        home_dir: None,
        plan_timestamp: None,
        pure_only: true,
        console: false,
        clock: Arc::new(Nothing),
        random: Arc::new(Nothing),
        files: Arc::new(OneFile(String::new())),
        templates: Arc::new(Nothing),
    })
}
