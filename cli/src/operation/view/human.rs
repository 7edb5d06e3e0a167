//! A run for people.

use std::path::Path;

use trueup_core::{
    plan::Plan,
    progress::{Observer, Silent},
};
use trueup_state::Snapshot;
use trueup_syntax::{Diagnostics, SourceMap, render::wrap};

use super::View;
use crate::{
    commands::{Context, output},
    display,
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
    /// Nobody is going to type the next command.
    automation: bool,
}

impl<'a> HumanView<'a> {
    pub(super) fn new(compact: bool, context: &'a Context<'a>) -> Self {
        HumanView {
            ui: &context.ui,
            compact,
            automation: context.environment.variable("TF_IN_AUTOMATION").is_some(),
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

    fn plan(&self, plan: &Plan, _: &Project) -> Result<(), CommandError> {
        self.ui.print(&display::plan::summary(plan))
    }

    fn next_step(
        &self,
        saved: Option<&Path>,
        generated: Option<&Path>,
    ) -> Result<(), CommandError> {
        if self.automation {
            return Ok(());
        }
        let width = self.ui.width;
        let mut text = format!("\n{}\n", "─".repeat(width.saturating_sub(1)));
        if let Some(path) = generated {
            let note = format!(
                "Terraform has generated configuration and written it to {}. Please review the configuration and edit it as necessary before adding it to version control.",
                path.display()
            );
            text.push_str(&format!("\n{}\n", wrap(&note, width)));
        }
        let note = match saved {
            None => "Note: You didn't use the -out option to save this plan, so Terraform can't guarantee to take exactly these actions if you run \"terraform apply\" now.".to_owned(),
            Some(path) => {
                let path = path.display().to_string();
                format!(
                    "Saved the plan to: {path}\n\nTo perform exactly these actions, run the following command to apply:\n    terraform apply {path:?}"
                )
            }
        };
        text.push_str(&format!("\n{}\n", wrap(&note, width)));
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
