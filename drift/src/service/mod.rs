//! The service: which stack is checked when, what is kept of it, who is told.
//!
//! It is a machine that is handed what has happened and the time, and says what is
//! to be done. What it does to the disk happens on the way; whatever takes long
//! (checks, messages) it only asks for. So a day passes in a test in no time, and a
//! process can be made to die at every step.

mod deed;
mod job;
mod outcome;
mod run;
mod status;

pub use deed::{Deed, Halt, Input, Line, Order};
pub use outcome::{Checked, Finding, Repair};
pub use run::{Board, Checker, Clock, World, run};
pub use status::{Busy, StackStatus, Status, Totals};

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};

use self::job::{Job, Stage};
use crate::{
    config::{Config, Stack},
    history::{self, History, Receipt, Record, Verdict},
    notify::{Answer, ChangeKind, Notice, Outbox},
    report::{Outcome, Problem, Report},
    schedule::Start,
};

/// Nobody is late by this much but after a sleep, or when the clock was moved.
const OVERSLEPT: SignedDuration = SignedDuration::from_mins(1);

/// How often a message is sent before a service that only runs once gives up.
const TRIES: u32 = 3;

/// The service.
pub struct Service {
    config: Config,
    once: bool,
    jobs: BTreeMap<String, Job>,
    queue: VecDeque<String>,
    running: usize,
    history: History,
    outbox: Outbox,
    halt: Halt,
    /// Until when checks that are running are waited for.
    deadline: Option<Timestamp>,
    began: Timestamp,
    now: Timestamp,
    totals: Totals,
    /// What was said of the history last.
    told_trouble: bool,
    deeds: Vec<Deed>,
}

impl Service {
    /// A service that goes on from a history.
    pub fn new(config: Config, history: History, now: Timestamp) -> Self {
        let mut service = Service {
            config,
            once: false,
            jobs: BTreeMap::new(),
            queue: VecDeque::new(),
            running: 0,
            history,
            outbox: Outbox::default(),
            halt: Halt::default(),
            deadline: None,
            began: now,
            now,
            totals: Totals::default(),
            told_trouble: false,
            deeds: Vec::new(),
        };
        for notice in service.history.past().pending.clone() {
            service.outbox.add(notice);
        }
        service.follow(now);
        service
    }

    /// A service that checks every stack once, whenever it is due, and ends.
    pub fn once(config: Config, history: History, now: Timestamp) -> Self {
        let mut service = Service::new(config, history, now);
        service.once = true;
        service.queue = service.jobs.keys().cloned().collect();
        for job in service.jobs.values_mut() {
            job.stage = Stage::Queued;
        }
        service
    }

    /// Takes in what has happened and says what is to be done.
    pub fn take(&mut self, input: Input, now: Timestamp) -> Vec<Deed> {
        self.read_clock(now);
        match input {
            Input::Tick => {}
            Input::Finished { stack, checked } => self.finished(&stack, checked, now),
            Input::Answered {
                target,
                key,
                answer,
            } => self.answered(&target, &key, &answer, now),
            Input::Reload(config) => self.reload(*config, now),
            Input::Stop => self.stop(now),
        }
        self.give_up_checks(now);
        self.give_up(now);
        if self.deadline.is_none() {
            self.begin(now);
            self.send(now);
        }
        self.tell_trouble();
        if self.is_done(now) {
            self.deeds.push(Deed::End);
        }
        std::mem::take(&mut self.deeds)
    }

    /// When it wants to be asked again, if nothing happens until then.
    pub fn wake(&self) -> Option<Timestamp> {
        if let Some(deadline) = self.deadline {
            return Some(deadline);
        }
        let jobs = self.jobs.values().filter(|_| !self.once);
        let due = jobs.filter_map(|job| job.turn.next());
        let until = self.jobs.values().filter_map(Job::until);
        // While something is running a clock that is moved is noticed soon.
        let look = self.now.checked_add(OVERSLEPT).ok();
        let look = look.filter(|_| self.running > 0);
        due.chain(until)
            .chain(look)
            .chain(self.outbox.wake(&self.config.targets))
            .min()
    }

    /// The worst verdict of the last checks. Stacks that are left out are not checked.
    pub fn worst(&self) -> Verdict {
        let past = self.history.past();
        let kept = self.jobs.keys().filter_map(|name| past.stack(name));
        let verdicts = kept.filter_map(|kept| Some(kept.last()?.verdict));
        let rank = |verdict: &Verdict| match verdict {
            Verdict::Clean => 0,
            Verdict::Drifted => 1,
            Verdict::Failed => 2,
        };
        let left_out = self.config.left_out.iter().map(|_| Verdict::Failed);
        let worst = verdicts.chain(left_out).max_by_key(rank);
        worst.unwrap_or(Verdict::Clean)
    }

    /// A clock that was put back moves what was done with it. One that was put
    /// forward, or stood still while the machine slept, leaves checks their time.
    fn read_clock(&mut self, now: Timestamp) {
        let awaited = self.wake().unwrap_or(now).max(self.now);
        let asleep = now.duration_since(awaited);
        if asleep > OVERSLEPT {
            for job in self.jobs.values_mut() {
                job.move_clock(asleep);
            }
        }
        if now < self.now {
            let by = self.now.duration_since(now);
            for job in self.jobs.values_mut() {
                job.turn.put_back(by, now);
                job.move_clock(-by);
            }
            self.say(Line::clock(by));
        }
        self.now = now;
    }

    /// Queues what is due and begins as much as may run at a time.
    fn begin(&mut self, now: Timestamp) {
        for (name, job) in &mut self.jobs {
            let due = job.turn.is_due(now).filter(|_| !self.once);
            let Some(start) = due else { continue };
            job.turn.take(now);
            if start == Start::Missed {
                self.totals.missed += 1;
            }
            if job.stage == Stage::Idle {
                self.queue.push_back(name.clone());
            }
            job.is_due_now();
        }
        while self.running < self.config.concurrency {
            let Some(name) = self.queue.pop_front() else {
                break;
            };
            self.check(&name, now);
        }
    }

    fn check(&mut self, name: &str, now: Timestamp) {
        let Some(job) = self.jobs.get_mut(name) else {
            return;
        };
        job.stage = Stage::Running {
            since: now,
            until: now.checked_add(job.stack.within).unwrap_or(Timestamp::MAX),
            again: false,
        };
        job.halt = self.halt.for_another();
        self.running += 1;
        let kept = self.history.past().stack(name);
        let fought = kept.is_some_and(|kept| kept.standing.is_fought());
        self.deeds.push(Deed::Check(Order {
            stack: Arc::clone(&job.stack),
            // Whoever repairs what is rewritten at once takes part in the fight.
            repair: job.stack.repair.filter(|_| !fought),
            halt: job.halt.clone(),
        }));
    }

    /// Gives up checks that take longer than they may, so that others take their
    /// places: their stacks count as not checked, and are not checked again before
    /// they have ended.
    fn give_up_checks(&mut self, now: Timestamp) {
        let late = self.jobs.iter_mut().filter_map(|(_, job)| {
            let Stage::Running {
                since,
                until,
                again,
            } = job.stage
            else {
                return None;
            };
            (now >= until).then(|| {
                job.stage = Stage::Stuck { since, again };
                job.halt.request();
                (Arc::clone(&job.stack), since.min(now))
            })
        });
        for (stack, since) in late.collect::<Vec<_>>() {
            self.running -= 1;
            let problem = Problem {
                summary: format!("The check took longer than {:#}", stack.within),
                detail: "It was asked to end, and the stack is checked again when it has. A check that needs more time gets it with check_within.".to_owned(),
            };
            let report = Report::new(stack.name.as_str(), Outcome::Failed(vec![problem]));
            self.keep(&stack, since, Finding::from(report), now);
        }
    }

    fn finished(&mut self, name: &str, checked: Checked, now: Timestamp) {
        let Some(job) = self.jobs.get_mut(name) else {
            return;
        };
        let (since, again, stuck) = match job.stage {
            Stage::Running { since, again, .. } => (since, again, false),
            Stage::Stuck { since, again } => (since, again, true),
            Stage::Idle | Stage::Queued => return,
        };
        job.stage = Stage::Idle;
        if again {
            job.stage = Stage::Queued;
            self.queue.push_back(name.to_owned());
        }
        let (stack, removed) = (Arc::clone(&job.stack), job.removed);
        let since = since.min(now);
        if !stuck {
            self.running -= 1;
        }
        match checked {
            _ if stuck => self.say(Line::late(name, now.duration_since(since))),
            Checked::Done(finding) => self.keep(&stack, since, *finding, now),
            Checked::Left => self.say(Line::left(name)),
        }
        if removed {
            self.jobs.remove(name);
            self.queue.retain(|queued| queued != name);
        }
    }

    /// Keeps what was found and what follows from it, in one record.
    fn keep(&mut self, stack: &Stack, began: Timestamp, finding: Finding, now: Timestamp) {
        let kept = self.history.past().stack(&stack.name);
        let known = kept.map(|kept| kept.standing.clone()).unwrap_or_default();
        let before = kept.and_then(|kept| kept.report.as_deref());
        let is_new = before != Some(&finding.report);
        let mut standing = known.clone();
        let mut changes = standing.learn(&finding.report, now);
        if let Some(repair) = &finding.repair {
            let repaired = repair.changes(!changes.is_empty(), now);
            changes.extend(repaired);
            standing.repaired(&repair.repaired);
        }
        let targets = self.config.targets.iter();
        let told = targets.filter(|target| stack.notify.contains(&target.name));
        let notices = standing.notices(&stack.name, &changes, &finding.report, told);
        let verdict = Verdict::of(&finding.report);
        let took = now.duration_since(began);
        self.totals.count(verdict, took);
        self.say(Line::checked(&stack.name, &finding.report, took));
        for change in &changes {
            self.say(Line::change(&stack.name, change));
        }
        let record = Record::Checked(Box::new(history::Checked {
            stack: stack.name.clone(),
            began,
            took: u64::try_from(took.as_millis()).unwrap_or(0),
            verdict,
            drifted: finding.report.objects().len(),
            report: is_new.then_some(finding.report),
            standing: (known != standing).then_some(standing),
            changes,
            notices: notices.clone(),
        }));
        self.history.add(record, now);
        for notice in notices {
            self.outbox.add(Arc::new(notice));
        }
    }

    fn send(&mut self, now: Timestamp) {
        let due = self.outbox.due(&self.config.targets, now);
        self.deeds.extend(due.into_iter().map(Deed::Send));
    }

    fn answered(&mut self, target: &str, key: &str, answer: &Answer, now: Timestamp) {
        if *answer == Answer::Taken {
            let receipt = Receipt {
                key: key.to_owned(),
            };
            self.history.add(Record::Delivered(receipt), now);
        }
        if let Some(trouble) = self.outbox.answered(target, key, answer, now) {
            self.say(Line::target(target, trouble.as_deref()));
        }
    }

    /// Lets go of messages that are of no use any more.
    fn give_up(&mut self, now: Timestamp) {
        let abandoned: Vec<Arc<Notice>> = self.outbox.abandon(&self.config.targets, now);
        for notice in abandoned {
            self.say(Line::abandoned(&notice));
            let receipt = Receipt {
                key: notice.key.clone(),
            };
            self.history.add(Record::Abandoned(receipt), now);
        }
    }

    fn reload(&mut self, config: Config, now: Timestamp) {
        if config.listen != self.config.listen || config.token != self.config.token {
            self.say(Line::later("Another address or token"));
        }
        if config.history != self.config.history {
            self.say(Line::later("Another folder for the history"));
        }
        self.history.set_keep(config.keep);
        self.config = Config {
            listen: self.config.listen,
            token: self.config.token.clone(),
            history: self.config.history.clone(),
            ..config
        };
        self.follow(now);
        self.say(Line::reloaded(self.config.stacks.len()));
    }

    /// Makes the jobs those of the configuration; checks that are running go on.
    fn follow(&mut self, now: Timestamp) {
        for job in self.jobs.values_mut() {
            job.removed = true;
        }
        for stack in &self.config.stacks {
            let kept = self.history.past().stack(&stack.name);
            let began = kept.and_then(|kept| Some(kept.last()?.began));
            let job = self
                .jobs
                .entry(stack.name.clone())
                .or_insert_with(|| Job::new(stack, began, now));
            job.follow(stack, now);
        }
        self.jobs.retain(|_, job| !job.removed || job.is_running());
        let jobs = &self.jobs;
        self.queue.retain(|name| jobs.contains_key(name));
    }

    fn stop(&mut self, now: Timestamp) {
        if self.deadline.is_some() {
            return;
        }
        self.deadline = Some(now.checked_add(self.config.grace).unwrap_or(now));
        self.halt.request_of_all();
        self.queue.clear();
        self.say(Line::stopping(self.running));
    }

    fn is_done(&self, now: Timestamp) -> bool {
        let idle = self.running == 0 && !self.outbox.is_sending();
        match self.deadline {
            Some(deadline) => idle || now >= deadline,
            None => self.once && idle && self.queue.is_empty() && self.outbox.is_done(TRIES),
        }
    }

    /// That the history cannot be written is said once, and when it can again.
    fn tell_trouble(&mut self) {
        let trouble = self.history.trouble();
        if trouble.is_some() == self.told_trouble {
            return;
        }
        self.told_trouble = trouble.is_some();
        let line = Line::history(trouble);
        self.say(line);
    }

    fn say(&mut self, line: Line) {
        self.deeds.push(Deed::Say(line));
    }

    /// How many checks were given up and have not ended.
    fn stuck(&self) -> usize {
        let jobs = self.jobs.values();
        let stuck = |job: &&Job| matches!(job.stage, Stage::Stuck { .. });
        jobs.filter(stuck).count()
    }

    /// How everything is, for the page and for metrics.
    pub fn status(&self) -> Status {
        let past = self.history.past();
        let jobs = self.jobs.iter().filter(|(_, job)| !job.removed);
        Status {
            now: self.now,
            began: self.began,
            stacks: jobs
                .map(|(name, job)| job.status(past.stack(name)))
                .collect(),
            targets: self
                .config
                .targets
                .iter()
                .map(|target| (target.name.clone(), self.outbox.waiting(&target.name)))
                .collect(),
            left_out: self.config.left_out.clone(),
            history: self.history.trouble().map(str::to_owned),
            running: self.running,
            stuck: self.stuck(),
            queued: self.queue.len(),
            totals: self.totals.clone(),
        }
    }
}

impl Repair {
    /// What is told of a repair. That it failed is news only with other news.
    fn changes(&self, news: bool, at: Timestamp) -> Vec<crate::notify::Change> {
        let change = |kind, address: Option<&String>, detail: &str| crate::notify::Change {
            kind,
            at,
            address: address.cloned(),
            fields: Vec::new(),
            detail: detail.to_owned(),
        };
        let repaired = self.repaired.iter();
        let repaired = repaired.map(|address| change(ChangeKind::Repaired, Some(address), ""));
        let failed = self.failed.iter().filter(|_| news);
        let failed = failed.map(|why| change(ChangeKind::RepairFailed, None, why));
        repaired.chain(failed).collect()
    }
}
