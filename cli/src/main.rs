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
    let run = runtime::thread("main").spawn(run);
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
