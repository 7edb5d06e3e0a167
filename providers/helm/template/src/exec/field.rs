//! Fields of structs, keys of maps, and methods.

use super::{
    call::Target,
    cell::Cell,
    renderer::{MissingKey, Renderer},
    state::{At, State},
};
use crate::{
    Error,
    function::Method,
    strconv::quote,
    syntax::ast::Operand,
    value::{Kind, Str, Type, Value},
};

impl Renderer<'_> {
    /// `.X.Y.Z`, the last one possibly a method with arguments. `args` holds
    /// the whole command, its first word included.
    #[expect(clippy::too_many_arguments, reason = "all of it is the command")]
    pub(super) fn fields<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        mut receiver: Cell,
        node: &'t Operand,
        path: &'t [Str],
        args: &'t [Operand],
        last: Option<Cell>,
    ) -> Result<Cell, Error> {
        let Some((name, before)) = path.split_last() else {
            return Ok(receiver);
        };
        self.note_place(state);
        for name in before {
            receiver = self.field(state, dot, receiver, node, name, &[], None)?;
        }
        self.field(state, dot, receiver, node, name, args, last)
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is the command")]
    fn field<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        receiver: Cell,
        node: &'t Operand,
        name: &'t Str,
        args: &'t [Operand],
        last: Option<Cell>,
    ) -> Result<Cell, Error> {
        if receiver.value.is_nil() {
            return self.field_of_nil(state, &receiver, name);
        }
        if let Some(method) = find_method(&receiver.value, name) {
            let target = Target::Method(method, receiver.value);
            return self.call(state, dot, &target, At::Operand(node), name, args, last);
        }
        let has_args = args.len() > 1 || last.is_some();
        let labels = receiver.value.labels();
        let found = match receiver.value.kind() {
            Kind::Object(object) => match name.as_str().and_then(|name| object.field(name)) {
                Some(_) if has_args => {
                    let message = format!("{name} has arguments but cannot be invoked as function");
                    return Err(state.error(message));
                }
                Some(value) => Cell::result(value),
                None => return Err(no_field(state, &receiver, name)),
            },
            Kind::Map(_) if has_args => {
                return Err(state.error(format!("{name} is not a method but has arguments")));
            }
            Kind::Map(map) => match map.get(name) {
                Some(value) => Cell::element(value, map.ty().element()),
                None => self.missing(state, name, map.ty().element())?,
            },
            _ => return Err(no_field(state, &receiver, name)),
        };
        Ok(Cell {
            value: found.value.with_labels(&labels),
            boxed: found.boxed,
        })
    }

    fn field_of_nil(&self, state: &State<'_>, receiver: &Cell, name: &Str) -> Result<Cell, Error> {
        if receiver.boxed {
            return Err(state.error(format!("nil pointer evaluating interface {{}}.{name}")));
        }
        if self.options.missing_key == MissingKey::Error {
            let name = quote(name.as_bytes());
            return Err(state.error(format!("nil data; no entry for key {name}")));
        }
        Ok(Cell::NONE)
    }

    fn missing(&self, state: &State<'_>, name: &Str, element: Type) -> Result<Cell, Error> {
        match self.options.missing_key {
            MissingKey::Default => Ok(Cell::NONE),
            MissingKey::Zero => Ok(Cell::element(Value::zero(element), element)),
            MissingKey::Error => {
                let name = quote(name.as_bytes());
                Err(state.error(format!("map has no entry for key {name}")))
            }
        }
    }
}

fn no_field(state: &State<'_>, receiver: &Cell, name: &Str) -> Error {
    let ty = receiver.type_name();
    state.error(format!("can't evaluate field {name} in type {ty}"))
}

fn find_method(receiver: &Value, name: &Str) -> Option<&'static Method> {
    let name = name.as_str()?;
    if let Kind::Object(object) = receiver.kind() {
        return object.method(name);
    }
    match receiver.ty()? {
        Type::Named(named) => named.methods.iter().find(|method| method.name == name),
        _ => None,
    }
}
