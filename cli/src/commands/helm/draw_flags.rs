//! The flags that say what templates draw: random values and the time.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use trueup_helm::{Moment, Record, Recorder, Seeded, Sources};

use super::{template::sources, values_flags::chart_error};
use crate::error::CommandError;

/// Where random values and the time come from.
#[derive(clap::Args, Debug, Default)]
pub(crate) struct DrawFlags {
    /// Take random values and the time from what --record wrote; what it
    /// doesn't have is drawn anew
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seed", "time"])]
    replay: Option<PathBuf>,

    /// Write down what was drawn, for --replay: all passwords and keys that
    /// were made can be told from it
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// Make random values of this text, the same ones each time: for tests,
    /// since who knows the text knows the passwords
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,

    /// Let the clock stand still at a time, such as 2026-11-29T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    time: Option<Moment>,
}

fn moment(text: &str) -> Result<Moment, String> {
    Moment::parse(text).ok_or_else(|| "give a time such as 2026-11-29T08:00:00Z".to_owned())
}

impl DrawFlags {
    /// Sources for one rendering.
    ///
    /// # Errors
    /// The record can't be read.
    pub(crate) fn recorder(&self) -> Result<Recorder, CommandError> {
        let Sources {
            entropy,
            clock,
            cluster,
        } = sources();
        let sources = Sources {
            cluster,
            entropy: match &self.seed {
                Some(seed) => Arc::new(Seeded::new(seed)),
                None => entropy,
            },
            clock: match self.time {
                Some(moment) => Arc::new(moment),
                None => clock,
            },
        };
        let Some(path) = &self.replay else {
            return Ok(Recorder::new(sources));
        };
        let text = fs::read_to_string(path)
            .map_err(|error| CommandError::io("Failed to read", path, error))?;
        let record = Record::from_json(&text)
            .map_err(|error| chart_error(error.within(format!("reading {}", path.display()))))?;
        Ok(Recorder::replaying(record, sources))
    }

    /// Writes down what was drawn, if that is wanted.
    ///
    /// # Errors
    /// The file can't be written.
    pub(crate) fn keep(&self, recorder: &Recorder) -> Result<(), CommandError> {
        let Some(path) = &self.record else {
            return Ok(());
        };
        write_private(path, &recorder.record().to_json())
            .map_err(|error| CommandError::io("Failed to write", path, error))
    }
}

/// A file that nobody else may read.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}
