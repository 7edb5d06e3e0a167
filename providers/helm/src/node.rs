//! A chart in a run: its values, and those of its subcharts that are enabled.

use trueup_helm_template::Map;

use crate::chart::Chart;
use crate::metadata::Metadata;
use crate::values::to_map;

/// A chart of the tree that is rendered. The files stay where they were loaded.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    pub(crate) chart: &'a Chart,
    pub(crate) metadata: Metadata,
    pub(crate) values: Map,
    pub(crate) dependencies: Vec<Node<'a>>,
    /// Its templates are not run; others may use what they define.
    pub(crate) is_silent: bool,
}

impl<'a> Node<'a> {
    pub(crate) fn new(chart: &'a Chart) -> Self {
        Self {
            values: to_map(&chart.values),
            dependencies: chart.dependencies.iter().map(Node::new).collect(),
            ..Self::alone(chart)
        }
    }

    /// The tree as if no chart had values of its own.
    pub(crate) fn without_values(chart: &'a Chart) -> Self {
        let dependencies = chart.dependencies.iter();
        Self {
            dependencies: dependencies.map(Node::without_values).collect(),
            ..Self::alone(chart)
        }
    }

    fn alone(chart: &'a Chart) -> Self {
        Self {
            chart,
            metadata: chart.metadata.clone(),
            values: Map::new(),
            dependencies: Vec::new(),
            is_silent: false,
        }
    }
}
