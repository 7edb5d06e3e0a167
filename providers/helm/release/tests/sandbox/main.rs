//! Operations on a real control plane. What Helm 4.3.1 makes of the chart here
//! is written down in `expected/` (by the example `helm_release`); what we make
//! of it must be the same, field by field and manager by manager.

#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed")]

mod drift;
mod look;
mod same;
mod setting;
