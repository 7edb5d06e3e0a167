//! Runs of templates over shared, changeable values.

use std::{cell::RefCell, collections::HashMap, mem, rc::Rc, sync::Arc};

use super::{cell::Cell, explore::Explored, output::Output, state::State};
use crate::{
    Error, ErrorKind, Limits,
    function::Runtime,
    strconv::quote,
    syntax::ast::Tree,
    templates::{Scope, Templates},
    value::{Labels, Source, Str, Value, WeakMap, break_cycles},
};

/// What a key is that a map doesn't have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingKey {
    /// No value at all.
    #[default]
    Default,
    /// The zero value of the map's elements: Helm's choice.
    Zero,
    /// An error: Helm's choice under `--strict`.
    Error,
}

/// How to execute.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What a key is that a map doesn't have.
    pub missing_key: MissingKey,
    /// What a run may use up.
    pub limits: Limits,
    /// Whether to trace where each byte of output came from; costs time.
    pub trace: bool,
    /// Whether to run both sides of every condition and carry on after errors:
    /// for the reads of tracked values, which are then all that a chart can
    /// make with these values. What is printed means nothing. On the side that
    /// would not run, functions that change maps do nothing, and variables are
    /// as before afterwards.
    pub explore: bool,
}

/// Executes templates. Changes that one makes to the values are seen by the
/// next, as in Helm.
///
/// When dropped, it empties maps that a template made hold themselves.
pub struct Renderer<'t> {
    pub(super) templates: &'t Templates,
    pub(super) options: Options,
    pub(super) scope: Option<Rc<Scope>>,
    pub(super) out: Output,
    /// What flowed into the conditions around the current node.
    pub(super) control: Labels,
    /// What flowed into the conditions that the current template looked at.
    pub(super) tested: Labels,
    pub(super) depth: usize,
    steps: u64,
    depths: HashMap<String, usize>,
    pub(super) mutated: HashMap<usize, WeakMap>,
    pub(super) explored: Explored,
    /// How many templates were executed for functions so far.
    pub(super) executions: u64,
    here: Rc<RefCell<Option<Source>>>,
}

impl<'t> Renderer<'t> {
    /// A renderer of `templates`.
    pub fn new(templates: &'t Templates, options: Options) -> Self {
        Renderer {
            templates,
            options,
            scope: None,
            out: Output::default(),
            control: Labels::NONE,
            tested: Labels::NONE,
            depth: 0,
            steps: 0,
            depths: HashMap::new(),
            mutated: HashMap::new(),
            explored: Explored::default(),
            executions: 0,
            here: Rc::default(),
        }
    }

    /// The place in a template that is being executed, kept up to date under
    /// [`Options::explore`]: where a read happens. Text that `tpl` runs counts
    /// as the place it is run from.
    pub fn place(&self) -> Rc<RefCell<Option<Source>>> {
        Rc::clone(&self.here)
    }

    pub(super) fn note_place(&self, state: &State<'_>) {
        if self.options.explore && *state.tree.file.name != *self.templates.root() {
            *self.here.borrow_mut() = Some(state.source());
        }
    }

    /// Executes the template `name` with `data` as dot and returns what it
    /// printed; under [`Options::trace`] its flow says where from.
    ///
    /// # Errors
    /// What Go's `ExecuteTemplate` says, or [`ErrorKind::Limit`].
    pub fn execute(&mut self, name: &str, data: &Value) -> Result<Value, Error> {
        self.steps = 0;
        self.depth = 0;
        self.scope = None;
        self.control = Labels::NONE;
        self.depths.clear();
        Runtime::execute(self, name, data)
    }

    pub(super) fn lookup(&self, name: &str) -> Option<Arc<Tree>> {
        self.templates.lookup(self.scope.as_ref(), name)
    }

    fn run(&mut self, tree: &Tree, data: &Value) -> Result<Value, Error> {
        self.deepen()?;
        self.executions += 1;
        let outer = mem::take(&mut self.out);
        let tested = mem::take(&mut self.tested);
        let dot = Cell::plain(data.clone());
        let mut state = State::new(tree, dot.clone());
        let result = self.list(&mut state, &dot, &tree.root);
        let printed = mem::replace(&mut self.out, outer);
        self.depth -= 1;
        let inner = mem::replace(&mut self.tested, tested);
        self.tested.extend(&inner);
        let printed = result.map(|_| printed.finish())?;
        // That nothing was printed is all there is to know of the conditions.
        let is_blank = |text: &Str| text.as_bytes().iter().all(u8::is_ascii_whitespace);
        Ok(match printed.as_string() {
            Some(text) if is_blank(text) => printed.with_labels(&inner),
            _ => printed,
        })
    }

    /// One template deeper.
    pub(super) fn deepen(&mut self) -> Result<(), Error> {
        let limit = self.options.limits.depth;
        if self.depth >= limit {
            let message = format!("exceeded maximum template depth ({limit})");
            return Err(Error::of(ErrorKind::Limit, message));
        }
        self.depth += 1;
        Ok(())
    }
}

impl Runtime for Renderer<'_> {
    fn execute(&mut self, name: &str, data: &Value) -> Result<Value, Error> {
        let Some(tree) = self.lookup(name) else {
            let (name, root) = (
                quote(name.as_bytes()),
                quote(self.templates.root().as_bytes()),
            );
            let message = format!("template: no template {name} associated with template {root}");
            return Err(Error::new(message));
        };
        self.run(&tree, data)
    }

    fn execute_text(&mut self, text: &Str, data: &Value) -> Result<Value, Error> {
        let templates = self.templates;
        let parsed = templates.parse_only(templates.root(), text.as_bytes())?;
        let mut trees = parsed.trees;
        trees.retain(|name, tree| {
            let known = self.lookup(name).is_some();
            !(known && tree.root.is_blank(&tree.file))
        });
        let outer = self.scope.clone();
        if !trees.is_empty() {
            self.scope = Some(Rc::new(Scope {
                outer: outer.clone(),
                trees,
            }));
        }
        let result = self.run(&parsed.main, data);
        self.scope = outer;
        result
    }

    fn limits(&self) -> &Limits {
        &self.options.limits
    }

    fn is_traced(&self) -> bool {
        self.options.trace
    }

    fn spend(&mut self, steps: u64) -> Result<(), Error> {
        self.steps = self.steps.saturating_add(steps);
        let limit = self.options.limits.steps;
        if self.steps > limit {
            let message = format!("template ran for more than {limit} steps");
            return Err(Error::of(ErrorKind::Limit, message));
        }
        Ok(())
    }

    fn depth_of(&mut self, name: &str) -> &mut usize {
        if !self.depths.contains_key(name) {
            self.depths.insert(name.into(), 0);
        }
        self.depths.entry(name.into()).or_default()
    }
}

impl Drop for Renderer<'_> {
    fn drop(&mut self) {
        break_cycles(self.mutated.drain().filter_map(|(_, map)| map.upgrade()));
    }
}
