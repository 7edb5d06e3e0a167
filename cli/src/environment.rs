//! What the process was started with, read once.

use std::{
    collections::BTreeMap,
    io::IsTerminal,
    path::{Path, PathBuf},
    sync::Arc,
};

use trueup_state::disk::Disk;

use crate::pool::Pool;

/// The process's arguments, variables and terminals.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    /// The arguments after the program's name; not UTF-8 is replaced.
    pub(crate) arguments: Vec<String>,
    /// The environment variables that are UTF-8.
    pub(crate) variables: Arc<BTreeMap<String, String>>,
    /// Where the user stands.
    pub(crate) working_dir: PathBuf,
    /// Where the stack is: where the user stands, unless `-chdir` says otherwise,
    /// or one of many stacks is meant.
    pub(crate) folder: PathBuf,
    /// Standard output is a terminal.
    pub(crate) stdout_is_terminal: bool,
    /// Standard input is a terminal.
    pub(crate) stdin_is_terminal: bool,
    /// Columns of the terminal, where there is one.
    pub(crate) width: Option<usize>,
    /// Where states and journals are written.
    pub(crate) disk: Disk,
    /// Whether fields that others have changed are taken back: in repairs.
    pub(crate) reclaim: bool,
    /// What is shared with other runs.
    pub(crate) pool: Pool,
    /// The steps that are counted.
    #[cfg(feature = "test-provider")]
    pub(crate) steps: std::sync::Arc<crate::steps::Steps>,
}

impl Environment {
    /// Reads everything from the running process.
    pub(crate) fn of_process() -> Self {
        let utf8 = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let working_dir = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        #[cfg(feature = "test-provider")]
        let steps = crate::steps::Steps::of_process();
        Environment {
            #[cfg(feature = "test-provider")]
            disk: steps.disk(),
            #[cfg(feature = "test-provider")]
            steps,
            #[cfg(not(feature = "test-provider"))]
            disk: Disk::default(),
            arguments: std::env::args_os().skip(1).map(utf8).collect(),
            variables: Arc::new(variables_of_process()),
            folder: working_dir.clone(),
            working_dir,
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            width,
            reclaim: false,
            pool: Pool::default(),
        }
    }

    /// The same for the stack in another folder; relative paths start there.
    pub(crate) fn in_folder(&self, folder: PathBuf) -> Self {
        Environment {
            disk: self.disk.in_folder(&folder),
            folder,
            ..self.clone()
        }
    }

    /// Where a file of the stack is.
    pub(crate) fn place(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// An environment variable, unless it is empty.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

fn variables_of_process() -> BTreeMap<String, String> {
    let all = std::env::vars_os();
    all.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}
