//! A run before its plan: what an interrupted one left.

use trueup_core::{plan::Plan, recover::recover, state::State};
use trueup_state::journal::Journal;

use super::Run;
use crate::{error::CommandError, project::Phase, runtime::block_on};

impl Run<'_> {
    /// Asks the providers what became of the actions of an interrupted run,
    /// and goes on from there. With `write`, that becomes the state.
    ///
    /// # Errors
    /// If it cannot be written, or makes no sense.
    pub(super) fn recover(&mut self, write: bool) -> Result<(), CommandError> {
        let recovered = self.session.interrupted().map(|reconciled| {
            let functions = self.functions(Phase::Plan);
            block_on(recover(self.stack(&functions), reconciled))
        });
        if let Some(recovered) = &recovered {
            self.found.extend(recovered.diagnostics.clone());
        }
        match (write, recovered) {
            (true, recovered) => self.session.settle(recovered)?,
            (false, Some(recovered)) => self.session.assume(recovered),
            (false, None) => {}
        }
        self.state = State::from_snapshot(&self.session.draft()?).map_err(|problem| {
            CommandError::usage("Unsupported state file format", problem.to_string())
        })?;
        Ok(())
    }

    /// Begins the journal of an apply. What the journal continues is written
    /// first where objects have other addresses by now: it speaks of the new
    /// ones.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn begin(&mut self, plan: &Plan) -> Result<Journal, CommandError> {
        if plan
            .changes
            .iter()
            .any(|change| change.previous_address.is_some())
        {
            self.write(&plan.prior)?;
        }
        self.session.begin("apply", &plan.prior.lineage)
    }
}
