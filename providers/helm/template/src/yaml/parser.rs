//! The tree of a YAML document, with anchors resolved to nodes.

use std::collections::HashMap;

use super::YamlError;
use super::characters::is_allowed;
use super::scanner::{MAX_DEPTH, Mark, ScalarStyle, Scanner, Token, TokenKind};

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
    let valid = std::str::from_utf8(text)
        .map_err(|_| YamlError::unplaced("invalid leading UTF-8 octet"))?;
    if !valid.chars().all(is_allowed) {
        return Err(YamlError::unplaced("control characters are not allowed"));
    }
    let mut parser = Parser {
        scanner: Scanner::new(text),
        nodes: Vec::new(),
        anchors: HashMap::new(),
        handles: Vec::new(),
        depth: 0,
    };
    let root = parser.document()?;
    Ok(Document {
        nodes: parser.nodes,
        root,
    })
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    nodes: Vec<Node>,
    anchors: HashMap<String, NodeId>,
    handles: Vec<(String, String)>,
    depth: usize,
}

/// What may precede a node's content.
#[derive(Default)]
struct Properties {
    anchor: Option<String>,
    tag: Option<String>,
    start: Option<Mark>,
}

type Parsed<T> = Result<T, YamlError>;

fn problem<T>(context: Mark, at: Mark, text: &str) -> Parsed<T> {
    let line = if at.line != 0 { at.line } else { context.line };
    Err(YamlError::Syntax {
        line,
        problem: text.to_owned(),
    })
}

impl Parser<'_> {
    fn kind(&mut self) -> Parsed<&TokenKind> {
        Ok(&self.scanner.peek()?.kind)
    }

    fn start(&mut self) -> Parsed<Mark> {
        Ok(self.scanner.peek()?.start)
    }

    fn take(&mut self) -> Parsed<Token> {
        self.scanner.take()
    }

    /// Takes the token if it is of this kind.
    fn accept(&mut self, kind: &TokenKind) -> Parsed<bool> {
        let found = self.kind()? == kind;
        if found {
            self.take()?;
        }
        Ok(found)
    }

    fn document(&mut self) -> Parsed<Option<NodeId>> {
        let explicit = matches!(
            self.kind()?,
            TokenKind::VersionDirective { .. }
                | TokenKind::TagDirective { .. }
                | TokenKind::DocumentStart
        );
        if *self.kind()? == TokenKind::StreamEnd {
            return Ok(None);
        }
        self.directives()?;
        if explicit && !self.accept(&TokenKind::DocumentStart)? {
            let at = self.start()?;
            return problem(
                Mark::default(),
                at,
                "did not find expected <document start>",
            );
        }
        let root = match self.kind()? {
            TokenKind::VersionDirective { .. }
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd
                if explicit =>
            {
                let at = self.start()?;
                self.empty(at)
            }
            _ => self.node(true, false)?,
        };
        // What follows an end belongs to a next document, which go-yaml does not read; but it has
        // seen its first token.
        self.kind()?;
        Ok(Some(root))
    }

    fn directives(&mut self) -> Parsed<()> {
        let mut version = false;
        loop {
            match self.kind()?.clone() {
                TokenKind::VersionDirective { major, minor } => {
                    let at = self.start()?;
                    if version {
                        return problem(Mark::default(), at, "found duplicate %YAML directive");
                    }
                    if (major, minor) != (1, 1) {
                        return problem(Mark::default(), at, "found incompatible YAML document");
                    }
                    version = true;
                }
                TokenKind::TagDirective { handle, prefix } => {
                    let at = self.start()?;
                    if self.handles.iter().any(|(known, _)| *known == handle) {
                        return problem(Mark::default(), at, "found duplicate %TAG directive");
                    }
                    self.handles.push((handle, prefix));
                }
                _ => break,
            }
            self.take()?;
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if !self.handles.iter().any(|(known, _)| known == handle) {
                self.handles.push((handle.to_owned(), prefix.to_owned()));
            }
        }
        Ok(())
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

    fn empty(&mut self, at: Mark) -> NodeId {
        self.add(
            Content::Scalar {
                value: String::new(),
                implicit: true,
            },
            String::new(),
            at,
        )
    }

    fn fill(&mut self, id: NodeId, content: Content) {
        if let Some(node) = self.nodes.get_mut(id.0) {
            node.content = content;
        }
    }

    fn node(&mut self, block: bool, indentless: bool) -> Parsed<NodeId> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let at = self.start()?;
            return problem(at, at, &format!("exceeded max depth of {MAX_DEPTH}"));
        }
        let node = self.node_content(block, indentless);
        self.depth -= 1;
        node
    }

    fn node_content(&mut self, block: bool, indentless: bool) -> Parsed<NodeId> {
        if let TokenKind::Alias(_) = self.kind()? {
            return self.alias();
        }
        let properties = self.properties()?;
        let token_start = self.start()?;
        let start = properties.start.unwrap_or(token_start);
        let tag = properties.tag.unwrap_or_default();
        let anchor = properties.anchor;
        match self.kind()? {
            TokenKind::BlockEntry if indentless => {
                let id = self.collection(Content::Sequence(Vec::new()), tag, anchor, start);
                self.indentless_sequence(id)
            }
            TokenKind::Scalar { .. } => self.scalar(tag, anchor, start),
            TokenKind::FlowSequenceStart => {
                let id = self.collection(Content::Sequence(Vec::new()), tag, anchor, start);
                self.flow_sequence(id)
            }
            TokenKind::FlowMappingStart => {
                let id = self.collection(Content::Mapping(Vec::new()), tag, anchor, start);
                self.flow_mapping(id)
            }
            TokenKind::BlockSequenceStart if block => {
                let id = self.collection(Content::Sequence(Vec::new()), tag, anchor, start);
                self.block_sequence(id)
            }
            TokenKind::BlockMappingStart if block => {
                let id = self.collection(Content::Mapping(Vec::new()), tag, anchor, start);
                self.block_mapping(id)
            }
            _ if anchor.is_some() || !tag.is_empty() => {
                let implicit = tag.is_empty();
                let content = Content::Scalar {
                    value: String::new(),
                    implicit,
                };
                Ok(self.collection(content, tag, anchor, start))
            }
            _ => problem(start, token_start, "did not find expected node content"),
        }
    }

    fn collection(
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

    fn alias(&mut self) -> Parsed<NodeId> {
        let token = self.take()?;
        let TokenKind::Alias(name) = token.kind else {
            return problem(
                token.start,
                token.start,
                "did not find expected node content",
            );
        };
        let Some(&target) = self.anchors.get(&name) else {
            return Err(YamlError::unplaced(format!(
                "unknown anchor '{name}' referenced"
            )));
        };
        Ok(self.add(Content::Alias { name, target }, String::new(), token.start))
    }

    fn properties(&mut self) -> Parsed<Properties> {
        let mut properties = Properties::default();
        loop {
            let token = match self.kind()? {
                TokenKind::Anchor(_) if properties.anchor.is_none() => self.take()?,
                TokenKind::Tag { .. } if properties.tag.is_none() => self.take()?,
                _ => return Ok(properties),
            };
            let start = *properties.start.get_or_insert(token.start);
            match token.kind {
                TokenKind::Anchor(name) => properties.anchor = Some(name),
                TokenKind::Tag { handle, suffix } => {
                    properties.tag = Some(self.full_tag(&handle, suffix, start, token.start)?);
                }
                _ => {}
            }
        }
    }

    fn full_tag(&self, handle: &str, suffix: String, start: Mark, at: Mark) -> Parsed<String> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        match self.handles.iter().find(|(known, _)| known == handle) {
            Some((_, prefix)) => Ok(format!("{prefix}{suffix}")),
            None => problem(start, at, "found undefined tag handle"),
        }
    }

    fn scalar(&mut self, tag: String, anchor: Option<String>, start: Mark) -> Parsed<NodeId> {
        let token = self.take()?;
        let TokenKind::Scalar { value, style } = token.kind else {
            return problem(start, token.start, "did not find expected node content");
        };
        let implicit = (tag.is_empty() && style == ScalarStyle::Plain) || tag == "!";
        Ok(self.collection(Content::Scalar { value, implicit }, tag, anchor, start))
    }

    fn block_sequence(&mut self, id: NodeId) -> Parsed<NodeId> {
        let context = self.take()?.start;
        let mut items = Vec::new();
        while *self.kind()? == TokenKind::BlockEntry {
            let mark = self.take()?.start;
            items.push(match self.kind()? {
                TokenKind::BlockEntry | TokenKind::BlockEnd => self.empty(mark),
                _ => self.node(true, false)?,
            });
        }
        if !self.accept(&TokenKind::BlockEnd)? {
            let at = self.start()?;
            return problem(context, at, "did not find expected '-' indicator");
        }
        self.fill(id, Content::Sequence(items));
        Ok(id)
    }

    fn indentless_sequence(&mut self, id: NodeId) -> Parsed<NodeId> {
        let mut items = Vec::new();
        while *self.kind()? == TokenKind::BlockEntry {
            let mark = self.take()?.start;
            items.push(match self.kind()? {
                TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                    self.empty(mark)
                }
                _ => self.node(true, false)?,
            });
        }
        self.fill(id, Content::Sequence(items));
        Ok(id)
    }

    fn block_mapping(&mut self, id: NodeId) -> Parsed<NodeId> {
        let context = self.take()?.start;
        let mut entries = Vec::new();
        while *self.kind()? == TokenKind::Key {
            let key = self.block_part(&TokenKind::Key)?;
            let value = self.block_part(&TokenKind::Value)?;
            entries.push((key, value));
        }
        if !self.accept(&TokenKind::BlockEnd)? {
            let at = self.start()?;
            return problem(context, at, "did not find expected key");
        }
        self.fill(id, Content::Mapping(entries));
        Ok(id)
    }

    /// A key or a value of a block mapping, empty if its indicator or its content is missing.
    fn block_part(&mut self, indicator: &TokenKind) -> Parsed<NodeId> {
        let mark = self.start()?;
        if !self.accept(indicator)? {
            return Ok(self.empty(mark));
        }
        match self.kind()? {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => Ok(self.empty(mark)),
            _ => self.node(true, true),
        }
    }

    fn flow_sequence(&mut self, id: NodeId) -> Parsed<NodeId> {
        let context = self.take()?.start;
        let mut items = Vec::new();
        while *self.kind()? != TokenKind::FlowSequenceEnd {
            if !items.is_empty() {
                if !self.accept(&TokenKind::FlowEntry)? {
                    let at = self.start()?;
                    return problem(context, at, "did not find expected ',' or ']'");
                }
                if *self.kind()? == TokenKind::FlowSequenceEnd {
                    break;
                }
            }
            items.push(match self.kind()? {
                TokenKind::Key => self.flow_pair()?,
                _ => self.node(false, false)?,
            });
        }
        self.take()?;
        self.fill(id, Content::Sequence(items));
        Ok(id)
    }

    /// `key: value` as an element of a flow sequence.
    fn flow_pair(&mut self) -> Parsed<NodeId> {
        let mark = self.take()?.start;
        let id = self.add(Content::Mapping(Vec::new()), String::new(), mark);
        let key = match self.kind()? {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                let at = self.take()?.start;
                self.empty(at)
            }
            _ => self.node(false, false)?,
        };
        let value = self.flow_value(&TokenKind::FlowSequenceEnd)?;
        self.fill(id, Content::Mapping(vec![(key, value)]));
        Ok(id)
    }

    fn flow_value(&mut self, end: &TokenKind) -> Parsed<NodeId> {
        if self.accept(&TokenKind::Value)? {
            let kind = self.kind()?;
            if *kind != TokenKind::FlowEntry && kind != end {
                return self.node(false, false);
            }
        }
        let at = self.start()?;
        Ok(self.empty(at))
    }

    fn flow_mapping(&mut self, id: NodeId) -> Parsed<NodeId> {
        let context = self.take()?.start;
        let mut entries = Vec::new();
        while *self.kind()? != TokenKind::FlowMappingEnd {
            if !entries.is_empty() {
                if !self.accept(&TokenKind::FlowEntry)? {
                    let at = self.start()?;
                    return problem(context, at, "did not find expected ',' or '}'");
                }
                if *self.kind()? == TokenKind::FlowMappingEnd {
                    break;
                }
            }
            entries.push(self.flow_entry()?);
        }
        self.take()?;
        self.fill(id, Content::Mapping(entries));
        Ok(id)
    }

    fn flow_entry(&mut self) -> Parsed<(NodeId, NodeId)> {
        if !self.accept(&TokenKind::Key)? {
            // `{a}` is a key without a value.
            let key = self.node(false, false)?;
            let at = self.start()?;
            return Ok((key, self.empty(at)));
        }
        let at = self.start()?;
        let key = match self.kind()? {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => self.empty(at),
            _ => self.node(false, false)?,
        };
        let value = self.flow_value(&TokenKind::FlowMappingEnd)?;
        Ok((key, value))
    }
}
