//! `trueup import`

use std::path::{Path, PathBuf};

use trueup_core::{
    address::{AbsResourceInstance, ResourceMode, Target},
    load::config_files,
    plan::Mode,
};
use trueup_syntax::{Diagnostic, Diagnostics, SourceMap, Span};

use super::{Context, VariableArgs};
use crate::{
    error::CommandError,
    operation::{
        Command, InputFlag, Opening, ParallelismFlag, Run, RunFlags,
        view::{View, view},
    },
    project::Project,
    states::{
        address,
        session::{FileArgs, LockArgs},
    },
    world,
};

/// Associate existing infrastructure with a resource of the configuration
///
/// Finds the object with this ID and puts it into the state under this
/// address, as if it had been created here. The object is not changed.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup import aws_s3_bucket.logs my-logs\n  trueup import 'aws_iam_role.node[\"a\"]' node-a"
)]
pub(crate) struct ImportArgs {
    /// The address to import to
    #[arg(value_name = "ADDR")]
    address: String,

    /// What the provider knows the object by
    id: String,

    /// The folder of the configuration instead of the current one
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,

    #[command(flatten)]
    files: FileArgs,

    #[command(flatten)]
    lock: LockArgs,

    #[command(flatten)]
    parallelism: ParallelismFlag,

    #[command(flatten)]
    input: InputFlag,

    #[command(flatten)]
    variables: VariableArgs,
}

pub(crate) fn run(args: &ImportArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let address = instance(&args.address, context)?;
    let dir = args.config.as_deref().unwrap_or(Path::new("."));
    check_configured(&address, dir, context)?;
    args.parallelism.number()?;
    let flags = RunFlags::plain(&args.files, &args.lock, &args.input);
    let view = view(&flags, context)?;
    import(&address, dir, args, &flags, context, view.as_ref())
}

fn import(
    address: &AbsResourceInstance,
    dir: &Path,
    args: &ImportArgs,
    flags: &RunFlags,
    context: &Context<'_>,
    view: &dyn View,
) -> Result<(), CommandError> {
    let opening = Opening {
        command: Command::Import,
        dir,
        mode: Mode::Normal,
        flags,
        variables: &args.variables,
    };
    let mut run = Run::open(&opening, context, view)?;
    run.import(address.clone(), &args.id)?;
    let text = context.ui.styled(
        "32",
        "Import successful!\n\nThe resources that were imported are shown above. These resources are now in\nyour Terraform state and will henceforth be managed by Terraform.\n",
    );
    context.ui.print(&format!("\n{text}\n"))?;
    run.tell()?;
    run.finish()
}

/// The managed resource instance that is meant.
fn instance(text: &str, context: &Context<'_>) -> Result<AbsResourceInstance, CommandError> {
    let mut sources = SourceMap::default();
    let found = match address::parse(text) {
        Ok(Target::Instance(instance)) => return managed(instance),
        Ok(Target::Resource(resource)) => {
            return managed(AbsResourceInstance {
                resource,
                key: None,
            });
        }
        Ok(Target::Module(_)) => {
            let file = sources.add("<import-address>", text);
            let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            Diagnostics(vec![Diagnostic::error(
                "Invalid address",
                "A resource instance address is required here. The module path must be followed by a resource instance specification.",
                Span::new(file, 0, end),
            )])
        }
        Err((found, _)) => {
            sources.add("<import-address>", text);
            found
        }
    };
    context.ui.diagnostics(&found, &sources);
    context.ui.print("For information on valid syntax, see:\nhttps://developer.hashicorp.com/terraform/cli/state/resource-addressing\n")?;
    Err(CommandError::Reported)
}

fn managed(instance: AbsResourceInstance) -> Result<AbsResourceInstance, CommandError> {
    match instance.resource.resource.mode {
        ResourceMode::Managed => Ok(instance),
        _ => Err(CommandError::usage(
            "A managed resource address is required. Importing into a data resource is not allowed.",
            "",
        )),
    }
}

/// A typing error would import something that the next plan destroys.
fn check_configured(
    address: &AbsResourceInstance,
    dir: &Path,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    let files = world::context(context.environment).files;
    let (normal, overrides) = config_files(files.as_ref(), dir).unwrap_or_default();
    if normal.is_empty() && overrides.is_empty() {
        let shown = context.environment.place(dir);
        let shown = shown.components().collect::<PathBuf>();
        return Err(CommandError::usage(
            "No Terraform configuration files",
            format!(
                "The directory {} does not contain any Terraform configuration files (.tf or .tf.json). To specify a different configuration directory, use the -config=\"...\" command line option.",
                shown.display()
            ),
        ));
    }
    let project = Project::load(dir, context.environment)?;
    if project.diagnostics.has_errors() {
        context
            .ui
            .diagnostics(&project.diagnostics, project.config.sources());
        return Err(CommandError::Reported);
    }
    let config = &project.config;
    let module = &address.resource.module;
    let mut node = config.root();
    for (name, _) in &module.0 {
        node = *config.node(node).children.get(name).ok_or_else(|| {
            CommandError::usage(
                "Import to non-existent module",
                format!(
                    "{module} is not defined in the configuration. Please add configuration for this module before importing into it."
                ),
            )
        })?;
    }
    let resource = &address.resource.resource;
    if config.node(node).module.resources.contains_key(resource) {
        return Ok(());
    }
    let place = match module.0.is_empty() {
        true => "the root module".to_owned(),
        false => module.to_string(),
    };
    let error = context.ui.styled("1;31", "Error:");
    context.ui.complain(&format!(
        "{error} resource address {:?} does not exist in the configuration.\n\nBefore importing this resource, please create its configuration in {place}. For example:\n\nresource {:?} {:?} {{\n  # (resource arguments)\n}}\n\n",
        address.to_string(),
        resource.kind.as_str(),
        resource.name.as_str()
    ));
    Err(CommandError::Reported)
}
