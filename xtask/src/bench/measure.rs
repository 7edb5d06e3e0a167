//! What a finished process has used.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs::File,
    io::{Read, Seek},
    path::Path,
    process::{Child, Command, ExitStatus},
    time::{Duration, Instant},
};

use anyhow::Context;
use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};

/// Time and memory of a process and those it waited for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Usage {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds of processor time.
    pub(crate) cpu: f64,
    /// Peak resident memory in MiB.
    pub(crate) memory: f64,
    /// It was stopped before its end: the figures are lower bounds.
    pub(crate) stopped: bool,
}

impl Usage {
    /// The median of each figure; `all` is not empty.
    pub(crate) fn median(all: &[Usage]) -> Usage {
        let of = |figure: fn(&Usage) -> f64| {
            let mut figures: Vec<f64> = all.iter().map(figure).collect();
            figures.sort_by(f64::total_cmp);
            figures[figures.len() / 2]
        };
        Usage {
            wall: of(|u| u.wall),
            cpu: of(|u| u.cpu),
            memory: of(|u| u.memory),
            stopped: all.iter().any(|u| u.stopped),
        }
    }
}

/// Run one command and print what it used (the kernel only tells a parent of
/// all its children together, so each measurement has a parent of its own)
#[derive(clap::Args)]
pub(crate) struct MeasureArgs {
    /// Stop it after so many seconds
    #[arg(long)]
    limit: u64,

    /// The program and its arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<String>,
}

/// Runs `program` in `dir` under a measuring parent, for `limit` at most.
pub(crate) fn run(
    program: &OsStr,
    arguments: &[String],
    dir: &Path,
    limit: Duration,
) -> anyhow::Result<Usage> {
    run_with(program, arguments, dir, limit, &BTreeMap::new())
}

/// The same with more environment variables.
pub(crate) fn run_with(
    program: &OsStr,
    arguments: &[String],
    dir: &Path,
    limit: Duration,
    variables: &BTreeMap<String, String>,
) -> anyhow::Result<Usage> {
    let output = Command::new(std::env::current_exe()?)
        .args(["measure", "--limit", &limit.as_secs().to_string(), "--"])
        .arg(program)
        .args(arguments)
        .current_dir(dir)
        .envs(variables)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().unwrap_or_default();
    serde_json::from_str(line).with_context(|| {
        format!(
            "could not measure {}: {}",
            program.display(),
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

/// The measuring parent.
pub(crate) fn run_measured(args: &MeasureArgs) -> anyhow::Result<()> {
    let (out, mut err) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let start = Instant::now();
    let child = start_child(&args.command, out, err.try_clone()?)?;
    let status = wait(child, Duration::from_secs(args.limit))?;
    let wall = start.elapsed().as_secs_f64();
    if let Some(status) = status.filter(|status| !status.success()) {
        let mut text = String::new();
        err.rewind()?;
        err.read_to_string(&mut text)?;
        anyhow::bail!("{} {status}: {text}", args.command.join(" "));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |t: nix::sys::time::TimeVal| t.tv_sec() as f64 + t.tv_usec() as f64 / 1e6;
    let measured = Usage {
        wall,
        cpu: seconds(usage.user_time()) + seconds(usage.system_time()),
        memory: usage.max_rss() as f64 / 1024.0,
        stopped: status.is_none(),
    };
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}

fn start_child(command: &[String], out: File, err: File) -> anyhow::Result<Child> {
    Command::new(&command[0])
        .args(&command[1..])
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(std::process::Stdio::null())
        .stdout(out)
        .stderr(err)
        .spawn()
        .with_context(|| format!("could not start {}", command[0]))
}

/// How the child ended; `None` if it had to be killed. A thread watches the
/// clock, so that the end is seen when it comes.
fn wait(mut child: Child, limit: Duration) -> anyhow::Result<Option<ExitStatus>> {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id())?);
    let (ended, end) = std::sync::mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        let late = end.recv_timeout(limit) == Err(std::sync::mpsc::RecvTimeoutError::Timeout);
        late && nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).is_ok()
    });
    let status = child.wait()?;
    drop(ended);
    let killed = watch.join().unwrap_or(false);
    Ok((!killed).then_some(status))
}
