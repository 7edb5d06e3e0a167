//! One run over the stack in the working folder.

use std::{collections::BTreeMap, path::Path, time::SystemTime};

use trueup_core::{
    address::{AbsResource, AbsResourceInstance, ProviderSource, ResourceMode},
    apply::apply,
    import::import,
    load::config_files,
    plan::{Mode, Options, Plan, plan},
    progress::{Stop, Watch},
    run::{Stack, schema_of},
    state::State,
    validate::{Schemas, validate},
};
use trueup_lang::function::Functions;
use trueup_state::{LocalBackend, Snapshot, snapshot::address::provider_source};
use trueup_syntax::{Diagnostics, Severity};
use trueup_value::{Str, Type, Value};

use super::{
    Applied, Command, RunFlags,
    counts::Counting,
    flags,
    sources::{Recording, Sources},
    view::View,
};
use crate::{
    commands::{Context, VariableArgs, version::TERRAFORM_VERSION},
    error::CommandError,
    interrupt,
    log::{Level, Logged},
    project::{Phase, Project},
    runtime::block_on,
    states::{
        session::{self, Session},
        workspace,
    },
    world,
};

/// A stack whose state is locked.
pub(crate) struct Run<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) view: &'a dyn View,
    pub(crate) project: Project,
    pub(super) inputs: BTreeMap<Str, Value>,
    /// What is to be said and has not been said.
    pub(super) found: Diagnostics,
    pub(super) session: Session,
    /// Where the state is.
    pub(super) backend: LocalBackend,
    /// The files the configuration was read from.
    pub(super) sources: Sources,
    pub(super) state: State,
    /// What `plantimestamp` says.
    pub(super) timestamp: SystemTime,
    pub(super) stop: Stop,
    /// Nothing is said about targets: nobody has given any.
    pub(super) hushed: bool,
}

/// What to open.
pub(crate) struct Opening<'a> {
    /// On behalf of which command.
    pub(crate) command: Command,
    /// Where the configuration is.
    pub(crate) dir: &'a Path,
    /// What it is going to plan.
    pub(crate) mode: Mode,
    /// How to run.
    pub(crate) flags: &'a RunFlags,
    /// Values of variables.
    pub(crate) variables: &'a VariableArgs,
}

impl<'a> Run<'a> {
    /// Loads the stack, gathers the values of variables, validates, locks the
    /// state and reads it. Errors have been shown; warnings are kept until
    /// [`Run::tell`].
    ///
    /// # Errors
    /// If any of that fails.
    pub(crate) fn open(
        opening: &Opening<'_>,
        context: &'a Context<'a>,
        view: &'a dyn View,
    ) -> Result<Self, CommandError> {
        let Opening {
            command,
            dir,
            mode,
            flags,
            variables,
        } = *opening;
        let stop = watch_flags(flags, context, view)?;
        let (mut project, sources) = load(dir, context)?;
        let mut found = std::mem::take(&mut project.diagnostics);
        stop_at_errors(&found, &project, view)?;
        refuse_nothing(command, mode, context)?;
        let may_ask = !flags.json && flags.input.may_ask(context.environment);
        let (inputs, about_inputs) = variables.gather(&mut project, context, may_ask)?;
        found.extend(about_inputs);
        stop_at_errors(&found, &project, view)?;
        found.extend(validate(&project.config, &project.environment()));
        stop_at_errors(&found, &project, view)?;
        let backend = session::backend_of(&project.config, &flags.files, context)?;
        let session = Session::open_on(
            backend.local_state(project.environment().workspace),
            &flags.lock,
            command.operation(),
            context,
        )?;
        let mut run = Run {
            context,
            view,
            project,
            inputs: inputs.into_iter().collect(),
            found,
            session,
            backend,
            sources,
            state: State::default(),
            timestamp: SystemTime::now(),
            stop,
            hushed: false,
        };
        run.recover(command != Command::Plan)?;
        run.log(|| {
            let modules = run.project.config.nodes().count();
            let resources = run.state.resources.len();
            let serial = run.state.serial;
            format!(
                "opened: {modules} modules, state with serial {serial} and {resources} resources"
            )
        });
        Ok(run)
    }

    fn log(&self, message: impl FnOnce() -> String) {
        self.context.log.write(Level::Info, message);
    }

    /// What was found, without the details, which may show values.
    fn log_diagnostics(&self, found: &Diagnostics) {
        for diagnostic in &found.0 {
            let level = match diagnostic.severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warn,
            };
            self.context.log.write(level, || match &diagnostic.address {
                Some(address) => format!("{}: {address}", diagnostic.summary),
                None => diagnostic.summary.clone(),
            });
        }
    }

    /// The workspace.
    pub(crate) fn workspace(&self) -> &str {
        self.project.environment().workspace
    }

    /// Plans. What is to be said about it is kept until [`Run::tell`]; with
    /// errors among that the plan says so.
    pub(crate) fn plan(&mut self, options: &Options) -> Plan {
        let functions = self.functions(Phase::Plan);
        let logged = Logged::new(self.view.observer(), &self.context.log);
        let watch = Watch {
            observer: &logged,
            stop: Some(&self.stop),
        };
        self.log(|| format!("planning: {}", options_outline(options)));
        let planned = plan(self.stack(&functions), &self.state, options, watch);
        let (plan, found) = block_on(planned);
        self.log(|| {
            let (changes, drift) = (plan.changes.len(), plan.drift.len());
            format!(
                "planned: {changes} instances, {drift} of them drifted, errored: {}",
                plan.errored
            )
        });
        self.log_diagnostics(&found);
        self.found.extend(found);
        plan
    }

    /// Keeps a diagnostic until [`Run::tell`].
    pub(crate) fn note(&mut self, diagnostic: trueup_syntax::Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Forgets what was to be said of `check` blocks: applying judges them
    /// again.
    pub(crate) fn forget_checks(&mut self) {
        self.found
            .0
            .retain(|diagnostic| !diagnostic.summary.starts_with("Check block assertion "));
    }

    /// From now on nothing is said about targets.
    pub(crate) fn hush(&mut self) {
        self.hushed = true;
    }

    /// Forgets what is no error.
    pub(crate) fn forget_warnings(&mut self) {
        self.found
            .0
            .retain(|diagnostic| diagnostic.severity == Severity::Error);
    }

    /// The state as it was read, or as the last action left it.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The addresses of the instances the state has objects of.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let resources = self.state.resources.iter();
        let resources =
            resources.filter(|(address, _)| address.resource.mode == ResourceMode::Managed);
        let instances = resources.flat_map(|(resource, known)| {
            known.instances.keys().map(|key| AbsResourceInstance {
                resource: resource.clone(),
                key: key.clone(),
            })
        });
        instances.map(|address| address.to_string()).collect()
    }

    /// Whether the state has no object that is managed.
    pub(crate) fn is_empty(&self) -> bool {
        let mut resources = self.state.resources.keys();
        !resources.any(|address| address.resource.mode == ResourceMode::Managed)
    }

    /// Imports an object and writes the state with it.
    ///
    /// # Errors
    /// [`CommandError::Reported`] if that failed; others if the state cannot be
    /// written.
    pub(crate) fn import(
        &mut self,
        address: AbsResourceInstance,
        id: &str,
    ) -> Result<(), CommandError> {
        let functions = self.functions(Phase::Plan);
        let watch = Watch {
            observer: self.view.observer(),
            stop: Some(&self.stop),
        };
        let requests = vec![(address, Str::new(id))];
        let imported = import(self.stack(&functions), &self.state, requests, watch);
        let (state, found) = block_on(imported);
        self.found.extend(found);
        if self.found.has_errors() {
            return self.tell();
        }
        self.write(&state)?;
        Ok(())
    }

    /// Says what has not been said yet.
    ///
    /// # Errors
    /// [`CommandError::Reported`] if there are errors among it.
    pub(crate) fn tell(&mut self) -> Result<(), CommandError> {
        let mut found = std::mem::take(&mut self.found);
        if self.hushed {
            found
                .0
                .retain(|d| !RESTRICTED.contains(&d.summary.as_str()));
        }
        self.view
            .diagnostics(&found, self.project.config.sources())?;
        match found.has_errors() {
            true => Err(CommandError::Reported),
            false => Ok(()),
        }
    }

    /// Does what `plan` says and writes the state that led to.
    ///
    /// # Errors
    /// [`CommandError::Reported`] if something could not be done; what could
    /// be done has been written. Others if the state cannot be written.
    pub(crate) fn apply(
        &mut self,
        plan: &Plan,
        parallelism: usize,
    ) -> Result<(Applied, Snapshot), CommandError> {
        let journal = self.begin(plan)?;
        let functions = self.functions(Phase::Apply);
        let logged = Logged::new(self.view.observer(), &self.context.log);
        let counting = Counting::new(&logged);
        self.log(|| format!("applying with parallelism {parallelism}"));
        let watch = Watch {
            observer: &counting,
            stop: Some(&self.stop),
        };
        let stack = self.stack(&functions);
        let applied = apply(stack, plan, Some(&journal), parallelism, watch);
        let (state, found) = block_on(applied);
        self.log_diagnostics(&found);
        self.found.extend(found);
        self.log(|| format!("applied: {:?}; writing the state", counting.counts()));
        let snapshot = self.snapshot(&state)?;
        let snapshot = self.session.compact(journal, snapshot, self.context);
        self.state = state;
        let told = self.tell();
        let snapshot = snapshot?;
        told?;
        Ok((counting.counts(), snapshot))
    }

    /// Writes a state that no action led to.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn write(&mut self, state: &State) -> Result<Snapshot, CommandError> {
        let snapshot = self.snapshot(state)?;
        self.session.write(snapshot.clone())?;
        Ok(snapshot)
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// If the sidecar of the lock cannot be removed.
    pub(crate) fn close(self) -> Result<(), CommandError> {
        self.session.close()
    }

    /// The same where the process ends with it: the system takes memory back faster than
    /// configuration, charts and connections can be taken apart.
    ///
    /// # Errors
    /// As [`Run::close`].
    pub(crate) fn finish(self) -> Result<(), CommandError> {
        std::mem::forget((self.project, self.state, self.sources, self.inputs));
        self.session.close()
    }

    pub(super) fn functions(&self, phase: Phase) -> Functions {
        let environment = self.context.environment;
        self.project
            .functions_in(phase, self.timestamp, environment)
    }

    pub(super) fn stack<'b>(&'b self, functions: &'b Functions) -> Stack<'b> {
        let environment = self.project.environment();
        Stack {
            config: &self.project.config,
            schemas: environment.schemas,
            functions,
            workspace: environment.workspace,
            cwd: environment.cwd,
            inputs: &self.inputs,
        }
    }

    fn snapshot(&self, state: &State) -> Result<Snapshot, CommandError> {
        let schemas = self.project.environment().schemas;
        let ty = |address: &AbsResource, provider: &str| schema_type(schemas, address, provider);
        let written = state.to_snapshot(TERRAFORM_VERSION, &ty);
        written.map_err(|problem| {
            CommandError::usage("Failed to encode the state", problem.to_string())
        })
    }
}

/// What is said about targets.
const RESTRICTED: [&str; 2] = [
    "Resource targeting is in effect",
    "Applied changes may be incomplete",
];

/// How is planned, in short.
fn options_outline(options: &Options) -> String {
    let (targets, excludes) = (options.targets.len(), options.excludes.len());
    format!(
        "mode {:?}, refresh {}, {targets} targets, {excludes} excludes, parallelism {}",
        options.mode, options.refresh, options.parallelism
    )
}

/// Says what is to be said about flags, and listens for interrupts unless
/// somebody does.
pub(super) fn watch_flags(
    flags: &RunFlags,
    context: &Context<'_>,
    view: &dyn View,
) -> Result<Stop, CommandError> {
    if flags.files.state.is_some() {
        let sources = trueup_syntax::SourceMap::default();
        view.diagnostics(&Diagnostics(vec![deprecated_state()]), &sources)?;
    }
    if let Some(stop) = &context.stop {
        return Ok(stop.clone());
    }
    let stop = Stop::default();
    interrupt::listen(stop.clone(), context.ui.clone(), flags.json);
    Ok(stop)
}

/// The stack in the working folder, with the files it was read from.
fn load(dir: &Path, context: &Context<'_>) -> Result<(Project, Sources), CommandError> {
    let environment = context.environment;
    let recording = Recording::new(world::context(environment).files);
    let data_dir = workspace::data_dir(environment);
    let project = Project::load_from(&recording, dir, &data_dir, environment)?;
    Ok((project, recording.taken()))
}

/// Shows what was found if there are errors among it.
pub(super) fn stop_at_errors(
    found: &Diagnostics,
    project: &Project,
    view: &dyn View,
) -> Result<(), CommandError> {
    if !found.has_errors() {
        return Ok(());
    }
    view.diagnostics(found, project.config.sources())?;
    Err(CommandError::Reported)
}

/// A folder without configuration would mean to destroy everything.
fn refuse_nothing(command: Command, mode: Mode, context: &Context<'_>) -> Result<(), CommandError> {
    if mode == Mode::Destroy || command == Command::Refresh {
        return Ok(());
    }
    let files = world::context(context.environment).files;
    let (normal, overrides) = config_files(files.as_ref(), Path::new(".")).unwrap_or_default();
    if !normal.is_empty() || !overrides.is_empty() {
        return Ok(());
    }
    Err(CommandError::usage(
        "No configuration files",
        match command {
            Command::Plan => {
                "Plan requires configuration to be present. Planning without a configuration would mark everything for destruction, which is normally not what is desired. If you would like to destroy everything, run plan with the -destroy option. Otherwise, create a Terraform configuration file (.tf file) and try again."
            }
            _ => {
                "Apply requires configuration to be present. Applying without a configuration would mark everything for destruction, which is normally not what is desired. If you would like to destroy everything, run 'terraform destroy' instead."
            }
        },
    ))
}

fn deprecated_state() -> trueup_syntax::Diagnostic {
    trueup_syntax::Diagnostic {
        severity: trueup_syntax::Severity::Warning,
        ..flags::error(
            "Deprecated flag: -state",
            "Use `path` attribute within the `local` backend instead: https://developer.hashicorp.com/terraform/language/v1.10.x/settings/backends/local#path",
        )
    }
}

fn schema_type(schemas: &dyn Schemas, address: &AbsResource, provider: &str) -> Option<Type> {
    let source = ProviderSource::parse(provider_source(provider)?).ok()?;
    let schema = schema_of(schemas.provider(&source)?, &address.resource)?;
    Some(schema.block.implied_type())
}
