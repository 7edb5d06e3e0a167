//! Which block a place lies in.

use std::borrow::Cow;

use crate::{
    SourceFile, Span,
    ast::Block,
    json::{self, Node},
    parse::parse_file,
};

/// What says where in a file something stands.
#[derive(Debug)]
pub(super) enum Headers {
    /// The headers of the top-level blocks, in source order.
    Native(Vec<(u32, u32, String)>),
    /// The whole file.
    Json(Node),
}

impl Headers {
    /// Reads them from the text; broken blocks have none.
    pub(super) fn of(file: &SourceFile) -> Headers {
        if file.name.ends_with(".json") {
            return Headers::Json(json::parse_file(file).0);
        }
        let (body, _) = parse_file(file);
        let header = |block: &Block| (block.kind.span.start, block.close.end, header(block));
        Headers::Native(body.blocks.iter().map(header).collect())
    }

    /// The header of the block around `byte`, such as `variable "region"`, or
    /// the path to the innermost object or array, such as `variable.region`.
    pub(super) fn around(&self, byte: u32) -> Option<Cow<'_, str>> {
        match self {
            Headers::Native(blocks) => {
                let after = blocks.partition_point(|(start, ..)| *start <= byte);
                let (_, end, header) = blocks.get(after.checked_sub(1)?)?;
                (byte < *end).then_some(Cow::Borrowed(header.as_str()))
            }
            Headers::Json(root) => {
                let path = path(root, byte);
                let path = path.strip_prefix('.').unwrap_or(&path).to_owned();
                (!path.is_empty()).then_some(Cow::Owned(path))
            }
        }
    }
}

/// The names and indices that lead to what is around `byte`.
fn path(root: &Node, byte: u32) -> String {
    let mut path = String::new();
    let mut node = root;
    while let Some((step, inner)) = step(node, byte) {
        path.push_str(&step);
        node = inner;
    }
    path
}

fn step(node: &Node, byte: u32) -> Option<(String, &Node)> {
    match node {
        Node::Object(object) => object
            .properties
            .iter()
            .find(|property| surrounds(&property.value, byte))
            .map(|property| (format!(".{}", property.name), &property.value)),
        Node::Array(array) => (0..)
            .zip(&array.values)
            .find(|(_, value)| surrounds(value, byte))
            .map(|(index, value): (usize, _)| (format!("[{index}]"), value)),
        Node::Leaf(_) => None,
    }
}

fn surrounds(value: &Node, byte: u32) -> bool {
    let Span { start, end, .. } = value.span();
    !matches!(value, Node::Leaf(_)) && (start..end).contains(&byte)
}

fn header(block: &Block) -> String {
    let mut text = block.kind.name.to_string();
    for label in &block.labels {
        let escaped = label.name.replace('\\', "\\\\").replace('"', "\\\"");
        text.push_str(&format!(" \"{escaped}\""));
    }
    text
}
