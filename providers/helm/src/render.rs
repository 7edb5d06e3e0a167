//! Rendering of a chart's templates.

use std::collections::BTreeMap;

use trueup_helm_template::functions::{Sources, helm};
use trueup_helm_template::{
    Call, ErrorKind, Function, Functions, Limits, List, Map, MissingKey, Options, Renderer,
    Signature, Str, Templates, Type, Value,
};

use crate::capabilities::Capabilities;
use crate::chart_files::files;
use crate::chart_values::chart_values;
use crate::error::ChartError;
use crate::messages::{execution_error, parse_error};
use crate::metadata::Metadata;
use crate::node::Node;
use crate::parallel;
use crate::parses::Parses;

/// The release that templates are told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// `.Release.Name`
    pub name: String,
    /// `.Release.Namespace`
    pub namespace: String,
    /// `.Release.Revision`
    pub revision: i64,
    /// `.Release.IsUpgrade`, and the opposite of `.Release.IsInstall`
    pub is_upgrade: bool,
}

/// How to execute templates.
pub(crate) struct Engine<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) strict: bool,
    pub(crate) limits: Limits,
    pub(crate) mode: Mode,
}

/// What is wanted beside the text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    #[default]
    Plain,
    /// Run what would not run, go on after errors: for the reads.
    Explore,
    /// Trace where each byte came from.
    Trace,
    /// Neither install nor upgrade; go on where the chart gives up by `fail` or `required`.
    Lint,
}

struct Renderable<'a> {
    text: &'a [u8],
    /// Where it is kept once it is parsed.
    parses: &'a Parses,
    values: Map,
    base_path: String,
    is_silent: bool,
}

fn entry(key: &str, value: impl Into<Value>) -> (Str, Value) {
    (key.into(), value.into())
}

/// What every template of a run shares.
struct Shared {
    release: Value,
    capabilities: Value,
}

impl Engine<'_> {
    /// Renders all templates of the chart and its subcharts; partials are left out.
    pub(crate) fn render(
        &self,
        root: &Node<'_>,
        values: &Map,
        release: &Release,
        capabilities: &Capabilities,
    ) -> Result<BTreeMap<String, Value>, ChartError> {
        self.render_watched(root, values, release, capabilities, &mut |_| {})
    }

    /// The same; `watch` is shown the renderer before it runs.
    pub(crate) fn render_watched(
        &self,
        root: &Node<'_>,
        values: &Map,
        release: &Release,
        capabilities: &Capabilities,
        watch: &mut dyn FnMut(&Renderer<'_>),
    ) -> Result<BTreeMap<String, Value>, ChartError> {
        let shared = Shared {
            release: release_map(release, self.mode),
            capabilities: Value::object(capabilities.clone()),
        };
        let mut found = BTreeMap::new();
        collect(root, None, values, &shared, &mut found);
        // Deeper templates first, each depth backwards: a parent's definitions replace its
        // subcharts', and changes to values run this way.
        let mut names: Vec<&String> = found.keys().collect();
        names.sort_by_key(|name| std::cmp::Reverse((name.matches('/').count(), name.as_str())));
        let mut functions = helm(self.sources);
        if self.mode == Mode::Lint {
            forgive(&mut functions);
        }
        let mut templates = Templates::new("gotpl", functions);
        let texts = names.iter().filter_map(|name| {
            let renderable = found.get(*name)?;
            Some((name.as_str(), renderable.text, renderable.parses))
        });
        let parsed = parallel::map(texts.collect(), |(name, text, parses)| {
            let parse = || templates.parse_only(name, text);
            (name, parses.get(name, parse))
        });
        for (name, parsed) in parsed {
            match parsed {
                Ok(parsed) => templates.add(&parsed),
                Err(_) if self.mode == Mode::Explore => {}
                Err(error) => return Err(parse_error(name, error.message())),
            }
        }
        self.execute(&templates, &names, &found, watch)
    }

    fn execute(
        &self,
        templates: &Templates,
        names: &[&String],
        found: &BTreeMap<String, Renderable<'_>>,
        watch: &mut dyn FnMut(&Renderer<'_>),
    ) -> Result<BTreeMap<String, Value>, ChartError> {
        let missing_key = if self.strict {
            MissingKey::Error
        } else {
            MissingKey::Zero
        };
        let options = Options {
            missing_key,
            limits: self.limits,
            trace: self.mode == Mode::Trace,
            explore: self.mode == Mode::Explore,
        };
        let mut renderer = Renderer::new(templates, options);
        watch(&renderer);
        let mut rendered = BTreeMap::new();
        for name in names {
            let Some(renderable) = found.get(*name).filter(|found| !found.is_silent) else {
                continue;
            };
            if name
                .rsplit('/')
                .next()
                .is_some_and(|base| base.starts_with('_'))
            {
                continue;
            }
            let template: Map = [
                entry("Name", name.as_str()),
                entry("BasePath", renderable.base_path.as_str()),
            ]
            .into_iter()
            .collect();
            renderable.values.insert("Template", chart_values(template));
            let printed = renderer.execute(name, &chart_values(renderable.values.clone()));
            match printed {
                Ok(printed) => {
                    rendered.insert((*name).clone(), printed.without("<no value>"));
                }
                Err(_) if self.mode == Mode::Explore => {}
                Err(error) if error.kind() == ErrorKind::Limit => {
                    return Err(ChartError::new(error.message()));
                }
                Err(error) => return Err(execution_error(&error)),
            }
        }
        Ok(rendered)
    }
}

/// Lets templates go on where they would give up.
fn forgive(functions: &mut Functions) {
    const FAIL: Signature = Signature::fixed(&[Type::String]);
    const REQUIRED: Signature = Signature::fixed(&[Type::String, Type::Any]);
    functions.insert("fail", Function::new(FAIL, |_, _| Ok("".into())));
    let required = |_: &mut Call<'_>, args: &[Value]| {
        let value = args.get(1).filter(|value| !value.is_nil());
        Ok(value.cloned().unwrap_or_else(|| "".into()))
    };
    functions.insert("required", Function::new(REQUIRED, required));
}

fn release_map(release: &Release, mode: Mode) -> Value {
    let map: Map = [
        entry("Name", release.name.as_str()),
        entry("Namespace", release.namespace.as_str()),
        entry("IsUpgrade", release.is_upgrade),
        entry("IsInstall", !release.is_upgrade && mode != Mode::Lint),
        entry("Revision", Value::int(release.revision)),
        entry("Service", "Helm"),
    ]
    .into_iter()
    .collect();
    map.into()
}

/// Gathers the templates of a chart and below, each with the values of its chart.
fn collect<'a>(
    node: &Node<'a>,
    parent: Option<&str>,
    values: &Map,
    shared: &Shared,
    found: &mut BTreeMap<String, Renderable<'a>>,
) -> Value {
    let name = &node.metadata.name;
    let path = parent.map_or_else(|| name.clone(), |parent| format!("{parent}/charts/{name}"));
    let subcharts = Map::new();
    let top: Map = [
        entry("Chart", metadata_map(&node.metadata, parent.is_none())),
        entry("Files", files(&node.chart.files)),
        (Str::from("Release"), shared.release.clone()),
        (Str::from("Capabilities"), shared.capabilities.clone()),
        entry("Values", chart_values(values.clone())),
        entry("Subcharts", subcharts.clone()),
    ]
    .into_iter()
    .collect();
    for subchart in &node.dependencies {
        let name = &subchart.metadata.name;
        let inner = values
            .untracked_get(name)
            .and_then(|value| value.as_map().cloned())
            .unwrap_or_default();
        let inner = collect(subchart, Some(&path), &inner, shared, found);
        subcharts.insert(name.as_str(), inner);
    }
    let library = node.metadata.is_library();
    for file in &node.chart.templates {
        let base = file.name.rsplit('/').next().unwrap_or(&file.name);
        if library && !base.starts_with('_') {
            continue;
        }
        if node.is_silent && !defines(&file.data) {
            continue;
        }
        let renderable = Renderable {
            text: &file.data,
            parses: &node.chart.parses,
            values: top.clone(),
            base_path: format!("{path}/templates"),
            is_silent: node.is_silent,
        };
        found.insert(format!("{path}/{}", file.name), renderable);
    }
    top.into()
}

/// Whether a template may define others.
fn defines(text: &[u8]) -> bool {
    // What is no text is not searched.
    std::str::from_utf8(text).map_or(true, |text| {
        text.contains("define") || text.contains("block")
    })
}

fn texts(texts: &[String]) -> Value {
    List::new(texts.iter().map(|text| text.as_str().into()).collect()).into()
}

/// `.Chart`: the fields of `Chart.yaml` under the names they have in Helm.
fn metadata_map(metadata: &Metadata, is_root: bool) -> Value {
    let maintainers = metadata.maintainers.iter().map(|one| {
        let map: Map = [
            entry("Name", one.name.as_str()),
            entry("Email", one.email.as_str()),
            entry("URL", one.url.as_str()),
        ]
        .into_iter()
        .collect();
        Value::from(map)
    });
    static TEXT: Type = Type::String;
    let annotations = match &metadata.annotations {
        None => Map::nil(Type::Map(&TEXT)),
        Some(annotations) => Map::typed(
            Type::Map(&TEXT),
            annotations
                .iter()
                .map(|(key, value)| entry(key, value.as_str())),
        ),
    };
    let dependencies = metadata.dependencies.iter().flatten().map(|one| {
        let imports = one
            .import_values
            .iter()
            .map(trueup_helm_template::functions::from_json_value)
            .collect();
        let map: Map = [
            entry("Name", one.name.as_str()),
            entry("Version", one.version.as_str()),
            entry("Repository", one.repository.as_str()),
            entry("Condition", one.condition.as_str()),
            entry("Tags", texts(&one.tags)),
            entry("Enabled", one.enabled),
            entry("ImportValues", List::new(imports)),
            entry("Alias", one.alias.as_str()),
        ]
        .into_iter()
        .collect();
        Value::from(map)
    });
    let map: Map = [
        entry("Name", metadata.name.as_str()),
        entry("Home", metadata.home.as_str()),
        entry("Sources", texts(&metadata.sources)),
        entry("Version", metadata.version.as_str()),
        entry("Description", metadata.description.as_str()),
        entry("Keywords", texts(&metadata.keywords)),
        entry("Maintainers", List::new(maintainers.collect())),
        entry("Icon", metadata.icon.as_str()),
        entry("APIVersion", metadata.api_version.as_str()),
        entry("Condition", metadata.condition.as_str()),
        entry("Tags", metadata.tags.as_str()),
        entry("AppVersion", metadata.app_version.as_str()),
        entry("Deprecated", metadata.deprecated),
        entry("Annotations", annotations),
        entry("KubeVersion", metadata.kube_version.as_str()),
        entry("Dependencies", List::new(dependencies.collect())),
        entry("Type", metadata.kind.as_str()),
        entry("IsRoot", is_root),
    ]
    .into_iter()
    .collect();
    map.into()
}
