//! The project's own tasks: `cargo xtask demo | test | bench | sandbox | differential | language | deny`.

#![expect(clippy::print_stdout, reason = "a tool for developers' terminals")]

mod bench;
mod browser;
mod demo;
mod deny;
mod differential;
mod language;
mod process;
mod sandbox;
mod test;

use clap::{Parser, Subcommand};

/// The project's own tasks
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Demo(demo::DemoArgs),
    Test(test::TestArgs),
    Bench(bench::BenchArgs),
    #[command(hide = true)]
    Measure(bench::MeasureArgs),
    Differential(differential::DifferentialArgs),
    Language(language::LanguageArgs),
    Sandbox(sandbox::SandboxArgs),
    Deny(deny::DenyArgs),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().task {
        Task::Demo(args) => demo::run(&args),
        Task::Test(args) => test::run(&args),
        Task::Bench(args) => bench::run(&args),
        Task::Measure(args) => bench::run_measured(&args),
        Task::Differential(args) => differential::run(&args),
        Task::Language(args) => language::run(&args),
        Task::Sandbox(args) => sandbox::run(&args),
        Task::Deny(args) => deny::run(&args),
    }
}
