//! The command line end to end: a real Kubernetes control plane, an AWS
//! emulator, and in front of both a proxy that counts calls and makes them
//! fail. All tests of this binary share one sandbox; each has namespaces and
//! names of its own, so that what is printed is the same in every run.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

#[path = "../it/environment.rs"]
#[expect(dead_code, reason = "some of it is for the other tests")]
mod environment;
mod stack;
mod sts;

mod adoption;
mod aws;
mod aws_batches;
mod aws_credentials;
mod aws_data;
mod aws_errors;
mod aws_policies;
mod aws_provider;
mod aws_secrets;
mod aws_tls;
mod bad_input;
mod config_map;
mod credentials;
mod custom_resources;
mod day;
mod deploy;
mod drift;
mod drift_kinds;
mod edited_by_hand;
mod eks;
mod errors;
mod every_type;
mod helm;
mod ignored;
mod killed;
mod loki;
mod lookups;
mod quiet;
mod real_chart;
mod release_failures;
mod release_secrets;
mod released_definitions;
mod taken_over;
mod taken_releases;
mod waits;
mod write_only;
