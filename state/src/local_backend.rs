//! The local backend: a file for each workspace.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    LocalError, Snapshot, StateFile,
    backend::{Backend, BackendError, DEFAULT_WORKSPACE, StateStore},
    disk::{self, Disk},
    local::io_error,
    lock::{FileLock, LockError, LockInfo},
};

const FILE_NAME: &str = "terraform.tfstate";

/// States in files: `terraform.tfstate`, and
/// `terraform.tfstate.d/NAME/terraform.tfstate` for the other workspaces.
#[derive(Clone, Debug)]
pub struct LocalBackend {
    /// The state of the default workspace; `path` of the backend block.
    pub path: PathBuf,
    /// The folder of the other workspaces; `workspace_dir` of the block.
    pub workspace_dir: PathBuf,
    /// Read this file instead, whatever the workspace; `-state`.
    pub state: Option<PathBuf>,
    /// Write to this file instead of the one that is read; `-state-out`.
    pub state_out: Option<PathBuf>,
    /// Keep the backup here; `-backup`. `-` is none.
    pub backup: Option<PathBuf>,
    /// Where files are changed.
    pub disk: Disk,
}

impl Default for LocalBackend {
    fn default() -> Self {
        LocalBackend {
            path: FILE_NAME.into(),
            workspace_dir: "terraform.tfstate.d".into(),
            state: None,
            state_out: None,
            backup: None,
            disk: Disk::default(),
        }
    }
}

impl LocalBackend {
    /// The file the state of `workspace` is read from.
    pub fn path_of(&self, workspace: &str) -> PathBuf {
        match &self.state {
            Some(path) => path.clone(),
            None if workspace == DEFAULT_WORKSPACE => self.path.clone(),
            None => self.workspace_dir.join(workspace).join(FILE_NAME),
        }
    }

    /// The state of `workspace`, as what it is.
    pub fn local_state(&self, workspace: &str) -> LocalState {
        let input = self.path_of(workspace);
        let output = self.state_out.clone().unwrap_or_else(|| input.clone());
        let backup = match &self.backup {
            Some(path) if path == Path::new("-") => None,
            Some(path) => Some(path.clone()),
            None => Some(StateFile::new(&output).backup_path()),
        };
        LocalState::new(input, output, backup).on(&self.disk)
    }
}

impl Backend for LocalBackend {
    fn workspaces(&self) -> Result<Vec<String>, BackendError> {
        let dir = &self.workspace_dir;
        let failed = |source| io_error("read", dir, source);
        let mut names = Vec::new();
        match fs::read_dir(self.disk.place(dir)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error).into()),
            Ok(entries) => {
                for entry in entries {
                    let entry = entry.map_err(failed)?;
                    if entry.path().is_dir() {
                        names.extend(entry.file_name().into_string());
                    }
                }
            }
        }
        names.sort();
        names.insert(0, DEFAULT_WORKSPACE.to_owned());
        Ok(names)
    }

    fn state(&self, workspace: &str) -> Box<dyn StateStore> {
        Box::new(self.local_state(workspace))
    }

    fn create_workspace(&self, workspace: &str) -> Result<(), BackendError> {
        if workspace == DEFAULT_WORKSPACE {
            return Ok(());
        }
        let dir = self.workspace_dir.join(workspace);
        fs::create_dir_all(self.disk.place(&dir))
            .map_err(|source| io_error("create", &dir, source).into())
    }

    fn delete_workspace(&self, workspace: &str) -> Result<(), BackendError> {
        if workspace == DEFAULT_WORKSPACE {
            return Err(BackendError::DefaultWorkspace);
        }
        let dir = self.workspace_dir.join(workspace);
        match fs::remove_dir_all(self.disk.place(&dir)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other.map_err(|source| io_error("delete", &dir, source).into()),
        }
    }
}

/// A state in a file, read from one and perhaps written to another.
#[derive(Debug)]
pub struct LocalState {
    input: StateFile,
    output: PathBuf,
    backup: Option<PathBuf>,
    lock: Option<FileLock>,
    backed_up: bool,
    disk: Disk,
}

impl LocalState {
    /// Reads `input`, writes `output`, and keeps what was there in `backup`.
    pub fn new(input: PathBuf, output: PathBuf, backup: Option<PathBuf>) -> Self {
        LocalState {
            input: StateFile::new(input),
            output,
            backup,
            lock: None,
            backed_up: false,
            disk: Disk::default(),
        }
    }

    /// The same, its files changed through `disk`.
    #[must_use]
    pub fn on(mut self, disk: &Disk) -> Self {
        self.disk = disk.clone();
        self.input = self.input.on(disk);
        self
    }

    /// The file that is written.
    pub fn path(&self) -> &Path {
        &self.output
    }

    fn back_up(&mut self, previous: &Snapshot) -> Result<(), LocalError> {
        let Some(path) = &self.backup else {
            return Ok(());
        };
        self.disk
            .replace(path, |out| previous.write(out))
            .map_err(|source| io_error("write", path, source))?;
        self.backed_up = true;
        Ok(())
    }
}

impl StateStore for LocalState {
    fn read(&self) -> Result<Option<Snapshot>, BackendError> {
        Ok(self.input.read()?)
    }

    fn write(
        &mut self,
        snapshot: &Snapshot,
        previous: Option<&Snapshot>,
    ) -> Result<(), BackendError> {
        if let Some(previous) = previous
            && !self.backed_up
            && !snapshot.same_contents(previous)
        {
            self.back_up(previous)?;
        }
        let written = match &mut self.lock {
            Some(lock) => lock.replace(&|out| snapshot.write(out)),
            None => make_parent(&self.disk.place(&self.output))
                .and_then(|()| self.disk.replace(&self.output, |out| snapshot.write(out))),
        };
        written.map_err(|source| io_error("write", &self.output, source).into())
    }

    fn journal_path(&self) -> PathBuf {
        disk::sibling(&self.output, "", ".journal")
    }

    fn disk(&self) -> &Disk {
        &self.disk
    }

    fn settle(&mut self, previous: Option<&Snapshot>) -> Result<(), BackendError> {
        let Some(previous) = previous.filter(|_| self.input.path() != self.output) else {
            return Ok(());
        };
        let there = StateFile::new(&self.output).on(&self.disk).read()?;
        let same = there.as_ref().is_some_and(|there| {
            (there.serial, &there.lineage) == (previous.serial, &previous.lineage)
                && there.same_contents(previous)
        });
        match same {
            true => Ok(()),
            false => self.write(previous, there.as_ref()),
        }
    }

    fn lock(&mut self, info: &LockInfo) -> Result<(), LockError> {
        self.lock = Some(FileLock::acquire(&self.output, info, &self.disk)?);
        Ok(())
    }

    fn unlock(&mut self) -> Result<(), LockError> {
        self.lock.take().map_or(Ok(()), FileLock::release)
    }
}

fn make_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}
