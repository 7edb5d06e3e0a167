//! The flags that commands which plan have in common.

use trueup_core::{
    address::{AbsResourceInstance, ResourceMode, Target},
    plan::{Mode, Options},
};
use trueup_syntax::{Diagnostic, Diagnostics, Severity};

use super::view::View;
use crate::{
    arguments::switch,
    commands::{Context, VariableArgs},
    environment::Environment,
    error::CommandError,
    states::{
        address,
        session::{FileArgs, LockArgs},
    },
};

/// What to plan.
#[derive(clap::Args, Debug, Clone)]
#[command(next_help_heading = "Plan options")]
pub(crate) struct PlanFlags {
    /// Plan to destroy everything that is managed here
    #[arg(long)]
    destroy: bool,

    /// Only see whether objects have changed, and propose nothing about it
    #[arg(long)]
    refresh_only: bool,

    /// Ask for the present state of objects first; `-refresh=false` trusts
    /// what is recorded
    #[arg(long, value_name = "BOOL", default_value = "true", default_missing_value = "true",
          num_args = 0..=1, require_equals = true, action = clap::ArgAction::Set, value_parser = switch)]
    refresh: bool,

    /// Replace this resource instance; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    replace: Vec<String>,

    /// Only this module, resource or instance and what it depends on; may be
    /// given several times
    #[arg(long, value_name = "ADDRESS")]
    target: Vec<String>,

    /// All but this module, resource or instance and what depends on it; may
    /// be given several times
    #[arg(long, value_name = "ADDRESS")]
    exclude: Vec<String>,

    #[command(flatten)]
    pub(crate) variables: VariableArgs,

    /// What cannot be planned yet is always deferred; accepted and ignored
    #[arg(long, hide = true)]
    allow_deferral: bool,
}

/// How many operations run at once where nothing, or 0, is asked for.
const DEFAULT_PARALLELISM: usize = 10;

/// How many operations may run at once.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct ParallelismFlag {
    /// How many operations may run at once; 0 is as if it were not given
    #[arg(
        long,
        value_name = "N",
        default_value = "10",
        allow_negative_numbers = true
    )]
    parallelism: i64,
}

impl ParallelismFlag {
    /// The number.
    ///
    /// # Errors
    /// If it is negative.
    pub(crate) fn number(&self) -> Result<usize, CommandError> {
        match usize::try_from(self.parallelism) {
            Ok(0) => Ok(DEFAULT_PARALLELISM),
            Ok(count) => Ok(count),
            Err(_) => Err(CommandError::usage(
                "Invalid parallelism",
                format!(
                    "At least one operation must be allowed to run, not {}.",
                    self.parallelism
                ),
            )),
        }
    }
}

/// How to run and what to show.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct RunFlags {
    #[command(flatten)]
    pub(crate) files: FileArgs,

    #[command(flatten)]
    pub(crate) lock: LockArgs,

    #[command(flatten)]
    parallelism: ParallelismFlag,

    #[command(flatten)]
    pub(crate) input: InputFlag,

    /// Show warnings that come without errors as their summaries only
    #[arg(long)]
    pub(crate) compact_warnings: bool,

    /// Print what happens as JSON, a line for each event
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whether to ask for what is missing.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct InputFlag {
    /// Ask for variables that have no value
    #[arg(long, value_name = "BOOL", default_value = "true", default_missing_value = "true",
          num_args = 0..=1, require_equals = true, action = clap::ArgAction::Set, value_parser = switch)]
    input: bool,
}

impl InputFlag {
    /// Whether somebody may be asked: neither the flag nor `TF_INPUT` say no.
    pub(crate) fn may_ask(&self, environment: &Environment) -> bool {
        let refused = environment
            .variable("TF_INPUT")
            .is_some_and(|value| switch(value) == Ok(false));
        self.input && !refused
    }
}

impl RunFlags {
    /// The same for a command with fewer flags.
    pub(crate) fn plain(files: &FileArgs, lock: &LockArgs, input: &InputFlag) -> Self {
        RunFlags {
            files: files.clone(),
            lock: lock.clone(),
            parallelism: ParallelismFlag { parallelism: 0 },
            input: input.clone(),
            compact_warnings: false,
            json: false,
        }
    }

    /// The same without asking anything.
    pub(crate) fn without_questions(&self) -> Self {
        RunFlags {
            input: InputFlag { input: false },
            ..self.clone()
        }
    }

    /// How many operations may run at once.
    ///
    /// # Errors
    /// If the number is negative.
    pub(crate) fn parallelism(&self) -> Result<usize, CommandError> {
        self.parallelism.number()
    }
}

/// The kind of plan `command` makes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Plan,
    Apply,
    Destroy,
    Refresh,
    Import,
}

impl Command {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Command::Plan => "plan",
            Command::Apply => "apply",
            Command::Destroy => "destroy",
            Command::Refresh => "refresh",
            Command::Import => "import",
        }
    }

    /// What a lock says it is held for.
    pub(crate) fn operation(self) -> &'static str {
        match self {
            Command::Plan => "OperationTypePlan",
            Command::Apply | Command::Destroy => "OperationTypeApply",
            Command::Refresh => "OperationTypeRefresh",
            Command::Import => "OperationTypeInvalid",
        }
    }
}

impl PlanFlags {
    /// The same as the engine wants it; all that is wrong is reported, also
    /// that there are `too_many` arguments.
    ///
    /// # Errors
    /// The diagnostics.
    pub(crate) fn options(
        &self,
        command: Command,
        parallelism: usize,
        too_many: Option<&str>,
    ) -> Result<Options, Diagnostics> {
        let mut found = Diagnostics::default();
        found
            .0
            .extend(too_many.map(|detail| error("Too many command line arguments", detail)));
        let targets = targets(&self.target, "target", &mut found);
        let excludes = targets_to_exclude(&self.exclude, &self.target, &mut found);
        let replace = self
            .replace
            .iter()
            .filter_map(|text| replaced(text, &mut found))
            .collect();
        let mode = self.mode(command, &mut found);
        if mode != Mode::Normal && !self.replace.is_empty() {
            found.push(error(
                "Unsupported plan mode",
                "Forcing resource instance replacement (with -replace=...) is allowed only in normal planning mode.",
            ));
        }
        match found.has_errors() {
            true => Err(found),
            false => Ok(Options {
                mode,
                refresh: self.refresh,
                targets,
                excludes,
                replace,
                parallelism,
                ..Options::default()
            }),
        }
    }

    /// Whether anything says what to plan.
    pub(crate) fn restricts(&self) -> bool {
        let addresses = [&self.replace, &self.target, &self.exclude];
        self.destroy || self.refresh_only || addresses.iter().any(|list| !list.is_empty())
    }

    fn mode(&self, command: Command, found: &mut Diagnostics) -> Mode {
        let mode = match (self.destroy, self.refresh_only) {
            (true, true) => {
                found.push(error(
                    "Incompatible plan mode options",
                    "The -destroy and -refresh-only options are mutually-exclusive.",
                ));
                Mode::Normal
            }
            (true, false) => Mode::Destroy,
            (false, true) => Mode::RefreshOnly,
            (false, false) => Mode::Normal,
        };
        if mode == Mode::RefreshOnly && !self.refresh {
            found.push(error(
                "Incompatible refresh options",
                "It doesn't make sense to use -refresh-only at the same time as -refresh=false, because Terraform would have nothing to do.",
            ));
        }
        if command != Command::Destroy {
            return mode;
        }
        match mode {
            Mode::Normal => {}
            Mode::Destroy => found.push(error(
                "Invalid mode option",
                "The -destroy option is not valid for \"terraform destroy\", because this command always runs in destroy mode.",
            )),
            Mode::RefreshOnly => found.push(error(
                "Invalid mode option",
                "The -refresh-only option is not valid for \"terraform destroy\".",
            )),
        }
        Mode::Destroy
    }
}

/// Shows what is wrong with a command line and where to find help.
pub(crate) fn refuse(
    command: Command,
    found: &Diagnostics,
    context: &Context<'_>,
    view: &dyn View,
) -> CommandError {
    let sources = trueup_syntax::SourceMap::default();
    if let Err(failed) = view.diagnostics(found, &sources) {
        return failed;
    }
    if view.is_for_programs() {
        return CommandError::Reported;
    }
    context.ui.complain(&format!(
        "\nFor more help on using this command, run:\n  trueup {} -help\n",
        command.name()
    ));
    CommandError::Reported
}

pub(super) fn error(summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
    Diagnostic::without_place(Severity::Error, summary, detail)
}

fn targets(texts: &[String], flag: &str, found: &mut Diagnostics) -> Vec<Target> {
    let mut all = Vec::new();
    for text in texts {
        match address::parse(text) {
            Ok(target) => all.push(target),
            Err((problems, _)) => found.push(error(
                format!("Invalid {flag} {text:?}"),
                first_detail(problems),
            )),
        }
    }
    all
}

fn targets_to_exclude(
    texts: &[String],
    targeted: &[String],
    found: &mut Diagnostics,
) -> Vec<Target> {
    if !texts.is_empty() && !targeted.is_empty() {
        found.push(error(
            "Incompatible target options",
            "The -target and -exclude options are mutually-exclusive.",
        ));
    }
    targets(texts, "exclude", found)
}

fn replaced(text: &str, found: &mut Diagnostics) -> Option<AbsResourceInstance> {
    let detail = match address::parse(text) {
        Err((problems, _)) => first_detail(problems),
        Ok(Target::Module(_)) => "A resource instance address is required here. The module path must be followed by a resource instance specification.".to_owned(),
        Ok(Target::Instance(instance)) => return managed(instance, text, found),
        Ok(Target::Resource(resource)) => {
            let instance = AbsResourceInstance { resource, key: None };
            return managed(instance, text, found);
        }
    };
    found.push(invalid_replace(text, detail));
    None
}

fn managed(
    instance: AbsResourceInstance,
    text: &str,
    found: &mut Diagnostics,
) -> Option<AbsResourceInstance> {
    if instance.resource.resource.mode == ResourceMode::Managed {
        return Some(instance);
    }
    let detail = "Only managed resources can be used with the -replace=... option.";
    found.push(invalid_replace(text, detail.to_owned()));
    None
}

fn invalid_replace(text: &str, detail: String) -> Diagnostic {
    error(format!("Invalid force-replace address {text:?}"), detail)
}

fn first_detail(problems: Diagnostics) -> String {
    let first = problems.0.into_iter().next();
    first.map_or_else(String::new, |problem| problem.detail)
}
