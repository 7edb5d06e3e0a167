//! Graphs as pictures.

use layout::{
    backends::svg::SVGWriter,
    core::{base::Orientation, geometry::Point, style::StyleAttr},
    std_shapes::shapes::{Arrow, Element, ShapeKind},
    topo::layout::VisualGraph,
};
use trueup_core::draw::ResourceGraph;

use crate::{commands::graph::labels, error::CommandError};

/// Larger graphs are no longer pictures anybody could read, and their layout
/// takes too long.
const MAX_NODES: usize = 400;

/// The graph as SVG.
pub(crate) fn svg(graph: &ResourceGraph) -> Result<String, CommandError> {
    if graph.nodes.len() > MAX_NODES {
        return Err(CommandError::usage(
            "Too many resources for a picture",
            format!(
                "There are {} resources; a picture shows up to {MAX_NODES}. Use -format=dot or -format=mermaid with a program made for large graphs.",
                graph.nodes.len()
            ),
        ));
    }
    let mut drawing = VisualGraph::new(Orientation::LeftToRight);
    let handles: Vec<_> = labels(graph)
        .iter()
        .map(|label| {
            let shape = ShapeKind::new_box(&escaped(label));
            let size = Point::new(24.0 + 8.5 * label.chars().count() as f64, 36.0);
            let element =
                Element::create(shape, StyleAttr::simple(), Orientation::LeftToRight, size);
            drawing.add_node(element)
        })
        .collect();
    for (from, to) in &graph.edges {
        if let (Some(from), Some(to)) = (handles.get(*from), handles.get(*to)) {
            drawing.add_edge(Arrow::simple(""), *to, *from);
        }
    }
    let mut writer = SVGWriter::new();
    if !handles.is_empty() {
        drawing.do_it(false, false, false, &mut writer);
    }
    Ok(writer.finalize())
}

fn escaped(label: &str) -> String {
    label
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
