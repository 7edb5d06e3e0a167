//! Time that passes only while somebody waits for it.

use std::{
    collections::BTreeMap,
    future::Future,
    io,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::{Duration, SystemTime},
};

use trueup_sdk::{
    Answer,
    world::{Clock, Random},
};

/// A clock that stands still until [`FakeClock::run`] finds that nothing can
/// go on without it; then it is as late as the first one waits for.
#[derive(Clone, Debug, Default)]
pub struct FakeClock(Arc<Mutex<Hands>>);

#[derive(Debug, Default)]
struct Hands {
    /// Since 1970 began.
    now: Duration,
    waiting: BTreeMap<(Duration, u64), Waker>,
    tickets: u64,
}

impl FakeClock {
    /// A clock that stands at 1970.
    pub fn new() -> Self {
        FakeClock::default()
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much time has passed.
    pub fn elapsed(&self) -> Duration {
        self.hands().now
    }

    /// Runs a future to its end.
    ///
    /// # Panics
    /// It waits for something that is not this clock.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&flag));
        let mut context = Context::from_waker(&waker);
        loop {
            while flag.0.swap(false, Ordering::AcqRel) {
                if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                    return output;
                }
            }
            assert!(self.advance(), "nothing goes on, whatever the time");
        }
    }

    /// Moves on to the next time anybody waits for.
    fn advance(&self) -> bool {
        let waker = {
            let mut hands = self.hands();
            let Some(((time, _), waker)) = hands.waiting.pop_first() else {
                return false;
            };
            hands.now = hands.now.max(time);
            waker
        };
        waker.wake();
        true
    }
}

impl Clock for FakeClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        let mut hands = self.hands();
        hands.tickets += 1;
        Box::pin(Nap {
            clock: self.clone(),
            key: (hands.now + duration, hands.tickets),
        })
    }
}

/// Somebody who waits; in the clock's list as long as that lasts.
struct Nap {
    clock: FakeClock,
    key: (Duration, u64),
}

impl Future for Nap {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut hands = self.clock.hands();
        if hands.now >= self.key.0 {
            return Poll::Ready(());
        }
        hands.waiting.insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Nap {
    fn drop(&mut self) {
        self.clock.hands().waiting.remove(&self.key);
    }
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

/// Randomness that anybody can guess: the same for the same seed.
#[derive(Debug)]
pub struct FakeRandom(AtomicU64);

impl FakeRandom {
    /// The numbers that follow from `seed`.
    pub fn new(seed: u64) -> Self {
        FakeRandom(AtomicU64::new(seed))
    }

    /// SplitMix64.
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let state = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Random for FakeRandom {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        for chunk in bytes.chunks_mut(8) {
            let drawn = self.next().to_le_bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
        Ok(())
    }
}
