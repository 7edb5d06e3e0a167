//! Stacks checked for the service.

use clap::Parser;
use trueup_core::progress::Stop;
use trueup_drift::{
    SignedDuration,
    config::Stack,
    report::{Outcome, Problem, Report},
    service::{self, Checked, Finding, Order, Repair},
};

use crate::{
    commands::{
        Context,
        drift::{CheckArgs, Checker, Terms},
    },
    ui::Ui,
};

/// Checks the stacks of the service.
pub(super) struct Stacks {
    checker: Checker,
    ui: Ui,
}

/// What a stack says of itself, as it would stand on a command line.
#[derive(Parser, Debug)]
#[command(no_binary_name = true)]
struct Written {
    #[command(flatten)]
    check: CheckArgs,
}

/// How long an apply that is under way is waited for: what it has not finished is no
/// drift. That it takes long is told before the check is given up.
fn patience(stack: &Stack) -> SignedDuration {
    SignedDuration::from_mins(5).min(stack.within / 2)
}

impl Stacks {
    pub(super) fn new(context: &Context<'_>, stop: Stop) -> Self {
        Stacks {
            checker: Checker::new(context, stop),
            ui: context.ui.clone(),
        }
    }

    /// Changes back what has drifted, as far as that is allowed.
    fn repair(
        &self,
        checker: &Checker,
        order: &Order,
        report: &Report,
        args: &CheckArgs,
    ) -> Option<Repair> {
        let allowed = order.repair.filter(|_| !report.objects().is_empty())?;
        let terms = Terms {
            auto_approve: true,
            allowed,
        };
        let ui = self.ui.keeping();
        let repaired = checker.repair(&order.stack.folder, report, args, terms, &ui);
        Some(match repaired {
            Ok(repaired) => Repair {
                failed: repaired.left.first().map(told),
                repaired: repaired.addresses,
            },
            Err(error) => {
                ui.error(&error);
                let errors = ui.taken().errors;
                let first = errors.into_iter().next();
                Repair {
                    repaired: Vec::new(),
                    failed: Some(first.map_or(error.to_string(), |(summary, _)| summary)),
                }
            }
        })
    }
}

fn told(problem: &Problem) -> String {
    match problem.detail.as_str() {
        "" => problem.summary.clone(),
        detail => format!("{}: {detail}", problem.summary),
    }
}

impl service::Checker for Stacks {
    fn check(&self, order: &Order) -> Checked {
        let args = match Written::try_parse_from(written(&order.stack)) {
            Ok(written) => written.check,
            Err(error) => return failed(&order.stack, &error.to_string()),
        };
        let halt = order.halt.clone();
        let checker = self.checker.until(move || halt.is_requested());
        let report = checker.check(&order.stack.folder, &args).report;
        let failed = matches!(report.outcome, Outcome::Failed(_));
        if failed && checker.is_stopped() {
            return Checked::Left;
        }
        let repair = self.repair(&checker, order, &report, &args);
        Checked::Done(Box::new(Finding { report, repair }))
    }
}

fn written(stack: &Stack) -> Vec<String> {
    let files = stack.var_files.iter();
    let files = files.map(|file| format!("--var-file={}", file.display()));
    let variables = stack.variables.iter();
    let variables = variables.map(|(name, value)| format!("--var={name}={value}"));
    let lock = format!("--lock-timeout={}s", patience(stack).as_secs());
    let all = [lock].into_iter().chain(files).chain(variables);
    all.collect()
}

fn failed(stack: &Stack, why: &str) -> Checked {
    let problem = Problem {
        summary: "The variables of the stack cannot be used".to_owned(),
        detail: why.to_owned(),
    };
    let report = Report::new(stack.name.as_str(), Outcome::Failed(vec![problem]));
    Checked::Done(Box::new(Finding::from(report)))
}
