//! The console on a terminal: history, completion, several lines.

use std::path::PathBuf;

use rustyline::{
    Completer, Config, Editor, Helper, Highlighter, Hinter,
    completion::{Completer, Pair},
    error::ReadlineError,
    history::FileHistory,
    validate::{ValidationContext, ValidationResult, Validator},
};

use super::{Answer, Session, input};
use crate::{commands::Context, error::CommandError};

/// How many lines of history are kept.
const HISTORY: usize = 1000;

#[derive(Helper, Highlighter, Hinter, Completer)]
struct Assistant {
    #[rustyline(Completer)]
    names: Names,
}

/// The names that can be completed: functions and the paths of values.
struct Names(Vec<String>);

impl Completer for Names {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let typed = &line[..position];
        let start = typed
            .rfind(|c: char| !(c.is_alphanumeric() || "_-.:[]\"".contains(c)))
            .map_or(0, |at| at + 1);
        let word = &typed[start..];
        let candidates = self.0.iter().filter(|name| name.starts_with(word));
        let pair = |name: &String| Pair {
            display: name.clone(),
            replacement: name.clone(),
        };
        Ok((start, candidates.map(pair).collect()))
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if input::is_open(context.input()) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}

pub(super) fn run(session: &mut Session<'_>, context: &Context<'_>) -> Result<(), CommandError> {
    let history = history_path(context);
    let mut editor = editor(session.names())?;
    if let Some(path) = &history {
        // No history is kept from a first run.
        drop(editor.load_history(path));
    }
    let outcome = read_and_answer(&mut editor, session, context);
    if let Some(path) = &history {
        save_history(&mut editor, path)?;
    }
    outcome
}

fn editor(names: Vec<String>) -> Result<Editor<Assistant, FileHistory>, CommandError> {
    let config = Config::builder()
        .max_history_size(HISTORY)
        .and_then(|builder| builder.history_ignore_dups(true))
        .map_err(terminal_error)?
        .auto_add_history(true)
        .build();
    let mut editor = Editor::with_config(config).map_err(terminal_error)?;
    editor.set_helper(Some(Assistant {
        names: Names(names),
    }));
    Ok(editor)
}

fn read_and_answer(
    editor: &mut Editor<Assistant, FileHistory>,
    session: &mut Session<'_>,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    let mut interrupted = false;
    loop {
        let line = match editor.readline("> ") {
            Ok(line) => line,
            // What is being typed is dropped first.
            Err(ReadlineError::Interrupted) if !interrupted => {
                interrupted = true;
                context
                    .ui
                    .print("To leave, type \"exit\" or press Control-D.\n")?;
                continue;
            }
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(()),
            Err(error) => return Err(terminal_error(error)),
        };
        interrupted = false;
        match session.answer(&line) {
            Answer::Text(text) => context.ui.print(&format!("{text}\n"))?,
            Answer::Errors(diagnostics) => session.report(&diagnostics, context),
            Answer::Exit => return Ok(()),
        }
    }
}

fn history_path(context: &Context<'_>) -> Option<PathBuf> {
    let environment = context.environment;
    let state = environment
        .variable("XDG_STATE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(environment.variable("HOME")?).join(".local/state")))?;
    Some(state.join("trueup/console_history"))
}

fn save_history(
    editor: &mut Editor<Assistant, FileHistory>,
    path: &std::path::Path,
) -> Result<(), CommandError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|source| CommandError::io("Failed to keep the history", folder, source))?;
    }
    editor.save_history(path).map_err(terminal_error)
}

fn terminal_error(error: ReadlineError) -> CommandError {
    CommandError::usage("The terminal cannot be used", format!("{error}."))
}
