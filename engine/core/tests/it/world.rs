//! What tests validate configurations in: files in memory, no clock.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    path::{Component, Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use trueup_builtin::TerraformProvider;
use trueup_core::{
    address::ProviderSource,
    load::{Config, Loader},
    process::LocalProcesses,
    validate::{Environment, Registry, validate},
};
use trueup_lang::{
    context::{Clock, Context, FileKind, Files, ParsedTemplate, Random, Templates},
    function::{FunctionError, Functions},
    functions::{standard, terraform_provider},
};
use trueup_sdk::{Answer, Configuration, Problem, Provider, ProviderSchema, ready};
use trueup_syntax::Diagnostics;
use trueup_testkit::FakeClock;
use trueup_value::Value;

/// Files by path.
#[derive(Clone, Default)]
pub(crate) struct MemoryFiles(pub(crate) BTreeMap<PathBuf, String>);

fn plain(path: &Path) -> PathBuf {
    path.components()
        .filter(|c| !matches!(c, Component::CurDir))
        .collect()
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let found = self.0.get(&plain(path));
        found
            .map(|text| text.as_bytes().to_vec())
            .ok_or(io::ErrorKind::NotFound.into())
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        match self.0.contains_key(&plain(path)) {
            true => Ok(FileKind::File),
            false => self.list(path).map(|_| FileKind::Directory),
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        let dir = plain(path);
        let inside = self.0.keys().filter(|file| file.starts_with(&dir));
        let mut names: Vec<OsString> = inside
            .filter_map(|file| {
                let rest = file.strip_prefix(&dir).ok()?;
                rest.components().next().map(|c| c.as_os_str().to_owned())
            })
            .collect();
        names.dedup();
        match names.is_empty() {
            true => Err(io::ErrorKind::NotFound.into()),
            false => Ok(names),
        }
    }
}

struct Nothing;

impl Clock for Nothing {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}

impl Random for Nothing {
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

pub(crate) fn functions(files: Arc<dyn Files>) -> Functions {
    let mut functions = standard(&Context {
        base_dir: PathBuf::from("."),
        working_dir: PathBuf::from("/"),
        home_dir: None,
        plan_timestamp: None,
        pure_only: true,
        console: false,
        clock: Arc::new(Nothing),
        random: Arc::new(Nothing),
        files,
        templates: Arc::new(Nothing),
    });
    for (name, function) in terraform_provider() {
        let source = ProviderSource::builtin("terraform");
        functions.insert(format!("provider::{source}::{name}"), function);
    }
    functions
}

pub(crate) fn providers() -> Registry {
    let mut registry = Registry::default();
    registry.add(
        ProviderSource::builtin("terraform"),
        Box::new(TerraformProvider::new()),
    );
    registry.add(ProviderSource::official("mock"), Box::new(Mock::new()));
    registry.add(
        ProviderSource::official("echo"),
        Box::new(crate::echo::Echo::new(FakeClock::new())),
    );
    registry.start_with(Box::new(LocalProcesses {
        environment: BTreeMap::from([("PATH".into(), "/usr/bin:/bin".into())]).into(),
        directory: None,
    }));
    registry
}

/// A provider with a schema of everything a schema can have, and no opinion.
struct Mock(ProviderSchema);

impl Mock {
    fn new() -> Self {
        let json = serde_json::from_str(include_str!("../schema.json")).expect("JSON");
        Mock(ProviderSchema::from_json(&json).expect("a schema"))
    }
}

impl Provider for Mock {
    fn schema(&self) -> &ProviderSchema {
        &self.0
    }

    fn configure<'a>(&'a self, _: &'a Value) -> Answer<'a, Configuration> {
        let only = "It is there to be asked for its schema.";
        ready(Err(vec![Problem::error(
            "No work",
            only,
            trueup_value::Path::new(),
        )]))
    }
}

/// Loads and validates the module at the root of `files`.
pub(crate) fn run(files: Arc<dyn Files>, dir: &Path) -> (Config, Diagnostics) {
    let (config, mut diagnostics) = Loader::new(files.as_ref()).load(dir, &dir.join(".terraform"));
    if !diagnostics.has_errors() {
        let functions = functions(files);
        let registry = providers();
        diagnostics.extend(validate(
            &config,
            &Environment {
                schemas: &registry,
                functions: &functions,
                workspace: "default",
                cwd: "/",
            },
        ));
    }
    (config, diagnostics)
}

/// A diagnostic in one line: severity, place, summary, detail.
pub(crate) fn lines(config: &Config, diagnostics: &Diagnostics) -> Vec<String> {
    let mut found: Vec<_> = diagnostics
        .0
        .iter()
        .map(|d| {
            let severity = match d.severity {
                trueup_syntax::Severity::Error => 'e',
                trueup_syntax::Severity::Warning => 'w',
            };
            let (at, place) = match d.subject {
                None => (0, "-".to_owned()),
                Some(span) => {
                    let file = config.sources().file(span.file);
                    let end = span.end.max(span.start + 1);
                    let (start, end) = (file.position(span.start), file.position(end));
                    let place = format!(
                        "{}:{},{}-{},{}",
                        file.name, start.line, start.column, end.line, end.column
                    );
                    (span.start, place)
                }
            };
            let detail = d.detail.replace('\n', "\\n");
            (at, format!("{severity} {place} {} | {detail}", d.summary))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, line)| line).collect()
}
