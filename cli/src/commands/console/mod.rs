//! `trueup console`

mod input;
mod interactive;
mod session;

use std::{
    io::{self, BufRead},
    path::Path,
};

use super::Context;
use crate::{commands::variables::VariableArgs, error::CommandError, project::Project};
use session::{Answer, Session};

/// Try expressions at a prompt
///
/// Evaluates expressions in the configuration of the current folder. On a
/// terminal there are a history, completion with the tab key, and expressions
/// over several lines; piped input is evaluated line by line, and the last
/// result printed. Nothing is ever changed.
#[derive(clap::Args, Debug)]
pub(crate) struct ConsoleArgs {
    #[command(flatten)]
    variables: VariableArgs,
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
    let mut session = Session::new(&project, &inputs);
    if context.environment.stdin_is_terminal && context.environment.stdout_is_terminal {
        interactive::run(&mut session, context)
    } else {
        piped(&mut session, context)
    }
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
