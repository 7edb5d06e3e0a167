//! The built-in providers at work in the engine.

mod external;
mod local;
mod null;
mod random;
mod stage;
mod suites;
mod time;

/// Nothing is to be done.
const NONE: [&str; 0] = [];
