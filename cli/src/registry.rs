//! The providers that are compiled in.

use trueup_builtin::TerraformProvider;
use trueup_core::{
    address::ProviderSource,
    process::LocalProcesses,
    validate::{Registry, Schemas},
};
use trueup_sdk::native::NativeProvider;

use crate::{environment::Environment, world};

/// All providers that are compiled in.
pub(crate) fn registry(environment: &Environment) -> Registry {
    let world = world::of_providers(environment);
    let mut registry = Registry::default();
    let variables = environment.variables.iter();
    let variables = variables.map(|(name, value)| (name.into(), value.into()));
    registry.start_with(Box::new(LocalProcesses {
        environment: variables.collect(),
        directory: Some(environment.working_dir.clone()),
    }));
    registry.add(
        ProviderSource::builtin("terraform"),
        Box::new(TerraformProvider::default()),
    );
    let mut official = |name: &str, provider: NativeProvider| {
        registry.add(ProviderSource::official(name), Box::new(provider));
    };
    official("local", trueup_builtin::local(&world));
    official("null", trueup_builtin::null(&world));
    official("random", trueup_builtin::random(&world));
    official("time", trueup_builtin::time(&world));
    #[cfg(feature = "test-provider")]
    if let Ok(source) = ProviderSource::parse("trueup/test") {
        registry.add(
            source,
            Box::new(crate::steps::Stepping(
                trueup_test::TestProvider::new(world),
                std::sync::Arc::clone(&environment.steps),
            )),
        );
    }
    registry
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
