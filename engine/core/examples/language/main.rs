//! Formats texts and evaluates expressions, one request a line on standard
//! input, one answer a line on standard output: our side of `cargo xtask
//! language`.

#![expect(clippy::print_stdout, reason = "a program for one test")]

mod variables;
mod world;
mod written;

use std::{
    collections::BTreeMap,
    io::{self, BufRead},
};

use serde::{Deserialize, Serialize};
use trueup_lang::{Scope, evaluate, function::Functions, functions::standard};
use trueup_syntax::{
    Diagnostics, SourceMap, fmt,
    parse::{parse_expression, parse_file},
    render::{JsonDiagnostic, Renderer},
};
use trueup_value::{Str, Value, json::type_to_json};

#[derive(Deserialize)]
struct Request {
    ask: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    texts: Vec<String>,
}

#[derive(Default, Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "String::is_empty")]
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    answers: Vec<Evaluated>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<JsonDiagnostic>,
}

#[derive(Default, Serialize)]
struct Evaluated {
    #[serde(skip_serializing_if = "String::is_empty")]
    value: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    ty: Option<Box<serde_json::value::RawValue>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<JsonDiagnostic>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let functions = standard(&world::context()?);
    let variables = BTreeMap::from([(Str::from("var"), variables::variables())]);
    for line in io::stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line?)?;
        let answer = match request.ask.as_str() {
            "format" => format(&request.text),
            _ => Answer {
                answers: request
                    .texts
                    .iter()
                    .map(|text| evaluated(text, &variables, &functions))
                    .collect::<Result<_, _>>()?,
                ..Answer::default()
            },
        };
        println!("{}", serde_json::to_string(&answer)?);
    }
    Ok(())
}

fn format(text: &str) -> Answer {
    let mut sources = SourceMap::default();
    let file = sources.add("<stdin>", text);
    let (_, diagnostics) = parse_file(sources.file(file));
    if diagnostics.has_errors() {
        return Answer {
            diagnostics: listed(&diagnostics, &sources),
            ..Answer::default()
        };
    }
    Answer {
        text: fmt::format(text),
        ..Answer::default()
    }
}

fn evaluated(
    text: &str,
    variables: &BTreeMap<Str, Value>,
    functions: &Functions,
) -> Result<Evaluated, serde_json::Error> {
    let mut sources = SourceMap::default();
    let file = sources.add("main.tf", text);
    let (expr, mut diagnostics) = parse_expression(sources.file(file));
    let mut value = Value::dynamic();
    if !diagnostics.has_errors() {
        let scope = Scope::new(variables, functions).with_sources(&sources);
        let found;
        (value, found) = evaluate(&expr, &scope);
        diagnostics.extend(found);
    }
    if diagnostics.has_errors() {
        return Ok(Evaluated {
            diagnostics: listed(&diagnostics, &sources),
            ..Evaluated::default()
        });
    }
    Ok(Evaluated {
        value: written::written(&value),
        ty: Some(serde_json::value::RawValue::from_string(type_to_json(
            &value.ty(),
        ))?),
        diagnostics: Vec::new(),
    })
}

fn listed(diagnostics: &Diagnostics, sources: &SourceMap) -> Vec<JsonDiagnostic> {
    let mut renderer = Renderer::new(sources);
    diagnostics.0.iter().map(|d| renderer.json(d)).collect()
}
