//! The stack in the working folder.

use std::{collections::BTreeMap, path::Path, time::SystemTime};

use trueup_core::{
    load::{Config, Loader},
    run::Stack,
    validate::{self, Registry},
};
use trueup_lang::{
    context::{Context as World, Files},
    function::Functions,
    functions::standard,
};
use trueup_syntax::Diagnostics;
use trueup_value::{Str, Value};

use crate::{environment::Environment, error::CommandError, registry, states::workspace, world};

/// A configuration and what it is judged in.
pub(crate) struct Project {
    /// The configuration; complete only if no error was found reading it.
    pub(crate) config: Config,
    /// What was found reading it.
    pub(crate) diagnostics: Diagnostics,
    functions: Functions,
    /// Those of providers alone, the same in every phase.
    of_providers: Functions,
    registry: Registry,
    workspace: String,
    cwd: String,
}

/// What a run is doing: `timestamp`, `uuid` and `bcrypt` are unknown while it
/// plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Plan,
    Apply,
}

impl Project {
    /// Reads the configuration in `dir`.
    ///
    /// # Errors
    /// If `TF_WORKSPACE` is no name of a workspace.
    pub(crate) fn load(dir: &Path, environment: &Environment) -> Result<Self, CommandError> {
        let files = world::context(environment).files;
        Project::load_from(
            files.as_ref(),
            dir,
            &workspace::data_dir(environment),
            environment,
        )
    }

    /// The same from `files`, with the manifest of modules in `data_dir`.
    ///
    /// # Errors
    /// As [`Project::load`].
    pub(crate) fn load_from(
        files: &dyn Files,
        dir: &Path,
        data_dir: &Path,
        environment: &Environment,
    ) -> Result<Self, CommandError> {
        // What is different with every call is not known before a plan is applied.
        let mut world = world::context(environment);
        world.pure_only = true;
        Project::load_in(files, dir, data_dir, environment, &world)
    }

    /// The same with the functions of the console.
    ///
    /// # Errors
    /// As [`Project::load`].
    pub(crate) fn load_for_console(
        dir: &Path,
        environment: &Environment,
    ) -> Result<Self, CommandError> {
        let mut world = world::context(environment);
        world.console = true;
        let data_dir = workspace::data_dir(environment);
        Project::load_in(world.files.as_ref(), dir, &data_dir, environment, &world)
    }

    fn load_in(
        files: &dyn Files,
        dir: &Path,
        data_dir: &Path,
        environment: &Environment,
        world: &World,
    ) -> Result<Self, CommandError> {
        let workspace = workspace::current(environment)?;
        let (config, diagnostics) = Loader::new(files).load(dir, data_dir);
        let registry = registry::registry(environment);
        let of_providers = registry::functions(&config, &registry);
        let mut functions = standard(world);
        functions.extend(of_providers.clone());
        Ok(Project {
            config,
            diagnostics,
            functions,
            of_providers,
            registry,
            workspace,
            cwd: environment.working_dir.display().to_string(),
        })
    }

    /// What the configuration is judged and evaluated in.
    pub(crate) fn environment(&self) -> validate::Environment<'_> {
        validate::Environment {
            schemas: &self.registry,
            functions: &self.functions,
            workspace: &self.workspace,
            cwd: &self.cwd,
        }
    }

    /// What is evaluated, with these values of the root module's variables.
    pub(crate) fn stack<'a>(&'a self, inputs: &'a BTreeMap<Str, Value>) -> Stack<'a> {
        Stack {
            config: &self.config,
            schemas: &self.registry,
            functions: &self.functions,
            workspace: &self.workspace,
            cwd: &self.cwd,
            inputs,
        }
    }

    /// The functions as a phase of a run has them.
    pub(crate) fn functions_in(
        &self,
        phase: Phase,
        timestamp: SystemTime,
        environment: &Environment,
    ) -> Functions {
        let mut world = world::context(environment);
        world.plan_timestamp = Some(timestamp);
        world.pure_only = phase == Phase::Plan;
        let mut functions = standard(&world);
        functions.extend(self.of_providers.clone());
        functions
    }

    /// The names of all functions, as the root module calls them.
    pub(crate) fn function_names(&self) -> impl Iterator<Item = String> {
        let root = (!self.config.is_empty()).then(|| &self.config.node(self.config.root()).module);
        let required = root
            .into_iter()
            .flat_map(|module| module.requirements.providers.values());
        let of_providers = required.flat_map(|required| {
            let prefix = format!("provider::{}::", required.provider);
            let names = self.functions.keys();
            names.filter_map(move |name| {
                let function = name.strip_prefix(&prefix)?;
                Some(format!("provider::{}::{function}", required.name))
            })
        });
        let plain = self.functions.keys();
        let plain = plain.filter(|name| !name.starts_with("provider::"));
        let namespaced = plain.clone().map(|name| format!("core::{name}"));
        plain.cloned().chain(namespaced).chain(of_providers)
    }
}
