//! The flags that set a chart's values, in the order Helm applies them.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

use trueup_helm::{ChartError, Given, Setting, set};

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
    /// All values laid over each other, with where each was set.
    ///
    /// # Errors
    /// In Helm's words.
    pub(crate) fn given(&self) -> Result<Given, CommandError> {
        let mut given = Given::default();
        for path in &self.values {
            let name = path.display().to_string();
            let bytes = read_bytes(path).map_err(chart_error)?;
            given.file(&name, &bytes).map_err(|error| {
                chart_error(ChartError::new(format!("failed to parse {name}: {error}")))
            })?;
        }
        let read = |path: &str| read_text(Path::new(path));
        let flags = [
            ("--set-json", &self.set_json, Setting::Json),
            ("--set", &self.set, Setting::Typed),
            ("--set-string", &self.set_string, Setting::Text),
            ("--set-file", &self.set_file, Setting::File(&read)),
            ("--set-literal", &self.set_literal, Setting::Literal),
        ];
        for (flag, texts, setting) in flags {
            for text in texts {
                let typed = format!("{flag} {text}");
                let apply = |values: &mut _| set(values, text, setting);
                given.flag(&typed, apply).map_err(chart_error)?;
            }
        }
        Ok(given)
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
