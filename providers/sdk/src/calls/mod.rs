//! Calls to services: as many as a service bears, again where that helps, and
//! never twice where that hurts.
//!
//! All calls to one [`Family`] share an allowance that adapts: it grows while
//! calls succeed and shrinks when the service says that there are too many. A
//! call that waits for its turn holds nothing else up.

mod allowance;
mod backoff;
mod limits;
mod policy;
mod verdict;

pub use limits::{Family, Limits, Pace};
pub use policy::Policy;
pub use verdict::{GaveUp, Reason, Verdict};

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::world::{Clock, Random, World};
use allowance::Allowance;
use backoff::Backoff;

/// What calls are made with.
#[derive(Clone)]
pub struct Calls {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    limits: Arc<Limits>,
}

impl Calls {
    /// Calls within `limits`, which all who call the same services share.
    pub fn new(world: &World, limits: Arc<Limits>) -> Self {
        Calls {
            clock: Arc::clone(&world.clock),
            random: Arc::clone(&world.random),
            limits,
        }
    }

    /// Makes a call, again and again where `judge` finds that this helps and
    /// `policy` allows it. It must not matter how often the service gets it.
    ///
    /// # Errors
    /// The last failure, and why it was the last one.
    pub async fn call<T, E, F>(
        &self,
        family: &Family,
        policy: &Policy,
        judge: impl Fn(&E) -> Verdict,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, GaveUp<E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        let mut course = self.course(family, policy);
        loop {
            match course.attempt(attempt()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => course.again(error, &judge).await?,
            }
        }
    }

    /// The same for a call that must not be made twice. Once nobody knows
    /// whether the service acted, `find` says what it made, if anything: that
    /// is the answer then. Services show what was made with a delay: where one
    /// says that there is one already, `find` looks again for a while.
    ///
    /// # Errors
    /// As [`Calls::call`]; `find` may fail as well.
    pub async fn once<T, E, F, G>(
        &self,
        family: &Family,
        policy: &Policy,
        judge: impl Fn(&E) -> Verdict,
        mut attempt: impl FnMut() -> F,
        mut find: impl FnMut() -> G,
    ) -> Result<T, GaveUp<E>>
    where
        F: Future<Output = Result<T, E>>,
        G: Future<Output = Result<Option<T>, E>>,
    {
        let mut course = self.course(family, policy);
        let mut unclear = false;
        loop {
            if unclear {
                match course.attempt(find()).await {
                    Ok(Some(found)) => return Ok(found),
                    Ok(None) => {}
                    Err(error) => {
                        course.again(error, &judge).await?;
                        continue;
                    }
                }
            }
            match course.attempt(attempt()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    unclear |= judge(&error).is_unclear();
                    let seen_later = |error: &E| match judge(error) {
                        Verdict::Taken if unclear => Verdict::NotYet { within: None },
                        verdict => verdict,
                    };
                    course.again(error, &seen_later).await?;
                }
            }
        }
    }

    fn course<'a>(&'a self, family: &Family, policy: &'a Policy) -> Course<'a> {
        Course {
            clock: &*self.clock,
            policy,
            allowance: self.limits.of(family),
            backoff: Backoff::new(policy, Arc::clone(&self.random)),
            begun: self.clock.now(),
            invisible_since: None,
            attempts: 0,
            failures: 0,
        }
    }
}

/// A call on its way.
struct Course<'a> {
    clock: &'a dyn Clock,
    policy: &'a Policy,
    allowance: Arc<Allowance>,
    backoff: Backoff,
    begun: SystemTime,
    /// Since when something it refers to was not visible.
    invisible_since: Option<SystemTime>,
    attempts: u32,
    /// Those whose failure counts.
    failures: u32,
}

impl Course<'_> {
    /// One attempt, when it is its turn.
    async fn attempt<T, E>(&mut self, attempt: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        self.allowance.turn(self.clock).await;
        self.attempts += 1;
        let answer = attempt.await;
        if answer.is_ok() {
            self.allowance.borne(self.clock.now());
        }
        answer
    }

    /// Waits until it makes sense to try again.
    async fn again<E>(
        &mut self,
        error: E,
        judge: &impl Fn(&E) -> Verdict,
    ) -> Result<(), GaveUp<E>> {
        let now = self.clock.now();
        let verdict = judge(&error);
        let pause = match verdict {
            Verdict::Final | Verdict::Taken => return Err(self.give_up(error, Reason::Final, now)),
            Verdict::Throttled { after } => {
                self.allowance.throttled(now);
                if self.policy.throttling_counts && self.has_failed() {
                    return Err(self.give_up(error, Reason::Attempts, now));
                }
                self.backoff.pause(after)
            }
            Verdict::Transient { after } | Verdict::Unclear { after } => {
                if self.has_failed() {
                    return Err(self.give_up(error, Reason::Attempts, now));
                }
                self.backoff.pause(after)
            }
            Verdict::NotYet { within } => {
                let since = *self.invisible_since.get_or_insert(now);
                if elapsed(since, now) >= within.unwrap_or(self.policy.propagation) {
                    return Err(self.give_up(error, Reason::StillInvisible, now));
                }
                self.backoff.short_pause()
            }
        };
        if elapsed(self.begun, now) + pause > self.policy.deadline {
            return Err(self.give_up(error, Reason::Deadline, now));
        }
        self.clock.sleep(pause).await;
        Ok(())
    }

    /// Counts a failure; whether there were as many as are allowed.
    fn has_failed(&mut self) -> bool {
        self.failures += 1;
        self.failures >= self.policy.attempts
    }

    fn give_up<E>(&self, error: E, reason: Reason, now: SystemTime) -> GaveUp<E> {
        GaveUp {
            error,
            reason,
            attempts: self.attempts,
            elapsed: elapsed(self.begun, now),
        }
    }
}

/// None at all where the clock was set back.
fn elapsed(since: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(since).unwrap_or_default()
}
