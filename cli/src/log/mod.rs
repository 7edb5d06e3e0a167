//! The log `TF_LOG` asks for: what a run does, a line each, for those who look
//! for a fault.
//!
//! It holds addresses, actions, counts and times, and no values: neither those
//! of flags and variables nor those of objects.

mod observer;

use std::{
    fmt,
    fs::OpenOptions,
    io::Write,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::json;

pub(crate) use observer::Logged;

use crate::{environment::Environment, states::clock, ui::Ui};

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// Where the log goes; nowhere unless somebody asked for one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Option<Arc<Inner>>);

struct Inner {
    level: Level,
    json: bool,
    out: Mutex<Box<dyn Write + Send>>,
}

/// What `TF_LOG` says.
enum Wanted {
    Nothing,
    Lines(Level),
    Json,
    /// What it says is no level: everything, and a line about that.
    Unclear,
}

impl Log {
    /// The log that `TF_LOG`, or else `TF_LOG_CORE`, asks for: on standard
    /// error, or at the end of the file `TF_LOG_PATH`. A file that cannot be
    /// opened is complained about; the run goes on without a log.
    pub(crate) fn of(environment: &Environment, ui: &Ui) -> Self {
        let wanted = environment.variable("TF_LOG");
        let wanted = wanted.or_else(|| environment.variable("TF_LOG_CORE"));
        let (level, json) = match wanted.map_or(Wanted::Nothing, parse) {
            Wanted::Nothing => return Log::default(),
            Wanted::Lines(level) => (level, false),
            Wanted::Json => (Level::Trace, true),
            Wanted::Unclear => (Level::Trace, false),
        };
        let out = match environment.variable("TF_LOG_PATH") {
            None => Box::new(std::io::stderr()) as Box<dyn Write + Send>,
            Some(path) => match open(Path::new(path)) {
                Ok(file) => Box::new(file),
                Err(error) => {
                    ui.complain(&format!("Error opening log file: {path}: {error}\n"));
                    return Log::default();
                }
            },
        };
        let log = Log(Some(Arc::new(Inner {
            level,
            json,
            out: Mutex::new(out),
        })));
        if let (Some(text), Wanted::Unclear) = (wanted, wanted.map_or(Wanted::Nothing, parse)) {
            log.write(Level::Warn, || {
                format!(
                    "Invalid log level: {text:?}. Defaulting to level: TRACE. Valid levels are: [TRACE DEBUG INFO WARN ERROR OFF JSON]"
                )
            });
        }
        log
    }

    /// Writes a line, if it is wanted.
    pub(crate) fn write(&self, level: Level, message: impl FnOnce() -> String) {
        let Some(inner) = self.0.as_ref().filter(|inner| level <= inner.level) else {
            return;
        };
        let (now, message) = (clock::now_micros(), message());
        let line = match inner.json {
            true => json!({
                "@level": level.word().to_lowercase(),
                "@message": message,
                "@module": "trueup",
                "@timestamp": now,
            })
            .to_string(),
            false => format!("{now} {:7} {message}", format!("[{}]", level.word())),
        };
        let mut out = inner.out.lock().unwrap_or_else(PoisonError::into_inner);
        // A log that cannot be written stops nothing.
        drop(writeln!(out, "{line}").and_then(|()| out.flush()));
    }
}

fn open(path: &Path) -> std::io::Result<std::fs::File> {
    OpenOptions::new().create(true).append(true).open(path)
}

fn parse(text: &str) -> Wanted {
    match text.to_uppercase().as_str() {
        "OFF" => Wanted::Nothing,
        "ERROR" => Wanted::Lines(Level::Error),
        "WARN" => Wanted::Lines(Level::Warn),
        "INFO" => Wanted::Lines(Level::Info),
        "DEBUG" => Wanted::Lines(Level::Debug),
        "TRACE" => Wanted::Lines(Level::Trace),
        "JSON" => Wanted::Json,
        _ => Wanted::Unclear,
    }
}

/// A command line without anything that may be secret: its words up to the
/// first flag, and the names of flags.
pub(crate) fn outline(arguments: &[String]) -> String {
    let words = arguments.iter().take_while(|a| !a.starts_with('-'));
    let flags = arguments.iter().filter(|a| a.starts_with('-'));
    let flags = flags.map(|flag| flag.split('=').next().unwrap_or(flag));
    let all: Vec<&str> = words.map(String::as_str).chain(flags).collect();
    all.join(" ")
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Level::Error => "ERROR",
            Level::Warn => "WARN",
            Level::Info => "INFO",
            Level::Debug => "DEBUG",
            Level::Trace => "TRACE",
        }
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}
