//! What the service is told, and what it asks for.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use jiff::{SignedDuration, Timestamp};

use super::Checked;
use crate::{
    config::{Allowed, Config, Stack},
    history::Verdict,
    notify::{Answer, Change, ChangeKind, Notice, Outgoing},
    report::Report,
};

/// What has happened.
#[derive(Debug)]
pub enum Input {
    /// Nothing but that time has passed.
    Tick,
    /// A check has ended.
    Finished {
        /// The stack.
        stack: String,
        /// What came of it.
        checked: Checked,
    },
    /// A message was answered.
    Answered {
        /// The target.
        target: String,
        /// The key of the message.
        key: String,
        /// The answer.
        answer: Answer,
    },
    /// The configuration is another one.
    Reload(Box<Config>),
    /// The service is to end.
    Stop,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Deed {
    /// A stack is to be checked.
    Check(Order),
    /// A message is to be sent.
    Send(Outgoing),
    /// Something is to be said.
    Say(Line),
    /// The service has ended.
    End,
}

/// A stack to be checked.
#[derive(Clone, Debug)]
pub struct Order {
    /// The stack.
    pub stack: Arc<Stack>,
    /// What may be done about drift now.
    pub repair: Option<Allowed>,
    /// Whether it is to end early.
    pub halt: Halt,
}

/// Tells a check that is running that it is to end early.
#[derive(Clone, Debug, Default)]
pub struct Halt {
    /// All checks are to.
    all: Arc<AtomicBool>,
    /// This one is.
    this: Arc<AtomicBool>,
}

/// A line for a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// It is about something that went wrong.
    pub is_problem: bool,
    /// What is said.
    pub text: String,
}

impl Halt {
    /// One for another check, which also ends when all are to.
    pub(super) fn for_another(&self) -> Self {
        Halt {
            all: Arc::clone(&self.all),
            this: Arc::default(),
        }
    }

    /// Asks all checks for it.
    pub(super) fn request_of_all(&self) {
        self.all.store(true, Ordering::Release);
    }

    /// Asks for it.
    pub fn request(&self) {
        self.this.store(true, Ordering::Release);
    }

    /// Whether somebody has asked for it.
    pub fn is_requested(&self) -> bool {
        [&self.all, &self.this]
            .into_iter()
            .any(|flag| flag.load(Ordering::Acquire))
    }
}

impl Line {
    /// A line about nothing bad.
    pub fn note(text: impl Into<String>) -> Self {
        Line {
            is_problem: false,
            text: text.into(),
        }
    }

    /// A line about something that went wrong.
    pub fn problem(text: impl Into<String>) -> Self {
        Line {
            is_problem: true,
            text: text.into(),
        }
    }

    pub(super) fn checked(stack: &str, report: &Report, took: SignedDuration) -> Self {
        let seconds = took.as_secs_f64();
        let what = match (Verdict::of(report), report.objects().len()) {
            (Verdict::Clean, _) => "clean".to_owned(),
            (Verdict::Drifted, 1) => "1 object has drifted".to_owned(),
            (Verdict::Drifted, count) => format!("{count} objects have drifted"),
            (Verdict::Failed, _) => {
                let problem = report.problems().first();
                let summary = problem.map_or("no reason was given", |problem| &problem.summary);
                return Line::problem(format!("{stack}: not checked: {summary}"));
            }
        };
        Line::note(format!("{stack}: {what} ({seconds:.1} s)"))
    }

    pub(super) fn change(stack: &str, change: &Change) -> Self {
        let text = format!("{stack}: {change}");
        match change.kind {
            ChangeKind::Failing | ChangeKind::RepairFailed => Line::problem(text),
            _ => Line::note(text),
        }
    }

    pub(super) fn left(stack: &str) -> Self {
        Line::note(format!(
            "{stack}: left before its end; it is checked after the next start"
        ))
    }

    pub(super) fn late(stack: &str, took: SignedDuration) -> Self {
        let seconds = took.as_secs_f64();
        Line::note(format!(
            "{stack}: the check that was given up has ended ({seconds:.1} s); what it found is not kept"
        ))
    }

    pub(super) fn clock(by: SignedDuration) -> Self {
        Line::note(format!("the clock was put back by {by:#}"))
    }

    pub(super) fn target(target: &str, trouble: Option<&str>) -> Self {
        match trouble {
            None => Line::note(format!("notify {target}: messages arrive again")),
            Some(reason) => Line::problem(format!(
                "notify {target}: a message did not arrive: {reason}; it is sent again"
            )),
        }
    }

    pub(super) fn abandoned(notice: &Notice) -> Self {
        Line::problem(format!(
            "notify {}: the message of {} about {} is not sent any more",
            notice.target,
            Timestamp::from_second(notice.at.as_second()).unwrap_or(notice.at),
            notice.stack
        ))
    }

    pub(super) fn history(trouble: Option<&str>) -> Self {
        match trouble {
            None => Line::note("the history can be written again; nothing is missing in it"),
            Some(trouble) => {
                Line::problem(format!("{trouble} Until it can, it is kept in memory."))
            }
        }
    }

    pub(super) fn later(what: &str) -> Self {
        Line::problem(format!("{what} takes effect after a restart."))
    }

    pub(super) fn reloaded(stacks: usize) -> Self {
        Line::note(format!("the configuration was read again: {stacks} stacks"))
    }

    pub(super) fn stopping(running: usize) -> Self {
        match running {
            0 => Line::note("stopping"),
            1 => Line::note("stopping; 1 check is still running"),
            count => Line::note(format!("stopping; {count} checks are still running")),
        }
    }
}
