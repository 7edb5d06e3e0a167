//! `-var` and `-var-file`, which several commands take.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use trueup_core::{
    input::{Argument, GivenValue, InputSources, read_given, read_inputs, unset_variables},
    validate::Inputs,
};

use trueup_syntax::Diagnostics;
use trueup_value::Str;

use super::Context;
use crate::{error::CommandError, project::Project, world};

/// Values of input variables in the order they were given: of two for one
/// variable the later counts, whichever flag it came with.
#[derive(Clone, Debug, Default)]
pub(crate) struct VariableArgs {
    arguments: Vec<Argument>,
}

impl VariableArgs {
    /// The values of all variables, from the environment, files and
    /// arguments; what is wrong with them has been shown.
    ///
    /// # Errors
    /// [`CommandError::Reported`] if a value cannot be used.
    pub(crate) fn values(
        &self,
        project: &mut Project,
        context: &Context<'_>,
        required: bool,
    ) -> Result<Inputs, CommandError> {
        let environment = from_environment(context);
        let sources = self.sources(&environment, &[], required);
        let files = world::context(context.environment).files;
        let (inputs, diagnostics) = read_inputs(&mut project.config, files.as_ref(), &sources);
        context
            .ui
            .diagnostics(&diagnostics, project.config.sources());
        if diagnostics.has_errors() {
            return Err(CommandError::Reported);
        }
        Ok(inputs)
    }

    /// The values of all variables, with what is to be said about them. Those
    /// that are missing are asked for if somebody `may_ask`.
    ///
    /// # Errors
    /// If the question cannot be put.
    pub(crate) fn gather(
        &self,
        project: &mut Project,
        context: &Context<'_>,
        may_ask: bool,
    ) -> Result<(Inputs, Diagnostics), CommandError> {
        let environment = from_environment(context);
        let sources = self.sources(&environment, &[], true);
        let files = world::context(context.environment).files;
        let mut answers = Vec::new();
        if may_ask {
            let unset = unset_variables(&mut project.config, files.as_ref(), &sources);
            answers = ask(unset, project, context)?;
        }
        let sources = self.sources(&environment, &answers, true);
        Ok(read_inputs(&mut project.config, files.as_ref(), &sources))
    }

    /// The values that are given somewhere, and by whom.
    pub(crate) fn given(
        &self,
        project: &mut Project,
        context: &Context<'_>,
    ) -> (Vec<GivenValue>, Diagnostics) {
        let environment = from_environment(context);
        let sources = self.sources(&environment, &[], false);
        let files = world::context(context.environment).files;
        read_given(&mut project.config, files.as_ref(), &sources)
    }

    fn sources<'a>(
        &'a self,
        environment: &'a [(String, String)],
        answers: &'a [(Str, String)],
        required: bool,
    ) -> InputSources<'a> {
        InputSources {
            environment,
            dir: Path::new("."),
            arguments: &self.arguments,
            answers,
            required,
        }
    }
}

/// Names and values of the `TF_VAR_` variables.
fn from_environment(context: &Context<'_>) -> Vec<(String, String)> {
    let variables = context.environment.variables.iter();
    let values = variables.filter_map(|(name, value)| {
        Some((name.strip_prefix("TF_VAR_")?.to_owned(), value.clone()))
    });
    values.collect()
}

/// Asks for the values of variables, one after the other.
fn ask(
    names: Vec<Str>,
    project: &Project,
    context: &Context<'_>,
) -> Result<Vec<(Str, String)>, CommandError> {
    let variables = &project.config.node(project.config.root()).module.variables;
    let mut answers = Vec::new();
    for name in names {
        let Some(variable) = variables.get(&name) else {
            continue;
        };
        let note = if variable.ephemeral {
            " (ephemeral)"
        } else {
            ""
        };
        let query = format!("var.{name}{note}");
        let description = variable.description.as_deref().unwrap_or_default();
        let answer = context.ui.ask(&query, description, variable.sensitive)?;
        answers.extend(answer.ok().map(|answer| (name, answer)));
    }
    Ok(answers)
}

impl Args for VariableArgs {
    fn augment_args(command: Command) -> Command {
        let var = Arg::new("var")
            .long("var")
            .value_name("NAME=VALUE")
            .action(ArgAction::Append)
            .help("Set an input variable of the root module; may be given several times");
        let var_file = Arg::new("var-file")
            .long("var-file")
            .value_name("FILE")
            .action(ArgAction::Append)
            .value_parser(clap::value_parser!(PathBuf))
            .help("Set input variables from a file; may be given several times")
            .long_help(
                "Set input variables from a file; may be given several times.\n\n\
                 terraform.tfvars and *.auto.tfvars are read in any case.",
            );
        command.arg(var).arg(var_file)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for VariableArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let values = indexed(matches, "var", |text: &String| {
            Argument::Value(text.clone())
        });
        let files = indexed(matches, "var-file", |path: &PathBuf| {
            Argument::File(path.clone())
        });
        let mut all: Vec<(usize, Argument)> = values.into_iter().chain(files).collect();
        all.sort_by_key(|(index, _)| *index);
        Ok(VariableArgs {
            arguments: all.into_iter().map(|(_, argument)| argument).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The values of a flag, each with its place on the command line.
fn indexed<T: Clone + Send + Sync + 'static>(
    matches: &ArgMatches,
    name: &str,
    argument: impl Fn(&T) -> Argument,
) -> Vec<(usize, Argument)> {
    let indices = matches.indices_of(name).into_iter().flatten();
    let values = matches.get_many::<T>(name).into_iter().flatten();
    indices.zip(values.map(argument)).collect()
}
