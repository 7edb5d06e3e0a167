//! What a run shows, for people or for programs.

mod human;
mod json;
mod quiet;

pub(crate) use quiet::QuietView;

use std::path::Path;

use trueup_core::{
    load::Config,
    plan::{Finding, Plan},
    progress::Observer,
};
use trueup_state::Snapshot;
use trueup_syntax::{Diagnostics, SourceMap};

use super::{Applied, RunFlags};
use crate::{commands::Context, error::CommandError, project::Project};

/// Shows what happens in a run.
pub(crate) trait View {
    /// Whether programs read it.
    fn is_for_programs(&self) -> bool;

    /// What a saved plan is going to do, where nobody has seen it.
    ///
    /// # Errors
    /// [`CommandError::Output`]
    fn saved(&self, plan: &Plan) -> Result<(), CommandError>;

    /// Is told what goes on.
    fn observer(&self) -> &dyn Observer;

    /// Diagnostics.
    ///
    /// # Errors
    /// [`CommandError::Output`]
    fn diagnostics(&self, found: &Diagnostics, sources: &SourceMap) -> Result<(), CommandError>;

    /// What the run is going to do.
    ///
    /// # Errors
    /// [`CommandError::Output`]
    fn plan(&self, plan: &Plan, project: &Project) -> Result<(), CommandError>;

    /// What a review of the plan has found.
    ///
    /// # Errors
    /// [`CommandError::Output`]
    fn findings(&self, findings: &[Finding], config: &Config) -> Result<(), CommandError>;

    /// What may be done with a plan: where it was saved, and where
    /// configuration was generated.
    ///
    /// # Errors
    /// [`CommandError::Output`]
    fn next_step(&self, saved: Option<&Path>, generated: Option<&Path>)
    -> Result<(), CommandError>;

    /// Something worth a line.
    ///
    /// # Errors
    /// [`CommandError::Output`]
    fn log(&self, text: &str) -> Result<(), CommandError>;

    /// What an apply has done, and where the state is if that was said.
    ///
    /// # Errors
    /// [`CommandError::Output`]
    fn applied(
        &self,
        applied: Applied,
        destroy: bool,
        state_out: Option<&Path>,
    ) -> Result<(), CommandError>;

    /// The outputs there are now.
    ///
    /// # Errors
    /// [`CommandError::Output`], or an output that makes no sense.
    fn outputs(&self, snapshot: &Snapshot) -> Result<(), CommandError>;

    /// Says why a command fails, unless that has been said.
    fn failed(&self, error: CommandError) -> CommandError;
}

/// The view that was asked for.
///
/// # Errors
/// [`CommandError::Output`]
pub(crate) fn view<'a>(
    flags: &RunFlags,
    context: &'a Context<'a>,
) -> Result<Box<dyn View + 'a>, CommandError> {
    Ok(match flags.json {
        true => Box::new(json::JsonView::new(context)?),
        false => Box::new(human::HumanView::new(flags.compact_warnings, context)),
    })
}
