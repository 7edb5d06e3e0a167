//! The tree of a template. Positions are bytes from the start of the file.

use std::sync::{Arc, OnceLock};

use crate::value::Str;

/// A file that templates were parsed from.
#[derive(Debug)]
pub(crate) struct File {
    /// The name it was given.
    pub(crate) name: Arc<str>,
    pub(crate) text: Box<[u8]>,
    lines: OnceLock<Vec<u32>>,
}

/// A named template.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) name: Arc<str>,
    pub(crate) file: Arc<File>,
    pub(crate) root: List,
    /// How deeply nodes are nested, so that it can be taken apart safely.
    pub(crate) nesting: usize,
}

/// Text and actions in order.
#[derive(Debug, Default)]
pub(crate) struct List {
    pub(crate) nodes: Vec<Node>,
}

#[derive(Debug)]
pub(crate) enum Node {
    Text { pos: u32, end: u32 },
    Action { pos: u32, pipe: Pipe },
    Branch(Box<Branch>),
    Template(Box<TemplateCall>),
    Break,
    Continue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BranchKind {
    If,
    With,
    Range,
}

#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) kind: BranchKind,
    pub(crate) pos: u32,
    pub(crate) pipe: Pipe,
    pub(crate) list: List,
    pub(crate) otherwise: Option<List>,
}

#[derive(Debug)]
pub(crate) struct TemplateCall {
    pub(crate) pos: u32,
    pub(crate) name: Str,
    pub(crate) pipe: Option<Pipe>,
}

#[derive(Debug)]
pub(crate) struct Pipe {
    pub(crate) pos: u32,
    pub(crate) assign: bool,
    pub(crate) variables: Vec<Str>,
    pub(crate) commands: Vec<Command>,
}

#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) args: Vec<Operand>,
}

#[derive(Debug)]
pub(crate) struct Operand {
    pub(crate) pos: u32,
    pub(crate) kind: OperandKind,
}

#[derive(Debug)]
pub(crate) enum OperandKind {
    Bool(bool),
    Dot,
    Nil,
    Number(Box<Number>),
    /// The text as written, and what it stands for.
    String {
        quoted: Str,
        text: Str,
    },
    Field(Vec<Str>),
    /// The name with its `$`, and fields.
    Variable(Vec<Str>),
    Chain(Box<Operand>, Vec<Str>),
    Identifier(Str),
    Pipe(Box<Pipe>),
}

/// A constant, under every type that can hold it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Number {
    pub(crate) text: String,
    pub(crate) int: Option<i64>,
    pub(crate) uint: Option<u64>,
    pub(crate) float: Option<f64>,
    pub(crate) complex: Option<(f64, f64)>,
}

impl File {
    pub(crate) fn new(name: Arc<str>, text: &[u8]) -> Self {
        File {
            name,
            text: text.into(),
            lines: OnceLock::new(),
        }
    }

    /// The line from 1 and the column in bytes from 0.
    pub(crate) fn place(&self, pos: u32) -> (u32, u32) {
        let lines = self.lines.get_or_init(|| {
            let breaks = self.text.iter().zip(1u32..);
            breaks
                .filter(|(byte, _)| **byte == b'\n')
                .map(|(_, next)| next)
                .collect()
        });
        let line = lines.partition_point(|start| *start <= pos);
        let start = line.checked_sub(1).and_then(|line| lines.get(line));
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        (line.saturating_add(1), pos - start.copied().unwrap_or(0))
    }

    pub(crate) fn slice(&self, pos: u32, end: u32) -> &[u8] {
        let range = pos as usize..end as usize;
        self.text.get(range).unwrap_or_default()
    }
}

impl List {
    /// Whether there is nothing but space.
    pub(crate) fn is_blank(&self, file: &File) -> bool {
        self.nodes.iter().all(|node| match node {
            Node::Text { pos, end } => {
                let text = String::from_utf8_lossy(file.slice(*pos, *end));
                text.trim().is_empty()
            }
            _ => false,
        })
    }
}

/// Deep trees are dropped on a stack of their size.
impl Drop for Tree {
    fn drop(&mut self) {
        if self.nesting > 100 {
            let root = std::mem::take(&mut self.root);
            stacker::grow(self.nesting * 1024 + (1 << 20), || drop(root));
        }
    }
}
