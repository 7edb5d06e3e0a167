//! `trueup helm`

mod template;
mod values_flags;

use clap::Subcommand;

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
    Template(Box<template::TemplateArgs>),
}

pub(crate) fn run(args: &HelmArgs, context: &Context<'_>) -> Result<(), CommandError> {
    match &args.command {
        HelmCommand::Template(args) => template::run(args, context),
    }
}
