//! No bytes make the reader of saved plans panic, in its frame or without.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_core::plan_file::{read, read_body};

fuzz_target!(|bytes: &[u8]| {
    drop(read(bytes));
    drop(read_body(bytes));
});
