//! What an expression may refer to.

use std::collections::BTreeMap;

use trueup_syntax::{Diagnostic, SourceMap, Span, ast::Traversal};
use trueup_value::{Str, Value};

use crate::function::Functions;

/// The variables at the root of a [`Scope`].
///
/// An implementation may hold finished values, or compute them when they are
/// asked for: it sees the whole traversal, so `aws_iam_role.loki.arn` need not
/// build an object of all roles.
pub trait Variables {
    /// Resolves the beginning of `traversal`.
    fn resolve(&self, traversal: &Traversal) -> Resolution;

    /// The names there are, to suggest one when a name is not found.
    fn names(&self) -> Vec<Str> {
        Vec::new()
    }
}

/// The names a module gives to providers.
///
/// With it `provider::NAME::f` is looked up as `provider::SOURCE::f`, so that
/// modules may share functions and yet call providers as they like.
pub trait ProviderNames {
    /// The source address of the provider called `name`, if one is.
    fn source(&self, name: &str) -> Option<String>;
}

/// What became of the beginning of a traversal.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// The root and the first `steps` steps lead to `value`; what remains is
    /// applied to it.
    Found {
        /// Where they lead.
        value: Value,
        /// How many steps are done.
        steps: usize,
    },
    /// There is no variable of this name.
    Missing,
    /// Resolving failed; evaluation goes on with an unknown value.
    Failed(Box<Diagnostic>),
}

/// How much evaluating one expression may cost before it is given up: more
/// than any configuration needs, and less than any machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many expressions are evaluated, one again for each element of a
    /// `for`.
    pub steps: usize,
    /// How many elements `for` expressions make.
    pub elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            steps: 20_000_000,
            elements: 1_000_000,
        }
    }
}

/// Variables, functions and names bound on the way, such as those of a `for`
/// expression.
///
/// A child scope borrows its parent, so entering one costs the same however
/// much there is to refer to.
#[derive(Clone, Copy, Default)]
pub struct Scope<'a> {
    variables: Option<&'a dyn Variables>,
    functions: Option<&'a Functions>,
    sources: Option<&'a SourceMap>,
    providers: Option<&'a dyn ProviderNames>,
    parent: Option<&'a Scope<'a>>,
    bound: &'a [(Str, Value)],
    item: Option<&'a Value>,
    limits: Limits,
}

impl Resolution {
    /// The root alone leads to `value`.
    pub fn root(value: Value) -> Self {
        Resolution::Found { value, steps: 0 }
    }
}

impl Variables for BTreeMap<Str, Value> {
    fn resolve(&self, traversal: &Traversal) -> Resolution {
        match self.get(&traversal.root.name) {
            Some(value) => Resolution::root(value.clone()),
            None => Resolution::Missing,
        }
    }

    fn names(&self) -> Vec<Str> {
        self.keys().cloned().collect()
    }
}

impl<'a> Scope<'a> {
    /// A scope in which neither variables nor functions may be used.
    pub fn empty() -> Self {
        Scope::default()
    }

    /// A scope with `variables` and `functions`.
    pub fn new(variables: &'a dyn Variables, functions: &'a Functions) -> Self {
        Scope {
            variables: Some(variables),
            functions: Some(functions),
            ..Scope::default()
        }
    }

    /// The same variables with other functions, or with none allowed.
    pub fn with_functions(self, functions: Option<&'a Functions>) -> Self {
        Scope { functions, ..self }
    }

    /// The same, with the texts that messages of functions may cite.
    pub fn with_sources(self, sources: &'a SourceMap) -> Self {
        Scope {
            sources: Some(sources),
            ..self
        }
    }

    /// The same, in a module that has names for providers.
    pub fn with_providers(self, providers: &'a dyn ProviderNames) -> Self {
        Scope {
            providers: Some(providers),
            ..self
        }
    }

    /// The same, in which evaluation may cost more or less.
    pub fn with_limits(self, limits: Limits) -> Self {
        Scope { limits, ..self }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// A child scope in which the names in `bound` hide those outside.
    pub fn child<'b>(&'b self, bound: &'b [(Str, Value)]) -> Scope<'b> {
        Scope {
            variables: self.variables,
            functions: self.functions,
            sources: self.sources,
            providers: self.providers,
            parent: Some(self),
            bound,
            item: self.item,
            limits: self.limits,
        }
    }

    /// The functions that may be called, if any may.
    pub fn functions(&self) -> Option<&'a Functions> {
        self.functions
    }

    pub(crate) fn providers(&self) -> Option<&'a dyn ProviderNames> {
        self.providers
    }

    /// The same scope inside a splat expression, at `item`.
    pub(crate) fn at_item<'b>(&'b self, item: &'b Value) -> Scope<'b> {
        Scope {
            item: Some(item),
            ..*self
        }
    }

    pub(crate) fn item(&self) -> Option<&'a Value> {
        self.item
    }

    /// A place as Terraform prints it: `main.tf:1,9-15`.
    pub(crate) fn locate(&self, span: Span) -> String {
        self.sources
            .and_then(|sources| sources.get(span.file))
            .map(|file| file.describe(span).to_string())
            .unwrap_or_default()
    }

    /// Whether it is inside a `for` expression.
    pub(crate) fn is_bound(&self) -> bool {
        self.frames().any(|frame| !frame.bound.is_empty())
    }

    pub(crate) fn allows_variables(&self) -> bool {
        self.variables.is_some() || self.is_bound()
    }

    pub(crate) fn resolve(&self, traversal: &Traversal) -> Resolution {
        let name = &traversal.root.name;
        let mut bound = self.frames().flat_map(|frame| frame.bound);
        if let Some((_, value)) = bound.find(|(n, _)| n == name) {
            return Resolution::root(value.clone());
        }
        match self.variables {
            Some(variables) => variables.resolve(traversal),
            None => Resolution::Missing,
        }
    }

    /// Every name in scope, innermost first.
    pub(crate) fn names(&self) -> Vec<Str> {
        let bound = self.frames().flat_map(|frame| frame.bound);
        let mut names: Vec<Str> = bound.map(|(name, _)| name.clone()).collect();
        names.extend(self.variables.map(|v| v.names()).unwrap_or_default());
        names
    }

    fn frames(&self) -> impl Iterator<Item = &Scope<'a>> {
        std::iter::successors(Some(self), |scope| scope.parent)
    }
}
