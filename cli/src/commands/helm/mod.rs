//! `trueup helm`

mod chart;
mod dependency;
mod draw_flags;
mod explain;
mod lint;
mod source_flags;
mod template;
mod unused;
mod values;
mod values_flags;

use clap::Subcommand;
use serde_json::{Number, Value};

use super::Context;
use crate::error::CommandError;

/// Work with Helm charts
#[derive(clap::Args, Debug)]
pub(crate) struct HelmArgs {
    #[command(subcommand)]
    command: HelmCommand,
}

#[derive(Subcommand, Debug)]
enum HelmCommand {
    #[command(alias = "dep", alias = "dependencies")]
    Dependency(dependency::DependencyArgs),
    Explain(Box<explain::ExplainArgs>),
    Lint(Box<lint::LintArgs>),
    Template(Box<template::TemplateArgs>),
    Values(Box<values::ValuesArgs>),
}

pub(crate) fn run(args: &HelmArgs, context: &Context<'_>) -> Result<(), CommandError> {
    match &args.command {
        HelmCommand::Dependency(args) => dependency::run(args, context),
        HelmCommand::Explain(args) => explain::run(args, context),
        HelmCommand::Lint(args) => lint::run(args, context),
        HelmCommand::Template(args) => template::run(args, context),
        HelmCommand::Values(args) => values::run(args, context),
    }
}

/// A value as people write it: charts' numbers are floats, `2` reads better
/// than `2.0`.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => whole(number).map_or_else(|| value.clone(), Value::from),
        Value::Array(elements) => elements.iter().map(plain).collect(),
        Value::Object(object) => {
            let entries = object
                .iter()
                .map(|(key, value)| (key.clone(), plain(value)));
            Value::Object(entries.collect())
        }
        _ => value.clone(),
    }
}

/// The integer a number stands for, as far as floats hold integers exactly.
fn whole(number: &Number) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let value = number.as_f64()?;
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}
