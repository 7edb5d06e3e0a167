//! The scanner against the frozen answers of HCL 2.23.

use trueup_syntax::token::{ScanMode, Token, scan};

use crate::table::cases;

#[test]
fn tokens() {
    assert_table(ScanMode::Normal, include_str!("scan/normal.txt"));
}

#[test]
fn template_tokens() {
    assert_table(ScanMode::Template, include_str!("scan/template.txt"));
}

/// Inputs are written as Rust string literals would be, without quotes.
#[track_caller]
fn assert_table(mode: ScanMode, table: &str) {
    for case in cases(table) {
        let input = unescaped(case.input);
        let shown: Vec<String> = scan(&input, mode).iter().map(show).collect();
        assert_eq!(shown.join("\n"), case.output, "{}", case.input);
    }
}

fn show(token: &Token) -> String {
    format!("{}-{} {:?}", token.start, token.end, token.kind)
}

fn unescaped(text: &str) -> String {
    let pairs = [
        ("\\n", "\n"),
        ("\\r", "\r"),
        ("\\t", "\t"),
        ("\\0", "\0"),
        ("\\v", "\x0b"),
        ("\\B", "\u{feff}"),
        ("\\\\", "\\"),
    ];
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let escape = pairs.iter().find(|(escape, _)| rest.starts_with(escape));
        let (escape, replacement) = escape
            .map_or((&rest[..c.len_utf8()], &rest[..c.len_utf8()]), |&(a, b)| {
                (a, b)
            });
        out.push_str(replacement);
        rest = &rest[escape.len()..];
    }
    out
}
