//! A plan without providers: what blocks say, evaluated in the order of the
//! file. `var.later` is not known, `var.secret` is a secret; `id` and `arn` of
//! managed resources that don't set them are not known.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt::Write as _,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use trueup_core::{
    address::{AbsResource, AbsResourceInstance, ModuleInstance, Resource, ResourceMode},
    load::Loader,
    plan::{Action, Mode, Plan, ResourceChange},
    state::{Attributes, InstanceState, Object, ResourceState},
};
use trueup_lang::{
    NoTemplates, Scope,
    context::{Clock, Context, FileKind, Files, Random},
    evaluate,
    function::Functions,
    functions::{standard, yaml_value},
};
use trueup_lints::{Reviewer, find_rule, rules};
use trueup_sdk::Fact;
use trueup_syntax::{
    Severity,
    ast::{Block, Body},
    parse::parse_file,
};
use trueup_value::{Marks, Str, Type, Value};

/// What a case says, until its findings are asked for.
#[derive(Default)]
pub(crate) struct Stage {
    files: BTreeMap<String, String>,
    facts: BTreeMap<String, Vec<Fact>>,
    nodes: Vec<Fact>,
    destroys: bool,
    rule: Option<String>,
}

impl Stage {
    /// Takes a block.
    pub(crate) fn set(&mut self, name: &str, text: String) {
        match name.split_once(' ') {
            Some(("facts", release)) => self.add_facts(release, &text),
            _ if name.starts_with("helm_release.") => self.add_objects(name, &text),
            _ if name == "nodes" => self.nodes = text.lines().map(node).collect(),
            _ if name == "mode" => self.destroys = text.trim() == "destroy",
            _ if name == "rule" => self.rule = Some(text.trim().to_owned()),
            _ => {
                assert!(name.ends_with(".tf"), "a block called {name}");
                self.files.insert(name.to_owned(), text);
            }
        }
    }

    fn add_objects(&mut self, release: &str, text: &str) {
        for document in text
            .split("---\n")
            .filter(|document| !document.trim().is_empty())
        {
            let value = yaml_value(document).expect("an object");
            if value.is_null() {
                continue;
            }
            let text = |value: Option<&Value>| {
                value.and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            let kind = text(value.get("kind"));
            let metadata = value.get("metadata").expect("metadata");
            let name = text(metadata.get("name"));
            // Where nothing is said, it is the release's.
            let namespace = text(metadata.get("namespace"));
            let namespace = match (kind.as_str(), namespace.as_str()) {
                ("CustomResourceDefinition" | "ClusterRole" | "ClusterRoleBinding", _) => "",
                (_, "") => "monitoring",
                (_, namespace) => namespace,
            };
            let label = match namespace {
                "" => format!("{kind} {name}"),
                namespace => format!("{kind} {namespace}/{name}"),
            };
            let fact = Fact::new("object", label, with_unknown(&value));
            self.facts.entry(release.to_owned()).or_default().push(fact);
        }
    }

    fn add_facts(&mut self, release: &str, text: &str) {
        let facts = yaml_value(text).expect("a list of facts");
        for fact in facts.values() {
            let text = |name: &str| {
                fact.get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let value = fact
                .get("value")
                .cloned()
                .unwrap_or_else(Value::empty_object);
            let mut fact = Fact::new(text("kind"), text("name"), value);
            fact.path = trueup_value::Path::new().attr("values");
            self.facts.entry(release.to_owned()).or_default().push(fact);
        }
    }

    /// What comes out.
    pub(crate) fn findings(&self) -> String {
        let (config, found) = Loader::new(self).load(Path::new("."), Path::new(".terraform"));
        assert!(!found.has_errors(), "{found:?}");
        let plan = self.plan();
        let mut text = String::new();
        let only: Vec<_> = match &self.rule {
            Some(id) => vec![find_rule(id).expect("a rule")],
            None => rules().to_vec(),
        };
        let reviewer = Reviewer {
            rules: &only,
            now: SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000),
        };
        let review = reviewer.review(&plan, &config);
        for finding in &review.findings {
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let diagnostic = trueup_lints::diagnostic(finding, &config);
            let _ = writeln!(
                text,
                "{severity} {} {}{}",
                finding.rule, finding.address, finding.path
            );
            let _ = writeln!(text, "  {}", finding.summary);
            let _ = writeln!(text, "  {}", diagnostic.detail);
            if let Some(hint) = &finding.hint {
                let _ = writeln!(text, "  hint: {hint}");
            }
            if let Some(ignored) = &finding.ignored {
                let _ = writeln!(
                    text,
                    "  ignored until {}: {}",
                    ignored.until, ignored.reason
                );
            }
        }
        for notice in &review.notices.0 {
            let place = notice.subject.expect("a place");
            let file = config.sources().file(place.file);
            let _ = writeln!(text, "notice {} {}", file.describe(place), notice.summary);
            let _ = writeln!(text, "  {}", notice.detail);
            for hint in &notice.hints {
                let _ = writeln!(text, "  hint: {hint}");
            }
        }
        text
    }

    fn plan(&self) -> Plan {
        let mut world = World::default();
        for (name, text) in &self.files {
            let mut sources = trueup_syntax::SourceMap::default();
            let id = sources.add(name.as_str(), text.as_str());
            let (body, _) = parse_file(sources.file(id));
            for block in &body.blocks {
                world.declare(block);
            }
        }
        let mut plan = Plan {
            mode: if self.destroys {
                Mode::Destroy
            } else {
                Mode::Normal
            },
            ..Plan::default()
        };
        for (resource, value) in world.made {
            let mut facts = self.facts.get(&resource.to_string()).cloned();
            if !self.nodes.is_empty() && resource.mode == ResourceMode::Managed {
                facts.get_or_insert_default().extend(self.nodes.clone());
            }
            let address = AbsResourceInstance {
                resource: AbsResource {
                    module: ModuleInstance::default(),
                    resource,
                },
                key: None,
            };
            if let Some(facts) = facts {
                plan.facts.insert(address.clone(), facts);
            }
            match address.resource.resource.mode {
                ResourceMode::Managed => plan.changes.push(self.change(address, value)),
                _ => remember(&mut plan, address, value),
            }
        }
        plan
    }

    fn change(&self, address: AbsResourceInstance, value: Value) -> ResourceChange {
        let none = Value::null(Type::Dynamic);
        let (action, before, after) = match self.destroys {
            true => (Action::Delete, value, none),
            false => (Action::Create, none, value),
        };
        ResourceChange {
            address,
            previous_address: None,
            deposed: None,
            provider: Arc::from(""),
            action,
            reason: None,
            before,
            after,
            parts: Vec::new(),
            replace_paths: Vec::new(),
            importing: None,
            generated_config: None,
            private: Vec::new(),
            changed_by: Vec::new(),
        }
    }
}

/// A data source that was read.
fn remember(plan: &mut Plan, address: AbsResourceInstance, value: Value) {
    let object = Object {
        attributes: Attributes::Known(value),
        tainted: false,
        private: Vec::new(),
        dependencies: Arc::from(Vec::new()),
        create_before_destroy: false,
        schema_version: 0,
    };
    let instance = InstanceState {
        current: Some(Arc::new(object)),
        deposed: BTreeMap::new(),
    };
    let state = ResourceState {
        provider: Arc::from(""),
        instances: BTreeMap::from([(address.key, instance)]),
    };
    plan.prior.resources.insert(address.resource, state);
}

/// `name: label=value label=value`
fn node(line: &str) -> Fact {
    let (name, labels) = line.split_once(':').expect("a name");
    let labels = labels
        .split_whitespace()
        .filter_map(|label| label.split_once('='));
    let labels = labels.map(|(name, value)| (name, Value::string(value)));
    Fact::new(
        "node",
        name,
        Value::object([("labels", Value::object(labels))]),
    )
}

/// The same with `(unknown)` not known.
fn with_unknown(value: &Value) -> Value {
    match value {
        Value::String(text) if text.as_str() == "(unknown)" => Value::unknown(Type::Dynamic),
        Value::Object(object) => {
            let fields = object.attributes().iter();
            Value::object(fields.map(|(name, value)| (name.clone(), with_unknown(value))))
        }
        Value::Tuple(tuple) => Value::tuple(tuple.elements().iter().map(with_unknown).collect()),
        other => other.clone(),
    }
}

/// What has been evaluated so far.
struct World {
    functions: Functions,
    made: Vec<(Resource, Value)>,
    locals: Vec<(Str, Value)>,
}

impl Default for World {
    fn default() -> Self {
        World {
            functions: standard(&context()),
            made: Vec::new(),
            locals: Vec::new(),
        }
    }
}

impl World {
    fn declare(&mut self, block: &Block) {
        let mode = match block.kind.name.as_str() {
            "resource" => ResourceMode::Managed,
            "data" => ResourceMode::Data,
            "locals" => {
                for attribute in &block.body.attributes {
                    let (value, _) = evaluate(
                        &attribute.expr,
                        &Scope::new(&self.variables(), &self.functions),
                    );
                    self.locals.push((attribute.name.name.clone(), value));
                }
                return;
            }
            _ => return,
        };
        let [kind, name] = block.labels.as_slice() else {
            return;
        };
        let mut fields = self.fields(&block.body);
        if mode == ResourceMode::Managed {
            for name in ["id", "arn"] {
                let unset = fields.iter().all(|(known, _)| known.as_str() != name);
                unset.then(|| fields.push((name.into(), Value::unknown(Type::String))));
            }
        }
        let resource = Resource {
            mode,
            kind: kind.name.clone(),
            name: name.name.clone(),
        };
        self.made.push((resource, Value::object(fields)));
    }

    fn fields(&self, body: &Body) -> Vec<(Str, Value)> {
        let variables = self.variables();
        let scope = Scope::new(&variables, &self.functions);
        let mut fields: Vec<(Str, Value)> = Vec::new();
        for attribute in &body.attributes {
            let name = &attribute.name.name;
            if ["depends_on", "count", "provider"].contains(&name.as_str()) {
                continue;
            }
            fields.push((name.clone(), evaluate(&attribute.expr, &scope).0));
        }
        let mut nested: BTreeMap<Str, Vec<Value>> = BTreeMap::new();
        for block in body
            .blocks
            .iter()
            .filter(|block| block.kind.name.as_str() != "lifecycle")
        {
            let inner = Value::object(self.fields(&block.body));
            nested
                .entry(block.kind.name.clone())
                .or_default()
                .push(inner);
        }
        fields.extend(
            nested
                .into_iter()
                .map(|(name, blocks)| (name, Value::tuple(blocks))),
        );
        fields
    }

    fn variables(&self) -> BTreeMap<Str, Value> {
        let mut roots: BTreeMap<Str, BTreeMap<Str, Value>> = BTreeMap::new();
        let mut data: BTreeMap<Str, BTreeMap<Str, Value>> = BTreeMap::new();
        for (resource, value) in &self.made {
            let into = match resource.mode {
                ResourceMode::Managed => &mut roots,
                _ => &mut data,
            };
            let names = into.entry(resource.kind.clone()).or_default();
            names.insert(resource.name.clone(), value.clone());
        }
        let data = data
            .into_iter()
            .map(|(kind, names)| (kind, Value::object(names)));
        let data: BTreeMap<Str, Value> = data.collect();
        let mut variables: BTreeMap<Str, Value> = BTreeMap::new();
        variables.extend(
            roots
                .into_iter()
                .map(|(kind, names)| (kind, Value::object(names))),
        );
        variables.insert("data".into(), Value::object(data));
        variables.insert("local".into(), Value::object(self.locals.clone()));
        let secret = Value::string("s3cr3t").with_marks(Marks::SENSITIVE);
        let given = [("later", Value::unknown(Type::String)), ("secret", secret)];
        variables.insert("var".into(), Value::object(given));
        variables
    }
}

impl Files for Stage {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let found = self.files.get(&name);
        found
            .map(|text| text.as_bytes().to_vec())
            .ok_or(io::ErrorKind::NotFound.into())
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        match self.read(path) {
            Ok(_) => Ok(FileKind::File),
            Err(_) => Ok(FileKind::Directory),
        }
    }

    fn list(&self, _: &Path) -> io::Result<Vec<OsString>> {
        Ok(self.files.keys().map(OsString::from).collect())
    }
}

/// Nothing of a world: functions that need one fail.
struct Nothing;

impl Clock for Nothing {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}

impl Files for Nothing {
    fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn kind(&self, _: &Path) -> io::Result<FileKind> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn list(&self, _: &Path) -> io::Result<Vec<OsString>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

impl Random for Nothing {
    fn fill(&self, _: &mut [u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

fn context() -> Context {
    Context {
        base_dir: PathBuf::new(),
        working_dir: PathBuf::new(),
        home_dir: None,
        plan_timestamp: None,
        pure_only: true,
        console: false,
        clock: Arc::new(Nothing),
        random: Arc::new(Nothing),
        files: Arc::new(Nothing),
        templates: Arc::new(NoTemplates),
    }
}
