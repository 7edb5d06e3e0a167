//! The parser against `hcl-rs`, a second opinion that is independent of the
//! tables: for every text of the tables and a few more, both accept it or both
//! reject it.
//!
//! Where `hcl-rs` 0.20 is known to differ from HCL, cases are left out: by what
//! is in the text ([`rejected_wrongly`]) or by the error we report
//! ([`ACCEPTED_WRONGLY`]).

use hcl::edit::parser::parse_body;
use trueup_syntax::{FileId, SourceFile, parse::parse_file};

use crate::table::cases;

/// Errors of HCL that `hcl-rs` doesn't see: a line break in quotes, a heredoc
/// whose end marker has no newline after it, `a.0.1`, `a.*.*`, `1.2.3`.
const ACCEPTED_WRONGLY: [&str; 5] = [
    "Invalid multi-line string",
    "Unterminated template string",
    "Invalid legacy index syntax",
    "Nested splat expression not allowed",
    "Invalid number literal",
];

/// It knows no byte order mark and no number beyond the range of `f64`.
fn rejected_wrongly(text: &str) -> bool {
    text.starts_with('\u{feff}') || text.contains("1e400")
}

/// It takes a carriage return alone for white space.
fn carriage_return_alone(text: &str) -> bool {
    text.replace("\r\n", "").contains('\r')
}

#[test]
fn both_accept_the_same_texts() {
    let tables = [
        include_str!("parse/native.txt"),
        include_str!("parse/bodies.txt"),
    ];
    let texts = tables.into_iter().flat_map(cases);
    let texts = texts.filter(|case| matches!(case.name, "file" | "body"));
    let mut compared = 0;
    let mut different = Vec::new();
    for text in texts.map(|case| case.input) {
        let file = SourceFile::new(FileId(0), "main.tf", text);
        let (_, diagnostics) = parse_file(&file);
        let summaries = || diagnostics.0.iter().map(|d| d.summary.as_str());
        if rejected_wrongly(text)
            || carriage_return_alone(text)
            || summaries().any(|summary| ACCEPTED_WRONGLY.contains(&summary))
        {
            continue;
        }
        compared += 1;
        let accepted = !diagnostics.has_errors();
        if accepted != parse_body(text).is_ok() {
            different.push((text, accepted));
        }
    }
    assert!(compared > 150, "{compared}");
    assert_eq!(different, []);
}
