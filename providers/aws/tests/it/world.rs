//! A machine that is always the same.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use trueup_aws::client::Account;
use trueup_sdk::{
    Answer,
    native::NativeProvider,
    world::{Clock, Random, World},
};

/// From 2026-11-29 on, time passes only while somebody waits, and then in no
/// time. What waits for so long that it can only be for something that hangs
/// waits in earnest.
#[derive(Default)]
struct Hasty {
    /// In milliseconds.
    passed: Arc<AtomicU64>,
}

const HANGS: Duration = Duration::from_secs(3);

impl Clock for Hasty {
    fn now(&self) -> SystemTime {
        let passed = Duration::from_millis(self.passed.load(Ordering::Relaxed));
        UNIX_EPOCH + Duration::from_secs(1_795_910_400) + passed
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        if duration >= HANGS {
            return Box::pin(tokio::time::sleep(duration));
        }
        let passed = Arc::clone(&self.passed);
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let duration = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
            passed.fetch_add(duration.max(1), Ordering::Relaxed);
        })
    }
}

struct Sevens;

impl Random for Sevens {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

/// The provider on a machine without any environment.
pub(crate) static PROVIDER: LazyLock<NativeProvider<Account>> =
    LazyLock::new(|| trueup_aws::aws(&with(&[])));

/// A machine with this environment.
pub(crate) fn with(variables: &[(&str, &str)]) -> World {
    let variables = variables.iter();
    World {
        clock: Arc::new(Hasty::default()),
        random: Arc::new(Sevens),
        working_dir: "/".into(),
        variables: variables
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>(),
    }
}
