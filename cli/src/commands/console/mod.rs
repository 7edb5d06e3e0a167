//! `trueup console`

mod input;
mod interactive;
mod session;

use std::{
    collections::BTreeMap,
    io::{self, BufRead},
    path::{Path, PathBuf},
};

use trueup_core::{state::State, validate::Inputs};
use trueup_value::{Str, Value};

use super::Context;
use crate::{
    commands::variables::VariableArgs,
    error::CommandError,
    operation::InputFlag,
    project::Project,
    states::session::{self as session_of_state, FileArgs},
};
use session::{Answer, Session};

/// Try expressions at a prompt
///
/// Evaluates expressions in the configuration of the current folder. On a
/// terminal there are a history, completion with the tab key, and expressions
/// over several lines; piped input is evaluated line by line, and the last
/// result printed. Nothing is ever changed.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup console\n  echo 'cidrsubnet(\"10.0.0.0/8\", 8, 2)' | trueup console\n  trueup console -plan               with resources as a plan foresees them"
)]
pub(crate) struct ConsoleArgs {
    #[command(flatten)]
    variables: VariableArgs,

    /// Plan first, and evaluate with resources as the plan foresees them
    #[arg(long)]
    plan: bool,

    /// Read the state from this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    #[command(flatten)]
    input: InputFlag,
}

pub(crate) fn run(args: &ConsoleArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let mut project = Project::load_for_console(Path::new("."), context.environment)?;
    let diagnostics = std::mem::take(&mut project.diagnostics);
    context
        .ui
        .diagnostics(&diagnostics, project.config.sources());
    if diagnostics.has_errors() {
        return Err(CommandError::Reported);
    }
    let inputs = args.variables.values(&mut project, context, false)?;
    let remembered = remembered(args, context)?;
    let given = complete(&project, &inputs);
    let mut session = Session::new(&project, &inputs, &given, &remembered, args.plan);
    session.greet(context);
    if context.environment.stdin_is_terminal && context.environment.stdout_is_terminal {
        interactive::run(&mut session, context)
    } else {
        piped(&mut session, context)
    }
}

/// The state as it was left; an empty one if there is none.
fn remembered(args: &ConsoleArgs, context: &Context<'_>) -> Result<State, CommandError> {
    let files = FileArgs::reading(args.state.clone());
    let Some(snapshot) = session_of_state::read(&files, context)? else {
        return Ok(State::default());
    };
    State::from_snapshot(&snapshot)
        .map_err(|problem| CommandError::usage("Failed to read the state", problem.to_string()))
}

/// The values of all variables; unknown where nobody gave one.
fn complete(project: &Project, inputs: &Inputs) -> BTreeMap<Str, Value> {
    let variables = &project.config.node(project.config.root()).module.variables;
    let values = variables.iter().filter_map(|(name, variable)| {
        let given = inputs.get(name).cloned();
        let missing = || Value::unknown(variable.value_type().clone());
        let value = given.or_else(|| variable.default.is_none().then(missing))?;
        Some((name.clone(), value))
    });
    values.collect()
}

/// Evaluates standard input; the last result is printed, the first error ends
/// it.
fn piped(session: &mut Session<'_>, context: &Context<'_>) -> Result<(), CommandError> {
    let mut last = String::new();
    let mut pending = String::new();
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|source| CommandError::io("Failed to read", "<stdin>", source))?;
        pending.push_str(&line);
        if input::is_open(&format!("{pending}\n")) {
            pending.push('\n');
            continue;
        }
        match session.answer(&std::mem::take(&mut pending)) {
            Answer::Text(text) => last = text,
            Answer::Errors(diagnostics) => return fail(session, &diagnostics, context),
            Answer::Exit => return context.ui.print(&format!("{last}\n")),
        }
    }
    if !pending.is_empty() {
        match session.answer(&pending) {
            Answer::Text(text) => last = text,
            Answer::Errors(diagnostics) => return fail(session, &diagnostics, context),
            Answer::Exit => {}
        }
    }
    context.ui.print(&format!("{last}\n"))
}

fn fail(
    session: &Session<'_>,
    diagnostics: &trueup_syntax::Diagnostics,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    session.report(diagnostics, context);
    Err(CommandError::Reported)
}
