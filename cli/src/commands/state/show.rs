//! `trueup state show`

use std::path::PathBuf;

use trueup_core::address::{AbsResourceInstance, Target};

use super::{Context, required};
use crate::{
    commands::show::object_text,
    error::CommandError,
    registry,
    states::{
        address, objects,
        session::{self, FileArgs},
    },
};

/// Show the attributes of a resource instance in the state
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup state show 'aws_instance.web[0]'")]
pub(crate) struct ShowArgs {
    /// The instance
    address: String,

    /// Read the state from this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
}

const HELP: &str = "
This command requires that the address references one specific instance.
To view the available instances, use \"terraform state list\". Please modify 
the address to reference a specific instance.
";

pub(crate) fn run(args: &ShowArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let refuse = |text: String| {
        context.ui.complain(&format!("{text}\n{HELP}"));
        CommandError::Reported
    };
    let instance = match address::parse(&args.address) {
        Ok(Target::Instance(instance)) => instance,
        Ok(Target::Resource(resource)) => AbsResourceInstance {
            resource,
            key: None,
        },
        _ => {
            let text = format!("Error parsing instance address: {}", args.address);
            return Err(refuse(text));
        }
    };
    let snapshot = session::read(&FileArgs::reading(args.state.clone()), context)?;
    let mut snapshot = required(snapshot, context)?;
    // What the provider of another resource is does not matter here.
    snapshot
        .resources
        .retain(|resource| address::resource(resource) == instance.resource);
    let registry = registry::registry(context.environment);
    let objects = objects::decode(&snapshot, &registry)?;
    let mut found = objects.iter().filter(|o| o.address == instance);
    let Some(object) = found.find(|o| o.object.deposed.is_empty()) else {
        return Err(refuse("No instance found for the given address!".into()));
    };
    context.ui.print(&object_text(object))?;
    context.ui.print("\n")
}
