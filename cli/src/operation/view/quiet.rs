//! A run of which only the end is shown.

use std::{cell::RefCell, path::Path};

use trueup_core::{
    load::Config,
    plan::{Finding, Plan},
    progress::Observer,
};
use trueup_state::Snapshot;
use trueup_syntax::{Diagnostics, Severity, SourceMap};

use super::View;
use crate::{commands::Context, error::CommandError, operation::Applied, project::Project, ui::Ui};

/// Shows diagnostics, unless programs read them later, and nothing else.
pub(crate) struct QuietView<'a> {
    ui: &'a Ui,
    for_programs: bool,
    errors: RefCell<Vec<(String, String)>>,
}

/// Nobody looks.
struct Nobody;

impl Observer for Nobody {}

impl<'a> QuietView<'a> {
    pub(crate) fn new(context: &'a Context<'a>, for_programs: bool) -> Self {
        QuietView {
            ui: &context.ui,
            for_programs,
            errors: RefCell::default(),
        }
    }

    /// What went wrong: the errors there were, or else why it ended.
    pub(crate) fn problems(&self, error: &CommandError) -> Vec<(String, String)> {
        let told = self.errors.take();
        match told.is_empty() {
            true => vec![
                error
                    .message()
                    .unwrap_or_else(|| (error.to_string(), String::new())),
            ],
            false => told,
        }
    }
}

impl View for QuietView<'_> {
    fn is_for_programs(&self) -> bool {
        self.for_programs
    }

    fn saved(&self, _: &Plan) -> Result<(), CommandError> {
        Ok(())
    }

    fn observer(&self) -> &dyn Observer {
        &Nobody
    }

    fn diagnostics(&self, found: &Diagnostics, sources: &SourceMap) -> Result<(), CommandError> {
        let errors = found.0.iter().filter(|d| d.severity == Severity::Error);
        let errors = errors.map(|d| (d.summary.clone(), d.detail.clone()));
        self.errors.borrow_mut().extend(errors);
        if !self.for_programs {
            self.ui.diagnostics(found, sources);
        }
        Ok(())
    }

    fn plan(&self, _: &Plan, _: &Project) -> Result<(), CommandError> {
        Ok(())
    }

    fn findings(&self, _: &[Finding], _: &Config) -> Result<(), CommandError> {
        Ok(())
    }

    fn next_step(&self, _: Option<&Path>, _: Option<&Path>) -> Result<(), CommandError> {
        Ok(())
    }

    fn log(&self, _: &str) -> Result<(), CommandError> {
        Ok(())
    }

    fn applied(&self, _: Applied, _: bool, _: Option<&Path>) -> Result<(), CommandError> {
        Ok(())
    }

    fn outputs(&self, _: &Snapshot) -> Result<(), CommandError> {
        Ok(())
    }

    fn failed(&self, error: CommandError) -> CommandError {
        error
    }
}
