//! What is shown while a run goes on.
//!
//! A [`Tracker`] observes the run, measures how long things take and hands
//! [`Event`](event::Event)s to a sink: plain lines, a line on a terminal, or
//! the machine-readable stream.

mod event;
mod identifier;
mod json;
mod lines;
mod terminal;
mod tracker;

pub(super) use {json::Stream, lines::Lines, terminal::Terminal, tracker::Tracker};
