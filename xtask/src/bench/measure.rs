//! What a finished process has used.

use std::{ffi::OsStr, path::Path, process::Command, time::Instant};

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
        }
    }
}

/// Run one command and print what it used (the kernel only tells a parent of
/// all its children together, so each measurement has a parent of its own)
#[derive(clap::Args)]
pub(crate) struct MeasureArgs {
    /// The program and its arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<String>,
}

/// Runs `program` in `dir` under a measuring parent.
pub(crate) fn run(program: &OsStr, arguments: &[String], dir: &Path) -> anyhow::Result<Usage> {
    let output = Command::new(std::env::current_exe()?)
        .args(["measure", "--"])
        .arg(program)
        .args(arguments)
        .current_dir(dir)
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
    let start = Instant::now();
    let output = Command::new(&args.command[0])
        .args(&args.command[1..])
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .with_context(|| format!("could not start {}", args.command[0]))?;
    let wall = start.elapsed().as_secs_f64();
    anyhow::ensure!(
        output.status.success(),
        "{} {}: {}",
        args.command.join(" "),
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |t: nix::sys::time::TimeVal| t.tv_sec() as f64 + t.tv_usec() as f64 / 1e6;
    let measured = Usage {
        wall,
        cpu: seconds(usage.user_time()) + seconds(usage.system_time()),
        memory: usage.max_rss() as f64 / 1024.0,
    };
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}
