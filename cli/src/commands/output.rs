//! `trueup output`

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

use serde::Serialize;
use serde_json::value::RawValue;
use trueup_state::snapshot::Output;
use trueup_value::Value;

use super::Context;
use crate::{
    display,
    error::CommandError,
    states::{
        outputs,
        session::{self, FileArgs},
    },
    ui::json_text,
};

/// Show the values of outputs
///
/// Without a name, all outputs of the root module; sensitive values are only
/// shown when asked for by name or as JSON.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup output                       all outputs\n  trueup output -raw address          one, as it is, for a script\n  trueup output -json | jq .address   all, with their types"
)]
pub(crate) struct OutputArgs {
    /// The output to show
    name: Option<String>,

    /// Print values as JSON
    #[arg(long)]
    json: bool,

    /// Print one string, number or bool as it is
    #[arg(long)]
    raw: bool,

    /// Read the state from this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    #[arg(hide = true)]
    more: Vec<String>,
}

type Outputs = BTreeMap<String, Output>;

pub(crate) fn run(args: &OutputArgs, context: &Context<'_>) -> Result<(), CommandError> {
    check(args)?;
    let snapshot = session::read(&FileArgs::reading(args.state.clone()), context)?;
    let outputs = snapshot
        .map(|snapshot| snapshot.outputs)
        .unwrap_or_default();
    if outputs.is_empty() && !args.json {
        return context.ui.warn(
            "No outputs found",
            "The state file either has no outputs defined, or all the defined outputs are empty. Please define an output in your configuration with the `output` keyword and run `terraform refresh` for it to become available. If you are using interpolation, please verify the interpolated value is not empty. You can use the `terraform console` command to assist.",
        );
    }
    match &args.name {
        None if args.json => context.ui.print_bytes(&all_json(&outputs)?),
        None => context.ui.print(&all_text(&outputs)?),
        Some(name) => one(name, args, &outputs, context),
    }
}

fn check(args: &OutputArgs) -> Result<(), CommandError> {
    const HELP: &str = "\n\nFor more help on using this command, run:\n  terraform output -help";
    let usage =
        |summary: &str, detail: &str| Err(CommandError::usage(summary, format!("{detail}{HELP}")));
    if !args.more.is_empty() {
        return usage(
            "Unexpected argument",
            "The output command expects exactly one argument with the name of an output variable or no arguments to show all outputs.",
        );
    }
    if args.json && args.raw {
        return usage(
            "Invalid output format",
            "The -raw and -json options are mutually-exclusive.",
        );
    }
    if args.raw && args.name.is_none() {
        return usage(
            "Output name required",
            "You must give the name of a single output value when using the -raw option.",
        );
    }
    Ok(())
}

fn one(
    name: &str,
    args: &OutputArgs,
    outputs: &Outputs,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    let Some(output) = outputs.get(name) else {
        return Err(CommandError::usage(
            format!("Output \"{name}\" not found"),
            "The output variable requested could not be found in the state file. If you recently added this to your configuration, be sure to run `terraform apply`, since the state won't be updated with new output variables until that command is run.",
        ));
    };
    let value = outputs::value(name, output)?;
    if args.raw {
        return context.ui.print(&raw(name, &value)?);
    }
    if args.json {
        let text = outputs::json(name, &value)?;
        return context.ui.print(&format!("{text}\n"));
    }
    context
        .ui
        .print(&format!("{}\n", display::value::text(&value)))
}

fn raw(name: &str, value: &Value) -> Result<String, CommandError> {
    let unsupported =
        |detail: String| CommandError::usage("Unsupported value for raw output", detail);
    if value.is_null() {
        return Err(unsupported(format!(
            "The value for output value \"{name}\" is null, so -raw mode cannot print it."
        )));
    }
    match value {
        Value::String(text) => Ok(text.to_string()),
        Value::Number(number) => Ok(number.to_text()),
        Value::Bool(value) => Ok(value.to_string()),
        other => Err(unsupported(format!(
            "The -raw option only supports strings, numbers, and boolean values, but output value \"{name}\" is {}.\n\nUse the -json option for machine-readable representations of output values that have complex types.",
            other.ty()
        ))),
    }
}

/// Names and values, sensitive ones hidden.
pub(crate) fn all_text(outputs: &Outputs) -> Result<String, CommandError> {
    let mut text = String::new();
    for (name, output) in outputs {
        let shown = if output.sensitive {
            "<sensitive>".to_owned()
        } else {
            display::value::text(&outputs::value(name, output)?)
        };
        let _ = writeln!(text, "{name} = {shown}");
    }
    Ok(text)
}

#[derive(Serialize)]
struct JsonOutput<'a> {
    sensitive: bool,
    r#type: &'a RawValue,
    value: &'a RawValue,
}

fn all_json(outputs: &Outputs) -> Result<Vec<u8>, CommandError> {
    let all: BTreeMap<&str, JsonOutput<'_>> = outputs
        .iter()
        .map(|(name, output)| (name.as_str(), JsonOutput::of(output)))
        .collect();
    json_text(&all)
}

impl<'a> JsonOutput<'a> {
    fn of(output: &'a Output) -> Self {
        JsonOutput {
            sensitive: output.sensitive,
            r#type: &output.ty,
            value: &output.value,
        }
    }
}
