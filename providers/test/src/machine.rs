//! The machine the tests run on.

use std::{
    io,
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, SystemTime},
};

use trueup_sdk::{
    Answer,
    native::off_thread,
    world::{Clock, Random, World},
};

/// This machine as it is: its clock, its randomness, no environment.
pub fn machine(working_dir: PathBuf) -> World {
    World {
        clock: Arc::new(Machine),
        random: Arc::new(Machine),
        working_dir,
        variables: Arc::default(),
    }
}

struct Machine;

impl Clock for Machine {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        let slept = off_thread(move || thread::sleep(duration));
        Box::pin(async move {
            // Without a thread to wait on there is no waiting.
            let _ = slept.await;
        })
    }
}

impl Random for Machine {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        getrandom::fill(bytes).map_err(io::Error::other)
    }
}
