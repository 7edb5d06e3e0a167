//! `trueup apply`

use std::path::{Path, PathBuf};

use trueup_core::{
    plan::Options,
    waves::{Next, Waves},
};
use trueup_lints::rules;
use trueup_state::Snapshot;
use trueup_syntax::{Diagnostic, Severity};

use super::Context;
use crate::{
    error::CommandError,
    operation::{
        AllowArgs, Applied, Approval, Command, Opening, PlanFlags, Run, RunFlags, approve, refuse,
        save,
        view::{View, view},
    },
};

/// Create or update infrastructure
///
/// Plans, shows the plan, asks, and does it. With a file that `trueup plan
/// -out` wrote, does exactly what that plan says, without asking.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup apply\n  trueup apply -auto-approve -var-file=prod.tfvars\n  trueup apply tomorrow.plan          does what the saved plan says\n  trueup apply -replace=aws_instance.web"
)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    plan: PlanFlags,

    #[command(flatten)]
    run: RunFlags,

    #[command(flatten)]
    allow: AllowArgs,

    /// Don't ask before applying
    #[arg(long)]
    auto_approve: bool,

    /// A saved plan
    #[arg(value_name = "PLAN")]
    plan_file: Option<PathBuf>,

    #[arg(hide = true)]
    more: Vec<String>,
}

pub(crate) fn run(args: &ApplyArgs, context: &Context<'_>) -> Result<(), CommandError> {
    run_as(Command::Apply, args, context)
}

/// The same for `destroy`.
pub(super) fn run_as(
    command: Command,
    args: &ApplyArgs,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    let view = view(&args.run, context)?;
    apply(command, args, context, view.as_ref()).map_err(|error| view.failed(error))
}

fn apply(
    command: Command,
    args: &ApplyArgs,
    context: &Context<'_>,
    view: &dyn View,
) -> Result<(), CommandError> {
    let too_many = (!args.more.is_empty()).then_some("Expected at most one positional argument.");
    let options = args
        .plan
        .options(command, args.run.parallelism()?, too_many)
        .map_err(|found| refuse(command, &found, context, view))?;
    args.allow.check()?;
    if args.run.json && args.plan_file.is_none() && !args.auto_approve {
        return Err(CommandError::usage(
            "Plan file or auto-approve required",
            "Terraform cannot ask for interactive approval when -json is set. You can either apply a saved plan file, or enable the -auto-approve option.",
        ));
    }
    if let Some(path) = &args.plan_file {
        return apply_saved(path, command, args, context, view);
    }
    let opening = Opening {
        command,
        dir: Path::new("."),
        mode: options.mode,
        flags: &args.run,
        variables: &args.plan.variables,
    };
    let mut run = Run::open(&opening, context, view)?;
    let outcome = waves(&mut run, options, args, context, view)?;
    run.finish()?;
    let Some((applied, snapshot)) = outcome else {
        return Err(CommandError::Reported);
    };
    let state_out = args.run.files.state_out.as_deref();
    let destroy = command == Command::Destroy;
    finish(applied, &snapshot, destroy, state_out, view)
}

/// Plans and applies until nothing is deferred any more, asking each time;
/// none if that was refused.
fn waves(
    run: &mut Run<'_>,
    mut options: Options,
    args: &ApplyArgs,
    context: &Context<'_>,
    view: &dyn View,
) -> Result<Option<(Applied, Snapshot)>, CommandError> {
    let mut waves = Waves::default();
    let mut total = Applied::default();
    loop {
        let mut plan = run.plan(&options);
        run.review(&mut plan, rules());
        if !plan.errored || !plan.changes.is_empty() || !plan.outputs.is_empty() {
            view.plan(&plan, &run.project)?;
            view.findings(&plan.findings, &run.project.config)?;
        }
        if plan.errored {
            run.tell()?;
            return Err(CommandError::Reported);
        }
        if plan.applyable() {
            args.allow.admit(&plan.findings)?;
        }
        if args.auto_approve || !plan.applyable() {
            run.forget_checks();
        } else {
            run.tell()?;
            let approval = approve(options.mode, run.workspace(), &context.ui, view)?;
            if approval == Approval::Refused {
                return Ok(None);
            }
        }
        let (applied, snapshot) = run.apply(&plan, options.parallelism)?;
        total = total + applied;
        match waves.after(&plan) {
            Next::Done => return Ok(Some((total, snapshot))),
            Next::Plan => options = Waves::options(&plan, &options),
            Next::Stuck(diagnostic) => {
                run.note(*diagnostic);
                run.tell()?;
            }
        }
    }
}

/// Does what a saved plan says.
fn apply_saved(
    path: &Path,
    command: Command,
    args: &ApplyArgs,
    context: &Context<'_>,
    view: &dyn View,
) -> Result<(), CommandError> {
    if command == Command::Destroy {
        save::read(path)?;
        return Err(CommandError::usage(
            "Destroy can't be called with a plan file",
            format!(
                "If this plan was created using plan -destroy, apply it using:\n  terraform apply {:?}",
                path.display().to_string()
            ),
        ));
    }
    let variables = &args.plan.variables;
    let (mut run, plan) = Run::open_saved(path, &args.run, variables, context, view)?;
    if args.plan.restricts() {
        run.note(ignored());
    }
    view.saved(&plan)?;
    if let Err(refused) = args.allow.admit(&plan.findings) {
        view.findings(&plan.findings, &run.project.config)?;
        return Err(refused);
    }
    let (applied, snapshot) = run.apply(&plan, args.run.parallelism()?)?;
    run.finish()?;
    let state_out = args.run.files.state_out.as_deref();
    finish(applied, &snapshot, false, state_out, view)
}

fn finish(
    applied: Applied,
    snapshot: &Snapshot,
    destroy: bool,
    state_out: Option<&Path>,
    view: &dyn View,
) -> Result<(), CommandError> {
    view.applied(applied, destroy, state_out)?;
    match destroy {
        true => Ok(()),
        false => view.outputs(snapshot),
    }
}

fn ignored() -> Diagnostic {
    Diagnostic::without_place(
        Severity::Warning,
        "Planning options have no effect on a saved plan",
        "A saved plan is applied as it is: -destroy, -refresh-only, -replace, -target and -exclude say what to plan and are given to \"trueup plan\".",
    )
}
