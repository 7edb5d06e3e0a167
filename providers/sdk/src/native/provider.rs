//! Resource types, data sources, ephemeral resources and functions as one
//! provider.

use std::{collections::BTreeMap, fmt, sync::Arc};

use trueup_value::{Path, Str, Value};

use super::{
    Configure, DataSource, EphemeralType, Fields, NativeFunction, ResourceType, Shape,
    Unconfigured, configured::Ready,
};
use crate::{
    Answer, Configuration, Configured, FunctionProblem, Problem, Provider, ProviderSchema,
    ResourceSchema, ready, types::Later,
};

/// A provider put together from its parts, which are handed a client of type
/// `C`.
pub struct NativeProvider<C = ()> {
    schema: ProviderSchema,
    shape: Shape,
    configure: Arc<dyn Configure<C>>,
    parts: Arc<Parts<C>>,
}

/// A part with its shape.
pub(super) type Shaped<T> = (Later<Shape>, Arc<T>);

pub(super) struct Parts<C> {
    pub(super) resources: BTreeMap<Str, Shaped<dyn ResourceType<C>>>,
    pub(super) data_sources: BTreeMap<Str, Shaped<dyn DataSource<C>>>,
    pub(super) ephemeral: BTreeMap<Str, Shaped<dyn EphemeralType<C>>>,
    functions: BTreeMap<Str, Arc<dyn NativeFunction>>,
}

impl NativeProvider {
    /// A provider that takes no configuration and offers nothing yet.
    pub fn new() -> Self {
        NativeProvider::configured_by(Unconfigured)
    }
}

impl Default for NativeProvider {
    fn default() -> Self {
        NativeProvider::new()
    }
}

impl<C: Send + Sync + 'static> NativeProvider<C> {
    /// A provider that offers nothing yet.
    pub fn configured_by(configure: impl Configure<C> + 'static) -> Self {
        let shape = configure.shape();
        NativeProvider {
            schema: ProviderSchema {
                provider: shape.schema(),
                ..ProviderSchema::default()
            },
            shape,
            configure: Arc::new(configure),
            parts: Arc::default(),
        }
    }

    fn parts(&mut self) -> &mut Parts<C> {
        Arc::make_mut(&mut self.parts)
    }

    /// The same with a resource type.
    pub fn resource(mut self, name: &str, resource: impl ResourceType<C> + 'static) -> Self {
        let name = Str::new(name);
        let resource: Arc<dyn ResourceType<C>> = Arc::new(resource);
        let shape = shape_of(&resource, |resource| resource.shape());
        let schema = schema_of(&shape);
        self.schema.resources.insert_with(name.clone(), schema);
        self.parts().resources.insert(name, (shape, resource));
        self
    }

    /// The same with a data source.
    pub fn data_source(mut self, name: &str, source: impl DataSource<C> + 'static) -> Self {
        let name = Str::new(name);
        let source: Arc<dyn DataSource<C>> = Arc::new(source);
        let shape = shape_of(&source, |source| source.shape());
        let schema = schema_of(&shape);
        self.schema.data_sources.insert_with(name.clone(), schema);
        self.parts().data_sources.insert(name, (shape, source));
        self
    }

    /// The same with a type of ephemeral resources.
    pub fn ephemeral(mut self, name: &str, ephemeral: impl EphemeralType<C> + 'static) -> Self {
        let name = Str::new(name);
        let ephemeral: Arc<dyn EphemeralType<C>> = Arc::new(ephemeral);
        let shape = shape_of(&ephemeral, |ephemeral| ephemeral.shape());
        let schema = schema_of(&shape);
        let schemas = &mut self.schema.ephemeral_resources;
        schemas.insert_with(name.clone(), schema);
        self.parts().ephemeral.insert(name, (shape, ephemeral));
        self
    }

    /// The same with a function.
    pub fn function(mut self, name: &str, function: impl NativeFunction + 'static) -> Self {
        let name = Str::new(name);
        let signature = function.signature();
        self.schema.functions.insert(name.clone(), signature);
        self.parts().functions.insert(name, Arc::new(function));
        self
    }
}

impl<C: Send + Sync + 'static> Provider for NativeProvider<C> {
    fn schema(&self) -> &ProviderSchema {
        &self.schema
    }

    fn validate_provider(&self, config: &Value) -> Vec<Problem> {
        let config = Fields::of(config);
        let mut problems = self.shape.validate(&config);
        problems.extend(self.configure.validate(&config));
        problems
    }

    fn validate_resource(&self, kind: &str, config: &Value) -> Vec<Problem> {
        let Some((shape, resource)) = self.parts.resources.get(kind) else {
            return Vec::new();
        };
        let config = Fields::of(config);
        let mut problems = shape.validate(&config);
        problems.extend(resource.validate(&config));
        problems
    }

    fn validate_data(&self, kind: &str, config: &Value) -> Vec<Problem> {
        let Some((shape, source)) = self.parts.data_sources.get(kind) else {
            return Vec::new();
        };
        let config = Fields::of(config);
        let mut problems = shape.validate(&config);
        problems.extend(source.validate(&config));
        problems
    }

    fn validate_ephemeral(&self, kind: &str, config: &Value) -> Vec<Problem> {
        let Some((shape, ephemeral)) = self.parts.ephemeral.get(kind) else {
            return Vec::new();
        };
        let config = Fields::of(config);
        let mut problems = shape.validate(&config);
        problems.extend(ephemeral.validate(&config));
        problems
    }

    fn configures_unknown(&self) -> bool {
        self.configure.configures_unknown()
    }

    fn configure<'a>(&'a self, config: &'a Value) -> Answer<'a, Configuration> {
        Box::pin(async move {
            let client = self.configure.configure(Fields::of(config)).await?;
            let parts = Arc::clone(&self.parts);
            Ok(Arc::new(Ready { parts, client }) as Arc<dyn Configured>)
        })
    }

    fn upgrade<'a>(
        &'a self,
        kind: &'a str,
        version: u64,
        json: &'a str,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        ready(match self.parts.resources.get(kind) {
            Some((shape, resource)) => resource.upgrade(shape, version, json),
            None => Err(vec![unsupported(kind)]),
        })
    }

    fn call_function<'a>(
        &'a self,
        name: &'a str,
        arguments: &'a [Value],
    ) -> Answer<'a, Result<Value, FunctionProblem>> {
        ready(match self.parts.functions.get(name) {
            Some(function) => function.call(arguments),
            None => Err(FunctionProblem {
                argument: None,
                message: format!("there is no function named \"{name}\""),
            }),
        })
    }
}

fn shape_of<T: ?Sized + Send + Sync + 'static>(
    part: &Arc<T>,
    shape: impl FnOnce(&T) -> Shape + Send + 'static,
) -> Later<Shape> {
    let part = Arc::clone(part);
    Later::new(move || shape(&part))
}

fn schema_of(shape: &Later<Shape>) -> impl FnOnce() -> ResourceSchema + Send + 'static {
    let shape = shape.clone();
    move || shape.schema()
}

pub(super) fn unsupported(kind: &str) -> Problem {
    Problem::error(
        "Unsupported resource type",
        format!("The provider has no type named \"{kind}\"."),
        Path::new(),
    )
}

// Derived, these would ask the same of the client.

impl<C> Clone for NativeProvider<C> {
    fn clone(&self) -> Self {
        NativeProvider {
            schema: self.schema.clone(),
            shape: self.shape.clone(),
            configure: Arc::clone(&self.configure),
            parts: Arc::clone(&self.parts),
        }
    }
}

impl<C> Clone for Parts<C> {
    fn clone(&self) -> Self {
        Parts {
            resources: self.resources.clone(),
            data_sources: self.data_sources.clone(),
            ephemeral: self.ephemeral.clone(),
            functions: self.functions.clone(),
        }
    }
}

impl<C> Default for Parts<C> {
    fn default() -> Self {
        Parts {
            resources: BTreeMap::new(),
            data_sources: BTreeMap::new(),
            ephemeral: BTreeMap::new(),
            functions: BTreeMap::new(),
        }
    }
}

impl<C> fmt::Debug for NativeProvider<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NativeProvider").finish_non_exhaustive()
    }
}
