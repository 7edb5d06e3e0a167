//! `trueup state replace-provider`

use std::{fmt::Write as _, path::PathBuf};

use trueup_core::address::ProviderSource;
use trueup_state::snapshot::{Resource, address::provider_parts};

use super::{Context, required};
use crate::{
    error::CommandError,
    states::{
        address,
        session::{FileArgs, LockArgs, Session},
    },
};

/// Let another provider take over resources in the state
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup state replace-provider hashicorp/aws registry.example.com/acme/aws"
)]
pub(crate) struct ReplaceProviderArgs {
    /// The source address of the provider they have
    #[arg(value_name = "FROM_PROVIDER_FQN")]
    from: String,

    /// The source address of the provider they get
    #[arg(value_name = "TO_PROVIDER_FQN")]
    to: String,

    /// Don't ask for approval
    #[arg(long)]
    auto_approve: bool,

    /// Read and write the state in this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Keep the state as it was in this file
    #[arg(long, value_name = "FILE")]
    backup: Option<PathBuf>,

    #[command(flatten)]
    lock: LockArgs,
}

pub(crate) fn run(args: &ReplaceProviderArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let from = source(&args.from, "from")?;
    let to = source(&args.to, "to")?;
    let files = FileArgs {
        state: args.state.clone(),
        backup: args.backup.clone(),
        ..FileArgs::default()
    };
    let operation = "state-replace-provider";
    let mut session = Session::open_with_dated_backup(&files, &args.lock, operation, context)?;
    let mut snapshot = required(session.previous.clone(), context)?;
    let mut changed: Vec<&mut Resource> = snapshot
        .resources
        .iter_mut()
        .filter(|resource| belongs(resource, &from))
        .collect();
    if changed.is_empty() {
        return context.ui.print("No matching resources found.\n");
    }
    changed.sort_by(|a, b| address::order_resources(&address::resource(a), &address::resource(b)));
    context.ui.print(&announcement(&from, &to, &changed))?;
    if !args.auto_approve && !approved(context)? {
        return context.ui.print("Cancelled replacing providers.\n");
    }
    let count = changed.len();
    for resource in changed {
        if let Some((before, _, after)) = provider_parts(&resource.provider) {
            resource.provider = format!("{before}provider[\"{to}\"]{after}");
        }
    }
    session.write(snapshot)?;
    context.ui.print(&format!(
        "\nSuccessfully replaced provider for {count} resources.\n"
    ))?;
    session.close()
}

fn source(text: &str, which: &str) -> Result<ProviderSource, CommandError> {
    ProviderSource::parse(text).map_err(|problem| {
        CommandError::usage(
            format!("Invalid \"{which}\" provider \"{text}\""),
            problem.to_string(),
        )
    })
}

fn belongs(resource: &Resource, provider: &ProviderSource) -> bool {
    let parts = provider_parts(&resource.provider);
    parts.is_some_and(|(_, source, _)| source == provider.to_string())
}

fn announcement(from: &ProviderSource, to: &ProviderSource, changed: &[&mut Resource]) -> String {
    let mut text = format!(
        "Terraform will perform the following actions:\n\n  ~ Updating provider:\n    - {from}\n    + {to}\n\nChanging {} resources:\n\n",
        changed.len()
    );
    for resource in changed {
        let _ = writeln!(text, "  {resource}");
    }
    text
}

fn approved(context: &Context<'_>) -> Result<bool, CommandError> {
    context.ui.print(
        "\nDo you want to make these changes?\nOnly 'yes' will be accepted to continue.\n\nEnter a value: ",
    )?;
    match context.ui.answer() {
        Some(answer) => Ok(answer == "yes"),
        None => {
            context.ui.complain("Error asking for approval: EOF\n");
            Err(CommandError::Reported)
        }
    }
}
