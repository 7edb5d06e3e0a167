//! One run over the stack in the working folder.

use std::{collections::BTreeMap, path::PathBuf, time::SystemTime};

use futures_executor::block_on;
use trueup_core::{
    address::{AbsResource, ProviderSource},
    apply::apply,
    plan::{Action, Options, Plan, plan},
    run::{Stack, schema_of},
    state::State,
    validate::{Schemas, validate},
};
use trueup_lang::function::Functions;
use trueup_state::{
    Snapshot,
    journal::{Begin, Journal, JournalError},
    snapshot::address::provider_source,
};
use trueup_syntax::Diagnostics;
use trueup_value::{Str, Type, Value};

use super::OperationFlags;
use crate::{
    commands::{Context, VariableArgs, version::TERRAFORM_VERSION},
    error::CommandError,
    project::{Phase, Project},
    states::{clock, session::Session},
};

/// A stack whose state is locked.
pub(crate) struct Run<'a> {
    context: &'a Context<'a>,
    project: Project,
    inputs: BTreeMap<Str, Value>,
    session: Session,
    state: State,
    /// What `plantimestamp` says.
    timestamp: SystemTime,
}

/// What an apply has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) destroyed: usize,
}

impl<'a> Run<'a> {
    /// Loads and validates the stack, gathers the values of variables, locks
    /// the state and reads it. What is wrong has been shown.
    ///
    /// # Errors
    /// If any of that fails.
    pub(crate) fn open(
        operation: &str,
        flags: &OperationFlags,
        variables: &VariableArgs,
        context: &'a Context<'a>,
    ) -> Result<Self, CommandError> {
        let mut project = load(context)?;
        let inputs = variables.values(&mut project, context, true)?;
        let session = Session::open_for(
            &project.config,
            &flags.files,
            &flags.lock,
            operation,
            context,
        )?;
        let state = State::from_snapshot(&session.draft()?).map_err(|problem| {
            CommandError::usage("Unsupported state file format", problem.to_string())
        })?;
        Ok(Run {
            context,
            project,
            inputs: inputs.into_iter().collect(),
            session,
            state,
            timestamp: SystemTime::now(),
        })
    }

    /// Plans. Diagnostics have been shown; with errors among them the plan
    /// says so.
    pub(crate) fn plan(&mut self, options: &Options) -> Plan {
        let functions =
            self.project
                .functions_in(Phase::Plan, self.timestamp, self.context.environment);
        let (plan, found) = block_on(plan(
            self.stack(&functions),
            &self.state,
            options,
            trueup_core::progress::Watch::default(),
        ));
        self.show(&found);
        plan
    }

    /// Does what `plan` says and writes the state. Diagnostics have been shown.
    ///
    /// # Errors
    /// [`CommandError::Reported`] if something could not be done; what could
    /// be done has been written. Others if the state cannot be written.
    pub(crate) fn apply(
        &mut self,
        plan: &Plan,
        parallelism: usize,
    ) -> Result<Applied, CommandError> {
        let functions =
            self.project
                .functions_in(Phase::Apply, self.timestamp, self.context.environment);
        let journal = self.journal()?;
        let stack = self.stack(&functions);
        let (state, found) = block_on(apply(
            stack,
            plan,
            Some(&journal),
            parallelism,
            trueup_core::progress::Watch::default(),
        ));
        let snapshot = self.snapshot(&state)?;
        self.session.write(snapshot)?;
        journal
            .remove()
            .map_err(|problem| journal_error(&problem))?;
        self.show(&found);
        self.state = state;
        if found.has_errors() {
            return Err(CommandError::Reported);
        }
        Ok(Applied::of(plan))
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// If the sidecar of the lock cannot be removed.
    pub(crate) fn close(self) -> Result<(), CommandError> {
        self.session.close()
    }

    fn stack<'b>(&'b self, functions: &'b Functions) -> Stack<'b> {
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

    fn journal(&self) -> Result<Journal, CommandError> {
        let mut path = self.session.path().as_os_str().to_owned();
        path.push(".journal");
        let begin = Begin {
            lineage: self.state.lineage.clone(),
            serial: self.state.serial,
            operation: "apply".to_owned(),
            started: clock::now(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        Journal::create(&PathBuf::from(path), begin).map_err(|problem| journal_error(&problem))
    }

    fn snapshot(&self, state: &State) -> Result<Snapshot, CommandError> {
        let schemas = self.project.environment().schemas;
        let ty = |address: &AbsResource, provider: &str| schema_type(schemas, address, provider);
        let written = state.to_snapshot(TERRAFORM_VERSION, &ty);
        written.map_err(|problem| {
            CommandError::usage("Failed to encode the state", problem.to_string())
        })
    }

    fn show(&self, found: &Diagnostics) {
        let sources = self.project.config.sources();
        self.context.ui.diagnostics(found, sources);
    }
}

impl Applied {
    fn of(plan: &Plan) -> Self {
        let mut applied = Applied::default();
        for change in &plan.changes {
            match change.action {
                Action::Create => applied.added += 1,
                Action::Update => applied.changed += 1,
                Action::Delete => applied.destroyed += 1,
                Action::DeleteThenCreate | Action::CreateThenDelete => {
                    applied.added += 1;
                    applied.destroyed += 1;
                }
                Action::NoOp | Action::Read | Action::Forget => {}
            }
        }
        applied
    }
}

/// The stack in the working folder, if there is nothing wrong with it.
fn load(context: &Context<'_>) -> Result<Project, CommandError> {
    let mut project = Project::load(std::path::Path::new("."), context.environment)?;
    let mut found = std::mem::take(&mut project.diagnostics);
    if !found.has_errors() {
        found.extend(validate(&project.config, &project.environment()));
    }
    context.ui.diagnostics(&found, project.config.sources());
    match found.has_errors() {
        true => Err(CommandError::Reported),
        false => Ok(project),
    }
}

fn schema_type(schemas: &dyn Schemas, address: &AbsResource, provider: &str) -> Option<Type> {
    let source = ProviderSource::parse(provider_source(provider)?).ok()?;
    let schema = schema_of(schemas.provider(&source)?, &address.resource)?;
    Some(schema.block.implied_type())
}

fn journal_error(problem: &JournalError) -> CommandError {
    CommandError::usage("Failed to keep the journal", format!("{problem}."))
}
