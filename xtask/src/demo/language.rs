//! `cargo xtask demo --language`: what needs neither a cluster nor an account.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::Context;

use super::copy_folder;
use crate::process::{Profile, build_trueup, workspace_root};

/// A copy of the demo's files to run commands in.
struct Demo {
    trueup: PathBuf,
    stack: PathBuf,
}

pub(super) fn run() -> anyhow::Result<()> {
    let work = tempfile::tempdir()?;
    let source = workspace_root().join("xtask/demo");
    copy_folder(&source, work.path())?;
    let demo = Demo {
        trueup: build_trueup(Profile::Dev)?,
        stack: work.path().join("language-stack"),
    };
    demo.tour()
}

impl Demo {
    fn tour(&self) -> anyhow::Result<()> {
        say("A stack is a folder of Terraform configuration. This one is sound:");
        self.expect_success(&["validate"], "")?;
        say("Its resources and what they depend on:");
        self.expect_success(&["graph", "-format=mermaid"], "")?;
        say("Expressions can be tried out:");
        for expression in [
            "local.stages",
            "{ for s, d in var.retention : upper(s) => \"${d} days\" }",
        ] {
            println!("\n> {expression}");
            self.expect_success(&["console"], expression)?;
        }
        self.run_of_a_stack()?;
        self.mistakes()?;
        say("Charts are rendered in the same process, byte for byte as Helm does:");
        self.expect_success(
            &["helm", "template", "web", "../chart", "--set", "replicas=3"],
            "",
        )
    }

    fn run_of_a_stack(&self) -> anyhow::Result<()> {
        say("A plan shows what is missing:");
        self.expect_success(&["plan"], "")?;
        say("An apply makes it so:");
        self.expect_success(&["apply", "-auto-approve"], "")?;
        say("Then there is nothing left to do:");
        self.expect_success(&["plan", "-detailed-exitcode"], "")?;
        say("A change of a variable is a change of what depends on it:");
        let fewer = "-var=retention={ prod = 60 }";
        self.expect_success(&["plan", fewer], "")?;
        say("And all of it can be taken away again:");
        self.expect_success(&["destroy", "-auto-approve"], "")
    }

    fn mistakes(&self) -> anyhow::Result<()> {
        say("Now with two mistakes and a careless layout:");
        let path = self.stack.join("main.tf");
        let text = fs::read_to_string(&path)?;
        let text = text
            .replace(
                "name = \"${var.cluster}-${each.key}-logs\"",
                "name=\"${var.clutser}-logs\"",
            )
            .replace(
                "subject  = local.service_account",
                "subject = local.service_acount",
            );
        fs::write(&path, text)?;
        self.expect_failure(&["validate"])?;
        say("fmt puts the layout right:");
        self.expect_success(&["fmt", "-diff"], "")
    }

    fn expect_success(&self, arguments: &[&str], input: &str) -> anyhow::Result<()> {
        let success = self.run(arguments, input)?;
        anyhow::ensure!(success, "trueup {} failed", arguments.join(" "));
        Ok(())
    }

    fn expect_failure(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let success = self.run(arguments, "")?;
        anyhow::ensure!(!success, "trueup {} did not fail", arguments.join(" "));
        Ok(())
    }

    fn run(&self, arguments: &[&str], input: &str) -> anyhow::Result<bool> {
        if input.is_empty() {
            println!("\n$ trueup {}", arguments.join(" "));
        }
        let mut child = Command::new(&self.trueup)
            .args(arguments)
            .current_dir(&self.stack)
            .stdin(Stdio::piped())
            .spawn()
            .context("could not start trueup")?;
        if let Some(mut stdin) = child.stdin.take() {
            std::io::Write::write_all(&mut stdin, input.as_bytes())?;
        }
        Ok(child.wait()?.success())
    }
}

fn say(text: &str) {
    println!("\n# {text}");
}
