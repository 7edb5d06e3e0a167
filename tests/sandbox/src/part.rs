//! A process that lives as long as its handle.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde::de::DeserializeOwned;

/// A running part of a sandbox. It stops when this is dropped, and when the
/// process that holds it dies, because its standard input ends then.
#[derive(Debug)]
pub struct Part {
    child: Child,
    name: &'static str,
    log: PathBuf,
}

/// How long a part may take to get ready.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long it may take to stop.
const GRACE: Duration = Duration::from_secs(15);

impl Part {
    /// Starts a part and waits for the line of JSON by which it says that it
    /// is ready. What it has to say otherwise goes to `NAME.log` in `dir`.
    ///
    /// # Errors
    /// That it cannot be started, ends early, or takes too long; with its log.
    pub fn start<T: DeserializeOwned + Send + 'static>(
        name: &'static str,
        mut command: Command,
        dir: &Path,
    ) -> anyhow::Result<(Part, T)> {
        let log = dir.join(format!("{name}.log"));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("could not start the {name}"))?;
        let out = child.stdout.take().context("no standard output")?;
        let part = Part { child, name, log };
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(out).lines();
            drop(sender.send(lines.next()));
            for _ in lines {}
        });
        let line = match receiver.recv_timeout(PATIENCE) {
            Ok(Some(line)) => line?,
            Ok(None) => return Err(part.failure("ended before it was ready")),
            Err(_) => return Err(part.failure("was not ready in time")),
        };
        let ready = serde_json::from_str(&line).map_err(|_| part.failure(&line))?;
        Ok((part, ready))
    }

    fn failure(&self, what: &str) -> anyhow::Error {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(20).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        anyhow!("the {} {what}\n{}", self.name, last.join("\n"))
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, and waits until it has.
    ///
    /// # Errors
    /// It had to be killed.
    pub fn stop(mut self) -> anyhow::Result<()> {
        self.end()
    }

    /// Kills it without a word, as a crash would.
    ///
    /// # Errors
    /// It cannot be killed.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn end(&mut self) -> anyhow::Result<()> {
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        let pid = Pid::from_raw(i32::try_from(self.child.id())?);
        kill(pid, Signal::SIGTERM)?;
        let start = Instant::now();
        while start.elapsed() < GRACE {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.child.kill()?;
        self.child.wait()?;
        bail!("the {} did not stop and was killed", self.name);
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // There is nobody to tell.
        drop(self.end());
    }
}
