//! What functions may reach of the world: nothing but what is passed in.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use trueup_value::{Str, Value};

use crate::function::FunctionError;

/// What the functions of one evaluation may reach.
#[derive(Clone)]
pub struct Context {
    /// What relative paths are relative to, as `file` and its kin read them.
    pub base_dir: PathBuf,
    /// The directory `abspath` resolves against.
    pub working_dir: PathBuf,
    /// What `~` stands for in `pathexpand`; `None` if there is no home.
    pub home_dir: Option<PathBuf>,
    /// The instant `plantimestamp` returns; `None` makes it unknown.
    pub plan_timestamp: Option<SystemTime>,
    /// Whether `timestamp`, `uuid` and `bcrypt` are unknown, as they are while
    /// planning.
    pub pure_only: bool,
    /// Whether the functions that exist in the console only are there.
    pub console: bool,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for `uuid` and `bcrypt`.
    pub random: Arc<dyn Random>,
    /// Files.
    pub files: Arc<dyn Files>,
    /// What `templatefile` and `templatestring` render with.
    pub templates: Arc<dyn Templates>,
}

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> SystemTime;
}

/// A source of random bytes that nobody can guess.
pub trait Random: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// Whatever the system's source of randomness says.
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()>;
}

/// A file system.
pub trait Files: Send + Sync {
    /// The contents of a file.
    ///
    /// # Errors
    /// Those of [`std::fs::read`].
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// What stands at `path`, symbolic links followed.
    ///
    /// # Errors
    /// Those of [`std::fs::metadata`].
    fn kind(&self, path: &Path) -> io::Result<FileKind>;

    /// The one path of what stands at `path`, however it is reached; the same
    /// path where there are no links.
    ///
    /// # Errors
    /// Those of [`std::fs::canonicalize`].
    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }

    /// The names in a directory, sorted.
    ///
    /// # Errors
    /// Those of [`std::fs::read_dir`].
    fn list(&self, path: &Path) -> io::Result<Vec<std::ffi::OsString>>;
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A device, pipe or socket.
    Other,
}

/// The template language, for functions that render templates.
pub trait Templates: Send + Sync {
    /// Parses `text`, a template called `name` in messages.
    ///
    /// # Errors
    /// The diagnostics in one line: `name:1,3-4: Summary; Detail`, and
    /// `, and 2 other diagnostic(s)` if there are more.
    fn parse(&self, name: &str, text: &str) -> Result<Box<dyn ParsedTemplate>, FunctionError>;
}

/// A template ready to be rendered.
pub trait ParsedTemplate {
    /// The variables it refers to, in source order, each with its place as
    /// Terraform prints it: `greeting.tmpl:1,9-13`.
    fn roots(&self) -> Vec<(Str, String)>;

    /// Renders with `variables` and all functions but those that render
    /// templates. The result is not a string if the template is nothing but
    /// one interpolation.
    ///
    /// # Errors
    /// The diagnostics in one line, as of [`Templates::parse`].
    fn render(&self, variables: &[(Str, Value)]) -> Result<Value, FunctionError>;
}
