//! The flags that set a chart's values, in the order Helm applies them.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};
use trueup_helm::{ChartError, Setting, load_values, merge, set};

use crate::error::CommandError;

/// Where values come from.
#[derive(clap::Args, Debug, Default)]
pub(crate) struct ValuesFlags {
    /// Set values from a YAML file ("-" for standard input); may be given
    /// several times
    #[arg(short = 'f', long, value_name = "FILE", value_delimiter = ',')]
    values: Vec<PathBuf>,

    /// Set values: key1=val1,key2=val2; may be given several times
    #[arg(long, value_name = "VALUES")]
    set: Vec<String>,

    /// Set values that are strings whatever they look like
    #[arg(long, value_name = "VALUES")]
    set_string: Vec<String>,

    /// Set values from files: key1=path1,key2=path2
    #[arg(long, value_name = "VALUES")]
    set_file: Vec<String>,

    /// Set values that are JSON, or all of a JSON object
    #[arg(long, value_name = "VALUES")]
    set_json: Vec<String>,

    /// Set one value to all that follows the equals sign
    #[arg(long, value_name = "VALUE")]
    set_literal: Vec<String>,
}

impl ValuesFlags {
    /// All values laid over each other.
    ///
    /// # Errors
    /// In Helm's words.
    pub(crate) fn merged(&self) -> Result<Map<String, Value>, CommandError> {
        let mut values = Map::new();
        for path in &self.values {
            merge(&mut values, self.file(path)?);
        }
        let read = |path: &str| read_text(Path::new(path));
        let flags = [
            (&self.set_json, Setting::Json),
            (&self.set, Setting::Typed),
            (&self.set_string, Setting::Text),
            (&self.set_file, Setting::File(&read)),
            (&self.set_literal, Setting::Literal),
        ];
        for (texts, setting) in flags {
            for text in texts {
                set(&mut values, text, setting).map_err(chart_error)?;
            }
        }
        Ok(values)
    }

    fn file(&self, path: &Path) -> Result<Map<String, Value>, CommandError> {
        let bytes = read_bytes(path).map_err(chart_error)?;
        load_values(&bytes).map_err(|error| {
            chart_error(ChartError::new(format!(
                "failed to parse {}: {error}",
                path.display()
            )))
        })
    }
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, ChartError> {
    let refused =
        |error: io::Error| ChartError::new(format!("open {}: {}", path.display(), words(&error)));
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(refused)?;
        return Ok(bytes);
    }
    std::fs::read(path).map_err(refused)
}

fn read_text(path: &Path) -> Result<String, ChartError> {
    let bytes = read_bytes(path)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What Go calls the error.
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::IsADirectory => "is a directory".into(),
        _ => error.to_string(),
    }
}

/// A chart's error as Helm reports it: one line, no summary.
pub(crate) fn chart_error(error: ChartError) -> CommandError {
    CommandError::Helm(error.to_string())
}
