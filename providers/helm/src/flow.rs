//! Where rendered objects come from: template lines and values, leaf by leaf.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::Value;
use trueup_helm_template::value::{Flow, Label, Labels, Source};
use trueup_helm_template::yaml::{from_yaml, leaf_ranges};
use trueup_helm_template::{Kind, List, Map, Value as Tracked};

use crate::chart::Chart;
use crate::error::ChartError;
use crate::manifests::split;
use crate::render::Mode;
use crate::template::{Options, Rendered, render_files, text};
use crate::values::{Step, ValuePath};

/// Which values are followed.
#[derive(Debug, Clone, Copy)]
pub enum Follow<'a> {
    /// Every leaf.
    All,
    /// These and what is below them: those that are unknown, or secret.
    Only(&'a [ValuePath]),
}

/// A rendered chart with the origin of every leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// As [`render`](crate::render) returns it.
    pub rendered: Rendered,
    /// Its objects, hooks too, by template and place in it.
    pub objects: Vec<TracedObject>,
}

/// An object with its leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedObject {
    /// The template it came from, with the path of its chart.
    pub template: String,
    /// The whole object.
    pub object: Value,
    /// Its leaves in the order written.
    pub leaves: Vec<Leaf>,
}

/// A scalar, an empty map or list, or an alias of a rendered object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Where in the object.
    pub path: ValuePath,
    /// The template actions and texts it was printed by, the outermost `include` left out.
    pub sources: Vec<Source>,
    /// The values that flowed into it, conditions around it included.
    pub values: Vec<ValuePath>,
}

impl TracedObject {
    /// `kind`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.object
            .get("kind")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// `metadata.name`.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = self.object.pointer("/metadata/name");
        name.and_then(Value::as_str).unwrap_or_default()
    }
}

/// Renders a chart and follows values to the leaves of its objects. The text is that of
/// [`render`](crate::render), which is faster.
///
/// A value that isn't known yet is given a stand-in in `options.values` and followed: exactly the
/// leaves that name it are unknown.
///
/// # Errors
/// As [`render`](crate::render).
pub fn trace(chart: &Chart, options: &Options, follow: Follow<'_>) -> Result<Traced, ChartError> {
    let mut marking = Marking {
        follow,
        labels: Vec::new(),
        seen: HashSet::new(),
    };
    let (rendered, files) = render_files(chart, options, Mode::Trace, &mut |_, values| {
        marking.map(values, &ValuePath::default(), None);
    })?;
    let mut objects = Vec::new();
    for (path, printed) in &files {
        let text = text(printed);
        for document in split(&text) {
            let start = document.as_ptr() as usize - text.as_ptr() as usize;
            objects.extend(read(path, document, start, printed.flow(), &marking.labels));
        }
    }
    Ok(Traced { rendered, objects })
}

fn read(
    template: &str,
    document: &str,
    start: usize,
    flow: Option<&Flow>,
    labels: &[ValuePath],
) -> Option<TracedObject> {
    let object = from_yaml(document.as_bytes()).ok()?;
    if !object.is_object() {
        return None;
    }
    let leaves = leaf_ranges(document).ok()?.into_iter();
    let leaves = leaves.map(|(path, range)| {
        let range = range.start + start..range.end + start;
        leaf(ValuePath(path), &range, flow, labels)
    });
    Some(TracedObject {
        template: template.to_owned(),
        leaves: leaves.collect(),
        object,
    })
}

fn leaf(path: ValuePath, range: &Range<usize>, flow: Option<&Flow>, labels: &[ValuePath]) -> Leaf {
    let mut sources: Vec<Source> = Vec::new();
    let mut found = Labels::NONE;
    let spans = flow.map_or(&[][..], |flow| &flow.spans);
    let first = spans.partition_point(|span| span.end <= range.start);
    for span in spans.iter().skip(first) {
        if span.start >= range.end && !range.is_empty() {
            break;
        }
        found.extend(&span.labels);
        if let Some(source) = &span.source
            && sources.last() != Some(source)
        {
            sources.push(source.clone());
        }
        if span.end >= range.end {
            break;
        }
    }
    if let Some(flow) = flow {
        found.extend(&flow.labels);
    }
    let path_of = |label: Label| labels.get(usize::try_from(label.0).ok()?).cloned();
    let mut values: Vec<ValuePath> = found.iter().filter_map(path_of).collect();
    values.sort();
    values.dedup();
    Leaf {
        path,
        sources,
        values,
    }
}

/// Puts labels on values, in place: maps stay the maps they are, shared where they were.
struct Marking<'a> {
    follow: Follow<'a>,
    /// What each label stands for.
    labels: Vec<ValuePath>,
    seen: HashSet<usize>,
}

impl Marking<'_> {
    fn map(&mut self, map: &Map, path: &ValuePath, above: Option<&Labels>) {
        if !self.seen.insert(map.identity()) {
            return;
        }
        for (key, value) in map.untracked_entries() {
            let path = path.child(Step::Key(key.clone()));
            let value = self.value(value, &path, above);
            map.insert(key, value);
        }
    }

    fn value(&mut self, value: Tracked, path: &ValuePath, above: Option<&Labels>) -> Tracked {
        let own = above.cloned().or_else(|| match self.follow {
            Follow::All => None,
            Follow::Only(paths) => paths.contains(&spelling(path)).then(|| self.label(path)),
        });
        let labelled = match value.kind() {
            Kind::Map(map) if !map.is_empty() => {
                self.map(map, path, own.as_ref());
                value
            }
            Kind::List(list) if list.items().iter().any(is_container) => {
                let items = list.items().iter().enumerate();
                let items = items.map(|(index, item)| {
                    let path = path.child(Step::Index(index));
                    self.value(item.clone(), &path, own.as_ref())
                });
                List::typed(list.ty(), items.collect()).into()
            }
            _ => match &self.follow {
                Follow::All => {
                    let label = self.label(path);
                    return value.with_labels(&label);
                }
                Follow::Only(_) => value,
            },
        };
        match own {
            Some(labels) => labelled.with_labels(&labels),
            None => labelled,
        }
    }

    fn label(&mut self, path: &ValuePath) -> Labels {
        let number = u32::try_from(self.labels.len()).unwrap_or(u32::MAX);
        self.labels.push(spelling(path));
        Labels::one(Label(number))
    }
}

/// A global of a subchart is the chart's own global.
fn spelling(path: &ValuePath) -> ValuePath {
    let global = Step::Key("global".into());
    match path.0.iter().position(|step| *step == global) {
        Some(at) => ValuePath(path.0.iter().skip(at).cloned().collect()),
        None => path.clone(),
    }
}

fn is_container(value: &Tracked) -> bool {
    value.as_map().is_some() || value.as_list().is_some()
}
