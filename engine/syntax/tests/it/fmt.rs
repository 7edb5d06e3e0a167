//! The formatter against the frozen answers of `terraform fmt` 1.11.4.

use trueup_syntax::fmt::format;
use trueup_syntax::token::{ScanMode, TokenKind, scan};

use crate::spoiled;
use crate::table::cases;

#[track_caller]
fn assert_table(table: &str) {
    for case in cases(table) {
        assert_eq!(format(case.input), case.output, "{}", case.name);
    }
}

#[test]
fn layouts() {
    assert_table(include_str!("fmt/layouts.txt"));
}

#[test]
fn line_ends_and_file_ends() {
    for (input, output) in [
        ("", ""),
        ("\n", "\n"),
        ("   ", "   "),
        ("# c", "# c"),
        ("a=1", "a = 1"),
        ("a=1  ", "a = 1  "),
        ("a=1\n  ", "a = 1\n  "),
        ("x{}", "x {}"),
        ("a=1\r\nbb=2 # c\r\n", "a  = 1\r\nbb = 2 # c\r\n"),
        (
            "x {\r\na=<<E\r\n  y\r\nE\r\n}",
            "x {\r\n  a = <<E\r\n  y\r\nE\r\n}",
        ),
        ("\u{feff}a=1\n", "a = 1\n"),
    ] {
        assert_eq!(format(input), output, "{input:?}");
    }
}

#[test]
fn spoiled_layouts() {
    assert_table(include_str!("fmt/spoiled.txt"));
}

#[test]
fn rewrites_that_would_break_a_file_are_not_made() {
    for text in [
        "a = \"${(b) +\n(c)}\"\n",
        "a = \"${b + # c\n1}\"\n",
        "x { a = \"${<<E\ny\nE\n}\" }\n",
        "x \"a$b\" {}\n",
        "a = b[true].c[null]\n",
    ] {
        assert_eq!(format(text), text);
    }
}

#[test]
fn formatting_twice_changes_nothing() {
    for seed in 0..500 {
        let once = format(&spoiled::plain_file(seed));
        assert_eq!(format(&once), once, "seed {seed}");
    }
}

#[test]
fn formatting_changes_only_spaces() {
    for seed in 0..500 {
        let text = spoiled::plain_file(seed);
        assert!(tokens(&format(&text)) == tokens(&text), "seed {seed}");
    }
}

fn tokens(text: &str) -> Vec<(TokenKind, &str)> {
    scan(text, ScanMode::Normal)
        .iter()
        .map(|t| (t.kind, &text[t.start as usize..t.end as usize]))
        .collect()
}

#[test]
fn text_with_errors_does_no_harm() {
    for seed in 0..60 {
        let text = spoiled::file(seed);
        let ends = (0..text.len())
            .step_by(1 + text.len() / 40)
            .filter(|end| text.is_char_boundary(*end));
        for end in ends {
            format(&text[..end]);
            format(&text[end..]);
        }
    }
}

#[test]
fn a_hundred_thousand_brackets() {
    let text = format!("a = {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(format(&text), text);
}
