//! The scanner against the frozen answers of HCL 2.23.

use trueup_syntax::token::{ScanMode, Token, is_identifier, scan, scan_bytes};

use crate::table::cases;

#[test]
fn tokens() {
    assert_table(ScanMode::Normal, include_str!("scan/normal.txt"));
}

#[test]
fn template_tokens() {
    assert_table(ScanMode::Template, include_str!("scan/template.txt"));
}

#[test]
fn bytes_that_are_no_characters() {
    let cases: [(&[u8], &str); 2] = [
        (
            b"a \xff \"\xc3\" \xe2\x82",
            "0-1 Ident, 2-3 BadUtf8, 4-5 OQuote, 5-6 BadUtf8, 6-7 CQuote, 8-9 BadUtf8, 9-10 BadUtf8, 10-10 Eof",
        ),
        (
            b"<<E\n\xff\nE\n",
            "0-4 OHeredoc, 4-5 BadUtf8, 5-6 StringLit, 6-7 CHeredoc, 7-8 Newline, 8-8 Eof",
        ),
    ];
    for (source, expected) in cases {
        let tokens = scan_bytes(source, ScanMode::Normal);
        let shown: Vec<String> = tokens.iter().map(show).collect();
        assert_eq!(shown.join(", "), expected);
    }
}

#[test]
fn identifiers() {
    for name in ["a", "_", "a-1", "a-", "größe", "名前", "e\u{301}", "ℼ"] {
        assert!(is_identifier(name), "{name}");
    }
    for name in [
        "",
        "-",
        "1a",
        "a.b",
        "a b",
        " a",
        "\u{301}",
        "a\n",
        "€",
        "\u{feff}a",
    ] {
        assert!(!is_identifier(name), "{name}");
    }
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
