//! `trueup state list`

use std::{collections::HashSet, fmt::Write as _, path::PathBuf};

use serde::Deserialize;
use trueup_core::address::AbsResourceInstance;
use trueup_state::{Snapshot, snapshot::InstanceObject};

use super::{Context, required};
use crate::{
    error::CommandError,
    states::{
        address, lookup,
        session::{self, FileArgs},
    },
};

/// List the resource instances in the state
///
/// Addresses of modules, resources or instances limit the list to what is in
/// them.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup state list\n  trueup state list module.network\n  trueup state list -id=vpc-0a1b2c3d"
)]
pub(crate) struct ListArgs {
    /// What to list; everything without
    #[arg(value_name = "ADDRESS")]
    addresses: Vec<String>,

    /// List only instances whose attribute "id" is this
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    /// Read the state from this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
}

pub(crate) fn run(args: &ListArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let snapshot = session::read(&FileArgs::reading(args.state.clone()), context)?;
    let snapshot = required(snapshot, context)?;
    let mut found = wanted(&snapshot, &args.addresses, context)?;
    if let Some(id) = &args.id {
        let with_id = having_id(&snapshot, id);
        found.retain(|instance| with_id.contains(instance));
    }
    let mut text = String::new();
    for instance in found {
        let _ = writeln!(text, "{instance}");
    }
    // The process ends: taking a large state apart would only take time.
    std::mem::forget(snapshot);
    context.ui.print(&text)
}

fn wanted(
    snapshot: &Snapshot,
    addresses: &[String],
    context: &Context<'_>,
) -> Result<Vec<AbsResourceInstance>, CommandError> {
    if addresses.is_empty() {
        return Ok(lookup::all(snapshot));
    }
    let mut found = Vec::new();
    let mut failed = false;
    for text in addresses {
        let target = address::parse(text);
        let instances = target.and_then(|target| {
            lookup::matching(snapshot, &target).map_err(|diagnostic| {
                (
                    trueup_syntax::Diagnostics(vec![*diagnostic]),
                    trueup_syntax::SourceMap::default(),
                )
            })
        });
        match instances {
            Ok(instances) => found.extend(instances),
            Err((diagnostics, sources)) => {
                context.ui.diagnostics(&diagnostics, &sources);
                failed = true;
            }
        }
    }
    if failed {
        return Err(CommandError::Reported);
    }
    Ok(found)
}

fn having_id(snapshot: &Snapshot, id: &str) -> HashSet<AbsResourceInstance> {
    let mut found = HashSet::new();
    for resource in &snapshot.resources {
        let of = address::resource(resource);
        let objects = resource
            .instances
            .iter()
            .filter(|object| has_id(object, id));
        found.extend(objects.map(|object| AbsResourceInstance {
            resource: of.clone(),
            key: object.index_key.as_ref().map(address::instance_key),
        }));
    }
    found
}

fn has_id(object: &InstanceObject, id: &str) -> bool {
    #[derive(Deserialize)]
    struct Attributes {
        id: Option<serde_json::Value>,
    }
    let Some(text) = &object.attributes else {
        return object.attributes_flat.get("id").is_some_and(|is| is == id);
    };
    let attributes = serde_json::from_str::<Attributes>(text.get());
    let found = attributes.ok().and_then(|attributes| attributes.id);
    object.deposed.is_empty() && found.as_ref().and_then(serde_json::Value::as_str) == Some(id)
}
