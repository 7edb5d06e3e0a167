//! `trueup lint`

use std::path::Path;

use trueup_core::plan::Finding;
use trueup_lints::{Rule, rules};
use trueup_syntax::Severity;

use super::Context;
use crate::{
    error::CommandError,
    operation::{
        Command, Opening, PlanFlags, Run, RunFlags, refuse, review,
        view::{View, view},
    },
};

/// The exit code if there are warnings and `-strict` is given.
const WARNINGS: u8 = 2;

/// Say what will go wrong if the plan is applied
///
/// Plans and holds the whole plan against rules, across resources, providers
/// and rendered charts: docs/lints.md. Nothing is changed. The exit code is 0
/// if no rule is broken or only rules that warn, 1 after an error, and 2 if
/// there are warnings and -strict is given.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup lint\n  trueup lint -rule=irsa-subject -json\n  trueup lint -explain irsa-subject"
)]
pub(crate) struct LintArgs {
    /// Print the rules
    #[arg(long)]
    list: bool,

    /// Print the manual of a rule
    #[arg(long, value_name = "RULE", conflicts_with = "list")]
    explain: Option<String>,

    /// Only this rule; may be given several times
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,

    /// Exit with 2 if there are warnings
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    plan: PlanFlags,

    #[command(flatten)]
    run: RunFlags,

    #[arg(hide = true)]
    more: Vec<String>,
}

pub(crate) fn run(args: &LintArgs, context: &Context<'_>) -> Result<(), CommandError> {
    if args.list {
        return context.ui.print(&list());
    }
    if let Some(id) = &args.explain {
        let rule = review::rule(id)?;
        let text = format!("{}\n\n{}", rule.id, rule.explanation());
        return context.ui.print(&text);
    }
    let rules = match args.rule.is_empty() {
        true => rules().to_vec(),
        false => review::named(&args.rule)?,
    };
    let view = view(&args.run, context)?;
    lint(args, &rules, context, view.as_ref()).map_err(|error| view.failed(error))
}

fn list() -> String {
    let width = rules().iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let lines = rules().iter().map(|rule| {
        format!(
            "{:width$}  {:7}  {}\n",
            rule.id,
            rule.severity_word(),
            rule.summary
        )
    });
    lines.collect()
}

fn lint(
    args: &LintArgs,
    rules: &[&'static Rule],
    context: &Context<'_>,
    view: &dyn View,
) -> Result<(), CommandError> {
    let command = Command::Plan;
    let too_many = (!args.more.is_empty())
        .then_some("To specify a working directory, use the global -chdir flag.");
    let options = args
        .plan
        .options(command, args.run.parallelism()?, too_many)
        .map_err(|found| refuse(command, &found, context, view))?;
    let opening = Opening {
        command,
        dir: Path::new("."),
        mode: options.mode,
        flags: &args.run,
        variables: &args.plan.variables,
    };
    let mut run = Run::open(&opening, context, view)?;
    let mut plan = run.plan(&options);
    run.review(&mut plan, rules);
    view.findings(&plan.findings, &run.project.config)?;
    run.tell()?;
    view.log(&review::tally(&plan.findings))?;
    run.finish()?;
    outcome(&plan.findings, args.strict)
}

fn outcome(findings: &[Finding], strict: bool) -> Result<(), CommandError> {
    let told = || findings.iter().filter(|finding| finding.ignored.is_none());
    if told().any(|finding| finding.severity == Severity::Error) {
        return Err(CommandError::Reported);
    }
    match strict && told().next().is_some() {
        true => Err(CommandError::Exit(WARNINGS)),
        false => Ok(()),
    }
}
