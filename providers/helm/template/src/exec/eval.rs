//! Pipelines and commands.

use super::{
    cell::Cell,
    renderer::Renderer,
    state::{At, State},
};
use crate::{
    Error,
    stack::with_room,
    syntax::ast::{Command, Number, Operand, OperandKind, Pipe},
    value::{Kind, Str, Value},
};

impl Renderer<'_> {
    pub(super) fn pipeline<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        pipe: &'t Pipe,
    ) -> Result<Cell, Error> {
        state.at = At::Pipe(pipe);
        let mut value = None;
        for command in &pipe.commands {
            let result = self.command(state, dot, command, value)?;
            value = Some(result.unboxed());
        }
        let value = value.unwrap_or(Cell::NONE);
        for name in &pipe.variables {
            let mut value = value.clone();
            if pipe.assign {
                value.value = value.value.with_labels(&self.control);
                state.assign(name, value)?;
            } else {
                state.declare(name, value);
            }
        }
        Ok(value)
    }

    /// A command; `last` is the value of the one before it in the pipeline.
    fn command<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        command: &'t Command,
        last: Option<Cell>,
    ) -> Result<Cell, Error> {
        let Some(first) = command.args.first() else {
            return Ok(Cell::NONE);
        };
        let args = command.args.as_slice();
        match &first.kind {
            OperandKind::Field(path) => {
                state.at = At::Operand(first);
                self.fields(state, dot, dot.clone(), first, path, args, last)
            }
            OperandKind::Chain(term, path) => {
                let receiver = self.chain_start(state, dot, first, term)?;
                self.fields(state, dot, receiver, first, path, args, last)
            }
            OperandKind::Identifier(name) => {
                state.at = At::Operand(first);
                self.function(state, dot, At::Command(command), name, args, last)
            }
            OperandKind::Pipe(pipe) => {
                not_a_function(state, args, last.as_ref())?;
                with_room(|| self.pipeline(state, dot, pipe))
            }
            OperandKind::Variable(path) => self.variable(state, dot, first, path, args, last),
            OperandKind::Bool(_)
            | OperandKind::Dot
            | OperandKind::Nil
            | OperandKind::Number(_)
            | OperandKind::String { .. } => {
                state.at = At::Operand(first);
                not_a_function(state, args, last.as_ref())?;
                match &first.kind {
                    OperandKind::Dot => Ok(dot.clone()),
                    OperandKind::Nil => Err(state.error("nil is not a command")),
                    _ => constant(state, first).map(Cell::plain),
                }
            }
        }
    }

    /// The value that a chain of fields starts from.
    pub(super) fn chain_start<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        chain: &'t Operand,
        term: &'t Operand,
    ) -> Result<Cell, Error> {
        state.at = At::Operand(chain);
        self.operand(state, dot, term)
    }

    /// `$x`, `$x.y.z`.
    pub(super) fn variable<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        node: &'t Operand,
        path: &'t [Str],
        args: &'t [Operand],
        last: Option<Cell>,
    ) -> Result<Cell, Error> {
        state.at = At::Operand(node);
        let Some((name, path)) = path.split_first() else {
            return Ok(Cell::NONE);
        };
        let value = state.variable(name)?;
        if path.is_empty() {
            not_a_function(state, args, last.as_ref())?;
            return Ok(value);
        }
        self.fields(state, dot, value, node, path, args, last)
    }

    /// An operand that is no constant, as an argument: without arguments of
    /// its own.
    pub(super) fn operand<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        node: &'t Operand,
    ) -> Result<Cell, Error> {
        state.at = At::Operand(node);
        match &node.kind {
            OperandKind::Dot => Ok(dot.clone()),
            OperandKind::Field(path) => self.fields(state, dot, dot.clone(), node, path, &[], None),
            OperandKind::Variable(path) => self.variable(state, dot, node, path, &[], None),
            OperandKind::Pipe(pipe) => with_room(|| self.pipeline(state, dot, pipe)),
            OperandKind::Identifier(name) => {
                self.function(state, dot, At::Operand(node), name, &[], None)
            }
            OperandKind::Chain(term, path) => {
                let receiver = self.chain_start(state, dot, node, term)?;
                self.fields(state, dot, receiver, node, path, &[], None)
            }
            _ => constant(state, node).map(Cell::plain),
        }
    }
}

fn not_a_function(state: &State<'_>, args: &[Operand], last: Option<&Cell>) -> Result<(), Error> {
    if args.len() < 2 && last.is_none() {
        return Ok(());
    }
    let shown = args.first().map_or_else(String::new, |first| {
        let mut show = crate::syntax::Show::new(&state.tree.file);
        show.operand(first);
        show.finish()
    });
    Err(state.error(format!("can't give argument to non-function {shown}")))
}

/// The value of a constant where no type is asked for.
pub(super) fn constant<'t>(state: &mut State<'t>, node: &'t Operand) -> Result<Value, Error> {
    state.at = At::Operand(node);
    match &node.kind {
        OperandKind::Bool(bool) => Ok((*bool).into()),
        OperandKind::String { text, .. } => Ok(Value::string(text.clone())),
        OperandKind::Number(number) => ideal(state, number),
        _ => Ok(Value::NIL),
    }
}

/// Go's rule for untyped numbers: how it is written says what it is.
fn ideal(state: &State<'_>, number: &Number) -> Result<Value, Error> {
    if let Some((real, imaginary)) = number.complex {
        return Ok(Kind::Complex(real, imaginary).into());
    }
    let text = number.text.as_str();
    let hex = text.len() > 2 && text.starts_with(['0']) && text[1..].starts_with(['x', 'X']);
    let hex_int = hex && !text.contains(['p', 'P']);
    let looks_float =
        !hex_int && !text.starts_with('\'') && text.contains(['.', 'e', 'E', 'p', 'P']);
    match number.float {
        Some(float) if looks_float => return Ok(float.into()),
        _ => {}
    }
    match number.int {
        Some(int) => Ok(Value::int(int)),
        None if number.uint.is_some() => Err(state.error(format!("{text} overflows int"))),
        None => Ok(Value::NIL),
    }
}
