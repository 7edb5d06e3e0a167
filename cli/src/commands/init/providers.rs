//! Which providers a configuration needs, and whether they are built in.

use std::collections::BTreeSet;

use trueup_core::{address::ProviderSource, draw::providers_of};

use super::messages::Messages;
use crate::{error::CommandError, project::Project};

/// Names the providers there are.
///
/// # Errors
/// If some are not built in: all of them, and those that are.
pub(super) fn check(project: &Project, messages: &Messages<'_>) -> Result<(), CommandError> {
    let schemas = project.environment().schemas;
    let modules = project.config.nodes().map(|(_, node)| &node.module);
    let needed: BTreeSet<ProviderSource> = modules
        .flat_map(|module| providers_of(module).into_keys())
        .collect();
    let (there, missing): (Vec<_>, Vec<_>) = needed
        .into_iter()
        .partition(|source| schemas.provider(source).is_some());
    for source in &there {
        messages.item(&format!("{source} is built in to trueup"))?;
    }
    if missing.is_empty() {
        return Ok(());
    }
    let list = |sources: &[ProviderSource]| {
        let names = sources.iter().map(|source| format!("\n  - {source}"));
        names.collect::<String>()
    };
    let mut known = schemas.sources();
    known.sort();
    Err(CommandError::usage(
        "Failed to query available provider packages",
        format!(
            "This configuration needs providers that are not built into trueup:{}\n\nProviders are compiled in; none are downloaded. Built in are:{}",
            list(&missing),
            list(&known)
        ),
    ))
}
