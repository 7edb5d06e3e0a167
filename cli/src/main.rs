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
mod pool;
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

fn main() -> ExitCode {
    // A panic has said by then what is wrong.
    let run = || std::panic::catch_unwind(run);
    let ended = runtime::with_big_stack(run);
    let code = ended.and_then(Result::ok);
    code.unwrap_or(ExitCode::from(error::INTERNAL))
}

fn run() -> ExitCode {
    let environment = Environment::of_process();
    let ui = Ui::new(&environment);
    commands::dispatch(&environment, ui)
}
