//! Asking whether a plan is to be applied.

use trueup_core::plan::Mode;
use trueup_state::DEFAULT_WORKSPACE;

use super::view::View;
use crate::{error::CommandError, ui::Ui};

/// Whether a plan may be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Approval {
    Given,
    Refused,
}

/// Asks in Terraform's words.
///
/// # Errors
/// If nobody answers.
pub(crate) fn approve(
    mode: Mode,
    workspace: &str,
    ui: &Ui,
    view: &dyn View,
) -> Result<Approval, CommandError> {
    let (query, description) = question(mode, workspace);
    match ui.ask(&format!("\n{query}"), description, false)? {
        Ok(answer) if answer == "yes" => Ok(Approval::Given),
        Ok(_) => {
            view.log(match mode {
                Mode::Destroy => "Destroy cancelled.",
                Mode::Normal | Mode::RefreshOnly => "Apply cancelled.",
            })?;
            Ok(Approval::Refused)
        }
        Err(unanswered) => Err(CommandError::usage(
            format!("error asking for approval: {unanswered}"),
            "",
        )),
    }
}

fn question(mode: Mode, workspace: &str) -> (String, &'static str) {
    let elsewhere = workspace != DEFAULT_WORKSPACE;
    let within = match elsewhere {
        true => format!(" in workspace \"{workspace}\""),
        false => String::new(),
    };
    match mode {
        Mode::Destroy => (
            format!("Do you really want to destroy all resources{within}?"),
            "Terraform will destroy all your managed infrastructure, as shown above.\nThere is no undo. Only 'yes' will be accepted to confirm.",
        ),
        Mode::RefreshOnly => {
            let of = match elsewhere {
                true => format!(" for \"{workspace}\""),
                false => String::new(),
            };
            (
                format!(
                    "Would you like to update the Terraform state{of} to reflect these detected changes?"
                ),
                "Terraform will write these changes to the state without modifying any real infrastructure.\nThere is no undo. Only 'yes' will be accepted to confirm.",
            )
        }
        Mode::Normal => (
            format!("Do you want to perform these actions{within}?"),
            "Terraform will perform the actions described above.\nOnly 'yes' will be accepted to approve.",
        ),
    }
}
