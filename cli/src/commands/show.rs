//! `trueup show`

use std::{fmt::Write as _, fs, path::PathBuf};

use trueup_core::{
    address::ModuleInstance,
    plan::{About, document},
    plan_file::{self, PlanFile, PlanFileError},
};
use trueup_state::{
    Snapshot,
    snapshot::{Mode, Output, Status},
};

use trueup_syntax::Diagnostic;

use super::{Context, version::TERRAFORM_VERSION};
use crate::{
    display,
    error::CommandError,
    operation::saved,
    registry,
    states::{
        clock, json,
        objects::{self, Object},
        outputs,
        session::{self, FileArgs},
    },
};

/// Show the state or a saved plan
///
/// Without a path, the state of the current workspace.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup show\n  trueup show -json | jq .values.outputs\n  trueup show tomorrow.plan"
)]
pub(crate) struct ShowArgs {
    /// A saved plan or a state file
    path: Option<PathBuf>,

    /// Print it as JSON
    #[arg(long)]
    json: bool,

    #[arg(hide = true)]
    more: Vec<String>,
}

pub(crate) fn run(args: &ShowArgs, context: &Context<'_>) -> Result<(), CommandError> {
    if !args.more.is_empty() {
        return Err(CommandError::usage(
            "Too many command line arguments",
            "Expected at most one positional argument.\n\nFor more help on using this command, run:\n  terraform show -help",
        ));
    }
    let snapshot = match &args.path {
        Some(path) => match read(path)? {
            Shown::State(snapshot) => snapshot,
            Shown::Plan(file) => return plan(&file, args.json, context),
        },
        None => session::read(&FileArgs::default(), context)?,
    };
    let registry = registry::registry(context.environment);
    let text = match &snapshot {
        Some(snapshot) if args.json => json::state(snapshot, &registry)?,
        None if args.json => "{\"format_version\":\"1.0\"}\n".to_owned(),
        None => "No state.\n".to_owned(),
        Some(snapshot) if snapshot.is_empty() => {
            "The state file is empty. No resources are represented.\n".to_owned()
        }
        Some(snapshot) => {
            let objects = objects::decode(snapshot, &registry)?;
            text(snapshot, &objects)?
        }
    };
    context.ui.print(&text)
}

/// What a file holds.
enum Shown {
    State(Option<Snapshot>),
    Plan(Box<PlanFile>),
}

fn read(path: &PathBuf) -> Result<Shown, CommandError> {
    const SUMMARY: &str = "Failed to read the given file as a state or plan file";
    let failed = |problem: String| {
        CommandError::usage(
            SUMMARY,
            format!("{} cannot be used: {problem}.", path.display()),
        )
    };
    let bytes = fs::read(path).map_err(|problem| failed(problem.to_string()))?;
    let read = match plan_file::read(&bytes) {
        Ok(file) => return Ok(Shown::Plan(Box::new(file))),
        Err(PlanFileError::Foreign) => Snapshot::read(&bytes),
        Err(problem) => return Err(failed(problem.to_string())),
    };
    read.map(Shown::State)
        .map_err(|problem| failed(problem.to_string()))
}

/// A saved plan, as it looked when it was made.
fn plan(file: &PlanFile, json: bool, context: &Context<'_>) -> Result<(), CommandError> {
    let project = saved::project_of(file, context)?;
    if json {
        let timestamp = clock::whole_seconds(file.timestamp);
        let document = document(
            &file.plan,
            &About {
                config: &project.config,
                schemas: project.environment().schemas,
                inputs: &file.variables,
                terraform_version: TERRAFORM_VERSION,
                timestamp: &timestamp,
            },
        );
        return context.ui.print(&format!("{document}\n"));
    }
    let schemas = project.environment().schemas;
    display::plan::human(&file.plan, schemas, context.ui.view(), &mut |text| {
        context.ui.print(text)
    })?;
    let told = file.plan.findings.iter();
    let told = told.filter(|finding| finding.ignored.is_none());
    let told: Vec<Diagnostic> = told
        .map(|finding| trueup_lints::diagnostic(finding, &project.config))
        .collect();
    context.ui.findings(&told, project.config.sources(), false)
}

fn text(snapshot: &Snapshot, objects: &[Object<'_>]) -> Result<String, CommandError> {
    let mut text = String::new();
    let mut ordered: Vec<&Object<'_>> = objects.iter().collect();
    // Each module is followed by the modules it calls.
    ordered.sort_by(|a, b| module(a).cmp(module(b)));
    let mut before: Option<&ModuleInstance> = None;
    for object in ordered {
        if let Some(before) = before {
            text.push_str(if before == module(object) {
                "\n"
            } else {
                "\n\n"
            });
        }
        before = Some(module(object));
        text.push_str(&object_text(object));
        text.push('\n');
    }
    if !snapshot.outputs.is_empty() {
        text.push_str("\n\nOutputs:\n\n");
        for (name, output) in &snapshot.outputs {
            let _ = writeln!(text, "{name} = {}", output_text(name, output)?);
        }
    }
    Ok(text)
}

fn module<'a>(object: &'a Object<'_>) -> &'a ModuleInstance {
    &object.address.resource.module
}

/// One object: a comment with its address, and its attributes in a block.
/// Without a final newline.
pub(super) fn object_text(object: &Object<'_>) -> String {
    let mut text = format!("# {}:", object.address);
    if !object.object.deposed.is_empty() {
        let _ = write!(text, " (deposed object {})", object.object.deposed);
    } else if object.object.status == Some(Status::Tainted) {
        text.push_str(" (tainted)");
    }
    let block = match object.resource.mode {
        Mode::Data => "data",
        Mode::Managed => "resource",
    };
    let (kind, name) = (&object.resource.resource_type, &object.resource.name);
    let body = display::plan::object(&object.value, &object.schema.block);
    let _ = write!(text, "\n{block} {kind:?} {name:?} {body}");
    text
}

fn output_text(name: &str, output: &Output) -> Result<String, CommandError> {
    if output.sensitive {
        return Ok("(sensitive value)".to_owned());
    }
    let value = outputs::value(name, output)?;
    Ok(display::plan::output(&value, &value.ty()))
}
