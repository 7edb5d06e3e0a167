//! The providers that are compiled in.

use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use trueup_builtin::TerraformProvider;
use trueup_core::{
    address::ProviderSource,
    process::LocalProcesses,
    validate::{Registry, Schemas},
};
use trueup_kubernetes::Surroundings;
use trueup_lang::{
    function::{Function, FunctionError, Param},
    functions::terraform_provider,
};
use trueup_sdk::{FunctionSignature, Provider, SlotClock, native::NativeProvider, world::World};

use crate::{eks::EksClusters, environment::Environment, world};

/// All providers that are compiled in.
pub(crate) fn registry(environment: &Environment) -> Registry {
    let mut registry = Registry::default();
    let variables = environment.variables.iter();
    let variables = variables.map(|(name, value)| (name.into(), value.into()));
    registry.start_with(Box::new(LocalProcesses {
        environment: variables.collect(),
        directory: Some(environment.folder.clone()),
    }));
    registry.add(
        ProviderSource::builtin("terraform"),
        Box::new(TerraformProvider::at(environment.folder.clone())),
    );
    let mut world = world::of_providers(environment);
    registry.renew_by(Arc::clone(&world.clock));
    world.clock = Arc::new(SlotClock::new(world.clock, registry.slots()));
    for (name, provider) in official(&world) {
        registry.add(ProviderSource::official(name), Box::new(provider));
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

/// Those that Terraform's users know under `hashicorp/NAME`.
fn official(world: &World) -> Vec<(&'static str, NativeProvider)> {
    vec![
        ("external", trueup_builtin::external(world)),
        ("http", trueup_http::http(world)),
        ("local", trueup_builtin::local(world)),
        ("null", trueup_builtin::null(world)),
        ("random", trueup_builtin::random(world)),
        ("time", trueup_builtin::time(world)),
    ]
}

/// The functions of all of them, under the source addresses.
pub(crate) fn functions(environment: &Environment) -> Vec<(String, Function)> {
    let source = ProviderSource::builtin("terraform");
    let own = terraform_provider().into_iter();
    let own = own.map(|(name, function)| (format!("provider::{source}::{name}"), function));
    let mut functions: Vec<(String, Function)> = own.collect();
    for (name, provider) in official(&world::of_providers(environment)) {
        let source = ProviderSource::official(name);
        let provider = Arc::new(provider);
        for (name, signature) in &provider.schema().functions {
            let function = function(Arc::clone(&provider), name, signature);
            functions.push((format!("provider::{source}::{name}"), function));
        }
    }
    functions
}

/// A function of a provider as the language calls it.
fn function(provider: Arc<NativeProvider>, name: &str, signature: &FunctionSignature) -> Function {
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
