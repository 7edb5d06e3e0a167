//! The `trueup` command line: the only place that reads the environment and
//! touches the terminal.

mod arguments;
mod commands;
mod display;
mod eks;
mod environment;
mod error;
mod interrupt;
mod log;
mod operation;
mod project;
mod prompt;
mod registry;
mod runtime;
mod states;
#[cfg(feature = "test-provider")]
mod steps;
mod ui;
mod world;

use std::process::ExitCode;

use crate::{environment::Environment, ui::Ui};

/// Evaluation recurses over the syntax tree, whose depth the parser bounds;
/// this stack bears the deepest tree it lets through.
const STACK_SIZE: usize = 256 << 20;

fn main() -> ExitCode {
    let run = std::thread::Builder::new()
        .name("main".into())
        .stack_size(STACK_SIZE)
        .spawn(run);
    match run.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        _ => ExitCode::from(error::INTERNAL),
    }
}

fn run() -> ExitCode {
    let environment = Environment::of_process();
    let ui = Ui::new(&environment);
    commands::dispatch(&environment, ui)
}
