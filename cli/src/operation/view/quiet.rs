//! A run of which only the end is shown.

use std::path::Path;

use trueup_core::{
    load::Config,
    plan::{Finding, Plan},
    progress::Observer,
};
use trueup_state::Snapshot;
use trueup_syntax::{Diagnostics, SourceMap};

use super::View;
use crate::{commands::Context, error::CommandError, operation::Applied, project::Project, ui::Ui};

/// Shows diagnostics and nothing else.
pub(crate) struct QuietView<'a> {
    ui: &'a Ui,
}

/// Nobody looks.
struct Nobody;

impl Observer for Nobody {}

impl<'a> QuietView<'a> {
    pub(crate) fn new(context: &'a Context<'a>) -> Self {
        QuietView { ui: &context.ui }
    }
}

impl View for QuietView<'_> {
    fn is_for_programs(&self) -> bool {
        false
    }

    fn saved(&self, _: &Plan) -> Result<(), CommandError> {
        Ok(())
    }

    fn observer(&self) -> &dyn Observer {
        &Nobody
    }

    fn diagnostics(&self, found: &Diagnostics, sources: &SourceMap) -> Result<(), CommandError> {
        self.ui.diagnostics(found, sources);
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
