//! `trueup taint`

use std::sync::Arc;

use trueup_core::address::{AbsResourceInstance, ResourceMode, Target};
use trueup_state::{
    Snapshot,
    snapshot::{InstanceObject, Status},
};
use trueup_syntax::{Diagnostic, Diagnostics};

use super::Context;
use crate::{
    error::CommandError,
    states::{
        address,
        session::{FileArgs, LockArgs, Session},
    },
};

/// Mark a resource instance as not fully functional
///
/// The next plan will replace it. Consider `-replace` of plan and apply, which
/// doesn't change the state before the replacement.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup taint aws_instance.web\n  trueup taint 'aws_instance.web[\"a\"]'"
)]
pub(crate) struct TaintArgs {
    /// The instance
    address: String,

    /// Succeed even if there is no such instance
    #[arg(long)]
    allow_missing: bool,

    #[command(flatten)]
    files: FileArgs,

    #[command(flatten)]
    lock: LockArgs,
}

pub(crate) fn run(args: &TaintArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let instance = instance(&args.address, context)?;
    if instance.resource.resource.mode != ResourceMode::Managed {
        let text = format!("Resource instance {instance} cannot be tainted\n");
        context.ui.complain(&text);
        return Err(CommandError::Reported);
    }
    let mut session = Session::open(&args.files, &args.lock, "taint", context)?;
    let mut snapshot = session.draft()?;
    let Some(object) = current_object(&mut snapshot, &instance) else {
        return missing(&instance, &session, args.allow_missing, context);
    };
    object.status = Some(Status::Tainted);
    session.write(snapshot)?;
    context.ui.print(&format!(
        "Resource instance {instance} has been marked as tainted.\n"
    ))?;
    session.close()
}

/// The instance the user named.
pub(super) fn instance(
    text: &str,
    context: &Context<'_>,
) -> Result<AbsResourceInstance, CommandError> {
    let (diagnostics, sources) = match address::parse(text) {
        Ok(Target::Instance(instance)) => return Ok(instance),
        Ok(Target::Resource(resource)) => {
            return Ok(AbsResourceInstance {
                resource,
                key: None,
            });
        }
        Ok(Target::Module(_)) => needs_instance(text),
        Err(failed) => failed,
    };
    context.ui.diagnostics(&diagnostics, &sources);
    Err(CommandError::Reported)
}

fn needs_instance(text: &str) -> (Diagnostics, trueup_syntax::SourceMap) {
    let mut sources = trueup_syntax::SourceMap::default();
    let file = sources.add("address", text);
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let span = trueup_syntax::Span::new(file, 0, end);
    let diagnostic = Diagnostic::error(
        "Invalid address",
        "A resource instance address is required here. The module path must be followed by a resource instance specification.",
        span,
    );
    (Diagnostics(vec![diagnostic]), sources)
}

/// The object the instance has now.
pub(super) fn current_object<'a>(
    snapshot: &'a mut Snapshot,
    instance: &AbsResourceInstance,
) -> Option<&'a mut InstanceObject> {
    let key = instance.key.as_ref().map(address::state_key);
    let mut all = snapshot.resources.iter_mut();
    let resource = all.find(|resource| address::resource(resource) == instance.resource)?;
    let mut objects = resource.instances.iter_mut();
    let found = objects.find(|object| object.index_key == key && object.deposed.is_empty());
    found.map(Arc::make_mut)
}

/// What is said when there is no such instance.
pub(super) fn missing(
    instance: &AbsResourceInstance,
    session: &Session,
    allowed: bool,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    const SUMMARY: &str = "No such resource instance";
    if allowed {
        return context.ui.warn(
            SUMMARY,
            &format!(
                "Resource instance {instance} was not found, but this is not an error because -allow-missing was set."
            ),
        );
    }
    let nothing = session
        .previous
        .as_ref()
        .is_none_or(|s| s.resources.is_empty());
    let detail = if nothing {
        "The state currently contains no resource instances whatsoever. This may occur if the configuration has never been applied or if it has recently been destroyed.".to_owned()
    } else {
        format!(
            "There is no resource instance in the state with the address {instance}. If the resource configuration has just been added, you must run \"terraform apply\" once to create the corresponding instance(s) before they can be tainted."
        )
    };
    Err(CommandError::usage(SUMMARY, detail))
}
