//! Addresses of resources and their instances.

use std::fmt;

use trueup_value::Str;

use super::{InstanceKey, ModuleInstance};

/// What kind of block declares a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceMode {
    /// `resource`
    Managed,
    /// `data`
    Data,
    /// `ephemeral`
    Ephemeral,
}

/// A resource within its module.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Resource {
    /// What declares it.
    pub mode: ResourceMode,
    /// Its type, such as `aws_iam_role`.
    pub kind: Str,
    /// Its name.
    pub name: Str,
}

/// A resource of a module instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AbsResource {
    /// Where it is.
    pub module: ModuleInstance,
    /// What it is called there.
    pub resource: Resource,
}

/// One instance of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AbsResourceInstance {
    /// The resource.
    pub resource: AbsResource,
    /// Which of its instances.
    pub key: Option<InstanceKey>,
}

impl ResourceMode {
    /// As messages call it.
    pub fn adjective(self) -> &'static str {
        match self {
            ResourceMode::Managed => "managed",
            ResourceMode::Data => "data",
            ResourceMode::Ephemeral => "ephemeral",
        }
    }
}

impl Resource {
    /// The local name of the provider a type belongs to unless a `provider`
    /// argument says otherwise: what stands before the first underscore.
    pub fn implied_provider(&self) -> &str {
        let kind = self.kind.as_str();
        kind.split_once('_').map_or(kind, |(provider, _)| provider)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mode {
            ResourceMode::Managed => {}
            ResourceMode::Data => f.write_str("data.")?,
            ResourceMode::Ephemeral => f.write_str("ephemeral.")?,
        }
        write!(f, "{}.{}", self.kind, self.name)
    }
}

impl fmt::Display for AbsResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.0.is_empty() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "{}", self.resource)
    }
}

impl fmt::Display for AbsResourceInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.resource)?;
        match &self.key {
            Some(key) => write!(f, "{key}"),
            None => Ok(()),
        }
    }
}
