//! Opening, locking, reading and writing the state of the working folder.

use std::{path::PathBuf, thread, time::Duration};

use trueup_builtin::{backend_schema, check_backend};
use trueup_core::load::{Config, Loader};
use trueup_core::{config, validate};
use trueup_state::{
    Backend, LocalBackend, LocalState, LockInfo, Snapshot, StateStore,
    journal::{self, Intent, Leftover},
    lock::retry,
};
use trueup_syntax::{Diagnostic, Diagnostics};
use trueup_value::Value;

use super::{
    clock, cloud, error, faults, recovery,
    settings::{self, Settings},
    workspace,
};
use crate::{
    commands::{Context, version::TERRAFORM_VERSION},
    environment::Environment,
    error::CommandError,
    world,
};

/// How to lock the state.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct LockArgs {
    /// Hold a lock on the state while it is changed; `-lock=false` is
    /// dangerous if others might run commands against the same workspace
    #[arg(long, value_name = "BOOL", default_value = "true", default_missing_value = "true",
          num_args = 0..=1, require_equals = true, action = clap::ArgAction::Set, value_parser = crate::arguments::switch)]
    lock: bool,

    /// How long to wait for the lock, such as 30s
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = clock::parse_duration)]
    lock_timeout: Duration,

    /// For remote backends only; accepted and ignored
    #[arg(long, hide = true)]
    ignore_remote_version: bool,
}

/// The flags of old that name state files.
#[derive(clap::Args, Debug, Clone, Default)]
pub(crate) struct FileArgs {
    /// Read the state from this file
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,

    /// Write the state to this file instead
    #[arg(long, value_name = "FILE")]
    pub(crate) state_out: Option<PathBuf>,

    /// Keep the state as it was in this file
    #[arg(long, value_name = "FILE")]
    pub(crate) backup: Option<PathBuf>,
}

impl FileArgs {
    /// The same, writing to where it reads from.
    pub(crate) fn without_output(&self) -> Self {
        FileArgs {
            state_out: None,
            ..self.clone()
        }
    }

    /// The file to write to, if it is another one.
    pub(crate) fn output(&self) -> Option<PathBuf> {
        let other = |path: &PathBuf| self.state.as_ref() != Some(path);
        self.state_out.clone().filter(other)
    }

    /// The state to read.
    pub(crate) fn reading(state: Option<PathBuf>) -> Self {
        FileArgs {
            state,
            ..FileArgs::default()
        }
    }
}

/// The backend of the working folder.
///
/// # Errors
/// If the configuration names a backend there is not, or is broken so that it
/// may hide which it names.
pub(crate) fn backend(
    files: &FileArgs,
    context: &Context<'_>,
) -> Result<LocalBackend, CommandError> {
    let world = world::context(context.environment);
    let loader = Loader::new(world.files.as_ref());
    let data_dir = workspace::data_dir(context.environment);
    let (config, found) = loader.load(std::path::Path::new("."), &data_dir);
    let hiding = faults::hiding_the_backend(&config, found);
    if hiding.has_errors() {
        context.ui.diagnostics(&hiding, config.sources());
        return Err(CommandError::Reported);
    }
    backend_of(&config, files, context)
}

/// The backend of a stack.
///
/// # Errors
/// If its configuration names a backend there is not.
pub(crate) fn backend_of(
    config: &Config,
    files: &FileArgs,
    context: &Context<'_>,
) -> Result<LocalBackend, CommandError> {
    Ok(with_files(configured(config, context)?, files, context))
}

/// A backend with the files the flags name.
pub(crate) fn with_files(
    backend: LocalBackend,
    files: &FileArgs,
    context: &Context<'_>,
) -> LocalBackend {
    LocalBackend {
        state: files.state.clone(),
        state_out: files.state_out.clone(),
        backup: files.backup.clone(),
        disk: context.environment.disk.clone(),
        ..backend
    }
}

/// The backend as the configuration and `init` set it up.
fn configured(config: &Config, context: &Context<'_>) -> Result<LocalBackend, CommandError> {
    let block = block_settings(config, context)?;
    let settings = settings::effective(block.as_ref(), context.environment)?;
    Ok(local(&settings, context))
}

/// The backend with these settings.
pub(crate) fn local(settings: &Settings, context: &Context<'_>) -> LocalBackend {
    let mut backend = LocalBackend {
        disk: context.environment.disk.clone(),
        ..LocalBackend::default()
    };
    if let Some(path) = &settings.path {
        backend.path = path.into();
    }
    if let Some(dir) = &settings.workspace_dir {
        backend.workspace_dir = dir.into();
    }
    backend
}

/// What the `backend` block says, if there is one.
///
/// # Errors
/// If it names a backend there is not, or makes no sense.
pub(crate) fn block_settings(
    config: &Config,
    context: &Context<'_>,
) -> Result<Option<Settings>, CommandError> {
    if config.is_empty() {
        return Ok(None);
    }
    let module = &config.node(config.root()).module;
    if let Some(block) = &module.cloud {
        context
            .ui
            .diagnostics(&cloud::refused(block), config.sources());
        return Err(CommandError::Reported);
    }
    let Some(block) = &module.backend else {
        return Ok(None);
    };
    let (arguments, diagnostics) = backend_arguments(block);
    if diagnostics.has_errors() {
        context.ui.diagnostics(&diagnostics, config.sources());
        return Err(CommandError::Reported);
    }
    let text = |name: &str| arguments.get(name)?.as_str().map(str::to_owned);
    Ok(Some(Settings {
        path: text("path"),
        workspace_dir: text("workspace_dir"),
    }))
}

/// The arguments of a backend that is built in.
fn backend_arguments(block: &config::Backend) -> (Value, Diagnostics) {
    const SUMMARY: &str = "Unsupported backend type";
    let refused = |detail: String| {
        let diagnostic = Diagnostic::error(SUMMARY, detail, block.span);
        (Value::dynamic(), Diagnostics(vec![diagnostic]))
    };
    let name = block.kind.name.as_str();
    let schema = match backend_schema(name) {
        Ok(_) if name != "local" => {
            return refused(format!(
                "The \"{name}\" backend is not built into this version of trueup; states are kept in local files. To go on here, remove the block and let Terraform bring the state: \"terraform init -migrate-state\"."
            ));
        }
        Ok(schema) => schema,
        Err(detail) => return refused(detail),
    };
    let (arguments, mut diagnostics) = block.arguments(&schema);
    if !diagnostics.has_errors()
        && let Err(problem) = check_backend(name, &arguments)
    {
        diagnostics.push(validate::located(problem, &block.body, block.span));
    }
    (arguments, diagnostics)
}

/// The state of the current workspace as it is known to be, also after an
/// interrupted run. Nothing is written.
///
/// # Errors
/// As [`backend`] and [`Session::open`].
pub(crate) fn read(
    files: &FileArgs,
    context: &Context<'_>,
) -> Result<Option<Snapshot>, CommandError> {
    let workspace = workspace::current(context.environment)?;
    let store = backend(files, context)?.state(&workspace);
    recovery::read(&*store, context)
}

/// A state that is going to be changed.
pub(crate) struct Session {
    pub(super) store: LocalState,
    locked: bool,
    /// The state as it is in its place.
    pub(crate) previous: Option<Snapshot>,
    /// What an interrupted run left.
    pub(super) leftover: Option<Leftover>,
    /// Actions that nobody knows the outcome of.
    pub(super) open: Vec<Intent>,
    /// The lineage of a state that was begun and never written.
    pub(super) lineage: Option<String>,
}

impl Session {
    /// Locks the state of the current workspace and reads it.
    ///
    /// # Errors
    /// If it is locked, or what is there cannot be used.
    pub(crate) fn open(
        files: &FileArgs,
        lock: &LockArgs,
        operation: &str,
        context: &Context<'_>,
    ) -> Result<Self, CommandError> {
        let workspace = workspace::current(context.environment)?;
        let store = backend(files, context)?.local_state(&workspace);
        Session::on(store, lock, operation, context)?.settled(context)
    }

    /// The same, leaving the journal of an interrupted run as it is: what is
    /// going to be written may be what it continues.
    ///
    /// # Errors
    /// If it is locked, or what is there cannot be used.
    pub(crate) fn open_for_push(
        lock: &LockArgs,
        context: &Context<'_>,
    ) -> Result<Self, CommandError> {
        let workspace = workspace::current(context.environment)?;
        let mut store = backend(&FileArgs::default(), context)?.local_state(&workspace);
        if lock.lock {
            acquire(&mut store, lock.lock_timeout, "state-push", context)?;
        }
        let opened = store.read().map_err(|problem| error::backend(&problem))?;
        Ok(Session::of(store, lock, opened, None))
    }

    /// The same for a state that has been found already. The caller recovers
    /// what an interrupted run left.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub(crate) fn open_on(
        store: LocalState,
        lock: &LockArgs,
        operation: &str,
        context: &Context<'_>,
    ) -> Result<Self, CommandError> {
        Session::on(store, lock, operation, context)
    }

    /// The same, keeping the state as it was in a file named after the
    /// time, as the `state` commands do.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub(crate) fn open_with_dated_backup(
        files: &FileArgs,
        lock: &LockArgs,
        operation: &str,
        context: &Context<'_>,
    ) -> Result<Self, CommandError> {
        let workspace = workspace::current(context.environment)?;
        let backend = backend(files, context)?;
        let path = backend.path_of(&workspace);
        let backup = backup_or_dated(files.backup.clone(), &path);
        let store = LocalState::new(path.clone(), path, Some(backup));
        let store = store.on(&context.environment.disk);
        Session::on(store, lock, operation, context)?.settled(context)
    }

    /// The state in some other file.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub(crate) fn open_file(
        path: PathBuf,
        backup: Option<PathBuf>,
        lock: &LockArgs,
        operation: &str,
        context: &Context<'_>,
    ) -> Result<Self, CommandError> {
        let backup = backup_or_dated(backup, &path);
        let store = LocalState::new(path.clone(), path, Some(backup));
        let store = store.on(&context.environment.disk);
        Session::on(store, lock, operation, context)?.settled(context)
    }

    fn on(
        mut store: LocalState,
        lock: &LockArgs,
        operation: &str,
        context: &Context<'_>,
    ) -> Result<Self, CommandError> {
        if lock.lock {
            acquire(&mut store, lock.lock_timeout, operation, context)?;
        }
        let opened = journal::open(&store).map_err(|problem| error::backend(&problem))?;
        Ok(Session::of(store, lock, opened.snapshot, opened.leftover))
    }

    fn of(
        store: LocalState,
        lock: &LockArgs,
        previous: Option<Snapshot>,
        leftover: Option<Leftover>,
    ) -> Self {
        Session {
            store,
            locked: lock.lock,
            previous,
            leftover,
            open: Vec::new(),
            lineage: None,
        }
    }

    /// A copy of the state to change; a new one if there is none.
    ///
    /// # Errors
    /// If the system has no randomness for a lineage.
    pub(crate) fn draft(&self) -> Result<Snapshot, CommandError> {
        match (&self.previous, &self.lineage) {
            (Some(snapshot), _) => Ok(snapshot.clone()),
            (None, Some(lineage)) => Ok(Snapshot::empty(lineage.clone())),
            (None, None) => Ok(Snapshot::empty(new_uuid()?)),
        }
    }

    /// Writes the successor of the state that was read.
    ///
    /// # Errors
    /// What the backend answers.
    pub(crate) fn write(&mut self, mut snapshot: Snapshot) -> Result<(), CommandError> {
        snapshot.succeed(self.previous.as_ref());
        self.replace(snapshot)
    }

    /// Writes a state with the serial and lineage it has.
    ///
    /// # Errors
    /// What the backend answers.
    pub(crate) fn replace(&mut self, mut snapshot: Snapshot) -> Result<(), CommandError> {
        let previous = self.prepare(&mut snapshot);
        let written = self.store.write(&snapshot, previous.as_ref());
        self.previous = Some(snapshot);
        written.map_err(|problem| error::backend(&problem))
    }

    /// Makes a snapshot ready to be written, and takes the one it follows.
    pub(super) fn prepare(&mut self, snapshot: &mut Snapshot) -> Option<Snapshot> {
        snapshot.terraform_version = TERRAFORM_VERSION.to_owned();
        snapshot.normalize();
        let mut previous = self.previous.take();
        if let Some(previous) = &mut previous {
            previous.terraform_version = TERRAFORM_VERSION.to_owned();
            previous.normalize();
        }
        previous
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// If the sidecar of the lock cannot be removed.
    pub(crate) fn close(mut self) -> Result<(), CommandError> {
        if !self.locked {
            return Ok(());
        }
        self.store.unlock().map_err(|problem| error::lock(&problem))
    }
}

/// The backup that is asked for. `-` asks for none, which these commands always
/// make: it is the one named after the time then.
fn backup_or_dated(wanted: Option<PathBuf>, path: &std::path::Path) -> PathBuf {
    let named = wanted.filter(|backup| backup.as_os_str() != "-");
    named.unwrap_or_else(|| dated_backup(path))
}

fn dated_backup(path: &std::path::Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.backup", clock::unix_seconds()));
    name.into()
}

fn acquire(
    store: &mut LocalState,
    timeout: Duration,
    operation: &str,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    let info = LockInfo {
        id: new_uuid()?,
        operation: operation.to_owned(),
        info: String::new(),
        who: who(context.environment),
        version: TERRAFORM_VERSION.to_owned(),
        created: clock::now(),
        path: store.path().display().to_string(),
    };
    let mut announced = false;
    let pause = |pause: Duration| {
        if !announced {
            let text = "Acquiring state lock. This may take a few moments...\n";
            // Whoever cannot read this will see the outcome.
            drop(context.ui.print(text));
            announced = true;
        }
        thread::sleep(pause);
    };
    retry(timeout, pause, || store.lock(&info)).map_err(|problem| error::lock(&problem))
}

/// `user@host`
fn who(environment: &Environment) -> String {
    let named = ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| environment.variable(name).map(str::to_owned));
    let user = named.or_else(user_of_process).unwrap_or_default();
    #[cfg(unix)]
    let host = nix::unistd::gethostname()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    #[cfg(not(unix))]
    let host = environment.variable("COMPUTERNAME").unwrap_or_default();
    format!("{user}@{host}")
}

/// Whose process this is: jobs and containers often have no variable for it.
#[cfg(unix)]
fn user_of_process() -> Option<String> {
    use nix::unistd::{User, getuid};
    let user = User::from_uid(getuid()).ok().flatten();
    Some(user.map_or_else(|| getuid().to_string(), |user| user.name))
}

#[cfg(not(unix))]
fn user_of_process() -> Option<String> {
    None
}

/// 128 random bits in the form of a UUID, as Terraform makes them.
pub(crate) fn new_uuid() -> Result<String, CommandError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|source| {
        CommandError::usage("Failed to draw a random number", source.to_string())
    })?;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    let parts = parts.map(|(start, end)| hex.get(start..end).unwrap_or_default());
    Ok(parts.join("-"))
}
