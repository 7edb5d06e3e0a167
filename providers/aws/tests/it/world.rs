//! A machine that is always the same.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, LazyLock},
    time::{Duration, UNIX_EPOCH},
};

use trueup_aws::client::Account;
use trueup_sdk::{
    native::NativeProvider,
    world::{Random, World},
};

use crate::hasty::Hasty;

/// It is 2026-11-29.
const START: Duration = Duration::from_secs(1_795_910_400);

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
        clock: Arc::new(Hasty::since(UNIX_EPOCH + START)),
        random: Arc::new(Sevens),
        working_dir: "/".into(),
        variables: variables
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>()
            .into(),
    }
}
