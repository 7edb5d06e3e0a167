//! Messages on their way: one at a time for each target, again after longer and
//! longer pauses while they do not arrive.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};

use super::{Notice, signature::sign};
use crate::config::{Protocol, Secret, Target};

/// The messages that have not arrived yet.
#[derive(Debug, Default)]
pub struct Outbox {
    queues: BTreeMap<String, Queue>,
}

/// A message as it is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Its key.
    pub key: String,
    /// The name of the target.
    pub target: String,
    /// Where it goes.
    pub url: Secret,
    /// The headers besides those of every request.
    pub headers: Vec<(&'static str, String)>,
    /// The body, JSON.
    pub body: String,
}

/// What came of sending a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has arrived.
    Taken,
    /// It has not.
    Refused(Refusal),
}

/// Why a message has not arrived. It says nothing of the address, which may hold a
/// secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What happened: `connection refused`, `403 Forbidden`.
    pub reason: String,
    /// The receiver does not want this message; others may be welcome.
    pub just_this: bool,
}

/// How a target is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many messages have not arrived yet.
    pub pending: usize,
    /// How many have arrived since the service began.
    pub arrived: u64,
    /// How many times one has not since then.
    pub refused: u64,
    /// How many are not sent any more since then.
    pub abandoned: u64,
    /// Why the last one did not arrive; none if it did.
    pub trouble: Option<String>,
}

#[derive(Debug, Default)]
struct Queue {
    letters: Vec<Letter>,
    in_flight: bool,
    /// How often the target could not be reached at all, in a row.
    failures: u32,
    not_before: Option<Timestamp>,
    told: Waiting,
}

#[derive(Debug)]
struct Letter {
    notice: Arc<Notice>,
    failures: u32,
    not_before: Option<Timestamp>,
}

/// The first pause; each is twice as long as the one before.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// The longest pause.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);

/// Messages older than this are of no use to anybody.
const TOO_OLD: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How many messages may wait for one target.
const MOST: usize = 10_000;

impl Outbox {
    /// Takes a message in.
    pub fn add(&mut self, notice: Arc<Notice>) {
        let queue = self.queues.entry(notice.target.clone()).or_default();
        queue.letters.push(Letter {
            notice,
            failures: 0,
            not_before: None,
        });
    }

    /// What is to be sent now.
    pub fn due(&mut self, targets: &[Target], now: Timestamp) -> Vec<Outgoing> {
        let each = targets.iter();
        each.filter_map(|target| self.queues.get_mut(&target.name)?.send(target, now))
            .collect()
    }

    /// When something is to be sent next.
    pub fn wake(&self, targets: &[Target]) -> Option<Timestamp> {
        let queues = targets.iter().filter_map(|t| self.queues.get(&t.name));
        queues.filter_map(Queue::wake).min()
    }

    /// A message was answered. Says how the target is doing if that is another
    /// than before: why nothing arrives, or nothing if it does again.
    pub fn answered(
        &mut self,
        target: &str,
        key: &str,
        answer: &Answer,
        now: Timestamp,
    ) -> Option<Option<String>> {
        self.queues.get_mut(target)?.answered(key, answer, now)
    }

    /// Gives up what is too old or too much, and what is for nobody any more.
    /// Returns the messages.
    pub fn abandon(&mut self, targets: &[Target], now: Timestamp) -> Vec<Arc<Notice>> {
        let mut abandoned = Vec::new();
        for (name, queue) in &mut self.queues {
            let known = targets.iter().any(|target| target.name == *name);
            abandoned.extend(queue.abandon(known, now));
        }
        abandoned
    }

    /// How a target is doing.
    pub fn waiting(&self, target: &str) -> Waiting {
        let queue = self.queues.get(target);
        queue.map_or_else(Waiting::default, |queue| Waiting {
            pending: queue.letters.len(),
            ..queue.told.clone()
        })
    }

    /// Whether an answer is waited for.
    pub fn is_sending(&self) -> bool {
        self.queues.values().any(|queue| queue.in_flight)
    }

    /// Whether everything was sent, or has been refused `tries` times.
    pub fn is_done(&self, tries: u32) -> bool {
        let mut queues = self.queues.values();
        queues.all(|queue| {
            let tried = |letter: &Letter| letter.failures + queue.failures >= tries;
            !queue.in_flight && queue.letters.iter().all(tried)
        })
    }
}

impl Queue {
    fn send(&mut self, target: &Target, now: Timestamp) -> Option<Outgoing> {
        let is_due = |moment: Option<Timestamp>| moment.is_none_or(|moment| moment <= now);
        if self.in_flight || !is_due(self.not_before) {
            return None;
        }
        let mut letters = self.letters.iter();
        let letter = letters.find(|letter| is_due(letter.not_before))?;
        self.in_flight = true;
        Some(outgoing(&letter.notice, target, now))
    }

    fn wake(&self) -> Option<Timestamp> {
        if self.in_flight {
            return None;
        }
        let start = self.not_before.unwrap_or(Timestamp::MIN);
        let letters = self.letters.iter();
        letters
            .map(|letter| letter.not_before.unwrap_or(Timestamp::MIN).max(start))
            .min()
    }

    fn answered(&mut self, key: &str, answer: &Answer, now: Timestamp) -> Option<Option<String>> {
        self.in_flight = false;
        let before = self.told.trouble.clone();
        match answer {
            Answer::Taken => {
                self.letters.retain(|letter| letter.notice.key != key);
                self.failures = 0;
                self.not_before = None;
                self.told.arrived += 1;
                self.told.trouble = None;
            }
            Answer::Refused(refusal) => {
                self.told.refused += 1;
                self.told.trouble = Some(refusal.reason.clone());
                self.wait(key, refusal.just_this, now);
            }
        }
        (before != self.told.trouble).then(|| self.told.trouble.clone())
    }

    /// Nobody is asked again too soon.
    fn wait(&mut self, key: &str, just_this: bool, now: Timestamp) {
        if !just_this {
            self.failures = self.failures.saturating_add(1);
            self.not_before = now.checked_add(pause(self.failures)).ok();
            return;
        }
        let letter = self.letters.iter_mut().find(|l| l.notice.key == key);
        if let Some(letter) = letter {
            letter.failures = letter.failures.saturating_add(1);
            letter.not_before = now.checked_add(pause(letter.failures)).ok();
        }
    }

    fn abandon(&mut self, known: bool, now: Timestamp) -> Vec<Arc<Notice>> {
        let too_old = |letter: &Letter| now.duration_since(letter.notice.at) > TOO_OLD;
        let excess = self.letters.len().saturating_sub(MOST);
        let mut index = 0;
        // What is on its way is waited for.
        let first = usize::from(self.in_flight);
        let gone = self.letters.extract_if(.., |letter| {
            index += 1;
            index > first && (!known || index <= first + excess || too_old(letter))
        });
        let gone: Vec<Arc<Notice>> = gone.map(|letter| letter.notice).collect();
        self.told.abandoned += gone.len() as u64;
        gone
    }
}

fn pause(failures: u32) -> SignedDuration {
    let doubled = failures.saturating_sub(1).min(16);
    let pause = FIRST_PAUSE.checked_mul(1 << doubled);
    pause.map_or(LONGEST_PAUSE, |pause| pause.min(LONGEST_PAUSE))
}

fn outgoing(notice: &Notice, target: &Target, now: Timestamp) -> Outgoing {
    let mut headers = vec![("idempotency-key", notice.key.clone())];
    if target.protocol == Protocol::Webhook {
        headers.push(("webhook-id", notice.key.clone()));
        headers.push(("webhook-timestamp", now.as_second().to_string()));
        if let Some(secret) = &target.secret {
            let signature = sign(secret, &notice.key, now, &notice.body);
            headers.push(("webhook-signature", signature));
        }
    }
    Outgoing {
        key: notice.key.clone(),
        target: target.name.clone(),
        url: target.url.clone(),
        headers,
        body: notice.body.clone(),
    }
}
