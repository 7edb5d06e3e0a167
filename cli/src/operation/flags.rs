//! The flags that commands which plan have in common.

use trueup_core::{
    address::{AbsResourceInstance, Target},
    plan::{Mode, Options},
};

use crate::{
    commands::VariableArgs,
    states::session::{FileArgs, LockArgs},
};

/// What to plan.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct PlanFlags {
    /// Plan to destroy everything that there is
    #[arg(long)]
    pub(crate) destroy: bool,

    #[command(flatten)]
    pub(crate) variables: VariableArgs,
}

/// How to run.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct OperationFlags {
    #[command(flatten)]
    pub(crate) files: FileArgs,

    #[command(flatten)]
    pub(crate) lock: LockArgs,

    /// How many operations may run at once
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) parallelism: usize,
}

impl PlanFlags {
    /// The same as the engine wants it.
    pub(crate) fn options(&self, operation: &OperationFlags) -> Options {
        let (targets, excludes): (Vec<Target>, Vec<Target>) = Default::default();
        let replace: Vec<AbsResourceInstance> = Vec::new();
        Options {
            mode: if self.destroy {
                Mode::Destroy
            } else {
                Mode::Normal
            },
            targets,
            excludes,
            replace,
            parallelism: operation.parallelism,
            ..Options::default()
        }
    }
}
