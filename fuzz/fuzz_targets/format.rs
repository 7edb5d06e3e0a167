//! Formatting changes neither the tokens' meaning nor what it has formatted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_syntax::{FileId, SourceFile, fmt::format, parse::parse_file};

fuzz_target!(|text: &str| {
    let file = SourceFile::new(FileId(0), "main.tf", text);
    let formatted = format(text);
    if !parse_file(&file).1.has_errors() {
        let again = SourceFile::new(FileId(0), "main.tf", formatted.as_str());
        assert!(!parse_file(&again).1.has_errors(), "{formatted}");
    }
});
