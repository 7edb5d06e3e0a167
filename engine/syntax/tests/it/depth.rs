//! Nesting without bound ends in a diagnostic, never in a crash, and in time
//! that grows with the length of the text.

use trueup_syntax::{
    Diagnostics, FileId, SourceFile, json,
    parse::{MAX_DEPTH, parse_expression, parse_file, parse_template},
};

const FORMS: [(&str, &str, &str); 16] = [
    ("(", "1", ")"),
    ("[", "1", "]"),
    ("{ a = ", "1", " }"),
    ("[for x in ", "y", " : x]"),
    ("f(", "1", ")"),
    ("a[", "1", "]"),
    ("\"${", "1", "}\""),
    ("a ? b : ", "c", ""),
    ("a ? ", "b", " : c"),
    ("-", "1", ""),
    ("!", "a", ""),
    ("1 + ", "1", ""),
    ("a || b && ", "c", ""),
    ("", "a", "[*]"),
    ("", "a", "[b]"),
    ("", "a", "[*][b]"),
];

fn file(text: String) -> SourceFile {
    SourceFile::new(FileId(0), "deep.tf", text)
}

fn nested(form: (&str, &str, &str), times: usize) -> SourceFile {
    let (open, core, close) = form;
    file(format!(
        "{}{core}{}",
        open.repeat(times),
        close.repeat(times)
    ))
}

fn summaries(diagnostics: Diagnostics) -> Vec<String> {
    diagnostics.0.into_iter().map(|d| d.summary).collect()
}

#[test]
fn a_nesting_of_400_is_fine_in_every_form() {
    for form in FORMS {
        let (expr, diagnostics) = parse_expression(&nested(form, 400));
        assert_eq!(summaries(diagnostics), [""; 0], "{form:?}");
        drop(expr);
    }
}

#[test]
fn a_nesting_of_1000_is_fine_where_each_form_is_one_level() {
    for form in FORMS
        .into_iter()
        .filter(|form| form.0 != "a || b && " && form.2 != "[*][b]")
    {
        let (_, diagnostics) = parse_expression(&nested(form, 1_000));
        assert_eq!(summaries(diagnostics), [""; 0], "{form:?}");
    }
}

#[test]
fn a_nesting_of_100000_is_one_error() {
    for form in FORMS {
        let (_, diagnostics) = parse_expression(&nested(form, 100_000));
        assert_eq!(summaries(diagnostics), ["Nesting too deep"], "{form:?}");
    }
}

#[test]
fn unclosed_nesting_is_one_error_too() {
    for (open, core, _) in FORMS.into_iter().filter(|form| !form.2.is_empty()) {
        let (_, diagnostics) = parse_expression(&nested((open, core, ""), 20_000));
        if !open.is_empty() {
            assert_eq!(summaries(diagnostics).len(), 1, "{open}");
        }
    }
}

#[test]
fn long_is_not_deep() {
    for (item, separator) in [("a", ", "), ("\"x${a}y\"", ",\n"), ("{ b = 1 }", ",")] {
        let text = format!("[{}]", vec![item; 100_000].join(separator));
        assert_eq!(
            summaries(parse_expression(&file(text)).1),
            [""; 0],
            "{item}"
        );
    }
    let steps = format!("a{}", ".b[0]".repeat(100_000));
    assert_eq!(summaries(parse_expression(&file(steps)).1), [""; 0]);
}

#[test]
fn blocks() {
    let nested = |times: usize| file(format!("{}{}", "b {\n".repeat(times), "}\n".repeat(times)));
    assert_eq!(summaries(parse_file(&nested(1_000)).1), [""; 0]);
    assert_eq!(
        summaries(parse_file(&nested(100_000)).1),
        ["Nesting too deep"]
    );
}

#[test]
fn directives() {
    let nested = |times: usize| {
        file(format!(
            "{}x{}",
            "%{if a}".repeat(times),
            "%{endif}".repeat(times)
        ))
    };
    assert_eq!(summaries(parse_template(&nested(1_000)).1), [""; 0]);
    assert_eq!(
        summaries(parse_template(&nested(100_000)).1),
        ["Nesting too deep"]
    );
}

#[test]
fn json_values() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |times: usize| {
            file(format!(
                "{{\"a\":{}1{}}}",
                open.repeat(times),
                close.repeat(times)
            ))
        };
        assert_eq!(summaries(json::parse_file(&nested(1_000)).1), [""; 0]);
        assert_eq!(
            summaries(json::parse_file(&nested(100_000)).1),
            ["Nesting too deep"]
        );
        json::parse_file(&nested(1_000)).0.to_expr();
    }
}

#[test]
fn the_limit_is_documented() {
    assert_eq!(MAX_DEPTH, 1024);
}
