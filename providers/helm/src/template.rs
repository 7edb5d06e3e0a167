//! `helm template`: from a chart and values to manifests.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};
use trueup_helm_template::functions::{Sources, to_json_value};
use trueup_helm_template::{Limits, Str, Value as Printed};

use crate::capabilities::Capabilities;
use crate::chart::Chart;
use crate::dependencies::{Processing, check_present, is_compatible};
use crate::error::ChartError;
use crate::file_match::matches;
use crate::manifests::{Hook, HookEvent, Manifest, sort, split};
use crate::metadata::Metadata;
use crate::node::Node;
use crate::render::{Engine, Mode, Release};
use crate::schema::{SchemaCheck, validate};
use crate::values::{Coalesce, to_map};

/// What a chart is rendered with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The release.
    pub release: Release,
    /// The user's values: files and settings, already merged.
    pub values: Map<String, Value>,
    /// What the cluster offers.
    pub capabilities: Capabilities,
    /// Where random numbers and the time come from.
    pub sources: Sources,
    /// Keep nulls of chart defaults, as Helm 3 does.
    pub helm_3: bool,
    /// Missing keys are errors.
    pub strict: bool,
    /// Which values are checked against `values.schema.json`.
    pub schema: SchemaCheck,
    /// What the templates may use up.
    pub limits: Limits,
}

/// A rendered chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// Objects in the order of installation.
    pub manifests: Vec<Manifest>,
    /// Hooks in the order they are printed.
    pub hooks: Vec<Hook>,
    /// Files of `crds/`, subcharts' too: path and content.
    pub crds: Vec<(String, String)>,
    /// The rendered `NOTES.txt` of the chart itself.
    pub notes: String,
    /// What Helm says on standard error.
    pub warnings: Vec<String>,
}

/// Renders a chart.
///
/// # Errors
/// In Helm's words.
pub fn render(chart: &Chart, options: &Options) -> Result<Rendered, ChartError> {
    render_files(chart, options, Mode::Plain, &mut |_, _| {}).map(|(rendered, _)| rendered)
}

/// What a chart's metadata and default values are once its dependencies are
/// processed: those that are disabled are gone, those with an alias have their
/// new name, imported values stand among the defaults. Helm stores them so.
///
/// # Errors
/// As [`render`] before the templates run.
pub fn processed(
    chart: &Chart,
    options: &Options,
) -> Result<(Metadata, Map<String, Value>), ChartError> {
    let (root, _) = prepare(chart, options, &mut Vec::new())?;
    let values = to_json_value(&root.values.clone().into());
    let values = values.map_err(|error| ChartError::new(error.message().to_string()))?;
    match values {
        Value::Object(values) => Ok((root.metadata, values)),
        _ => Ok((root.metadata, Map::new())),
    }
}

/// What the templates print for a linter; nothing where the chart's dependencies can't be
/// processed.
pub(crate) fn render_for_lint(
    chart: &Chart,
    options: &Options,
) -> Result<Option<Files>, ChartError> {
    let user = to_map(&options.values);
    let mut root = Node::new(chart);
    let warnings = &mut Vec::new();
    let mut processing = Processing {
        helm_3: options.helm_3,
        warnings,
    };
    if processing.run(&mut root, &user).is_err() {
        return Ok(None);
    }
    let mut coalesce = Coalesce {
        merge: false,
        helm_3: options.helm_3,
        warnings,
    };
    let Ok(values) = coalesce.values(&root, &user) else {
        return Ok(None);
    };
    // Helm does it twice: defaults that the user took out with a null are back again.
    let values = coalesce.values(&root, &values)?;
    validate(&root, &values, options.schema)?;
    let release = Release {
        name: "test-release".to_owned(),
        namespace: options.release.namespace.clone(),
        revision: 0,
        is_upgrade: false,
    };
    let engine = engine(options, Mode::Lint);
    let files = engine.render(&root, &values, &release, &options.capabilities)?;
    Ok(Some(files))
}

/// The files as the templates printed them, by path.
pub(crate) type Files = BTreeMap<String, Printed>;

/// Renders a chart; `see` may change the values before the templates get them.
pub(crate) fn render_files(
    chart: &Chart,
    options: &Options,
    mode: Mode,
    see: &mut dyn FnMut(&Node<'_>, &trueup_helm_template::Map),
) -> Result<(Rendered, Files), ChartError> {
    let mut warnings = chart.warnings.clone();
    if chart.metadata.deprecated && !chart.metadata.is_library() {
        warnings.push("this chart is deprecated".to_owned());
    }
    let (root, values) = prepare(chart, options, &mut warnings)?;
    validate(&root, &values, options.schema)?;
    let wanted = &chart.metadata.kube_version;
    let offered = &options.capabilities.kube_version;
    if !wanted.is_empty() && !is_compatible(wanted, &offered.normalized) {
        let version = &offered.version;
        return Err(ChartError::new(format!(
            "chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {version}"
        )));
    }
    see(&root, &values);
    let engine = engine(options, mode);
    let mut files = engine.render(&root, &values, &options.release, &options.capabilities)?;
    let notes = files.remove(&format!("{}/templates/NOTES.txt", root.metadata.name));
    files.retain(|path, _| !path.ends_with("NOTES.txt"));
    let texts: Vec<(&str, Cow<'_, str>)> = files
        .iter()
        .map(|(path, file)| (path.as_str(), text(file)))
        .collect();
    let (hooks, manifests) = sort(texts.iter().map(|(path, text)| (*path, &**text)))?;
    let mut crds = Vec::new();
    collect_crds(&root, None, &mut crds);
    let rendered = Rendered {
        manifests,
        hooks,
        crds,
        notes: notes
            .map(|notes| text(&notes).into_owned())
            .unwrap_or_default(),
        warnings,
    };
    Ok((rendered, files))
}

/// What a template printed, as text.
pub(crate) fn text(printed: &Printed) -> Cow<'_, str> {
    printed.as_string().map(Str::to_str).unwrap_or_default()
}

/// Refuses a library chart.
pub(crate) fn check_installable(chart: &Chart) -> Result<(), ChartError> {
    match chart.metadata.is_library() {
        true => Err(ChartError::new("library charts are not installable")),
        false => Ok(()),
    }
}

/// The charts of a run and their values.
fn prepare<'a>(
    chart: &'a Chart,
    options: &Options,
    warnings: &mut Vec<String>,
) -> Result<(Node<'a>, trueup_helm_template::Map), ChartError> {
    check_installable(chart)?;
    check_present(chart)?;
    let user = to_map(&options.values);
    let mut root = Node::new(chart);
    Processing {
        helm_3: options.helm_3,
        warnings,
    }
    .run(&mut root, &user)
    .map_err(|error| error.within("chart dependencies processing failed"))?;
    let values = Coalesce {
        merge: false,
        helm_3: options.helm_3,
        warnings,
    }
    .values(&root, &user)?;
    Ok((root, values))
}

pub(crate) fn engine(options: &Options, mode: Mode) -> Engine<'_> {
    Engine {
        sources: &options.sources,
        strict: options.strict,
        limits: options.limits,
        mode,
    }
}

fn collect_crds(node: &Node<'_>, parent: Option<&str>, into: &mut Vec<(String, String)>) {
    let name = &node.metadata.name;
    let path = parent.map_or_else(|| name.clone(), |parent| format!("{parent}/charts/{name}"));
    for file in node
        .chart
        .files
        .iter()
        .filter(|file| file.name.starts_with("crds/"))
    {
        let extension = file
            .name
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if matches!(extension.as_str(), "yaml" | "yml" | "json") {
            // Definitions are megabytes: what is in order is only copied.
            let text = match std::str::from_utf8(&file.data) {
                Ok(text) => text.to_owned(),
                Err(_) => String::from_utf8_lossy(&file.data).into_owned(),
            };
            into.push((format!("{path}/{}", file.name), text));
        }
    }
    for subchart in &node.dependencies {
        collect_crds(subchart, Some(&path), into);
    }
}

/// What of a rendered chart is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Print `crds/` too.
    pub include_crds: bool,
    /// Leave out hooks that are tests.
    pub skip_tests: bool,
    /// Leave out all hooks.
    pub no_hooks: bool,
    /// Only these templates: paths below the chart, with patterns.
    pub show_only: Vec<String>,
}

impl Rendered {
    /// The objects without hooks, as Helm stores them.
    #[must_use]
    pub fn manifest(&self) -> String {
        let mut text = String::new();
        for manifest in &self.manifests {
            object(&manifest.source, &manifest.content, &mut text);
        }
        text
    }

    /// The bytes that `helm template` prints.
    ///
    /// # Errors
    /// A template to show that there isn't.
    pub fn print(&self, selection: &Selection) -> Result<String, ChartError> {
        let mut objects = String::new();
        if selection.include_crds {
            for (path, text) in &self.crds {
                object(path, text, &mut objects);
            }
        }
        for manifest in &self.manifests {
            object(&manifest.source, &manifest.content, &mut objects);
        }
        let mut out = format!("{}\n", objects.trim());
        if !selection.no_hooks {
            for hook in &self.hooks {
                if !(selection.skip_tests && hook.events.contains(&HookEvent::Test)) {
                    object(&hook.manifest.source, &hook.manifest.content, &mut out);
                }
            }
        }
        if selection.show_only.is_empty() {
            Ok(out)
        } else {
            show_only(&out, &selection.show_only)
        }
    }
}

fn object(source: &str, content: &str, out: &mut String) {
    out.push_str("---\n# Source: ");
    out.push_str(source);
    out.push('\n');
    out.push_str(content);
    out.push('\n');
}

fn show_only(printed: &str, wanted: &[String]) -> Result<String, ChartError> {
    let documents = split(printed);
    let mut out = String::new();
    for pattern in wanted {
        let mut missing = true;
        for document in &documents {
            let Some((_, after)) = document.split_once("# Source: ") else {
                continue;
            };
            let line = after.lines().next().unwrap_or_default();
            let Some((_, path)) = line.split_once('/') else {
                continue;
            };
            if matches(pattern, path).unwrap_or(false) {
                missing = false;
                out.push_str("---\n");
                out.push_str(document);
                out.push('\n');
            }
        }
        if missing {
            return Err(ChartError::new(format!(
                "could not find template {pattern} in chart"
            )));
        }
    }
    Ok(out)
}
