//! Addresses: what names a module, a resource, an instance, a provider.

mod instance_key;
mod module;
mod provider;
mod reference;
mod resource;
mod target;

pub use instance_key::InstanceKey;
pub use module::{ModuleInstance, ModulePath};
pub(crate) use provider::provider_part;
pub use provider::{ProviderSource, ProviderSourceError, is_default_provider};
pub use reference::{Reference, Subject, parse_reference, traversal_span};
pub use resource::{AbsResource, AbsResourceInstance, Resource, ResourceMode};
pub(crate) use target::parse_any_target;
pub use target::{Target, parse_target};
