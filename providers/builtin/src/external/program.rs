//! A program that is given JSON and answers with JSON.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Output, Stdio},
    sync::Arc,
    thread,
};

/// A program about to be run.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// What is run.
    pub(super) path: PathBuf,
    /// The arguments it is given.
    pub(super) arguments: Vec<String>,
    /// Where it runs.
    pub(super) folder: PathBuf,
    /// Its environment, and nothing else.
    pub(super) variables: Arc<BTreeMap<String, String>>,
}

impl Program {
    /// Runs it to its end.
    pub(super) fn run(&self, input: &[u8]) -> io::Result<Output> {
        let mut child = Command::new(&self.path)
            .args(&self.arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(self.variables.iter())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stdin = child.stdin.take();
        thread::scope(|scope| {
            // A program that does not read its input is none the worse for it.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            child.wait_with_output()
        })
    }
}

/// Finds a program: a path as it is, a name in the folders of `PATH`.
pub(super) fn find(name: &str, folder: &Path, search: &str) -> Option<PathBuf> {
    let mut candidates: Vec<PathBuf> = Vec::new();
    match name.contains('/') {
        true => candidates.push(folder.join(name)),
        false => {
            candidates.extend(std::env::split_paths(search).map(|dir| folder.join(dir).join(name)));
        }
    }
    candidates.into_iter().find(|path| is_executable(path))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let metadata = path.metadata();
    metadata.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

/// How a program ended, in the words of Go.
pub(super) fn ending(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("signal: {signal}");
    }
    match status.code() {
        Some(code) => format!("exit status {code}"),
        None => status.to_string(),
    }
}
