//! The folder a case runs in, brought to the same start before every run.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::case::{Case, Start};
use crate::process;

/// The folder of a case.
pub(crate) struct Stage {
    /// Where the programs run.
    pub(crate) dir: PathBuf,
    start: Start,
}

const STATE: &str = "terraform.tfstate";
const APPLIED: &str = "applied.json";

impl Stage {
    /// Makes the input, and the state it leads to where that is the start.
    /// The state is ours for both programs: it would take Terraform minutes.
    pub(crate) fn new(case: &Case, trueup: &Path, work: &Path) -> anyhow::Result<Stage> {
        let dir = work.join(case.name.replace([' ', '/'], "-"));
        fs::create_dir_all(&dir)?;
        (case.prepare)(&dir)?;
        if case.start == Start::Applied {
            let mut apply = Command::new(trueup);
            apply.args(["apply", "-auto-approve", "-input=false"]);
            process::run(apply.current_dir(&dir).stdout(Stdio::null()))?;
            fs::rename(dir.join(STATE), dir.join(APPLIED))?;
        }
        Ok(Stage {
            dir,
            start: case.start,
        })
    }

    /// Brings the state back to where it was.
    pub(crate) fn reset(&self) -> io::Result<()> {
        for name in [STATE, "terraform.tfstate.backup"] {
            match fs::remove_file(self.dir.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        if self.start == Start::Applied {
            fs::copy(self.dir.join(APPLIED), self.dir.join(STATE))?;
        }
        Ok(())
    }
}
