//! The values of the root module's variables: from the environment, from
//! files, from arguments; what comes later counts.

mod file;
mod suitable;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use trueup_lang::{Scope, context::Files, evaluate};
use trueup_syntax::{Diagnostic, Diagnostics, Span, parse::parse_expression};
use trueup_value::{Str, Value};

use crate::{
    config::Variable,
    load::Config,
    validate::{Inputs, without_place},
};

/// An argument of the command line that gives values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// `-var NAME=VALUE`
    Value(String),
    /// `-var-file PATH`
    File(PathBuf),
}

/// Where values come from.
#[derive(Clone, Copy, Debug)]
pub struct InputSources<'a> {
    /// Names and values of the `TF_VAR_` environment variables, without the
    /// prefix.
    pub environment: &'a [(String, String)],
    /// The directory of `terraform.tfvars` and `*.auto.tfvars`.
    pub dir: &'a Path,
    /// Arguments in the order given.
    pub arguments: &'a [Argument],
    /// Names and values somebody typed when asked.
    pub answers: &'a [(Str, String)],
    /// A variable without a value is an error.
    pub required: bool,
}

/// Who gave a value, which decides about the words of messages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Origin {
    Environment,
    Argument,
    Answer,
    File(Span),
}

/// A value that is not yet fitted to its variable.
#[derive(Clone, Debug)]
enum Given {
    Text(String),
    Value(Value),
}

/// A value of a declared variable that somebody gave, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenValue {
    /// The variable.
    pub name: Str,
    /// The value, converted to the variable's type.
    pub value: Value,
    /// How it was given.
    pub source: GivenBy,
    /// Where it is written, if it is in a file.
    pub place: Option<Span>,
}

/// How a value was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenBy {
    /// `TF_VAR_name`
    Environment,
    /// `terraform.tfvars` and its like.
    AutomaticFile,
    /// `-var-file`
    NamedFile,
    /// `-var`
    Argument,
    /// Somebody was asked.
    Answer,
}

impl std::fmt::Display for GivenBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            GivenBy::Environment => "set by an environment variable",
            GivenBy::AutomaticFile => "set by an automatically loaded .tfvars file",
            GivenBy::NamedFile => "set by a .tfvars file passed through -var-file argument",
            GivenBy::Argument => "set by a CLI argument",
            GivenBy::Answer => "set by an interactive input",
        })
    }
}

#[derive(Default)]
struct Collector {
    given: BTreeMap<Str, (Given, Origin)>,
    /// Those whose file was named on the command line.
    named: BTreeSet<Str>,
    diagnostics: Diagnostics,
}

/// Gathers the values of all variables of the root module, defaults included,
/// converted to their types. Texts and places are Terraform's.
pub fn read_inputs(
    config: &mut Config,
    files: &dyn Files,
    sources: &InputSources<'_>,
) -> (Inputs, Diagnostics) {
    let mut collector = Collector::of(config, files, sources);
    if collector.diagnostics.has_errors() || config.is_empty() {
        return (Inputs::new(), collector.diagnostics);
    }
    collector.undeclared(config);
    let inputs = collector.values(config, sources.required);
    (inputs, collector.diagnostics)
}

/// Gathers the values of variables of the root module that are given somewhere,
/// and by whom; defaults are left out.
pub fn read_given(
    config: &mut Config,
    files: &dyn Files,
    sources: &InputSources<'_>,
) -> (Vec<GivenValue>, Diagnostics) {
    let mut collector = Collector::of(config, files, sources);
    if collector.diagnostics.has_errors() || config.is_empty() {
        return (Vec::new(), collector.diagnostics);
    }
    collector.undeclared(config);
    let origins: BTreeMap<Str, Origin> = collector
        .given
        .iter()
        .map(|(name, (_, origin))| (name.clone(), *origin))
        .collect();
    let inputs = collector.values(config, false);
    let mut given = Vec::new();
    for (name, origin) in origins {
        let Some(value) = inputs.get(&name).cloned() else {
            continue;
        };
        let (source, place) = match origin {
            Origin::Environment => (GivenBy::Environment, None),
            Origin::Argument => (GivenBy::Argument, None),
            Origin::Answer => (GivenBy::Answer, None),
            Origin::File(span) if collector.named.contains(&name) => {
                (GivenBy::NamedFile, Some(span))
            }
            Origin::File(span) => (GivenBy::AutomaticFile, Some(span)),
        };
        given.push(GivenValue {
            name,
            value,
            source,
            place,
        });
    }
    (given, collector.diagnostics)
}

/// The variables of the root module that need a value and have none, by name.
pub fn unset_variables(
    config: &mut Config,
    files: &dyn Files,
    sources: &InputSources<'_>,
) -> Vec<Str> {
    let collector = Collector::of(config, files, sources);
    if collector.diagnostics.has_errors() || config.is_empty() {
        return Vec::new();
    }
    let variables = &config.node(config.root()).module.variables;
    let unset = variables.iter().filter(|(name, variable)| {
        variable.default.is_none() && !collector.given.contains_key(*name)
    });
    let mut names: Vec<Str> = unset.map(|(name, _)| name.clone()).collect();
    names.sort();
    names
}

impl Collector {
    /// All values there are, from the least to the most important source.
    fn of(config: &mut Config, files: &dyn Files, sources: &InputSources<'_>) -> Self {
        let mut collector = Collector::default();
        for (name, text) in sources.environment {
            collector.add(
                Str::new(name),
                Given::Text(text.clone()),
                Origin::Environment,
            );
        }
        for path in file::automatic(files, sources.dir) {
            collector.file(config, files, &path);
        }
        for argument in sources.arguments {
            match argument {
                Argument::Value(text) => collector.argument(text),
                Argument::File(path) => {
                    for name in collector.file(config, files, path) {
                        collector.named.insert(name);
                    }
                }
            }
        }
        for (name, text) in sources.answers {
            collector.add(name.clone(), Given::Text(text.clone()), Origin::Answer);
        }
        collector
    }

    fn add(&mut self, name: Str, given: Given, origin: Origin) {
        self.given.insert(name, (given, origin));
    }

    fn argument(&mut self, text: &str) {
        const SUMMARY: &str = "Invalid -var option";
        let Some((name, value)) = text.split_once('=') else {
            self.diagnostics.push(without_place(
                SUMMARY,
                format!("The given -var option \"{text}\" is not correctly specified. Must be a variable name and value separated by an equals sign, like -var=\"key=value\"."),
            ));
            return;
        };
        if name.ends_with(' ') {
            let name = name.trim_end();
            self.diagnostics.push(without_place(
                SUMMARY,
                format!("Variable name \"{name} \" is invalid due to trailing space. Did you mean -var=\"{name}={}\"?", value.trim_start()),
            ));
            return;
        }
        self.add(
            Str::new(name),
            Given::Text(value.to_owned()),
            Origin::Argument,
        );
    }

    /// Adds what a file gives, and returns the names.
    fn file(&mut self, config: &mut Config, files: &dyn Files, path: &Path) -> Vec<Str> {
        let (values, diagnostics) = file::read(config.sources_mut(), files, path);
        self.diagnostics.extend(diagnostics);
        let mut names = Vec::with_capacity(values.len());
        for (name, value, span) in values {
            names.push(name.clone());
            self.add(name, Given::Value(value), Origin::File(span));
        }
        names
    }

    /// Values nobody asks for: an error on the command line, a warning in a
    /// file, nothing in the environment, which is shared by many stacks.
    fn undeclared(&mut self, config: &Config) {
        let declared = &config.node(config.root()).module.variables;
        let names: Vec<&str> = declared.keys().map(Str::as_str).collect();
        let mut in_files = 0;
        for (name, (_, origin)) in self
            .given
            .iter()
            .filter(|(name, _)| !declared.contains_key(*name))
        {
            let near = trueup_syntax::suggest::nearest_name(name, names.iter().copied());
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            let diagnostic = match origin {
                Origin::Environment | Origin::Answer => continue,
                Origin::Argument => without_place(
                    "Value for undeclared variable",
                    format!(
                        "A variable named \"{name}\" was assigned on the command line, but the root module does not declare a variable of that name. To use this value, add a \"variable\" block to the configuration."
                    ),
                ),
                Origin::File(span) => {
                    in_files += 1;
                    if in_files > 2 {
                        continue;
                    }
                    let file = &config.sources().file(span.file).name;
                    Diagnostic {
                        subject: None,
                        ..Diagnostic::warning(
                            "Value for undeclared variable",
                            format!(
                                "The root module does not declare a variable named \"{name}\" but a value was found in file \"{file}\". If you meant to use this value, add a \"variable\" block to the configuration.\n\nTo silence these warnings, use TF_VAR_... environment variables to provide certain \"global\" settings to all configurations in your organization. To reduce the verbosity of these warnings, use the -compact-warnings option."
                            ),
                            *span,
                        )
                    }
                }
            };
            self.diagnostics.push(match hint {
                Some(hint) => diagnostic.hint(hint),
                None => diagnostic,
            });
        }
        if in_files > 2 {
            let more = in_files - 2;
            let mut diagnostic = without_place(
                "Values for undeclared variables",
                format!(
                    "In addition to the other similar warnings shown, {more} other variable(s) defined without being declared."
                ),
            );
            diagnostic.severity = trueup_syntax::Severity::Warning;
            self.diagnostics.push(diagnostic);
        }
    }

    fn values(&mut self, config: &mut Config, required: bool) -> Inputs {
        let module = config.node(config.root()).module.clone();
        let mut inputs = Inputs::new();
        for (name, variable) in &module.variables {
            let Some((given, origin)) = self.given.remove(name) else {
                match &variable.default {
                    Some(default) => {
                        inputs.insert(name.clone(), default.clone());
                    }
                    None if required => self.diagnostics.push(no_value(variable)),
                    None => {}
                }
                continue;
            };
            let Some(value) = self.parse(config, variable, given) else {
                continue;
            };
            match suitable::fit(config.sources(), variable, &value, origin) {
                Ok(value) => {
                    inputs.insert(name.clone(), value);
                }
                Err(diagnostic) => self.diagnostics.push(*diagnostic),
            }
        }
        inputs
    }

    /// What a text means: itself, or an expression where the type asks for it.
    fn parse(&mut self, config: &mut Config, variable: &Variable, given: Given) -> Option<Value> {
        let text = match given {
            Given::Value(value) => return Some(value),
            Given::Text(text) if variable.literal => return Some(Value::string(text)),
            Given::Text(text) => text,
        };
        let name = format!("<value for var.{}>", variable.name.name);
        let id = config.sources_mut().add(name, text);
        let (expr, mut diagnostics) = parse_expression(config.sources().file(id));
        let mut value = None;
        if !diagnostics.has_errors() {
            let (found, more) = evaluate(&expr, &Scope::empty());
            diagnostics.extend(more);
            value = Some(found);
        }
        let failed = diagnostics.has_errors();
        self.diagnostics.extend(diagnostics);
        value.filter(|_| !failed)
    }
}

fn no_value(variable: &Variable) -> Diagnostic {
    let name = &variable.name.name;
    Diagnostic::error(
        "No value for required variable",
        format!(
            "The root module input variable \"{name}\" is not set, and has no default value. Use a -var or -var-file command line argument to provide a value for this variable."
        ),
        variable.span,
    )
}
