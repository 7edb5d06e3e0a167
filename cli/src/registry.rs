//! The providers that are compiled in.

use std::{
    collections::BTreeSet,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use trueup_builtin::TerraformProvider;
use trueup_core::{
    address::ProviderSource,
    load::Config,
    process::LocalProcesses,
    validate::{Registry, Schemas},
};
use trueup_kubernetes::Surroundings;
use trueup_lang::{
    function::{Function, FunctionError, Functions, Param},
    functions::terraform_provider,
};
use trueup_sdk::{FunctionSignature, Provider, SlotClock, native::NativeProvider, world::World};

use crate::{eks::EksClusters, environment::Environment, world};

/// All providers that are compiled in.
pub(crate) fn registry(environment: &Environment) -> Registry {
    let mut registry = Registry::default();
    registry.start_with(Box::new(LocalProcesses {
        environment: Arc::clone(&environment.variables),
        directory: Some(environment.folder.clone()),
    }));
    registry.add(
        ProviderSource::builtin("terraform"),
        Box::new(TerraformProvider::at(environment.folder.clone())),
    );
    let mut world = world::of_providers(environment);
    registry.renew_by(Arc::clone(&world.clock));
    world.clock = Arc::new(SlotClock::new(world.clock, registry.slots()));
    for (name, provider) in OFFICIAL {
        let world = world.clone();
        let make = move || Box::new(provider(&world)) as Box<dyn Provider>;
        registry.add_with(ProviderSource::official(name), make);
    }
    add_clouds(&mut registry, &world, environment);
    #[cfg(feature = "test-provider")]
    if let Ok(source) = ProviderSource::parse("trueup/test") {
        registry.add(
            source,
            Box::new(crate::steps::Stepping(
                trueup_test::provider(&world::of_providers(environment)),
                std::sync::Arc::clone(&environment.steps),
            )),
        );
    }
    #[cfg(feature = "test-provider")]
    if let Some(mock) = mock(environment) {
        registry.add(ProviderSource::official("mock"), Box::new(mock));
    }
    registry
}

/// The providers of many types, of which most stacks need one or two.
fn add_clouds(registry: &mut Registry, world: &World, environment: &Environment) {
    let aws = (world.clone(), environment.pool.aws.clone());
    registry.add_with(ProviderSource::official("aws"), move || {
        Box::new(trueup_aws::aws_among(&aws.0, &aws.1))
    });
    // What one of them is going to create, the other can rely on.
    let shared = (world.clone(), surroundings(world, environment));
    let kubernetes = shared.clone();
    registry.add_with(ProviderSource::official("kubernetes"), move || {
        Box::new(trueup_kubernetes::kubernetes(&kubernetes.0, &kubernetes.1))
    });
    registry.add_with(ProviderSource::official("helm"), move || {
        Box::new(trueup_helm_provider::helm(&shared.0, &shared.1))
    });
}

/// What the providers that deal with Kubernetes share.
fn surroundings(world: &World, environment: &Environment) -> Surroundings {
    Surroundings {
        eks: Some(Arc::new(EksClusters::new(world))),
        connections: Arc::clone(&environment.pool.clusters),
        reclaim: environment.reclaim,
        ..Surroundings::default()
    }
}

/// A provider with the schema in a file, for comparisons with Terraform.
#[cfg(feature = "test-provider")]
fn mock(environment: &Environment) -> Option<trueup_test::Mock> {
    let path = environment.variable("TRUEUP_MOCK_SCHEMA")?;
    let text = std::fs::read_to_string(path).ok()?;
    let schema = serde_json::from_str(&text).ok()?;
    let schema = trueup_sdk::ProviderSchema::from_json(&schema).ok()?;
    Some(trueup_test::Mock::new(schema))
}

/// Makes a provider that takes no client.
type Maker = fn(&World) -> NativeProvider;

/// Those that Terraform's users know under `hashicorp/NAME`.
const OFFICIAL: [(&str, Maker); 6] = [
    ("external", trueup_builtin::external),
    ("http", trueup_http::http),
    ("local", trueup_builtin::local),
    ("null", trueup_builtin::null),
    ("random", trueup_builtin::random),
    ("time", trueup_builtin::time),
];

/// The functions of the providers that the modules of `config` require, under the
/// source addresses: no module can call those of others.
pub(crate) fn functions(config: &Config, registry: &Registry) -> Functions {
    let modules = config.nodes().map(|(_, node)| &node.module);
    let required = modules.flat_map(|module| module.requirements.providers.values());
    let sources: BTreeSet<&ProviderSource> = required.map(|required| &required.provider).collect();
    let builtin = ProviderSource::builtin("terraform");
    let mut functions = Functions::new();
    for source in sources {
        let mut add = |name: &str, function| {
            functions.insert(format!("provider::{source}::{name}"), function);
        };
        if *source == builtin {
            for (name, function) in terraform_provider() {
                add(&name, function);
            }
        } else if let Some(provider) = registry.shared(source) {
            for (name, signature) in &provider.schema().functions {
                add(name, function(Arc::clone(&provider), name, signature));
            }
        }
    }
    functions
}

/// A function of a provider as the language calls it.
fn function(provider: Arc<dyn Provider>, name: &str, signature: &FunctionSignature) -> Function {
    let parameters = signature
        .parameters
        .iter()
        .map(|(name, ty)| Param::new(name.as_str().to_owned(), ty.clone()));
    let name = name.to_owned();
    let about = "A function of a provider.";
    let result = signature.return_type.clone();
    Function::new(about, parameters.collect(), result, move |arguments| {
        // What is built in answers at once; there is nothing to wait for.
        let answer = pin!(provider.call_function(&name, arguments));
        let mut context = Context::from_waker(Waker::noop());
        match Future::poll(answer, &mut context) {
            Poll::Ready(answer) => answer.map_err(|problem| FunctionError {
                argument: problem.argument,
                message: problem.message,
            }),
            Poll::Pending => Err(FunctionError::new("the provider did not answer at once")),
        }
    })
}

/// The schemas of all of them in the shape of `providers schema -json`.
pub(crate) fn schemas_json(environment: &Environment) -> serde_json::Value {
    let registry = registry(environment);
    let schemas: serde_json::Map<String, serde_json::Value> = registry
        .sources()
        .into_iter()
        .filter_map(|source| {
            let schema = registry.provider(&source)?.schema().to_json();
            Some((source.to_string(), schema))
        })
        .collect();
    serde_json::json!({ "format_version": "1.0", "provider_schemas": schemas })
}
