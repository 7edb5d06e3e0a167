//! A run for people.

use std::path::Path;

use trueup_core::{
    load::Config,
    plan::{Action, Finding, Plan, ResourceChange},
    progress::Observer,
};
use trueup_lints::diagnostic;
use trueup_state::Snapshot;
use trueup_syntax::{Diagnostics, SourceMap, render::wrap};

use super::View;
use crate::{
    commands::{Context, output},
    display::plan::{self, NextStep},
    error::CommandError,
    operation::{
        Applied,
        progress::{Lines, Terminal, Tracker},
    },
    project::Project,
    ui::Ui,
};

/// Text on a terminal or in a log.
pub(super) struct HumanView<'a> {
    ui: &'a Ui,
    /// Warnings as their summaries only.
    compact: bool,
    progress: Progress,
}

/// How is shown what goes on.
enum Progress {
    Lines(Tracker<Lines>),
    Terminal(Tracker<Terminal>),
}

impl<'a> HumanView<'a> {
    pub(super) fn new(compact: bool, context: &'a Context<'a>) -> Self {
        let ui = &context.ui;
        let environment = context.environment;
        let dumb = environment.variable("TERM") == Some("dumb");
        let terminal = environment.stdout_is_terminal && !dumb && !ui.automation;
        let progress = match terminal {
            true => Progress::Terminal(Tracker::new(Terminal::new(ui))),
            false => Progress::Lines(Tracker::new(Lines::new(ui))),
        };
        HumanView {
            ui,
            compact,
            progress,
        }
    }

    /// Makes room below what was shown of the run.
    fn settle(&self) {
        if let Progress::Terminal(tracker) = &self.progress {
            tracker.sink().clear();
        }
    }

    fn green(&self, text: &str) -> String {
        self.ui.styled("1;32", text)
    }
}

impl View for HumanView<'_> {
    fn is_for_programs(&self) -> bool {
        false
    }

    fn saved(&self, _: &Plan) -> Result<(), CommandError> {
        Ok(())
    }

    fn observer(&self) -> &dyn Observer {
        match &self.progress {
            Progress::Lines(tracker) => tracker,
            Progress::Terminal(tracker) => tracker,
        }
    }

    fn diagnostics(&self, found: &Diagnostics, sources: &SourceMap) -> Result<(), CommandError> {
        self.settle();
        self.ui.report(found, sources, self.compact)
    }

    fn plan(&self, plan: &Plan, project: &Project) -> Result<(), CommandError> {
        if let Progress::Terminal(tracker) = &self.progress {
            tracker.sink().expect(plan.changes.iter().map(steps).sum());
        }
        let schemas = project.environment().schemas;
        plan::human(plan, schemas, self.ui.view(), &mut |text| {
            self.ui.print(text)
        })
    }

    fn findings(&self, findings: &[Finding], config: &Config) -> Result<(), CommandError> {
        self.settle();
        let told = findings.iter().filter(|finding| finding.ignored.is_none());
        let told = told.map(|finding| diagnostic(finding, config));
        self.ui
            .findings(&told.collect::<Vec<_>>(), config.sources(), self.compact)
    }

    fn next_step(
        &self,
        saved: Option<&Path>,
        generated: Option<&Path>,
    ) -> Result<(), CommandError> {
        let (saved, generated) = (saved.map(Path::display), generated.map(Path::display));
        let [saved, generated] = [saved, generated].map(|path| path.map(|path| path.to_string()));
        let step = match &saved {
            None => NextStep::NotSaved,
            Some(path) => NextStep::Saved(path),
        };
        let text = plan::next_step(&step, generated.as_deref(), self.ui.view());
        self.ui.print(&text)
    }

    fn log(&self, text: &str) -> Result<(), CommandError> {
        self.settle();
        self.ui.print(&format!("{text}\n"))
    }

    fn applied(
        &self,
        applied: Applied,
        destroy: bool,
        state_out: Option<&Path>,
    ) -> Result<(), CommandError> {
        self.settle();
        let Applied {
            imported,
            added,
            changed,
            destroyed,
        } = applied;
        let imports = match imported {
            0 => String::new(),
            count => format!("{count} imported, "),
        };
        let text = match destroy {
            true => format!("Destroy complete! Resources: {destroyed} destroyed."),
            false => format!(
                "Apply complete! Resources: {imports}{added} added, {changed} changed, {destroyed} destroyed."
            ),
        };
        self.ui.print(&format!("\n{}\n", self.green(&text)))?;
        let Some(path) = state_out.filter(|_| added > 0 || changed > 0) else {
            return Ok(());
        };
        let note = "The state of your infrastructure has been saved to the path below. This state is required to modify and destroy your infrastructure, so keep it safe. To inspect the complete state use the `terraform show` command.";
        self.ui.print(&format!(
            "\n{}\n\nState path: {}\n",
            wrap(note, self.ui.width),
            path.display()
        ))
    }

    fn outputs(&self, snapshot: &Snapshot) -> Result<(), CommandError> {
        if snapshot.outputs.is_empty() {
            return Ok(());
        }
        let heading = self.green("Outputs:");
        let text = output::all_text(&snapshot.outputs)?;
        self.ui.print(&format!("\n{heading}\n\n{text}"))
    }

    fn failed(&self, error: CommandError) -> CommandError {
        self.settle();
        error
    }
}

/// How many actions it takes.
fn steps(change: &ResourceChange) -> usize {
    match change.action {
        Action::NoOp | Action::Forget => 0,
        action if action.is_replace() => 2,
        _ => 1,
    }
}
