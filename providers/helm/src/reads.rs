//! Which values a chart reads.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;
use trueup_helm_template::value::{Origin, Reads, Source, Step};
use trueup_helm_template::{Str, Value as Tracked};

use crate::all_charts::AllCharts;
use crate::chart::Chart;
use crate::dependencies::import_paths;
use crate::error::ChartError;
use crate::node::Node;
use crate::render::Mode;
use crate::template::{Options, engine};
use crate::values::{ValuePath, leaves};

const GLOBAL: &str = "global";

/// What reads a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// A template: file, line and column.
    Template(Source),
    /// A `condition` or a tag of a dependency, or `import-values`: the chart's path.
    Metadata(String),
    /// `values.schema.json` describes it: the chart's path.
    Schema(String),
}

/// The values that a chart and its subcharts read, on every side of every condition, whichever
/// subcharts are enabled.
#[derive(Debug, Clone, Default)]
pub struct ChartReads {
    /// Looked up by name.
    single: BTreeMap<ValuePath, Read>,
    /// Maps and lists that were gone through as a whole.
    whole: BTreeMap<ValuePath, Read>,
    /// All below is read.
    below: BTreeMap<ValuePath, Read>,
    /// The paths of subcharts.
    charts: BTreeSet<ValuePath>,
    /// The chart's own values, without the user's.
    pub(crate) defaults: Value,
}

/// The reads of a run, told by the values themselves.
#[derive(Default)]
struct Log {
    place: RefCell<Option<Rc<RefCell<Option<Source>>>>>,
    /// What was looked up in each map, by the identity of its origin, which stays alive here:
    /// most of what is read is read again and again.
    noted: RefCell<HashMap<usize, (Origin, HashSet<Str>)>>,
    single: RefCell<BTreeMap<ValuePath, Option<Source>>>,
    whole: RefCell<BTreeMap<ValuePath, Option<Source>>>,
}

impl Log {
    fn is_new(&self, origin: &Origin, key: &[u8]) -> bool {
        let mut noted = self.noted.borrow_mut();
        let noted = noted.entry(origin.identity());
        let (_, keys) = noted.or_insert_with(|| (origin.clone(), HashSet::new()));
        !keys.contains(key) && keys.insert(Str::from_bytes(key))
    }

    fn here(&self) -> Option<Source> {
        self.place
            .borrow()
            .as_ref()
            .and_then(|place| place.borrow().clone())
    }
}

fn below_root(origin: &Origin) -> ValuePath {
    ValuePath(origin.path().into_iter().skip(1).collect())
}

impl Reads for Log {
    fn read(&self, origin: &Origin, key: &[u8]) {
        if !self.is_new(origin, key) {
            return;
        }
        let path = below_root(origin).child(Step::Key(Str::from_bytes(key)));
        let mut single = self.single.borrow_mut();
        single.entry(path).or_insert_with(|| self.here());
    }

    fn read_all(&self, origin: &Origin) {
        let mut whole = self.whole.borrow_mut();
        whole
            .entry(below_root(origin))
            .or_insert_with(|| self.here());
    }
}

impl ChartReads {
    /// Runs the chart with the user's values to see what it reads. Failing templates are no
    /// error: the rest of them is run all the same.
    ///
    /// # Errors
    /// The chart or the values can't be put together; in Helm's words.
    pub fn of(chart: &Chart, options: &Options) -> Result<Self, ChartError> {
        let charts = AllCharts::of(chart, options, |_| true)?;
        let defaults = charts.defaults()?;
        Self::explored(chart, &charts, options, defaults)
    }

    /// The same, but only templates of charts that can read one of these values are run: what is
    /// told of other charts is not complete. `charts` has the values of those at least.
    pub(crate) fn of_paths(
        chart: &Chart,
        mut charts: AllCharts<'_>,
        options: &Options,
        defaults: Value,
        paths: &[ValuePath],
    ) -> Result<Self, ChartError> {
        charts.silence(|chart| can_read(chart, paths));
        Self::explored(chart, &charts, options, defaults)
    }

    fn explored(
        chart: &Chart,
        charts: &AllCharts<'_>,
        options: &Options,
        defaults: Value,
    ) -> Result<Self, ChartError> {
        let values = charts.values()?;
        let log = Rc::new(Log::default());
        let reader: Rc<dyn Reads> = Rc::clone(&log) as _;
        let tracked = Tracked::from(values).tracked(Origin::root("", reader));
        if let Some(values) = tracked.as_map() {
            engine(options, Mode::Explore).render_watched(
                &charts.root,
                values,
                &options.release,
                &options.capabilities,
                &mut |renderer| *log.place.borrow_mut() = Some(renderer.place()),
            )?;
        }
        let mut reads = ChartReads {
            defaults,
            ..ChartReads::default()
        };
        reads.metadata(chart, &chart.metadata.name, &ValuePath::default());
        reads.describe(&charts.root, &ValuePath::default());
        reads.single_reads(&log.single.borrow());
        reads.whole_reads(&log.whole.borrow());
        Ok(reads)
    }

    fn single_reads(&mut self, found: &BTreeMap<ValuePath, Option<Source>>) {
        for (path, source) in found {
            let read = Read::Template(source.clone().unwrap_or_else(unplaced));
            for path in self.spellings(path) {
                self.single.insert(path, read.clone());
            }
        }
    }

    fn whole_reads(&mut self, found: &BTreeMap<ValuePath, Option<Source>>) {
        for (path, source) in found {
            let read = Read::Template(source.clone().unwrap_or_else(unplaced));
            for path in self.spellings(path) {
                self.whole.insert(path, read.clone());
            }
        }
    }

    /// Where the user can set what is read at `path`: a global of a subchart is also one of the
    /// charts above.
    fn spellings(&self, path: &ValuePath) -> Vec<ValuePath> {
        let mut found = vec![path.clone()];
        let is_global = |step: &Step| *step == Step::Key(GLOBAL.into());
        let Some(at) = path.0.iter().position(is_global) else {
            return found;
        };
        let (above, rest) = path.0.split_at(at);
        if at > 0 && self.charts.contains(above) {
            for length in 0..at {
                let mut steps = path.head(length).0;
                steps.extend_from_slice(rest);
                found.push(ValuePath(steps));
            }
        }
        found
    }

    /// What reads the value at `path`, which is no map with entries.
    #[must_use]
    pub fn read(&self, path: &ValuePath) -> Option<&Read> {
        let whole = || {
            let (_, parent) = path.0.split_last()?;
            self.whole.get(parent)
        };
        let above = || path.heads().find_map(|head| self.below.get(head));
        self.single.get(path).or_else(whole).or_else(above)
    }

    /// Whether the map or list at `path`, or anything in it, is read.
    #[must_use]
    pub fn reaches(&self, path: &ValuePath) -> bool {
        let below = |reads: &BTreeMap<ValuePath, Read>| {
            let mut next = reads.range(path.clone()..);
            next.next().is_some_and(|(found, _)| path.contains(found))
        };
        self.read(path).is_some() || below(&self.single) || below(&self.whole)
    }

    /// Whether the map at `path` is gone through as a whole, so that any key in it has an effect.
    #[must_use]
    pub fn is_open(&self, path: &ValuePath) -> bool {
        self.whole.contains_key(path)
    }

    /// How many of the leading steps of `path` name subcharts.
    pub(crate) fn chart_depth(&self, path: &ValuePath) -> usize {
        let mut heads = path.heads().rev();
        let chart = heads.find(|head| self.charts.contains(*head));
        chart.map_or(0, <[Step]>::len)
    }

    /// Every path that is read, with what reads it: what is looked up by name, and the leaves of
    /// defaults that are gone through. Maps whose entries are listed are left out.
    #[must_use]
    pub fn paths(&self) -> BTreeMap<ValuePath, &Read> {
        let mut found: BTreeMap<ValuePath, &Read> = BTreeMap::new();
        let mut default_leaves = Vec::new();
        leaves(&self.defaults, &ValuePath::default(), &mut default_leaves);
        for path in default_leaves {
            if let Some(read) = self.read(&path) {
                found.insert(path, read);
            }
        }
        for (path, read) in &self.single {
            let mut next = found.range(path.clone()..);
            let listed = next.next().is_some_and(|(known, _)| path.contains(known));
            let mut deeper = self.single.range(path.clone()..).skip(1);
            let is_parent = deeper.next().is_some_and(|(known, _)| path.contains(known));
            if !listed && !is_parent {
                found.insert(path.clone(), read);
            }
        }
        found
    }

    /// The chart's default for `path`.
    #[must_use]
    pub fn default_of(&self, path: &ValuePath) -> Option<&Value> {
        path.find(&self.defaults)
    }

    /// What `Chart.yaml` reads, of this chart and those below.
    fn metadata(&mut self, chart: &Chart, name: &str, path: &ValuePath) {
        self.charts.insert(path.clone());
        let read = Read::Metadata(name.to_owned());
        for one in chart.metadata.dependencies.iter().flatten() {
            let known = if one.alias.is_empty() {
                &one.name
            } else {
                &one.alias
            };
            for condition in one.condition.trim().split(',') {
                let mut steps = path.0.clone();
                steps.extend(ValuePath::dotted(condition).0);
                self.single.insert(ValuePath(steps), read.clone());
            }
            for tag in &one.tags {
                let tag = ValuePath::default().key("tags").key(tag);
                self.single.insert(tag, read.clone());
            }
            let imports = one.import_values.iter().filter_map(import_paths);
            for (child, _) in imports {
                let mut steps = path.key(known).0;
                steps.extend(ValuePath::dotted(&child).0);
                self.below.insert(ValuePath(steps), read.clone());
            }
            let found = chart.dependencies.iter();
            for subchart in found.filter(|found| found.metadata.name == one.name) {
                self.metadata(
                    subchart,
                    &format!("{name}/charts/{known}"),
                    &path.key(known),
                );
            }
        }
        for subchart in &chart.dependencies {
            let below = path.key(&subchart.metadata.name);
            if !self.charts.contains(&below) {
                let name = format!("{name}/charts/{}", subchart.metadata.name);
                self.metadata(subchart, &name, &below);
            }
        }
    }

    /// What the schemas describe.
    fn describe(&mut self, node: &Node<'_>, path: &ValuePath) {
        if let Some(schema) = &node.chart.schema
            && let Ok(schema) = serde_json::from_slice::<Value>(schema)
        {
            let read = Read::Schema(node.metadata.name.clone());
            self.schema(&schema, &schema, path, &read, 0);
        }
        for subchart in &node.dependencies {
            self.describe(subchart, &path.key(&subchart.metadata.name));
        }
    }

    fn schema(
        &mut self,
        root: &Value,
        schema: &Value,
        path: &ValuePath,
        read: &Read,
        depth: usize,
    ) {
        if depth > 32 {
            return;
        }
        let target = schema.get("$ref").and_then(Value::as_str);
        if let Some(found) = target.and_then(|target| root.pointer(target.strip_prefix('#')?)) {
            self.schema(root, found, path, read, depth + 1);
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let choices = schema.get(keyword).and_then(Value::as_array);
            for choice in choices.into_iter().flatten() {
                self.schema(root, choice, path, read, depth + 1);
            }
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (key, inner) in properties.into_iter().flatten() {
            let path = path.key(key);
            self.single.insert(path.clone(), read.clone());
            self.schema(root, inner, &path, read, depth + 1);
        }
    }
}

/// Whether the chart at `chart` can read one of the values at `paths`.
pub(crate) fn can_read(chart: &ValuePath, paths: &[ValuePath]) -> bool {
    paths.iter().any(|path| concerns(path, chart))
}

/// Whether the chart at `chart` can read the value at `path`: one of its own or of a chart below
/// it, or a global, which is one of all charts below where it is set.
fn concerns(path: &ValuePath, chart: &ValuePath) -> bool {
    let is_global = |step: &Step| *step == Step::Key(GLOBAL.into());
    let above = path.0.iter().position(is_global);
    chart.contains(path) || above.is_some_and(|length| path.head(length).contains(chart))
}

fn unplaced() -> Source {
    Source {
        file: "".into(),
        line: 0,
        column: 0,
    }
}
