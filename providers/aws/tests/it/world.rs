//! A machine that is always the same.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, LazyLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use trueup_aws::client::Account;
use trueup_sdk::{
    Answer,
    native::NativeProvider,
    world::{Clock, Random, World},
};

/// 2026-11-29, and no time passes. Pauses are short; what waits for so long
/// that it can only be for something that hangs waits in earnest.
struct Still;

const HANGS: Duration = Duration::from_secs(3);

impl Clock for Still {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_795_910_400)
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        match duration < HANGS {
            true => Box::pin(tokio::time::sleep(Duration::from_millis(1))),
            false => Box::pin(tokio::time::sleep(duration)),
        }
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
        clock: Arc::new(Still),
        random: Arc::new(Sevens),
        working_dir: "/".into(),
        variables: variables
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>(),
    }
}
