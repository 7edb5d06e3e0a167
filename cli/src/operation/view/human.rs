//! A run for people.

use std::path::Path;

use trueup_core::{
    plan::Plan,
    progress::{Observer, Silent},
};
use trueup_state::Snapshot;
use trueup_syntax::{Diagnostics, SourceMap};

use super::View;
use crate::{
    commands::{Context, output},
    display::plan::{self, NextStep},
    error::CommandError,
    operation::Applied,
    project::Project,
    ui::Ui,
};

/// Text on a terminal or in a log.
pub(super) struct HumanView<'a> {
    ui: &'a Ui,
    /// Warnings as their summaries only.
    compact: bool,
}

impl<'a> HumanView<'a> {
    pub(super) fn new(compact: bool, context: &'a Context<'a>) -> Self {
        HumanView {
            ui: &context.ui,
            compact,
        }
    }

    fn green(&self, text: &str) -> String {
        self.ui.styled("1;32", text)
    }
}

impl View for HumanView<'_> {
    fn observer(&self) -> &dyn Observer {
        &Silent
    }

    fn diagnostics(&self, found: &Diagnostics, sources: &SourceMap) -> Result<(), CommandError> {
        self.ui.report(found, sources, self.compact)
    }

    fn plan(&self, plan: &Plan, project: &Project) -> Result<(), CommandError> {
        let schemas = project.environment().schemas;
        self.ui.print(&plan::human(plan, schemas, self.ui.view()))
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
        self.ui.print(&format!("{text}\n"))
    }

    fn applied(&self, applied: Applied, destroy: bool) -> Result<(), CommandError> {
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
        self.ui.print(&format!("\n{}\n", self.green(&text)))
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
        error
    }
}
