//! The state of one executing template, and errors that name its place.

use super::cell::Cell;
use crate::{
    Error,
    strconv::quote,
    syntax::{
        Show,
        ast::{Branch, Command, Node, Operand, Pipe, TemplateCall, Tree},
    },
    value::{Source, Str},
};

/// The node that errors blame.
#[derive(Clone, Copy)]
pub(super) enum At<'t> {
    Nothing,
    Node(&'t Node, u32),
    Branch(&'t Branch),
    Template(&'t TemplateCall),
    Pipe(&'t Pipe),
    Command(&'t Command),
    Operand(&'t Operand),
}

/// A template being executed.
pub(super) struct State<'t> {
    pub(super) tree: &'t Tree,
    pub(super) at: At<'t>,
    pub(super) variables: Vec<(Str, Cell)>,
}

impl<'t> State<'t> {
    pub(super) fn new(tree: &'t Tree, dot: Cell) -> Self {
        State {
            tree,
            at: At::Nothing,
            variables: vec![(Str::from("$"), dot)],
        }
    }

    fn pos(&self) -> u32 {
        match self.at {
            At::Nothing => 0,
            At::Node(_, pos) => pos,
            At::Branch(branch) => branch.pos,
            At::Template(call) => call.pos,
            At::Pipe(pipe) => pipe.pos,
            At::Command(command) => command.args.first().map_or(0, |first| first.pos),
            At::Operand(operand) => operand.pos,
        }
    }

    fn context(&self) -> String {
        let mut show = Show::new(&self.tree.file);
        match self.at {
            At::Nothing => {}
            At::Node(node, _) => show.node(node),
            At::Branch(branch) => show.branch(branch),
            At::Template(call) => show.template(call),
            At::Pipe(pipe) => show.pipe(pipe),
            At::Command(command) => show.command(command),
            At::Operand(operand) => show.operand(operand),
        }
        show.finish()
    }

    /// The current node as text.
    pub(super) fn shown(&self) -> String {
        self.context()
    }

    /// The place of the current node.
    pub(super) fn source(&self) -> Source {
        let (line, column) = self.tree.file.place(self.pos());
        Source {
            file: std::rc::Rc::from(&*self.tree.file.name),
            line,
            column,
        }
    }

    /// `message` with the place in front.
    pub(super) fn error(&self, message: impl AsRef<str>) -> Error {
        self.error_caused(message.as_ref(), None)
    }

    pub(super) fn error_caused(&self, message: &str, cause: Option<Error>) -> Error {
        let (line, column) = self.tree.file.place(self.pos());
        let file = &self.tree.file.name;
        let name = quote(self.tree.name.as_bytes());
        let context = self.context();
        Error::executing(
            format!("template: {file}:{line}:{column}: executing {name} at <{context}>: {message}"),
            cause,
        )
    }

    pub(super) fn declare(&mut self, name: &Str, value: Cell) {
        self.variables.push((name.clone(), value));
    }

    pub(super) fn assign(&mut self, name: &Str, value: Cell) -> Result<(), Error> {
        let variables = self.variables.iter_mut().rev();
        match variables.into_iter().find(|(known, _)| known == name) {
            Some((_, slot)) => {
                *slot = value;
                Ok(())
            }
            None => Err(self.error(format!("undefined variable: {name}"))),
        }
    }

    pub(super) fn variable(&self, name: &Str) -> Result<Cell, Error> {
        let mut variables = self.variables.iter().rev();
        match variables.find(|(known, _)| known == name) {
            Some((_, value)) => Ok(value.clone()),
            None => Err(self.error(format!("undefined variable: {name}"))),
        }
    }

    /// Overwrites the variable that is `depth` from the top, 1 being the top.
    pub(super) fn overwrite(&mut self, depth: usize, value: Cell) {
        let index = self.variables.len().checked_sub(depth);
        if let Some((_, slot)) = index.and_then(|index| self.variables.get_mut(index)) {
            *slot = value;
        }
    }
}
