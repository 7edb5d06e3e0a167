//! `trueup plan`

use std::{
    fs,
    path::{Path, PathBuf},
};

use trueup_core::plan::{Mode, Options, Plan, generated_config};
use trueup_lints::rules;

use super::Context;
use crate::{
    error::CommandError,
    operation::{
        Command, Opening, PlanFlags, Run, RunFlags, refuse,
        view::{View, view},
    },
};

/// Show changes required by the current configuration
///
/// Reads the objects that are managed here, holds them against the
/// configuration, and says what would have to be done. Nothing is changed.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup plan\n  trueup plan -out=tomorrow.plan      to be applied as it is by trueup apply tomorrow.plan\n  trueup plan -var=region=eu-west-1 -target=module.network\n  trueup plan -detailed-exitcode      exits with 2 if there is something to do"
)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    plan: PlanFlags,

    #[command(flatten)]
    run: RunFlags,

    /// Exit with 0 if nothing is to be done, 1 after an error, 2 if there are
    /// changes
    #[arg(long)]
    detailed_exitcode: bool,

    /// Save the plan to this file, for `trueup apply FILE`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Write configuration for resources that are imported and not configured
    /// to this file, which must not exist
    #[arg(long, value_name = "FILE")]
    generate_config_out: Option<PathBuf>,

    #[arg(hide = true)]
    more: Vec<String>,
}

pub(crate) fn run(args: &PlanArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let view = view(&args.run, context)?;
    plan(args, context, view.as_ref()).map_err(|error| view.failed(error))
}

fn plan(args: &PlanArgs, context: &Context<'_>, view: &dyn View) -> Result<(), CommandError> {
    let command = Command::Plan;
    let too_many = (!args.more.is_empty())
        .then_some("To specify a working directory for the plan, use the global -chdir flag.");
    let options = args
        .plan
        .options(command, args.run.parallelism()?, too_many)
        .map_err(|found| refuse(command, &found, context, view))?;
    let options = Options {
        generate_config: args.generate_config_out.is_some(),
        ..options
    };
    check_generated(args.generate_config_out.as_deref(), options.mode)?;
    let opening = Opening {
        command,
        dir: Path::new("."),
        mode: options.mode,
        flags: &args.run,
        variables: &args.plan.variables,
    };
    let mut run = Run::open(&opening, context, view)?;
    let mut plan = run.plan(&options);
    run.review(&mut plan, rules());
    if plan.refused {
        run.tell()?;
        return Err(CommandError::Reported);
    }
    if let Some(path) = &args.out {
        plan = run.save(plan, path)?;
    }
    let generated = generate(args.generate_config_out.as_deref(), &plan)?;
    view.plan(&plan, &run.project)?;
    view.findings(&plan.findings, &run.project.config)?;
    run.tell()?;
    if plan.applyable() {
        view.next_step(args.out.as_deref(), generated)?;
    }
    run.finish()?;
    let differs = plan.differs();
    // The process ends: taking a large plan apart would only take time.
    std::mem::forget(plan);
    match args.detailed_exitcode && differs {
        true => Err(CommandError::Exit(2)),
        false => Ok(()),
    }
}

/// Whether configuration may be written to `path`.
fn check_generated(path: Option<&Path>, mode: Mode) -> Result<(), CommandError> {
    let Some(path) = path else {
        return Ok(());
    };
    if mode != Mode::Normal {
        return Err(CommandError::usage(
            "Invalid generate-config-out flag",
            "Config can only be generated during a normal plan operation, and not during a refresh-only or destroy plan.",
        ));
    }
    if path.exists() {
        return Err(CommandError::usage(
            "Target generated file already exists",
            "Terraform can only write generated config into a new file. Either choose a different target location or move all existing configuration out of the target file, delete it and try again.",
        ));
    }
    Ok(())
}

/// Writes the configuration made up for imports, if there is any and a place
/// for it; returns the place.
fn generate<'a>(path: Option<&'a Path>, plan: &Plan) -> Result<Option<&'a Path>, CommandError> {
    let (Some(path), Some(text)) = (path, generated_config(&plan.changes)) else {
        return Ok(None);
    };
    let written = fs::write(path, text);
    written.map_err(|source| {
        CommandError::usage(
            "Failed to create target generated file",
            format!(
                "Terraform failed to create a file ({}) in which to write generated config: {source}",
                path.display()
            ),
        )
    })?;
    Ok(Some(path))
}
