//! Drift: what was changed behind a stack's back, as reports, and a service that
//! looks for it on a schedule.

pub mod report;
