//! Parsed templates, by name.

use std::{collections::HashMap, fmt, rc::Rc, sync::Arc};

use crate::{
    Error, Functions,
    exec::is_builtin,
    syntax::{Parsed, ast::Tree, parse},
};

/// Templates that see each other, and the functions they may call. Parsed
/// once, executed often, from any thread.
#[derive(Clone)]
pub struct Templates {
    root: Arc<str>,
    functions: Arc<Functions>,
    trees: HashMap<Arc<str>, Arc<Tree>>,
}

impl Templates {
    /// No templates yet. `root` names the set in messages and is the name that
    /// texts given to `tpl` get; Helm's is `gotpl`.
    pub fn new(root: &str, functions: Functions) -> Self {
        Templates {
            root: root.into(),
            functions: Arc::new(functions),
            trees: HashMap::new(),
        }
    }

    /// Parses a file and adds what it defines. A later definition replaces an
    /// earlier one of the name, unless it is blank.
    ///
    /// # Errors
    /// [`ErrorKind::Parse`](crate::ErrorKind::Parse) with Go's message; the
    /// set is as before.
    pub fn parse(&mut self, name: &str, text: impl AsRef<[u8]>) -> Result<(), Error> {
        let parsed = self.parse_only(name, text.as_ref())?;
        self.add(&parsed);
        Ok(())
    }

    /// Adds what a parsed file defines, as [`Templates::parse`] does.
    pub fn add(&mut self, parsed: &Parsed) {
        for (name, tree) in &parsed.trees {
            let known = self.trees.contains_key(name);
            if !(known && tree.root.is_blank(&tree.file)) {
                self.trees.insert(Arc::clone(name), Arc::clone(tree));
            }
        }
    }

    /// Parses a file without adding it: many files may be parsed at once.
    ///
    /// # Errors
    /// As [`Templates::parse`].
    pub fn parse_only(&self, name: &str, text: &[u8]) -> Result<Parsed, Error> {
        let known = |name: &str| self.functions.get(name).is_some() || is_builtin(name);
        parse(name, text, &known)
    }

    /// Whether the template `name` is defined.
    pub fn contains(&self, name: &str) -> bool {
        self.trees.contains_key(name)
    }

    /// The names of all templates, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.trees.keys().map(|name| &**name)
    }

    /// The name of the set.
    pub fn root(&self) -> &str {
        &self.root
    }

    pub(crate) fn functions(&self) -> &Arc<Functions> {
        &self.functions
    }
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// What a `tpl` text defines, over what was there before.
pub(crate) struct Scope {
    pub(crate) outer: Option<Rc<Scope>>,
    pub(crate) trees: HashMap<Arc<str>, Arc<Tree>>,
}

impl Templates {
    /// The template `name` as seen from `scope`.
    pub(crate) fn lookup(&self, scope: Option<&Rc<Scope>>, name: &str) -> Option<Arc<Tree>> {
        let mut scope = scope;
        while let Some(inner) = scope {
            if let Some(tree) = inner.trees.get(name) {
                return Some(Arc::clone(tree));
            }
            scope = inner.outer.as_ref();
        }
        self.trees.get(name).map(Arc::clone)
    }
}
