//! `trueup metadata functions`

use std::collections::BTreeMap;

use serde::Serialize;
use trueup_lang::{
    function::{Function, Param},
    functions::{REMOVED, standard},
};
use trueup_value::{Type, json::type_to_json};

use super::Context;
use crate::{error::CommandError, ui::json_text, world};

/// Show the signatures and descriptions of all functions
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup metadata functions -json")]
pub(crate) struct FunctionsArgs {
    /// Print them as JSON; required, as there is no other form
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Output {
    format_version: &'static str,
    function_signatures: BTreeMap<String, Signature>,
}

#[derive(Serialize)]
struct Signature {
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'static str,
    return_type: serde_json::Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<Parameter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variadic_parameter: Option<Parameter>,
}

#[derive(Serialize)]
struct Parameter {
    name: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_nullable: bool,
    #[serde(rename = "type")]
    ty: serde_json::Value,
}

pub(crate) fn run(args: &FunctionsArgs, context: &Context<'_>) -> Result<(), CommandError> {
    if !args.json {
        return Err(CommandError::usage(
            "The -json flag is required",
            "Signatures are printed as JSON only: run \"trueup metadata functions -json\".",
        ));
    }
    let functions = standard(&world::context(context.environment));
    let output = Output {
        format_version: "1.0",
        function_signatures: functions
            .iter()
            .filter(|(name, _)| !REMOVED.contains(&name.as_str()))
            .flat_map(|(name, function)| {
                let names = [name.clone(), format!("core::{name}")];
                names.map(|name| (name, signature(function)))
            })
            .collect(),
    };
    context.ui.print_bytes(&json_text(&output)?)
}

fn signature(function: &Function) -> Signature {
    Signature {
        description: function.description,
        return_type: type_json(&function.static_result()),
        parameters: function.params.iter().map(parameter).collect(),
        variadic_parameter: function.variadic.as_ref().map(parameter),
    }
}

fn parameter(param: &Param) -> Parameter {
    Parameter {
        name: param.name.to_string(),
        description: param.description,
        is_nullable: param.allow_null,
        ty: type_json(&param.ty),
    }
}

/// A type as its JSON; the text comes from the codec, so it is JSON.
fn type_json(ty: &Type) -> serde_json::Value {
    serde_json::from_str(&type_to_json(ty)).unwrap_or_default()
}
