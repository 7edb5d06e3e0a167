//! Text, actions and branches.

use super::{
    cell::Cell,
    explore,
    renderer::Renderer,
    state::{At, State},
};
use crate::{
    Error, ErrorKind,
    function::Runtime,
    print::Printer,
    stack::with_room,
    syntax::ast::{Branch, BranchKind, List, Node, Pipe, TemplateCall, Tree},
    value::{Kind, Value},
};

/// How a node ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    Next,
    Break,
    Continue,
}

impl Renderer<'_> {
    pub(super) fn list<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        list: &'t List,
    ) -> Result<Signal, Error> {
        for node in &list.nodes {
            match self.node(state, dot, node) {
                Ok(Signal::Next) => {}
                outcome if self.options.explore => explore::carry_on(outcome)?,
                outcome => return outcome,
            }
        }
        Ok(Signal::Next)
    }

    fn node<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        node: &'t Node,
    ) -> Result<Signal, Error> {
        self.step(state, 1)?;
        match node {
            Node::Text { pos, end } => {
                state.at = At::Node(node, *pos);
                let text = state.tree.file.slice(*pos, *end);
                self.emit(state, text, None)?;
            }
            Node::Action { pos, pipe } => {
                let value = self.pipeline(state, dot, pipe)?;
                if pipe.variables.is_empty() {
                    state.at = At::Node(node, *pos);
                    self.print(state, &value.value)?;
                }
            }
            Node::Branch(branch) => {
                state.at = At::Branch(branch);
                self.note_place(state);
                return with_room(|| self.branch(state, dot, branch));
            }
            Node::Template(call) => with_room(|| self.template(state, dot, call))?,
            Node::Break => return Ok(Signal::Break),
            Node::Continue => return Ok(Signal::Continue),
        }
        Ok(Signal::Next)
    }

    /// Uses up steps; the error names the place.
    pub(super) fn step(&mut self, state: &State<'_>, steps: u64) -> Result<(), Error> {
        self.spend(steps).map_err(|error| limit(state, &error))
    }

    fn print(&mut self, state: &State<'_>, value: &Value) -> Result<(), Error> {
        match value.kind() {
            Kind::Nil => self.emit(state, b"<no value>", Some(value)),
            Kind::String(text) => self.emit(state, text.as_bytes(), Some(value)),
            Kind::Func(function) => {
                let (node, ty) = (state.shown(), function.type_name());
                Err(state.error(format!("can't print {node} of type {ty}")))
            }
            _ => {
                let printer = Printer::new(self.options.limits.output);
                let text = printer.sprint(std::slice::from_ref(value));
                let text = text.map_err(|error| limit(state, &error))?.text;
                self.emit(state, text.as_bytes(), Some(value))
            }
        }
    }

    fn emit(&mut self, state: &State<'_>, text: &[u8], value: Option<&Value>) -> Result<(), Error> {
        let limit_bytes = self.options.limits.output;
        if self.out.len().saturating_add(text.len()) > limit_bytes {
            let message = format!("output exceeds {limit_bytes} bytes");
            return Err(limit(state, &Error::of(ErrorKind::Limit, message)));
        }
        if !self.options.trace {
            self.out.push(text);
            return Ok(());
        }
        let source = Some(state.source());
        match value.filter(|value| !matches!(value.kind(), Kind::String(_))) {
            Some(value) => {
                let flow = crate::value::Flow {
                    labels: value.deep_labels(),
                    spans: Vec::new(),
                };
                self.out
                    .push_traced(text, source, Some(&flow), &self.control);
            }
            None => {
                let flow = value.and_then(Value::flow);
                self.out.push_traced(text, source, flow, &self.control);
            }
        }
        Ok(())
    }

    fn branch<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        branch: &'t Branch,
    ) -> Result<Signal, Error> {
        let mark = state.variables.len();
        let control = self.control.clone();
        let result = self.branch_body(state, dot, branch);
        self.control = control;
        state.variables.truncate(mark);
        result
    }

    fn branch_body<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        branch: &'t Branch,
    ) -> Result<Signal, Error> {
        let value = self.pipeline(state, dot, &branch.pipe)?;
        let labels = value.value.labels();
        self.control.extend(&labels);
        self.tested.extend(&labels);
        if let Some(flow) = value
            .value
            .flow()
            .filter(|_| value.value.as_string().is_some())
        {
            for span in &flow.spans {
                self.control.extend(&span.labels);
                self.tested.extend(&span.labels);
            }
        }
        if self.options.explore {
            self.explore_untaken(state, dot, &value, branch)?;
        }
        if branch.kind == BranchKind::Range {
            if self.range(state, &value, branch)? {
                return Ok(Signal::Next);
            }
        } else if value.value.is_true() {
            let dot = if branch.kind == BranchKind::With {
                &value
            } else {
                dot
            };
            return self.list(state, dot, &branch.list);
        }
        match &branch.otherwise {
            Some(list) => self.list(state, dot, list),
            None => Ok(Signal::Next),
        }
    }

    /// Runs the body over the elements; false if there were none.
    fn range<'t>(
        &mut self,
        state: &mut State<'t>,
        value: &Cell,
        branch: &'t Branch,
    ) -> Result<bool, Error> {
        let none = || Cell::NONE;
        match value.value.kind() {
            Kind::Nil => Ok(false),
            Kind::Int(int) => {
                if branch.pipe.variables.len() > 1 {
                    return self.too_many_variables(state, &value.value);
                }
                let kind = int.kind();
                let mut next = 0;
                while next < int.get() {
                    let element = Cell::plain(Value::integer(kind, next));
                    next += 1;
                    if self.round(state, none(), element, branch)? == Signal::Break {
                        break;
                    }
                }
                Ok(int.get() > 0)
            }
            Kind::List(list) => {
                let slot = list.ty().element();
                for (index, item) in list.items().iter().enumerate() {
                    let index = Cell::plain(Value::int(i64::try_from(index).unwrap_or(i64::MAX)));
                    let item = Cell::element(item.clone(), slot);
                    if self.round(state, index, item, branch)? == Signal::Break {
                        break;
                    }
                }
                Ok(!list.is_empty())
            }
            Kind::Map(map) => {
                let slot = map.ty().element();
                let entries = map.entries();
                let any = !entries.is_empty();
                for (key, item) in entries {
                    let item = Cell::element(item, slot);
                    let key = Cell::plain(Value::string(key));
                    if self.round(state, key, item, branch)? == Signal::Break {
                        break;
                    }
                }
                Ok(any)
            }
            // A duration is an integer.
            Kind::Object(object) if object.data().is_some_and(|data| data.as_int().is_some()) => {
                if branch.pipe.variables.len() > 1 {
                    return self.too_many_variables(state, &value.value);
                }
                let data = object.data().unwrap_or(Value::NIL);
                self.range(state, &Cell::plain(data), branch)
            }
            _ => {
                let printer = Printer::new(self.options.limits.output);
                let value = printer.pointee(&value.value);
                let value = value.map_err(|error| limit(state, &error))?;
                Err(state.error(format!("range can't iterate over {value}")))
            }
        }
    }

    fn shown_value(&self, state: &State<'_>, value: &Value) -> Result<String, Error> {
        let printer = Printer::new(self.options.limits.output);
        let text = printer.sprint(std::slice::from_ref(value));
        let text = text.map_err(|error| limit(state, &error))?.text;
        Ok(text.to_str().into_owned())
    }

    fn too_many_variables<T>(&self, state: &State<'_>, value: &Value) -> Result<T, Error> {
        let value = self.shown_value(state, value)?;
        let message = format!("can't use {value} to iterate over more than one variable");
        Err(state.error(message))
    }

    /// One round of a loop.
    fn round<'t>(
        &mut self,
        state: &mut State<'t>,
        index: Cell,
        element: Cell,
        branch: &'t Branch,
    ) -> Result<Signal, Error> {
        self.step(state, 1)?;
        set_loop_variables(state, index, element.clone(), &branch.pipe)?;
        let mark = state.variables.len();
        let signal = self.list(state, &element, &branch.list);
        state.variables.truncate(mark);
        signal
    }

    fn template<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        call: &'t TemplateCall,
    ) -> Result<(), Error> {
        state.at = At::Template(call);
        let Some(tree) = self.lookup(&call.name.to_str()) else {
            let name = crate::strconv::quote(call.name.as_bytes());
            return Err(state.error(format!("template {name} not defined")));
        };
        self.deepen().map_err(|error| limit(state, &error))?;
        let result = self.template_body(state, dot, call, &tree);
        self.depth -= 1;
        result
    }

    fn template_body<'t>(
        &mut self,
        state: &mut State<'t>,
        dot: &Cell,
        call: &'t TemplateCall,
        tree: &Tree,
    ) -> Result<(), Error> {
        let dot = match &call.pipe {
            Some(pipe) => self.pipeline(state, dot, pipe)?,
            None => Cell::NONE,
        };
        let mut inner = State::new(tree, dot.clone());
        self.list(&mut inner, &dot, &tree.root)?;
        Ok(())
    }
}

/// With two variables the index comes first; with one it is the element's.
fn set_loop_variables(
    state: &mut State<'_>,
    index: Cell,
    element: Cell,
    pipe: &Pipe,
) -> Result<(), Error> {
    match (pipe.assign, pipe.variables.as_slice()) {
        (_, []) => {}
        (true, [first]) => state.assign(first, element)?,
        (true, [first, second, ..]) => {
            state.assign(first, index)?;
            state.assign(second, element)?;
        }
        (false, [_]) => state.overwrite(1, element),
        (false, [_, _, ..]) => {
            state.overwrite(1, element);
            state.overwrite(2, index);
        }
    }
    Ok(())
}

/// A limit that was reached at the current node.
pub(super) fn limit(state: &State<'_>, error: &Error) -> Error {
    state.error_caused(error.message(), Some(error.clone()))
}
