//! Runs that make a saved plan, and runs that apply one.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use trueup_core::{
    input::{GivenBy, GivenValue},
    plan::Plan,
    plan_file::PlanFile,
    state::State,
    validate::validate,
};
use trueup_lang::value_summary;
use trueup_state::LocalBackend;
use trueup_syntax::{Diagnostic, Diagnostics, Severity, Span};
use trueup_value::{Marks, Str, Value};

use super::{
    Command, RunFlags,
    flags::error,
    run::{Run, stop_at_errors, watch_flags},
    save,
    sources::{self, Recorded},
    view::View,
};
use crate::{
    commands::{Context, VariableArgs},
    error::CommandError,
    project::Project,
    states::{
        session::{self, Session},
        workspace,
    },
};

impl<'a> Run<'a> {
    /// Saves a plan, and gives it back.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn save(&self, plan: Plan, path: &Path) -> Result<Plan, CommandError> {
        let (variables, ephemeral) = self.variables_to_save();
        let file = PlanFile {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            timestamp: self.timestamp,
            workspace: self.workspace().to_owned(),
            backend: settings(&self.backend),
            variables,
            ephemeral,
            sources: self.sources.clone(),
            plan,
        };
        save::write(path, &file)?;
        Ok(file.plan)
    }

    /// The values a plan file keeps, and the names of those it must not.
    fn variables_to_save(&self) -> (BTreeMap<Str, Value>, BTreeSet<Str>) {
        let config = &self.project.config;
        let declared = &config.node(config.root()).module.variables;
        let is_ephemeral = |name: &Str| declared.get(name).is_some_and(|v| v.ephemeral);
        let mut kept = BTreeMap::new();
        let mut ephemeral = BTreeSet::new();
        for (name, value) in &self.inputs {
            match is_ephemeral(name) {
                false => drop(kept.insert(name.clone(), value.clone())),
                true if value.is_null() => {}
                true => drop(ephemeral.insert(name.clone())),
            }
        }
        (kept, ephemeral)
    }

    /// Loads a saved plan with the configuration it was made from, locks the
    /// state, and sees that it is the one the plan was made for.
    ///
    /// # Errors
    /// If any of that fails.
    pub(crate) fn open_saved(
        path: &Path,
        flags: &RunFlags,
        variables: &VariableArgs,
        context: &'a Context<'a>,
        view: &'a dyn View,
    ) -> Result<(Self, Plan), CommandError> {
        let file = save::read(path)?;
        let stop = watch_flags(flags, context, view)?;
        check_workspace(&file, context)?;
        let mut project = project_of(&file, context)?;
        let mut found = std::mem::take(&mut project.diagnostics);
        stop_at_errors(&found, &project, view)?;
        found.extend(validate(&project.config, &project.environment()));
        stop_at_errors(&found, &project, view)?;
        let (given, about_given) = variables.given(&mut project, context);
        found.extend(about_given);
        let inputs = inputs(&file, &given, &project, &mut found);
        stop_at_errors(&found, &project, view)?;
        let backend = backend(&file.backend, flags, context);
        let session = Session::open_on(
            backend.local_state(&file.workspace),
            &flags.lock,
            Command::Apply.operation(),
            context,
        )?;
        if file.plan.errored {
            return Err(CommandError::usage(
                "Cannot apply incomplete plan",
                "Terraform encountered an error when generating this plan, so it cannot be applied.",
            ));
        }
        let mut run = Run {
            context,
            view,
            project,
            inputs,
            found,
            session,
            backend,
            sources: file.sources,
            state: State::default(),
            timestamp: file.timestamp,
            stop,
            hushed: false,
        };
        run.recover(true)?;
        check_fresh(&file.plan, &run.session)?;
        run.state = file.plan.prior.clone();
        Ok((run, file.plan))
    }
}

/// The project of a saved plan.
///
/// # Errors
/// As [`Project::load`].
pub(crate) fn project_of(file: &PlanFile, context: &Context<'_>) -> Result<Project, CommandError> {
    let data_dir = sources::data_dir(&file.sources);
    let files = Recorded(file.sources.clone());
    Project::load_from(&files, Path::new("."), &data_dir, context.environment)
}

fn settings(backend: &LocalBackend) -> BTreeMap<String, String> {
    let text = |path: &PathBuf| path.to_string_lossy().into_owned();
    BTreeMap::from([
        ("type".to_owned(), "local".to_owned()),
        ("path".to_owned(), text(&backend.path)),
        ("workspace_dir".to_owned(), text(&backend.workspace_dir)),
    ])
}

fn backend(
    settings: &BTreeMap<String, String>,
    flags: &RunFlags,
    context: &Context<'_>,
) -> LocalBackend {
    let mut backend = LocalBackend::default();
    if let Some(path) = settings.get("path") {
        backend.path = path.into();
    }
    if let Some(dir) = settings.get("workspace_dir") {
        backend.workspace_dir = dir.into();
    }
    session::with_files(backend, &flags.files, context)
}

fn check_workspace(file: &PlanFile, context: &Context<'_>) -> Result<(), CommandError> {
    let current = workspace::current(context.environment)?;
    match current == file.workspace {
        true => Ok(()),
        false => Err(CommandError::usage(
            "Saved plan is for another workspace",
            format!(
                "The given plan file was created for the workspace \"{}\", but the current workspace is \"{current}\". To apply it, run \"trueup workspace select {}\" first.",
                file.workspace, file.workspace
            ),
        )),
    }
}

/// Whether the state is still the one the plan was made for.
fn check_fresh(plan: &Plan, session: &Session) -> Result<(), CommandError> {
    let prior = &plan.prior;
    let (lineage, serial) = match &session.previous {
        Some(snapshot) => (snapshot.lineage.as_str(), snapshot.serial),
        None => ("", 0),
    };
    let first = prior.serial == 0;
    if !first && !lineage.is_empty() && lineage != prior.lineage {
        return Err(CommandError::usage(
            "Saved plan does not match the given state",
            "The given plan file can not be applied because it was created from a different state lineage.",
        ));
    }
    if serial != prior.serial {
        return Err(CommandError::usage(
            "Saved plan is stale",
            "The given plan file can no longer be applied because the state was changed by another operation after the plan was created.",
        ));
    }
    Ok(())
}

/// The values of all variables: those of the plan, and ephemeral ones given
/// again.
fn inputs(
    file: &PlanFile,
    given: &[GivenValue],
    project: &Project,
    found: &mut Diagnostics,
) -> BTreeMap<Str, Value> {
    let declared = &project.config.node(project.config.root()).module.variables;
    let mut inputs = file.variables.clone();
    for (name, variable) in declared.iter().filter(|(_, v)| v.ephemeral) {
        if let Some(default) = &variable.default {
            inputs.insert(name.clone(), default.clone());
        }
    }
    for value in given {
        let ephemeral = declared.get(&value.name).is_some_and(|v| v.ephemeral);
        match ephemeral {
            true => match ephemeral_problem(value, file) {
                Some(problem) => found.push(problem),
                None => drop(inputs.insert(value.name.clone(), value.value.clone())),
            },
            false => {
                let sensitive = declared.get(&value.name).is_some_and(|v| v.sensitive);
                let planned = file.variables.get(&value.name);
                found.0.extend(changed_variable(value, planned, sensitive));
            }
        }
    }
    for name in &file.ephemeral {
        if !given.iter().any(|value| value.name == *name) {
            found.push(error(
                "No value for required variable",
                format!(
                    "The ephemeral input variable \"{name}\" was set during the plan phase, and so must also be set during the apply phase."
                ),
            ));
        }
    }
    inputs
}

fn placed(diagnostic: Diagnostic, place: Option<Span>) -> Diagnostic {
    Diagnostic {
        subject: place,
        ..diagnostic
    }
}

fn ephemeral_problem(given: &GivenValue, file: &PlanFile) -> Option<Diagnostic> {
    let name = &given.name;
    if !file.ephemeral.contains(name) {
        let diagnostic = error(
            "Ephemeral variable was not set during planning",
            format!(
                "The ephemeral input variable \"{name}\" was not set during the planning phase, and so must remain unset during the apply phase."
            ),
        );
        return Some(placed(diagnostic, given.place));
    }
    given.value.is_null().then(|| {
        error(
            "Ephemeral variable must be set for apply",
            format!(
                "The ephemeral input variable \"{name}\" was set during the planning phase, and so must be set again during the apply phase."
            ),
        )
    })
}

/// A variable of a plan keeps the value it was planned with.
fn changed_variable(
    given: &GivenValue,
    planned: Option<&Value>,
    sensitive: bool,
) -> Option<Diagnostic> {
    let planned = planned.map(|value| value.unmark_deep().0)?;
    if planned == given.value.unmark_deep().0 || given.source == GivenBy::AutomaticFile {
        return None;
    }
    let name = &given.name;
    let shown = |value: &Value| match sensitive || value.deep_marks().contains(Marks::SENSITIVE) {
        true => "(sensitive value)".to_owned(),
        false => value_summary(value),
    };
    let rest = format!(
        "The saved plan specifies {} as the value whereas during apply the value {} was {}. To declare an ephemeral variable which is not saved in the plan file, use ephemeral = true.",
        shown(&planned),
        shown(&given.value),
        given.source
    );
    let diagnostic = match given.source {
        GivenBy::Environment => Diagnostic {
            severity: Severity::Warning,
            ..error(
                "Ignoring variable when applying a saved plan",
                format!(
                    "The variable {name} cannot be overriden when applying a saved plan file, because a saved plan includes the variable values that were set when it was created. {rest}"
                ),
            )
        },
        _ => error(
            "Can't change variable when applying a saved plan",
            format!(
                "The variable {name} cannot be set using the -var and -var-file options when applying a saved plan file, because a saved plan includes the variable values that were set when it was created. {rest}"
            ),
        ),
    };
    Some(placed(diagnostic, given.place))
}
