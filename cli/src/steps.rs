//! The steps of a run, counted: for tests that end the process at one of them
//! or let one fail.
//!
//! ```text
//! TRUEUP_STEPS_LOG=FILE   a line for each step
//! TRUEUP_STEPS_KILL=N     the process is killed at step N
//! TRUEUP_STEPS_FAIL=N     step N fails as on a full disk
//! TRUEUP_STEPS_FAIL=N+    so do all steps after it that need space
//! ```

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use trueup_sdk::{
    Answer, ApplyRequest, ApplyResponse, Configuration, Configured, Imported, Interrupted,
    PlanRequest, PlanResponse, Problem, Provider, ProviderSchema, ReadRequest, ReadResponse,
    Recovery,
};
use trueup_state::disk::{Disk, Step, Watch};
use trueup_value::Value;

/// Counts steps.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    count: AtomicU64,
    log: Option<PathBuf>,
    kill: Option<u64>,
    fail: Option<(u64, bool)>,
}

impl Steps {
    /// What the process's environment asks for.
    pub(crate) fn of_process() -> Arc<Self> {
        let text = |name: &str| std::env::var(name).ok();
        let fail = text("TRUEUP_STEPS_FAIL").and_then(|text| {
            let number = text.trim_end_matches('+');
            Some((number.parse().ok()?, text.ends_with('+')))
        });
        Arc::new(Steps {
            count: AtomicU64::new(0),
            log: text("TRUEUP_STEPS_LOG").map(PathBuf::from),
            kill: text("TRUEUP_STEPS_KILL").and_then(|text| text.parse().ok()),
            fail,
        })
    }

    /// The disk with these steps counted.
    pub(crate) fn disk(self: &Arc<Self>) -> Disk {
        Disk::watched(Arc::new(OnDisk(Arc::clone(self))))
    }

    /// Takes the next step: its number.
    fn next(&self, what: &str) -> u64 {
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        if let Some(log) = &self.log
            && let Ok(mut log) = OpenOptions::new().create(true).append(true).open(log)
        {
            // A test that misses lines fails by itself.
            let _ = writeln!(log, "{what}");
        }
        if self.kill == Some(number) {
            let _ = kill(Pid::this(), Signal::SIGKILL);
            loop {
                std::thread::park();
            }
        }
        number
    }
}

struct OnDisk(Arc<Steps>);

impl Watch for OnDisk {
    fn before(&self, step: Step, path: &Path) -> io::Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = self.0.next(&format!("before {step:?} {name}"));
        let needs_space = matches!(step, Step::Open | Step::Write | Step::Sync | Step::Link);
        match self.0.fail {
            Some((at, _)) if at == number => Err(io::ErrorKind::StorageFull.into()),
            Some((at, true)) if at < number && needs_space => {
                Err(io::ErrorKind::StorageFull.into())
            }
            _ => Ok(()),
        }
    }

    fn after(&self, step: Step, path: &Path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.0.next(&format!("after {step:?} {name}"));
    }
}

/// A provider whose actions are steps, too.
pub(crate) struct Stepping<P>(pub(crate) P, pub(crate) Arc<Steps>);

impl<P: Provider> Provider for Stepping<P> {
    fn schema(&self) -> &ProviderSchema {
        self.0.schema()
    }

    fn validate_resource(&self, kind: &str, config: &Value) -> Vec<Problem> {
        self.0.validate_resource(kind, config)
    }

    fn configure<'a>(&'a self, config: &'a Value) -> Answer<'a, Configuration> {
        Box::pin(async move {
            let configured = self.0.configure(config).await?;
            let steps = Arc::clone(&self.1);
            Ok(Arc::new(Acting(configured, steps)) as Arc<dyn Configured>)
        })
    }

    fn upgrade<'a>(
        &'a self,
        kind: &'a str,
        version: u64,
        json: &'a str,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        self.0.upgrade(kind, version, json)
    }
}

struct Acting(Arc<dyn Configured>, Arc<Steps>);

impl Configured for Acting {
    fn read<'a>(&'a self, requests: Vec<ReadRequest<'a>>) -> Answer<'a, Vec<ReadResponse>> {
        self.0.read(requests)
    }

    fn plan<'a>(&'a self, request: PlanRequest<'a>) -> Answer<'a, PlanResponse> {
        self.0.plan(request)
    }

    fn identify(&self, kind: &str, planned: &Value) -> Option<String> {
        self.0.identify(kind, planned)
    }

    fn apply<'a>(&'a self, request: ApplyRequest<'a>) -> Answer<'a, ApplyResponse> {
        Box::pin(async move {
            let what = match (request.prior, request.planned) {
                (None, _) => "create",
                (Some(_), Some(_)) => "update",
                (Some(_), None) => "delete",
            };
            self.1.next(&format!("before {what}"));
            let response = self.0.apply(request).await;
            self.1.next(&format!("after {what}"));
            response
        })
    }

    fn import<'a>(
        &'a self,
        kind: &'a str,
        id: &'a str,
    ) -> Answer<'a, Result<Vec<Imported>, Vec<Problem>>> {
        self.0.import(kind, id)
    }

    fn read_data<'a>(
        &'a self,
        kind: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        self.0.read_data(kind, config)
    }

    fn recover<'a>(&'a self, action: Interrupted<'a>) -> Answer<'a, Recovery> {
        self.0.recover(action)
    }
}
