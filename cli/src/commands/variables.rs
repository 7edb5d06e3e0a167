//! `-var` and `-var-file`, which several commands take.

use std::path::PathBuf;

use trueup_core::validate::Inputs;

use super::Context;
use crate::{error::CommandError, project::Project};

/// Where values of input variables come from.
#[derive(clap::Args, Debug)]
pub(crate) struct VariableArgs {
    /// Set an input variable of the root module; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    var: Vec<String>,

    /// Set input variables from a file; may be given several times
    ///
    /// terraform.tfvars and *.auto.tfvars are read in any case.
    #[arg(long, value_name = "FILE")]
    var_file: Vec<PathBuf>,
}

impl VariableArgs {
    /// The values given, from all sources in order.
    pub(crate) fn values(
        &self,
        project: &mut Project,
        context: &Context<'_>,
    ) -> Result<Inputs, CommandError> {
        Ok(Inputs::default())
    }
}
