//! Drift: what was changed behind a stack's back, as reports, and a service that
//! looks for it on a schedule.

pub mod config;
pub mod history;
pub mod html;
pub mod ignore;
mod metrics;
pub mod notify;
pub mod page;
pub mod report;
pub mod schedule;
pub mod service;

pub use jiff::{SignedDuration, Timestamp};
