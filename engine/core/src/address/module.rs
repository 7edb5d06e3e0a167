//! Addresses of modules.

use std::fmt;

use trueup_value::Str;

use super::InstanceKey;

/// The way from the root module down the calls, without instance keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ModulePath(pub Vec<Str>);

/// A module as it is instantiated: each call with its key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ModuleInstance(pub Vec<(Str, Option<InstanceKey>)>);

impl ModulePath {
    /// The root module.
    pub fn root() -> Self {
        ModulePath::default()
    }

    /// The path that is written so: `module.a.module.b`, or nothing for the root module.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(ModulePath::root());
        }
        let calls = text.strip_prefix("module.")?.split(".module.");
        Some(ModulePath(calls.map(Str::new).collect()))
    }

    /// Whether this is the root module.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The module called `name` here.
    pub fn child(&self, name: &Str) -> Self {
        let mut calls = self.0.clone();
        calls.push(name.clone());
        ModulePath(calls)
    }

    /// The calling module; of the root module, itself.
    pub fn parent(&self) -> Self {
        let mut calls = self.0.clone();
        calls.pop();
        ModulePath(calls)
    }

    /// `the root module` or the address.
    pub fn display(&self) -> String {
        if self.is_root() {
            "the root module".to_owned()
        } else {
            self.to_string()
        }
    }
}

impl ModuleInstance {
    /// The module without instance keys.
    pub fn path(&self) -> ModulePath {
        ModulePath(self.0.iter().map(|(name, _)| name.clone()).collect())
    }
}

impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}module.{name}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ModuleInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, key)) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}module.{name}")?;
            if let Some(key) = key {
                write!(f, "{key}")?;
            }
        }
        Ok(())
    }
}
