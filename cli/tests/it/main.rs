//! The command line as its users see it: what was typed, and everything that
//! was printed.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod environment;

mod backend;
mod bombs;
mod canary;
mod command_line;
mod console;
mod drift;
mod fmt;
mod graph;
mod helm_bombs;
mod helm_draws;
mod helm_template;
mod helm_values;
mod init;
mod interrupt;
mod lint;
mod log;
mod modules;
mod narrow;
mod new;
mod output;
mod plan_text;
mod run;
mod show;
mod state;
mod stream;
mod taint;
mod validate;
mod watch;
mod workspace;
