//! Calls of functions and methods.

use super::{
    argument::fit,
    builtins::Builtin,
    cell::Cell,
    renderer::Renderer,
    state::{At, State},
    trace::{Incoming, has_spans},
    walk::limit,
};
use crate::{
    Error, ErrorKind,
    function::{Call, Flowing, Function, Method, Runtime as _, Signature},
    stack::with_room,
    strconv::quote,
    syntax::ast::Operand,
    value::{Kind, Labels, Str, Type, Value},
};

/// Each nested call repeats the message of the inner one; beyond this length
/// the outer ones are left out.
const MAX_MESSAGE: usize = 1 << 20;

/// Reading or making this much text counts as a step.
const BYTES_PER_STEP: usize = 32;

/// What is called.
pub(super) enum Target {
    Function(Function),
    Builtin(Builtin),
    Method(&'static Method, Value),
}

impl Target {
    fn signature(&self) -> Signature {
        match self {
            Target::Function(function) => *function.signature(),
            Target::Builtin(builtin) => builtin.signature(),
            Target::Method(method, _) => method.signature,
        }
    }
}

impl Renderer<'_> {
    /// A call of the function `name`. `args` holds the whole command, its
    /// first word included, or nothing.
    pub(super) fn function<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        node: At<'t>,
        name: &'t Str,
        args: &'t [Operand],
        last: Option<Cell>,
    ) -> Result<Cell, Error> {
        let text = name.to_str();
        let target = match self.templates.functions().get(&text) {
            Some(function) => Target::Function(function.clone()),
            None => match Builtin::named(&text) {
                Some(builtin) => Target::Builtin(builtin),
                None => {
                    let name = quote(name.as_bytes());
                    return Err(state.error(format!("{name} is not a defined function")));
                }
            },
        };
        self.call(state, dot, &target, node, name, args, last)
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is the call")]
    pub(super) fn call<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        target: &Target,
        node: At<'t>,
        name: &Str,
        args: &'t [Operand],
        last: Option<Cell>,
    ) -> Result<Cell, Error> {
        self.step(state, 1)?;
        let args = args.get(1..).unwrap_or_default();
        let signature = target.signature();
        check_count(state, signature, name, args.len(), last.is_some())?;
        if let Target::Builtin(builtin @ (Builtin::And | Builtin::Or)) = target {
            return self.short_circuit(state, dot, *builtin == Builtin::Or, args, last);
        }
        let mut values = Vec::with_capacity(args.len() + 1);
        for (index, arg) in args.iter().enumerate() {
            let ty = signature.param(index).unwrap_or(Type::Any);
            values.push(self.argument(state, dot, ty, arg)?);
        }
        let callee = match (target, args.first()) {
            (Target::Builtin(Builtin::Call), Some(first)) => Some(operand_name(state, first)),
            _ => None,
        };
        if let Some(last) = last {
            let ty = signature.param(values.len()).unwrap_or(Type::Any);
            values.push(fit(state, last, ty)?);
        }
        let read = values.iter().map(|cell| size(&cell.value)).sum();
        self.spend_text(read)
            .map_err(|error| limit(state, &error))?;
        let result = with_room(|| {
            let result = self.invoke(target, values, callee)?;
            self.check_text(&result.value)?;
            Ok(result)
        });
        result.map_err(|error: Error| {
            if error.message().len() > MAX_MESSAGE {
                return error;
            }
            state.at = node;
            let message = format!("error calling {name}: {}", error.message());
            state.error_caused(&message, Some(error))
        })
    }

    /// Long texts cost steps, whether they are read or made.
    fn spend_text(&mut self, bytes: usize) -> Result<(), Error> {
        match bytes / BYTES_PER_STEP {
            0 => Ok(()),
            steps => self.spend(u64::try_from(steps).unwrap_or(u64::MAX)),
        }
    }

    /// Refuses texts longer than the whole output may be.
    fn check_text(&mut self, made: &Value) -> Result<(), Error> {
        let bytes = text_length(made);
        let limit_bytes = self.options.limits.output;
        if bytes > limit_bytes {
            let message = format!("result is longer than {limit_bytes} bytes");
            return Err(Error::of(ErrorKind::Limit, message));
        }
        self.spend_text(bytes)
    }

    fn invoke(
        &mut self,
        target: &Target,
        cells: Vec<Cell>,
        callee: Option<String>,
    ) -> Result<Cell, Error> {
        let flowing = match target {
            Target::Function(function) => function.flowing(),
            Target::Builtin(builtin) => builtin.flowing(),
            Target::Method(..) => Flowing::Whole,
        };
        let traced = self.options.trace && flowing != Flowing::Aware;
        let incoming = traced.then(|| Incoming::of(&cells, flowing));
        let executions = self.executions;
        let mut result = match target {
            Target::Builtin(builtin) => self.builtin(*builtin, cells, callee)?,
            Target::Function(function) => {
                let values: Vec<_> = cells.into_iter().map(|cell| cell.value).collect();
                if function.is_mutating() {
                    if self.explored.is_untaken() {
                        return Ok(Cell::result(values.first().cloned().unwrap_or_default()));
                    }
                    self.note_mutation(&values);
                }
                let mut call = Call { runtime: self };
                Cell::result(function.call(&mut call, &values)?)
            }
            Target::Method(method, receiver) => {
                let mut values = vec![receiver.clone()];
                values.extend(cells.into_iter().map(|cell| cell.value));
                let mut call = Call { runtime: self };
                Cell::result((method.body)(&mut call, &values)?)
            }
        };
        // A text that a template printed knows its flow: `include` and `tpl`.
        let included = self.executions != executions && has_spans(&result.value);
        if let Some(incoming) = incoming.filter(|_| !included) {
            result.value = incoming.into_result(result.value);
        }
        Ok(result)
    }

    fn note_mutation(&mut self, values: &[Value]) {
        if let Some(Kind::Map(map)) = values.first().map(Value::kind)
            && let Some(weak) = map.downgrade()
        {
            self.mutated.insert(map.identity(), weak);
        }
    }

    /// `and`, `or`: arguments after the deciding one are not evaluated.
    fn short_circuit<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        or: bool,
        args: &'t [Operand],
        last: Option<Cell>,
    ) -> Result<Cell, Error> {
        let mut value = Cell::NONE;
        let mut labels = Labels::NONE;
        let mut rest = args;
        while let Some((arg, after)) = rest.split_first() {
            rest = after;
            value = self.argument(state, dot, Type::Reflect, arg)?;
            labels.extend(&value.value.labels());
            if value.value.is_true() == or {
                if self.options.explore {
                    self.explore_args(state, dot, rest)?;
                }
                value.value = value.value.with_labels(&labels);
                return Ok(value);
            }
        }
        let mut value = last.unwrap_or(value);
        value.value = value.value.with_labels(&labels);
        Ok(value)
    }
}

/// What a function may have to go through: the bytes of a text, the entries of a list or a map.
fn size(value: &Value) -> usize {
    /// Eight of them are a step.
    const ENTRY: usize = BYTES_PER_STEP / 8;
    match value.kind() {
        Kind::List(list) => list.len().saturating_mul(ENTRY),
        Kind::Map(map) => map.len().saturating_mul(ENTRY),
        _ => text_length(value),
    }
}

fn text_length(value: &Value) -> usize {
    value.as_string().map_or(0, |text| text.as_bytes().len())
}

fn operand_name(state: &State<'_>, operand: &Operand) -> String {
    let mut show = crate::syntax::Show::new(&state.tree.file);
    show.operand(operand);
    show.finish()
}

fn check_count(
    state: &State<'_>,
    signature: Signature,
    name: &Str,
    args: usize,
    last: bool,
) -> Result<(), Error> {
    let given = args + usize::from(last);
    let wanted = signature.params.len();
    if signature.variadic.is_none() && given != wanted {
        let message = format!("wrong number of args for {name}: want {wanted} got {given}");
        return Err(state.error(message));
    }
    if given < wanted {
        let message = format!("wrong number of args for {name}: want at least {wanted} got {args}");
        return Err(state.error(message));
    }
    Ok(())
}
