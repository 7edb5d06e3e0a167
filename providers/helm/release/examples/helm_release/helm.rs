//! The real Helm.

use std::process::Command;

use crate::{NAMESPACE, Trouble};

pub(crate) struct Helm {
    program: String,
}

impl Helm {
    pub(crate) fn new(program: &str) -> Helm {
        Helm {
            program: program.to_owned(),
        }
    }

    /// What it prints.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<String, Trouble> {
        self.run_in(NAMESPACE, arguments)
    }

    /// The same in another namespace.
    pub(crate) fn run_in(&self, namespace: &str, arguments: &[&str]) -> Result<String, Trouble> {
        let mut command = Command::new(&self.program);
        let output = command.args(arguments).args(["-n", namespace]).output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(format!("helm {}: {errors}", arguments.join(" ")).into()),
        }
    }
}
