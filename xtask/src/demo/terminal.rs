//! What the demo shows, and how long it took.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context;

/// More lines than this are not shown whole.
const LONG: usize = 48;

/// Runs `trueup` in a stack and shows what it says.
pub(super) struct Terminal {
    pub(super) trueup: PathBuf,
    pub(super) stack: PathBuf,
    pub(super) environment: BTreeMap<&'static str, String>,
    /// Everything shown so far, for a picture.
    shown: String,
    coloured: bool,
}

impl Terminal {
    pub(super) fn new(trueup: PathBuf, stack: PathBuf, picture: bool) -> Self {
        Terminal {
            trueup,
            stack,
            environment: BTreeMap::new(),
            shown: String::new(),
            coloured: picture || io::stdout().is_terminal(),
        }
    }

    /// What has been shown, with its colours.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// A heading.
    pub(super) fn say(&mut self, text: &str) {
        let line = match self.coloured {
            true => format!("\n\u{1b}[1m# {text}\u{1b}[0m"),
            false => format!("\n# {text}"),
        };
        self.show(&line);
    }

    /// A line.
    pub(super) fn show(&mut self, line: &str) {
        println!("{line}");
        self.shown.push_str(line);
        self.shown.push('\n');
    }

    /// Runs `trueup` with these arguments and shows what it prints; long texts
    /// in short, and whole in a file of the stack.
    pub(super) fn trueup(&mut self, arguments: &[&str], expected: i32) -> anyhow::Result<Duration> {
        self.show(&format!("$ trueup {}", arguments.join(" ")));
        let start = Instant::now();
        let mut command = Command::new(&self.trueup);
        command
            .args(arguments)
            .current_dir(&self.stack)
            .envs(&self.environment)
            .stdin(Stdio::null());
        if self.coloured {
            command.env("CLICOLOR_FORCE", "1");
        }
        let output = command.output().context("could not start trueup")?;
        let took = start.elapsed();
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        self.show_output(arguments.first().copied().unwrap_or_default(), text.trim())?;
        self.show(&format!("({})", seconds(took)));
        let status = output.status.code();
        anyhow::ensure!(
            status == Some(expected),
            "trueup {} ended with {status:?} instead of {expected}:\n{text}",
            arguments.join(" ")
        );
        Ok(took)
    }

    fn show_output(&mut self, name: &str, text: &str) -> anyhow::Result<()> {
        let lines: Vec<&str> = text.lines().filter(|line| !is_progress(line)).collect();
        if lines.len() <= LONG {
            self.show(lines.join("\n").trim());
            return Ok(());
        }
        let file = self.stack.join(format!("{name}.txt"));
        fs::write(&file, format!("{}\n", plain(text)))?;
        for line in lines.iter().filter(|line| is_heading(&plain(line))) {
            self.show(line);
        }
        self.show(&format!(
            "… {} lines in all: {}",
            text.lines().count(),
            relative(&file).display()
        ));
        Ok(())
    }
}

/// A line that says that something has begun, or was looked at.
fn is_progress(line: &str) -> bool {
    let words = [
        ": Reading...",
        ": Read complete after",
        ": Refreshing state...",
        ": Creating...",
        ": Modifying...",
        ": Destroying...",
    ];
    words.iter().any(|word| line.contains(word))
}

/// What a reader looks for first: what happens to which object, and the sum.
fn is_heading(line: &str) -> bool {
    let object = line.starts_with("  # ") || line.starts_with("    # ");
    let sum = [
        "Plan:",
        "No changes.",
        "Apply complete!",
        "Destroy complete!",
    ];
    object || sum.iter().any(|sum| line.starts_with(sum)) || is_done(line)
}

/// A line that tells of an action that is over.
fn is_done(line: &str) -> bool {
    let words = [
        "Creation complete",
        "Destruction complete",
        "Modifications complete",
    ];
    words.iter().any(|word| line.contains(word))
}

/// The text without its colours.
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        plain + part.split_once('m').map_or(part, |(_, rest)| rest)
    })
}

pub(super) fn relative(path: &Path) -> PathBuf {
    let root = crate::process::workspace_root();
    path.strip_prefix(root).unwrap_or(path).to_owned()
}

/// A duration for people.
pub(super) fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}
