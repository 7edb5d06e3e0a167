//! A chart with all subcharts, whichever are enabled: what could be read.

use serde_json::Value;
use trueup_helm_template::Map;
use trueup_helm_template::functions::to_json_value;

use crate::chart::Chart;
use crate::dependencies::{Processing, check_present};
use crate::error::ChartError;
use crate::node::Node;
use crate::template::{Options, check_installable};
use crate::values::{Coalesce, ValuePath, to_map};

/// A tree of charts that nothing is taken out of.
pub(crate) struct AllCharts<'a> {
    pub(crate) root: Node<'a>,
    user: Map,
    helm_3: bool,
}

impl<'a> AllCharts<'a> {
    /// The tree, with the default values of charts that are `concerned`, told by where their
    /// values are, and of those that others import from.
    pub(crate) fn of(
        chart: &'a Chart,
        options: &Options,
        concerned: impl Fn(&ValuePath) -> bool,
    ) -> Result<Self, ChartError> {
        check_installable(chart)?;
        check_present(chart)?;
        let mut root = Node::without_values(chart);
        let mut processing = Processing {
            helm_3: options.helm_3,
            warnings: &mut Vec::new(),
        };
        processing
            .keep_all(&mut root, |root| {
                fill(root, &ValuePath::default(), false, &concerned);
            })
            .map_err(|error| error.within("chart dependencies processing failed"))?;
        Ok(AllCharts {
            root,
            user: to_map(&options.values),
            helm_3: options.helm_3,
        })
    }

    /// The values when the user sets nothing.
    pub(crate) fn defaults(&self) -> Result<Value, ChartError> {
        let values = self.coalesced(&Map::new())?;
        to_json_value(&values.into()).map_err(|error| ChartError::new(error.message()))
    }

    /// The values, the user's over the charts'.
    pub(crate) fn values(&self) -> Result<Map, ChartError> {
        self.coalesced(&self.user)
    }

    fn coalesced(&self, user: &Map) -> Result<Map, ChartError> {
        let mut coalesce = Coalesce {
            merge: false,
            helm_3: self.helm_3,
            warnings: &mut Vec::new(),
        };
        coalesce.values(&self.root, user)
    }

    /// Lets only templates of charts that are `concerned` run. What others define stays.
    pub(crate) fn silence(&mut self, concerned: impl Fn(&ValuePath) -> bool) {
        silence(&mut self.root, &ValuePath::default(), &concerned);
    }
}

fn fill(
    node: &mut Node<'_>,
    path: &ValuePath,
    is_imported: bool,
    concerned: &impl Fn(&ValuePath) -> bool,
) {
    if is_imported || concerned(path) {
        node.values = to_map(&node.chart.values);
    }
    let wanted = node.metadata.dependencies.iter().flatten();
    let exports: Vec<&str> = wanted
        .filter(|one| !one.import_values.is_empty())
        .map(|one| one.name.as_str())
        .collect();
    for subchart in &mut node.dependencies {
        let name = &subchart.metadata.name;
        let is_imported = is_imported || exports.contains(&name.as_str());
        let below = path.key(name);
        fill(subchart, &below, is_imported, concerned);
    }
}

fn silence(node: &mut Node<'_>, path: &ValuePath, concerned: &impl Fn(&ValuePath) -> bool) {
    node.is_silent = !concerned(path);
    for subchart in &mut node.dependencies {
        let below = path.key(&subchart.metadata.name);
        silence(subchart, &below, concerned);
    }
}
