//! Any bytes as a chart: packed, and as the tar inside.

#![no_main]

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use libfuzzer_sys::fuzz_target;
use trueup_helm::load_archive;

fuzz_target!(|bytes: &[u8]| {
    let _ = load_archive(bytes);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
    if gzip.write_all(bytes).is_ok()
        && let Ok(packed) = gzip.finish()
    {
        let _ = load_archive(&packed);
    }
});
