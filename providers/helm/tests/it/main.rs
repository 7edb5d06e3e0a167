//! Charts as their users see them.

#![expect(clippy::unwrap_used, reason = "in what the tests share")]

mod broken_archives;
mod chart_values;
mod charts;
mod flow;
mod hostile;
mod lint;
mod publishers;
mod schemas;
mod unused;
mod values;
