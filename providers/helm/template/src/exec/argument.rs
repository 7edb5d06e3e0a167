//! Arguments: whether a value fits a parameter.

use super::{
    cell::Cell,
    eval::constant,
    renderer::Renderer,
    state::{At, State},
};
use crate::{
    Error,
    syntax::{
        Show,
        ast::{Operand, OperandKind},
    },
    value::{Kind, Type, Value},
};

impl Renderer<'_> {
    /// The value of `node` as a parameter of type `ty`.
    pub(super) fn argument<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        ty: Type,
        node: &'t Operand,
    ) -> Result<Cell, Error> {
        state.at = At::Operand(node);
        match &node.kind {
            OperandKind::Nil if ty.can_be_nil() => Ok(zero(ty)),
            OperandKind::Nil => Err(state.error(format!("cannot assign nil to {ty}"))),
            OperandKind::Bool(_) | OperandKind::Number(_) | OperandKind::String { .. } => {
                literal(state, ty, node).map(Cell::plain)
            }
            _ => {
                let value = self.operand(state, dot, node)?;
                fit(state, value, ty)
            }
        }
    }
}

fn zero(ty: Type) -> Cell {
    Cell {
        value: Value::zero(ty),
        boxed: ty == Type::Any,
    }
}

fn literal<'t>(state: &mut State<'t>, ty: Type, node: &'t Operand) -> Result<Value, Error> {
    let number = match &node.kind {
        OperandKind::Number(number) => Some(&**number),
        _ => None,
    };
    let (value, wanted) = match ty.underlying() {
        Type::Any | Type::Reflect => return constant(state, node),
        Type::Bool => {
            let bool = matches!(node.kind, OperandKind::Bool(_));
            (bool.then(|| constant(state, node)).transpose()?, "bool")
        }
        Type::String => {
            let string = matches!(node.kind, OperandKind::String { .. });
            (string.then(|| constant(state, node)).transpose()?, "string")
        }
        Type::Int(kind) if kind.is_signed() => {
            let int = number.and_then(|number| number.int);
            let int = int.map(|int| Value::integer(kind, i128::from(int)));
            (int, "integer")
        }
        Type::Int(kind) => {
            let uint = number.and_then(|number| number.uint);
            let uint = uint.map(|uint| Value::integer(kind, i128::from(uint)));
            (uint, "unsigned integer")
        }
        Type::Float64 => (
            number.and_then(|number| number.float).map(Value::from),
            "float",
        ),
        Type::Float32 => {
            let float = number.and_then(|number| number.float);
            (
                float.map(|float| Kind::Float32(float as f32).into()),
                "float",
            )
        }
        Type::Complex => {
            let complex = number.and_then(|number| number.complex);
            let complex = complex.map(|(real, imaginary)| Kind::Complex(real, imaginary).into());
            (complex, "complex")
        }
        _ => {
            let node = shown(state, node);
            return Err(state.error(format!("can't handle {node} for arg of type {ty}")));
        }
    };
    value.ok_or_else(|| {
        let node = shown(state, node);
        state.error(format!("expected {wanted}; found {node}"))
    })
}

fn shown(state: &State<'_>, node: &Operand) -> String {
    let mut show = Show::new(&state.tree.file);
    show.operand(node);
    show.finish()
}

/// `value` as a parameter of type `ty`, by Go's rules of assignment.
pub(super) fn fit(state: &State<'_>, value: Cell, ty: Type) -> Result<Cell, Error> {
    if value.is_none() {
        if ty.can_be_nil() {
            return Ok(match ty {
                Type::Reflect => Cell::NONE,
                _ => zero(ty),
            });
        }
        return Err(state.error(format!("invalid value; expected {ty}")));
    }
    if matches!(ty, Type::Any | Type::Reflect) {
        return Ok(value);
    }
    match value.value.ty() {
        Some(own) if own.assignable_to(ty) => Ok(Cell::plain(retyped(value.value, ty))),
        Some(own) => Err(state.error(format!("wrong type for value; expected {ty}; got {own}"))),
        None => Err(state.error(format!(
            "wrong type for value; expected {ty}; got interface {{}}"
        ))),
    }
}

/// The value under the type of its parameter.
fn retyped(value: Value, ty: Type) -> Value {
    if value.ty() == Some(ty) {
        return value;
    }
    let flow = value.flow().cloned();
    let value: Value = match value.kind() {
        Kind::Map(map) => map.retyped(ty).into(),
        Kind::List(list) => list.retyped(ty).into(),
        _ => return value,
    };
    value.with_flow(flow)
}
