//! The world: files of objects, calls and scripts.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// The folder a world lives in.
#[derive(Clone, Debug)]
pub struct Places(PathBuf);

/// An object as it is in the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Chosen by the world.
    pub id: String,
    /// Chosen by the provider before the object was created.
    pub token: String,
    /// `name`
    pub name: String,
    /// `value`
    pub value: Option<String>,
    /// `fixed`
    pub fixed: Option<String>,
    /// `secret`
    pub secret: Option<String>,
    /// `tags`
    pub tags: Option<BTreeMap<String, String>>,
}

/// What a call does besides its work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Step {
    /// It takes so long.
    pub delay_ms: u64,
    /// It fails with this message.
    pub fail: Option<String>,
    /// It does its work before it fails.
    pub late: bool,
    /// Only the next call does so.
    pub once: bool,
}

impl Places {
    /// The world in `folder`, which is made when it is first needed.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Places(folder.into())
    }

    fn objects_dir(&self) -> PathBuf {
        self.0.join("objects")
    }

    fn object_path(&self, id: &str) -> PathBuf {
        self.objects_dir().join(format!("{id}.json"))
    }

    fn script_path(&self, name: &str, call: &str) -> PathBuf {
        self.0.join("script").join(format!("{name}.{call}"))
    }

    /// All objects, by ID.
    ///
    /// # Errors
    /// The files cannot be read.
    pub fn objects(&self) -> io::Result<Vec<Record>> {
        let mut objects = Vec::new();
        let Some(entries) = absent(fs::read_dir(self.objects_dir()))? else {
            return Ok(objects);
        };
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "json") {
                objects.extend(read(&path)?);
            }
        }
        objects.sort_by(|a: &Record, b| a.id.cmp(&b.id));
        Ok(objects)
    }

    /// The object with this ID, if there is one.
    ///
    /// # Errors
    /// Its file cannot be read.
    pub fn object(&self, id: &str) -> io::Result<Option<Record>> {
        read(&self.object_path(id))
    }

    /// Writes an object, whole or not at all.
    ///
    /// # Errors
    /// Its file cannot be written.
    pub fn put(&self, record: &Record) -> io::Result<()> {
        let text = serde_json::to_string_pretty(record)?;
        write(&self.object_path(&record.id), &text)
    }

    /// Removes an object; it may be gone already.
    ///
    /// # Errors
    /// Its file cannot be removed.
    pub fn remove(&self, id: &str) -> io::Result<()> {
        absent(fs::remove_file(self.object_path(id))).map(drop)
    }

    /// The calls so far: `create NAME` and so on, in their order.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn calls(&self) -> io::Result<Vec<String>> {
        let log = absent(fs::read_to_string(self.0.join("calls.log")))?;
        Ok(log.unwrap_or_default().lines().map(str::to_owned).collect())
    }

    /// Forgets the calls so far.
    ///
    /// # Errors
    /// The log cannot be removed.
    pub fn forget_calls(&self) -> io::Result<()> {
        absent(fs::remove_file(self.0.join("calls.log"))).map(drop)
    }

    /// Says what the next calls of a kind on an object called `name` do.
    ///
    /// # Errors
    /// The script cannot be written.
    pub fn script(&self, name: &str, call: &str, step: &Step) -> io::Result<()> {
        let text = serde_json::to_string(step)?;
        write(&self.script_path(name, call), &text)
    }

    /// Logs a call and takes what the script says of it.
    pub(crate) fn begin(&self, name: &str, call: &str) -> io::Result<Step> {
        fs::create_dir_all(&self.0)?;
        let log = self.0.join("calls.log");
        let mut log = OpenOptions::new().create(true).append(true).open(log)?;
        // One write, so that lines of calls at the same time do not mix.
        log.write_all(format!("{call} {name}\n").as_bytes())?;
        let path = self.script_path(name, call);
        let Some(step) = read::<Step>(&path)? else {
            return Ok(Step::default());
        };
        if step.once {
            fs::remove_file(path)?;
        }
        Ok(step)
    }
}

fn absent<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}

fn read<T: for<'a> Deserialize<'a>>(path: &Path) -> io::Result<Option<T>> {
    let Some(text) = absent(fs::read(path))? else {
        return Ok(None);
    };
    Ok(Some(serde_json::from_slice(&text)?))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension("new");
    fs::write(&beside, text)?;
    fs::rename(beside, path)
}
