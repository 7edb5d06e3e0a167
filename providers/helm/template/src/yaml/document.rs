//! The tree of a YAML document, with anchors resolved to nodes.

use std::collections::HashMap;

use trueup_yaml::{Event, EventKind, Mark, Parser};

use super::YamlError;

/// Deepest nesting of nodes. Bounded so that recursive readers stay on their stack.
pub(super) const MAX_DEPTH: usize = 256;

/// Index of a node in its [`Document`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NodeId(usize);

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Text, not yet resolved to a type.
    Scalar {
        /// The text with escapes and folding undone.
        value: String,
        /// Whether its look alone decides its type: plain and without a tag.
        implicit: bool,
    },
    /// A list.
    Sequence(Vec<NodeId>),
    /// Keys and values in the order written, duplicates included.
    Mapping(Vec<(NodeId, NodeId)>),
    /// A reference to an anchored node.
    Alias {
        /// The anchor's name.
        name: String,
        /// The node it stood on when the alias was read.
        target: NodeId,
    },
}

/// A node and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub content: Content,
    /// Its tag in full (`tag:yaml.org,2002:str`), empty when it has none.
    pub tag: String,
    /// Line, counted from 0.
    pub line: u32,
    /// Column in characters, counted from 0.
    pub column: u32,
}

/// A parsed document: the first of its stream. What follows it is not read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    nodes: Vec<Node>,
    root: Option<NodeId>,
}

impl Document {
    /// The outermost node; `None` for a stream without a document.
    #[must_use]
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// A node of this document.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }
}

/// Reads the first document of `text`.
///
/// # Errors
/// [`YamlError::Syntax`] where go-yaml refuses the text, and for nesting deeper than 256.
pub fn parse(text: &[u8]) -> Result<Document, YamlError> {
    let mut composer = Composer {
        parser: Parser::new(text)?,
        nodes: Vec::new(),
        anchors: HashMap::new(),
    };
    let root = composer.document()?;
    Ok(Document {
        nodes: composer.nodes,
        root,
    })
}

struct Composer<'a> {
    parser: Parser<'a>,
    nodes: Vec<Node>,
    anchors: HashMap<String, NodeId>,
}

type Composed<T> = Result<T, YamlError>;

impl Composer<'_> {
    fn document(&mut self) -> Composed<Option<NodeId>> {
        if self.parser.next_event()?.kind == EventKind::StreamEnd {
            return Ok(None);
        }
        let event = self.parser.next_event()?;
        let root = self.node(event, 1)?;
        // What follows an end belongs to a next document, which go-yaml does not read; but it has
        // seen its first token.
        self.parser.next_event()?;
        Ok(root)
    }

    /// The node that begins with `event`; `None` if that is the end of a collection.
    fn node(&mut self, event: Event, depth: usize) -> Composed<Option<NodeId>> {
        let Event { kind, start } = event;
        if depth > MAX_DEPTH {
            return Err(YamlError::Syntax {
                line: start.line,
                problem: format!("exceeded max depth of {MAX_DEPTH}"),
            });
        }
        match kind {
            EventKind::Alias(name) => self.alias(name, start).map(Some),
            EventKind::Scalar {
                anchor,
                tag,
                value,
                implicit,
                ..
            } => {
                let content = Content::Scalar { value, implicit };
                Ok(Some(self.anchored(content, tag, anchor, start)))
            }
            EventKind::SequenceStart { anchor, tag } => {
                let id = self.anchored(Content::Sequence(Vec::new()), tag, anchor, start);
                let items = self.items(depth)?;
                self.fill(id, Content::Sequence(items));
                Ok(Some(id))
            }
            EventKind::MappingStart { anchor, tag } => {
                let id = self.anchored(Content::Mapping(Vec::new()), tag, anchor, start);
                let entries = self.entries(depth)?;
                self.fill(id, Content::Mapping(entries));
                Ok(Some(id))
            }
            _ => Ok(None),
        }
    }

    fn items(&mut self, depth: usize) -> Composed<Vec<NodeId>> {
        let mut items = Vec::new();
        while let Some(item) = self.next_node(depth)? {
            items.push(item);
        }
        Ok(items)
    }

    fn entries(&mut self, depth: usize) -> Composed<Vec<(NodeId, NodeId)>> {
        let mut entries = Vec::new();
        while let Some(key) = self.next_node(depth)? {
            let Some(value) = self.next_node(depth)? else {
                break;
            };
            entries.push((key, value));
        }
        Ok(entries)
    }

    fn next_node(&mut self, depth: usize) -> Composed<Option<NodeId>> {
        let event = self.parser.next_event()?;
        self.node(event, depth + 1)
    }

    fn add(&mut self, content: Content, tag: String, at: Mark) -> NodeId {
        let id = NodeId(self.nodes.len());
        let column = u32::try_from(at.column).unwrap_or(0);
        self.nodes.push(Node {
            content,
            tag,
            line: at.line,
            column,
        });
        id
    }

    fn anchored(
        &mut self,
        content: Content,
        tag: String,
        anchor: Option<String>,
        at: Mark,
    ) -> NodeId {
        let id = self.add(content, tag, at);
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, id);
        }
        id
    }

    fn fill(&mut self, id: NodeId, content: Content) {
        if let Some(node) = self.nodes.get_mut(id.0) {
            node.content = content;
        }
    }

    fn alias(&mut self, name: String, at: Mark) -> Composed<NodeId> {
        let Some(&target) = self.anchors.get(&name) else {
            return Err(YamlError::unplaced(format!(
                "unknown anchor '{name}' referenced"
            )));
        };
        Ok(self.add(Content::Alias { name, target }, String::new(), at))
    }
}
