//! Nodes as error messages show them.

use super::ast::TemplateCall;
use super::ast::{Branch, BranchKind, Command, File, List, Node, Operand, OperandKind, Pipe};
use crate::{stack::with_room, strconv::quote, value::Str};

/// Writes nodes of one file back as source.
pub(crate) struct Show<'t> {
    file: &'t File,
    out: Vec<u8>,
}

impl<'t> Show<'t> {
    pub(crate) fn new(file: &'t File) -> Self {
        Show {
            file,
            out: Vec::new(),
        }
    }

    pub(crate) fn finish(self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }

    pub(crate) fn list(&mut self, list: &List) {
        for node in &list.nodes {
            self.node(node);
        }
    }

    pub(crate) fn node(&mut self, node: &Node) {
        match node {
            Node::Text { pos, end } => {
                let text = self.file.slice(*pos, *end);
                self.out.extend_from_slice(text);
            }
            Node::Action { pipe, .. } => self.braces(|show| show.pipe(pipe)),
            Node::Branch(branch) => self.branch(branch),
            Node::Template(call) => self.template(call),
            Node::Break => self.text("{{break}}"),
            Node::Continue => self.text("{{continue}}"),
        }
    }

    pub(crate) fn branch(&mut self, branch: &Branch) {
        self.text(match branch.kind {
            BranchKind::If => "{{if ",
            BranchKind::With => "{{with ",
            BranchKind::Range => "{{range ",
        });
        self.pipe(&branch.pipe);
        self.text("}}");
        with_room(|| self.list(&branch.list));
        if let Some(otherwise) = &branch.otherwise {
            self.text("{{else}}");
            with_room(|| self.list(otherwise));
        }
        self.text("{{end}}");
    }

    pub(crate) fn template(&mut self, call: &TemplateCall) {
        self.braces(|show| {
            show.text("template ");
            show.text(&quote(call.name.as_bytes()));
            if let Some(pipe) = &call.pipe {
                show.text(" ");
                show.pipe(pipe);
            }
        });
    }

    pub(crate) fn pipe(&mut self, pipe: &Pipe) {
        for (index, name) in pipe.variables.iter().enumerate() {
            self.separator(index, ", ");
            self.bytes(name);
        }
        if !pipe.variables.is_empty() {
            self.text(if pipe.assign { " = " } else { " := " });
        }
        for (index, command) in pipe.commands.iter().enumerate() {
            self.separator(index, " | ");
            self.command(command);
        }
    }

    pub(crate) fn command(&mut self, command: &Command) {
        for (index, arg) in command.args.iter().enumerate() {
            self.separator(index, " ");
            self.nested(arg);
        }
    }

    pub(crate) fn operand(&mut self, operand: &Operand) {
        match &operand.kind {
            OperandKind::Bool(bool) => self.text(if *bool { "true" } else { "false" }),
            OperandKind::Dot => self.text("."),
            OperandKind::Nil => self.text("nil"),
            OperandKind::Number(number) => self.text(&number.text),
            OperandKind::String { quoted, .. } => self.bytes(quoted),
            OperandKind::Field(fields) => self.fields(fields),
            OperandKind::Variable(path) => {
                for (index, name) in path.iter().enumerate() {
                    self.separator(index, ".");
                    self.bytes(name);
                }
            }
            OperandKind::Chain(term, fields) => {
                self.nested(term);
                self.fields(fields);
            }
            OperandKind::Identifier(name) => self.bytes(name),
            OperandKind::Pipe(pipe) => with_room(|| self.pipe(pipe)),
        }
    }

    /// An operand, in parentheses if it is a pipeline.
    fn nested(&mut self, operand: &Operand) {
        let pipe = matches!(operand.kind, OperandKind::Pipe(_));
        self.text(if pipe { "(" } else { "" });
        self.operand(operand);
        self.text(if pipe { ")" } else { "" });
    }

    fn fields(&mut self, fields: &[Str]) {
        for field in fields {
            self.text(".");
            self.bytes(field);
        }
    }

    fn braces(&mut self, body: impl FnOnce(&mut Self)) {
        self.text("{{");
        body(self);
        self.text("}}");
    }

    fn separator(&mut self, index: usize, text: &str) {
        if index > 0 {
            self.text(text);
        }
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn bytes(&mut self, text: &Str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}
