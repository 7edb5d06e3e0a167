//! A folder, a home and a process environment of a test's own.

use std::{
    fmt::Write as _,
    io::{Read, Write as _},
    path::PathBuf,
    process::{Command, Output, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_trueup");

/// How long a command may take. One that takes longer will not end at all, and
/// nobody would see what it printed.
pub(crate) const LONGEST: Duration = Duration::from_secs(400);

/// Runs `trueup` where nothing of the machine can be seen.
pub(crate) struct TestEnvironment {
    root: TempDir,
}

impl TestEnvironment {
    /// An empty folder to work in.
    pub(crate) fn new() -> Self {
        let root = TempDir::new().unwrap();
        std::fs::create_dir(root.path().join("home")).unwrap();
        std::fs::create_dir(root.path().join("work")).unwrap();
        TestEnvironment { root }
    }

    /// An environment whose working folder has these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let environment = TestEnvironment::new();
        for (name, text) in files {
            environment.write(name, text);
        }
        environment
    }

    /// The folder commands run in.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// Writes a file below the working folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.work().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Reads a file below the working folder.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.work().join(name)).unwrap()
    }

    /// Runs the command line `arguments` and returns all it printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        self.run_with(arguments, &[], "")
    }

    /// Runs with environment variables and standard input.
    pub(crate) fn run_with(
        &self,
        arguments: &[&str],
        variables: &[(&str, &str)],
        input: &str,
    ) -> String {
        self.finish(self.command(arguments, variables), input)
    }

    /// Runs with so many KiB of address space and seconds of processor time at
    /// most.
    pub(crate) fn run_within(&self, limits: [u32; 2], arguments: &[&str], input: &str) -> String {
        let [kibibytes, seconds] = limits;
        let mut command = Command::new("/bin/sh");
        let script = format!("ulimit -v {kibibytes}; ulimit -t {seconds}; exec \"$0\" \"$@\"");
        command.args(["-c", &script, PROGRAM]).args(arguments);
        command.env_clear();
        self.finish(command, input)
    }

    fn finish(&self, mut command: Command, input: &str) -> String {
        let mut child = command
            .current_dir(self.work())
            .env("HOME", self.root.path().join("home"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that doesn't read its input may be gone already.
        drop(stdin.write_all(input.as_bytes()));
        drop(stdin);
        let stdout = drain(child.stdout.take().unwrap());
        let stderr = drain(child.stderr.take().unwrap());
        let printed = stdout.recv_timeout(LONGEST);
        if printed.is_err() {
            child.kill().unwrap();
        }
        let output = Output {
            stdout: printed.clone().unwrap_or_else(|_| stdout.recv().unwrap()),
            stderr: stderr.recv().unwrap(),
            status: child.wait().unwrap(),
        };
        let transcript = self.transcript(&output);
        assert!(printed.is_ok(), "not over in {LONGEST:?}: {transcript}");
        transcript
    }

    /// The command line `arguments`, not started yet.
    pub(crate) fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(arguments)
            .current_dir(self.work())
            .env_clear()
            .env("HOME", self.root.path().join("home"))
            .envs(variables.iter().copied());
        command
    }

    fn transcript(&self, output: &Output) -> String {
        let mut text = self.redacted(&output.stdout);
        if !output.stderr.is_empty() {
            write!(text, "--- stderr ---\n{}", self.redacted(&output.stderr)).unwrap();
        }
        if !output.status.success() {
            writeln!(text, "--- {} ---", output.status).unwrap();
        }
        text
    }

    fn redacted(&self, bytes: &[u8]) -> String {
        let root = self.root.path().canonicalize().unwrap();
        String::from_utf8_lossy(bytes).replace(&root.display().to_string(), "[ROOT]")
    }
}

/// All that comes from `pipe`, once it is closed.
fn drain(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, drained) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        // Nobody waits any more where the test has failed.
        drop(sender.send(bytes));
    });
    drained
}

/// Holds what was printed against the expected text, `SNAPSHOTS=overwrite`
/// writing it.
#[track_caller]
pub(crate) fn check(actual: String, expected: impl snapbox::IntoData) {
    snapbox::Assert::new()
        .action_env("SNAPSHOTS")
        .normalize_paths(false)
        .eq(actual, expected);
}
