//! A token bucket that finds out how much a service bears.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use super::{Pace, elapsed};
use crate::world::Clock;

/// After a call too many, the rate is a bit below what the service bore.
const BELOW: f64 = 0.9;
/// But no less than this portion of what it was.
const CUT: f64 = 0.5;
/// By so much the rate grows with each turn that is taken as soon as it may be,
/// as long as there was no call too many: it may double in two seconds.
const FIRST: f64 = 0.5;
/// The same once there was one.
const FAST: f64 = 0.1;
/// The same in the time after a cut.
const SLOW: f64 = 0.02;
/// So long is that time.
const AFTERMATH: Duration = Duration::from_secs(10);
/// After so long without a call too many, turns are saved up again.
const CALM: Duration = Duration::from_secs(60);
/// Calls that are throttled within this time failed for the same reason.
const EPOCH: Duration = Duration::from_millis(1500);

/// The turns of those who call a family of operations.
pub(super) struct Allowance {
    pace: Pace,
    state: Mutex<State>,
}

struct State {
    rate: f64,
    /// The last turn that may be taken.
    allowed: f64,
    /// When that was so.
    at: Option<SystemTime>,
    /// The last turn anybody waits for or has taken.
    drawn: f64,
    cut_at: Option<SystemTime>,
    good: Good,
}

/// Calls the service bore, second by second.
#[derive(Default)]
struct Good {
    second: u64,
    now: f64,
    before: f64,
}

impl Allowance {
    pub(super) fn new(pace: Pace) -> Self {
        Allowance {
            pace,
            state: Mutex::new(State {
                rate: pace.rate,
                allowed: pace.burst.max(1.0),
                at: None,
                drawn: 0.0,
                cut_at: None,
                good: Good::default(),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn rate(&self) -> f64 {
        self.state().rate
    }

    /// Waits for a turn, first come, first served.
    pub(super) async fn turn(&self, clock: &dyn Clock) {
        let turn = {
            let mut state = self.state();
            state.drawn += 1.0;
            state.drawn
        };
        while let Some(wait) = self.wait(turn, clock.now()) {
            clock.sleep(wait).await;
        }
    }

    /// How long until a turn may be taken; `None` if it may be now.
    fn wait(&self, turn: f64, now: SystemTime) -> Option<Duration> {
        let mut state = self.state();
        state.advance(&self.pace, now);
        // Sums of fractions fall short by a little.
        let missing = turn - state.allowed - 1e-6;
        if missing > 0.0 {
            // The rate may have grown by then: long waits are taken in parts.
            let seconds = missing / state.rate;
            let part = seconds.min((seconds / 2.0).max(0.25));
            return Some(Duration::from_secs_f64(part.clamp(0.001, 3600.0)));
        }
        // Nothing is learnt from calls that come more slowly than they may.
        if state.allowed - state.drawn < self.pace.burst / 2.0 {
            let since = state.cut_at.map(|cut| elapsed(cut, now));
            let growth = match since {
                None => FIRST,
                Some(since) if since < AFTERMATH => SLOW,
                Some(_) => FAST,
            };
            state.rate = (state.rate + growth).min(self.pace.most);
        }
        None
    }

    /// There was a call that was not too many.
    pub(super) fn borne(&self, now: SystemTime) {
        let mut state = self.state();
        state.good.turn_to(now);
        state.good.now += 1.0;
    }

    /// There was a call too many.
    pub(super) fn throttled(&self, now: SystemTime) {
        let mut state = self.state();
        state.advance(&self.pace, now);
        let since = state.cut_at.map(|cut| elapsed(cut, now));
        if since.is_some_and(|since| since < EPOCH) {
            return;
        }
        state.cut_at = Some(now);
        let borne = BELOW * state.good.rate(now);
        let rate = borne.clamp(CUT * state.rate, BELOW * state.rate);
        state.rate = rate.max(self.pace.least);
        // What was saved up is gone.
        state.allowed = state.allowed.min(state.drawn);
    }
}

impl State {
    /// What may be saved up: nothing for a while after a call too many.
    fn burst(&self, pace: &Pace, now: SystemTime) -> f64 {
        match self.cut_at {
            Some(cut) if elapsed(cut, now) < CALM => 1.0,
            _ => pace.burst.max(1.0),
        }
    }

    fn advance(&mut self, pace: &Pace, now: SystemTime) {
        let seconds = self.at.map_or(0.0, |at| elapsed(at, now).as_secs_f64());
        self.at = Some(now);
        let most = self.drawn + self.burst(pace, now);
        self.allowed = (self.allowed + seconds * self.rate).min(most.max(self.allowed));
    }
}

impl Good {
    fn turn_to(&mut self, now: SystemTime) {
        let since = now.duration_since(SystemTime::UNIX_EPOCH);
        let second = since.unwrap_or_default().as_secs();
        if second == self.second {
            return;
        }
        self.before = match second == self.second + 1 {
            true => self.now,
            false => 0.0,
        };
        (self.second, self.now) = (second, 0.0);
    }

    /// In the better one of this second and the one before.
    fn rate(&mut self, now: SystemTime) -> f64 {
        self.turn_to(now);
        self.now.max(self.before)
    }
}
