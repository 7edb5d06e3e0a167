//! A service in memory, with weather.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use trueup_sdk::{
    calls::Verdict,
    native::Fields,
    world::{Clock, Random},
};
use trueup_testkit::{FakeClock, FakeRandom, Outside};

/// Why a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Throttled,
    Broken,
    Reset,
    NotFound,
}

impl Refusal {
    pub(crate) fn verdict(&self) -> Verdict {
        match self {
            Refusal::Throttled => Verdict::Throttled { after: None },
            Refusal::Broken => Verdict::Transient { after: None },
            Refusal::Reset => Verdict::Unclear { after: None },
            Refusal::NotFound => Verdict::Final,
        }
    }
}

#[derive(Default)]
struct State {
    things: BTreeMap<String, Fields>,
    made: usize,
    mutations: usize,
    storm: Option<FakeRandom>,
}

/// Holds things by ID; any number of them may have the same name.
#[derive(Clone)]
pub(crate) struct Service {
    state: Arc<Mutex<State>>,
    pub(crate) clock: FakeClock,
}

impl Service {
    pub(crate) fn new() -> Self {
        Service {
            state: Arc::default(),
            clock: FakeClock::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("the state")
    }

    /// A call takes its time on the way there and back, and may not survive
    /// either.
    async fn call<T>(
        &self,
        mutating: bool,
        act: impl FnOnce(&mut State) -> T,
    ) -> Result<T, Refusal> {
        self.clock.sleep(Duration::from_millis(1)).await;
        let (answer, lost) = {
            let mut state = self.state();
            state.mutations += usize::from(mutating);
            let drawn = state.storm.as_ref().map_or(99, |random| {
                let random: &dyn Random = random;
                random.below(100).expect("a number")
            });
            match drawn {
                0..8 => return Err(Refusal::Throttled),
                8..16 => return Err(Refusal::Broken),
                16..23 => return Err(Refusal::Reset),
                23..30 => (act(&mut state), true),
                _ => (act(&mut state), false),
            }
        };
        self.clock.sleep(Duration::from_millis(1)).await;
        match lost {
            true => Err(Refusal::Reset),
            false => Ok(answer),
        }
    }

    pub(crate) async fn create(&self, mut thing: Fields) -> Result<Fields, Refusal> {
        self.call(true, |state| {
            state.made += 1;
            let id = format!("thing-{}", state.made);
            thing.set_text("id", id.as_str());
            state.things.insert(id, thing.clone());
            thing
        })
        .await
    }

    pub(crate) async fn get(&self, id: &str) -> Result<Fields, Refusal> {
        let found = self
            .call(false, |state| state.things.get(id).cloned())
            .await?;
        found.ok_or(Refusal::NotFound)
    }

    pub(crate) async fn find(&self, token: &str) -> Result<Option<Fields>, Refusal> {
        self.call(false, |state| {
            let mut things = state.things.values();
            things
                .find(|thing| thing.text("token") == Some(token))
                .cloned()
        })
        .await
    }

    pub(crate) async fn put(&self, thing: Fields) -> Result<(), Refusal> {
        let put = self.call(true, |state| {
            let id = thing.text("id").unwrap_or_default().to_owned();
            state.things.get_mut(&id).map(|there| *there = thing)
        });
        put.await?.ok_or(Refusal::NotFound)
    }

    pub(crate) async fn delete(&self, id: &str) -> Result<(), Refusal> {
        let gone = self.call(true, |state| state.things.remove(id)).await?;
        gone.map(drop).ok_or(Refusal::NotFound)
    }
}

impl Outside for Service {
    fn mutations(&self) -> Option<usize> {
        Some(self.state().mutations)
    }

    fn count(&self, _: &str, unique: &str) -> Option<usize> {
        let state = self.state();
        let named = |thing: &&Fields| thing.text("name").is_some_and(|name| name.contains(unique));
        Some(state.things.values().filter(named).count())
    }

    fn storm(&self, seed: u64) -> bool {
        self.state().storm = Some(FakeRandom::new(seed));
        true
    }

    fn calm(&self) {
        self.state().storm = None;
    }
}
