//! Programs that provisioners run.
//!
//! The engine starts nothing by itself: it asks [`Processes`], and hears of
//! output and end through [`Events`], from whatever thread they come.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{self, Read},
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    task::{Poll, Waker},
};

/// A program to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The program and its arguments.
    pub arguments: Vec<String>,
    /// Where it runs; where the run itself does without.
    pub directory: Option<PathBuf>,
    /// Variables added to the environment.
    pub environment: Vec<(String, String)>,
}

/// Starts programs.
pub trait Processes: Send + Sync {
    /// Starts a program and returns at once. Everything it writes goes to
    /// `events`, and how it ended.
    fn start(&self, command: Command, events: Events);
}

/// Hears what becomes of a program. Dropped before the end was told, it
/// tells that the program was lost.
#[derive(Debug)]
pub struct Events(Arc<Mutex<Heard>>);

/// What was heard and not looked at yet.
#[derive(Debug, Default)]
struct Heard {
    output: VecDeque<Vec<u8>>,
    ended: Option<Result<(), String>>,
    waker: Option<Waker>,
}

/// The other end of [`Events`].
pub(crate) struct Running(Arc<Mutex<Heard>>);

/// What a running program does next.
pub(crate) enum Event {
    /// It wrote something.
    Output(Vec<u8>),
    /// It ended; the error is how.
    End(Result<(), String>),
}

impl Events {
    pub(crate) fn channel() -> (Events, Running) {
        let shared = Arc::new(Mutex::new(Heard::default()));
        (Events(Arc::clone(&shared)), Running(shared))
    }

    /// The program wrote something, to either stream.
    pub fn output(&self, bytes: &[u8]) {
        self.tell(|heard| heard.output.push_back(bytes.to_owned()));
    }

    /// The program ended: well, or as the error says, such as
    /// `exit status 1`.
    pub fn end(self, how: Result<(), String>) {
        self.tell(|heard| heard.ended = Some(how));
    }

    fn tell(&self, change: impl FnOnce(&mut Heard)) {
        let waker = {
            let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            change(&mut heard);
            heard.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.tell(|heard| {
            let lost = || Err("nobody knows how it ended".to_owned());
            heard.ended.get_or_insert_with(lost);
        });
    }
}

impl Running {
    pub(crate) async fn next(&self) -> Event {
        std::future::poll_fn(|context| {
            let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(bytes) = heard.output.pop_front() {
                return Poll::Ready(Event::Output(bytes));
            }
            if let Some(how) = heard.ended.take() {
                return Poll::Ready(Event::End(how));
            }
            heard.waker = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

/// Starts real programs, each watched by a thread of its own.
#[derive(Clone, Debug, Default)]
pub struct LocalProcesses {
    /// The environment they start from.
    pub environment: Arc<BTreeMap<String, String>>,
    /// Where they run, and what directories given to them are relative to;
    /// where this process runs if there is none.
    pub directory: Option<PathBuf>,
}

impl Processes for LocalProcesses {
    fn start(&self, command: Command, events: Events) {
        let mut process = std::process::Command::new(command.arguments.first().map_or("", |a| a));
        process
            .args(command.arguments.iter().skip(1))
            .env_clear()
            .envs(self.environment.iter())
            .envs(command.environment.iter().map(|(k, v)| (k, v)))
            .stdin(Stdio::null());
        let directory = match (&self.directory, &command.directory) {
            (Some(base), Some(given)) => Some(base.join(given)),
            (base, given) => given.clone().or_else(|| base.clone()),
        };
        if let Some(directory) = directory {
            process.current_dir(directory);
        }
        let watched = std::thread::Builder::new().name("provisioner".to_owned());
        // Without a thread the events are dropped, which is an answer, too.
        let _ = watched.spawn(move || {
            let how = run(process, &command, &events);
            events.end(how);
        });
    }
}

fn run(
    mut process: std::process::Command,
    command: &Command,
    events: &Events,
) -> Result<(), String> {
    let plain = |error: io::Error| describe(&error);
    let (mut reader, writer) = io::pipe().map_err(plain)?;
    process.stdout(writer.try_clone().map_err(plain)?);
    process.stderr(writer);
    let mut child = process.spawn().map_err(|error| match &command.directory {
        Some(directory) if process.get_current_dir().is_some_and(|d| !d.is_dir()) => {
            format!("chdir {}: {}", directory.display(), describe(&error))
        }
        _ => {
            let program = command.arguments.first().map_or("", |a| a);
            format!("fork/exec {program}: {}", describe(&error))
        }
    })?;
    // The writing ends this side holds must go, or reading never ends.
    drop(process);
    let mut buffer = [0_u8; 8192];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => events.output(buffer.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(ended(status)),
        Err(error) => Err(describe(&error)),
    }
}

/// The message without the number of the error.
fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or_default();
    let mut letters = plain.chars();
    let first = letters.next().map(|c| c.to_lowercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

fn ended(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        let name = match signal {
            1 => "hangup",
            2 => "interrupt",
            3 => "quit",
            6 => "aborted",
            9 => "killed",
            11 => "segmentation fault",
            13 => "broken pipe",
            15 => "terminated",
            other => return format!("signal {other}"),
        };
        return format!("signal: {name}");
    }
    match status.code() {
        Some(code) => format!("exit status {code}"),
        None => "it did not end by itself".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a program of the shell writes, and how it ends.
    fn shell(arguments: &[&str], directory: Option<&str>) -> (String, Result<(), String>) {
        let (events, running) = Events::channel();
        let command = Command {
            arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
            directory: directory.map(PathBuf::from),
            environment: vec![("X".into(), "y".into())],
        };
        LocalProcesses::default().start(command, events);
        let mut output = Vec::new();
        futures_executor::block_on(async {
            loop {
                match running.next().await {
                    Event::Output(bytes) => output.extend(bytes),
                    Event::End(how) => return (String::from_utf8_lossy(&output).into(), how),
                }
            }
        })
    }

    #[test]
    fn programs_run_and_end_as_terraform_tells_it() {
        let sh = |text: &str| shell(&["/bin/sh", "-c", text], None);
        let error = |how: &str| Err(how.to_owned());
        assert_eq!(sh("echo $X; echo $HOME"), ("y\n\n".into(), Ok(())));
        assert_eq!(sh("echo a; echo b >&2").0, "a\nb\n");
        assert_eq!(sh("exit 3"), (String::new(), error("exit status 3")));
        assert_eq!(sh("kill -9 $$").1, error("signal: killed"));
        assert_eq!(
            shell(&["/nonexistent/foo", "x"], None).1,
            error("fork/exec /nonexistent/foo: no such file or directory")
        );
        assert_eq!(
            shell(&["/bin/sh", "-c", "x"], Some("/nonexistent")).1,
            error("chdir /nonexistent: no such file or directory")
        );
    }

    #[test]
    fn what_is_dropped_is_lost() {
        let (events, running) = Events::channel();
        drop(events);
        let Event::End(how) = futures_executor::block_on(running.next()) else {
            panic!("the end");
        };
        assert_eq!(how, Err("nobody knows how it ended".to_owned()));
    }
}
