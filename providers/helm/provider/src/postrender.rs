//! Programs that change what was rendered.

use std::{
    collections::BTreeMap,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
    thread,
};

use trueup_helm::{Manifest, Rendered, sort, split};
use trueup_sdk::{native::Fields, world::World};

use crate::render::RenderError;

/// A program that reads the objects and writes those to use. It is not told
/// of hooks.
#[derive(Clone)]
pub(crate) struct Postrender {
    program: PathBuf,
    args: Vec<String>,
    variables: Arc<BTreeMap<String, String>>,
    /// Where it runs.
    folder: PathBuf,
}

impl Postrender {
    /// The program that attributes name, if they do.
    pub(crate) fn of(fields: &Fields, world: &World) -> Option<Self> {
        let postrender = fields.object("postrender")?;
        let program = postrender
            .text("binary_path")
            .filter(|path| !path.is_empty())?;
        let args = postrender.texts("args").into_iter();
        Some(Postrender {
            // A name without a folder is looked for where programs are.
            program: match program.contains('/') {
                true => world.path(program),
                false => PathBuf::from(program),
            },
            args: args.map(|(_, arg)| arg).collect(),
            variables: world.variables.clone(),
            folder: world.working_dir.clone(),
        })
    }

    fn failed(&self, problem: impl ToString) -> RenderError {
        RenderError::Postrender {
            program: self.program.display().to_string(),
            problem: problem.to_string(),
        }
    }

    /// Runs the program over the objects.
    ///
    /// # Errors
    /// It can't be started, fails, or writes no objects.
    pub(crate) fn run(&self, rendered: &mut Rendered) -> Result<(), RenderError> {
        let mut child = Command::new(&self.program)
            .args(&self.args)
            .env_clear()
            .envs(self.variables.iter())
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| self.failed(error))?;
        let input = rendered.manifest();
        let stdin = child.stdin.take();
        // Who writes before it has read all must not wait for its reader.
        let feeder = thread::spawn(move || match stdin {
            Some(mut stdin) => stdin.write_all(input.as_bytes()),
            None => Ok(()),
        });
        let answer = child
            .wait_with_output()
            .map_err(|error| self.failed(error))?;
        // A program need not read its input.
        let _ = feeder.join();
        if !answer.status.success() {
            let said = String::from_utf8_lossy(&answer.stderr);
            return Err(self.failed(format!("{}: {}", answer.status, said.trim())));
        }
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        if text.trim().is_empty() {
            return Err(self.failed("it wrote nothing"));
        }
        rendered.manifests = manifests(&text).map_err(|error| self.failed(error))?;
        Ok(())
    }
}

/// The objects of a text, each with the template it came from if that is
/// still said.
fn manifests(text: &str) -> Result<Vec<Manifest>, trueup_helm::ChartError> {
    let documents: Vec<(String, String)> = split(text).into_iter().map(sourced).collect();
    let documents = documents.iter();
    let (_, manifests) = sort(documents.map(|(source, text)| (source.as_str(), text.as_str())))?;
    Ok(manifests)
}

fn sourced(document: &str) -> (String, String) {
    let mut source = "postrender".to_owned();
    let mut text = String::with_capacity(document.len());
    for line in document.split_inclusive('\n') {
        match line.strip_prefix("# Source: ") {
            Some(rest) => rest.trim().clone_into(&mut source),
            None => text.push_str(line),
        }
    }
    (source, text)
}
