//! `cargo xtask sandbox up | down | status | env | test`
//!
//! `up` leaves a process behind that holds the sandbox; its parts end with it,
//! however it ends.

use std::{
    env, fs,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde::{Deserialize, Serialize};
use trueup_sandbox::{Cache, Description, Options, Part, Sandbox, build};

use crate::process::{run as run_program, workspace_root};

/// A Kubernetes control plane and an AWS emulator on this machine
#[derive(clap::Args)]
pub(crate) struct SandboxArgs {
    #[command(subcommand)]
    task: SandboxTask,

    /// Which of several sandboxes
    #[arg(long, global = true, default_value = "default")]
    name: String,
}

#[derive(clap::Subcommand)]
enum SandboxTask {
    /// Start it, building it first if need be (minutes, once)
    Up {
        #[command(flatten)]
        content: Content,
    },
    /// Stop it and delete its files
    Down,
    /// Tell whether it runs, and where everything is
    Status,
    /// Print the environment that points programs at it, for `eval`
    Env,
    /// Run its own tests
    Test,
    /// Hold it until asked to stop
    #[command(hide = true)]
    Hold {
        #[command(flatten)]
        content: Content,
    },
}

/// What is in a sandbox.
#[derive(clap::Args, Clone, Copy)]
pub(crate) struct Content {
    /// How many simulated nodes to register
    #[arg(long, default_value_t = 1)]
    pub(crate) nodes: u32,

    /// Run the stand-in for the AWS load balancer controller, too
    #[arg(long)]
    pub(crate) load_balancer_controller: bool,
}

/// What the holder writes once everything is ready.
#[derive(Serialize, Deserialize)]
pub(crate) struct Held {
    pid: i32,
    /// The processes that end when it does.
    parts: Vec<u32>,
    pub(crate) description: Description,
}

pub(crate) fn run(args: &SandboxArgs) -> anyhow::Result<()> {
    let place = Place::of(&args.name)?;
    match args.task {
        SandboxTask::Up { content } => place.up(content),
        SandboxTask::Down => place.down(),
        SandboxTask::Status => place.status(),
        SandboxTask::Env => place.env(),
        SandboxTask::Test => test(),
        SandboxTask::Hold { content } => place.hold(content),
    }
}

fn is_alive(pid: i32) -> bool {
    kill(Pid::from_raw(pid), None).is_ok()
}

/// The tests of the parts that are not Rust.
pub(crate) fn test() -> anyhow::Result<()> {
    let sources = workspace_root().join("tests/sandbox");
    let programs = build(&Cache::of_user()?)?;
    let mut go = Command::new("go");
    go.args(["test", "-trimpath", "./eks/...", "./faults/..."]);
    run_program(
        go.env("CGO_ENABLED", "0")
            .current_dir(sources.join("server")),
    )?;
    let mut python = Command::new(&programs.python);
    python.args(["-B", "-W", "ignore", "test_corrections.py"]);
    run_program(python.current_dir(sources.join("emulator")))
}

/// The folder of one sandbox.
pub(crate) struct Place {
    name: String,
    dir: PathBuf,
}

/// How long a sandbox may take to stop.
const GRACE: Duration = Duration::from_secs(30);

impl Place {
    pub(crate) fn of(name: &str) -> anyhow::Result<Place> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if name.is_empty() || !name.chars().all(plain) {
            bail!("a sandbox is named with letters, digits, - and _ only");
        }
        Ok(Place {
            name: name.to_owned(),
            dir: workspace_root().join("target/sandbox").join(name),
        })
    }

    fn file(&self) -> PathBuf {
        self.dir.join("sandbox.json")
    }

    /// The sandbox that runs here, if one does.
    pub(crate) fn held(&self) -> anyhow::Result<Option<Held>> {
        let Ok(text) = fs::read_to_string(self.file()) else {
            return Ok(None);
        };
        let held: Held = serde_json::from_str(&text)
            .with_context(|| format!("could not read {}", self.file().display()))?;
        Ok(is_alive(held.pid).then_some(held))
    }

    pub(crate) fn up(&self, content: Content) -> anyhow::Result<()> {
        if self.held()?.is_some() {
            println!("Sandbox {} is up already.", self.name);
            return Ok(());
        }
        build(&Cache::of_user()?)?;
        let start = Instant::now();
        fs::create_dir_all(&self.dir)?;
        drop(fs::remove_file(self.file()));
        let log = self.dir.join("hold.log");
        let mut holder = Command::new(env::current_exe()?)
            .args(["sandbox", "hold", "--name", &self.name])
            .args(["--nodes", &content.nodes.to_string()])
            .args(
                content
                    .load_balancer_controller
                    .then_some("--load-balancer-controller"),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log)?)
            .process_group(0)
            .spawn()?;
        while self.held()?.is_none() {
            if let Some(status) = holder.try_wait()? {
                bail!("{status}\n{}", fs::read_to_string(&log)?);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // Whoever takes it down in this process must not find its remains.
        std::thread::spawn(move || drop(holder.wait()));
        println!(
            "Sandbox {} is up after {:.1} s.",
            self.name,
            start.elapsed().as_secs_f64()
        );
        println!(
            "Point programs at it: eval \"$(cargo xtask sandbox env --name {})\"",
            self.name
        );
        Ok(())
    }

    pub(crate) fn down(&self) -> anyhow::Result<()> {
        let Some(held) = self.held()? else {
            println!("Sandbox {} is not up.", self.name);
            return self.clear();
        };
        kill(Pid::from_raw(held.pid), Signal::SIGTERM)?;
        let start = Instant::now();
        let parts = held.parts.iter().filter_map(|pid| i32::try_from(*pid).ok());
        for pid in parts.chain([held.pid]) {
            while is_alive(pid) {
                if start.elapsed() > GRACE {
                    bail!("process {pid} did not stop");
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        println!("Sandbox {} is down.", self.name);
        self.clear()
    }

    fn clear(&self) -> anyhow::Result<()> {
        match fs::remove_dir_all(&self.dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn status(&self) -> anyhow::Result<()> {
        match self.held()? {
            Some(held) => println!("{}", serde_json::to_string_pretty(&held)?),
            None => println!("Sandbox {} is not up.", self.name),
        }
        Ok(())
    }

    fn env(&self) -> anyhow::Result<()> {
        let held = self.held()?;
        let held = held.with_context(|| {
            format!(
                "sandbox {0} is not up: cargo xtask sandbox up --name {0}",
                self.name
            )
        })?;
        for (name, value) in held.description.environment() {
            println!("export {name}='{value}'");
        }
        Ok(())
    }

    fn hold(&self, content: Content) -> anyhow::Result<()> {
        let options = Options {
            nodes: content.nodes,
            ..Options::default()
        };
        let sandbox = Sandbox::start(build(&Cache::of_user()?)?, &self.dir, &options)?;
        let controller = match content.load_balancer_controller {
            true => Some(sandbox.load_balancer_controller(&[])?),
            false => None,
        };
        let held = Held {
            pid: i32::try_from(std::process::id())?,
            parts: controller
                .iter()
                .map(Part::pid)
                .chain(sandbox.pids())
                .collect(),
            description: sandbox.description().clone(),
        };
        let unfinished = self.dir.join("sandbox.unfinished");
        fs::write(&unfinished, serde_json::to_string_pretty(&held)?)?;
        fs::rename(unfinished, self.file())?;
        loop {
            std::thread::park();
        }
    }
}
