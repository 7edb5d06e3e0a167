//! Diagnostics as they are shown, wherever in a text they point.

use trueup_syntax::{
    Diagnostic, SourceMap, Span,
    parse::parse_file,
    render::{Renderer, Style},
};

const PLAIN: Style = Style {
    color: false,
    width: 0,
};
const COLORED: Style = Style {
    color: true,
    width: 0,
};

/// What is underlined in the lines shown for `subject` within `context`, `[`
/// and `]` around it; the same as what the JSON marks.
fn marked(text: &str, subject: (u32, u32), context: (u32, u32)) -> String {
    let mut sources = SourceMap::default();
    let id = sources.add("main.tf", text);
    let mut diagnostic = Diagnostic::error("", "", Span::new(id, subject.0, subject.1));
    diagnostic.context = Some(Span::new(id, context.0, context.1));
    let mut renderer = Renderer::new(&sources);
    let json = serde_json::to_value(renderer.json(&diagnostic)).expect("JSON");
    let snippet = &json["snippet"];
    let mut code = snippet["code"].as_str().expect("code").to_owned();
    let offset = |name: &str| snippet[name].as_u64().expect("offset") as usize;
    code.insert(offset("highlight_end_offset"), ']');
    code.insert(offset("highlight_start_offset"), '[');
    code
}

#[test]
fn the_subject_is_marked_after_lines_that_are_left_out() {
    let cases = [
        ("f(1\n\n\n 2, 3)\n", (9, 10), (0, 12), "f(1\n 2,[ ]3)"),
        ("f(\r\n\r\n 1)\r\n", (7, 8), (0, 9), "f(\n [1])"),
        ("f(\r\n 1,\r\n 2)\r\n", (5, 11), (0, 12), "f(\n [1,\n 2])"),
        ("a\n\nb\n", (2, 2), (0, 4), "a[\n]b"),
        ("größe = 1\n", (2, 2), (2, 2), "gr[ö]ße = 1"),
        ("größe = 1\n", (3, 6), (3, 6), "gr[öß]e = 1"),
    ];
    for (text, subject, context, wanted) in cases {
        assert_eq!(marked(text, subject, context), wanted, "{text:?}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_shown_as_replaced() {
    let mut sources = SourceMap::default();
    let (id, mut all) = sources.add_bytes("main.tf", b"N[\n\n\xd1B[[".to_vec());
    all.extend(parse_file(sources.file(id)).1);
    let mut renderer = Renderer::new(&sources);
    let shown = all.0.iter().map(|d| renderer.human(d, PLAIN));
    assert_eq!(
        shown.collect::<String>(),
        "
Error: Invalid character encoding

  on main.tf line 3:
   3: \u{fffd}B[[

All input files must be UTF-8 encoded. Ensure that UTF-8 encoding is selected in your editor.

Error: Invalid character

  on main.tf line 3:
   3: \u{fffd}B[[

This character is not used within the language.

Error: Argument or block definition required

  on main.tf line 1:
   1: N[

An argument or block definition is required here. To set an argument, use the equals sign \"=\" to introduce the argument value.
"
    );
}

/// Every span of texts with all that makes bytes, characters and columns
/// differ, alone and within other spans.
#[test]
fn any_span_can_be_shown() {
    let texts: [&[u8]; 8] = [
        b"",
        b"N[\n\n\xd1B[[",
        b"\xff\n\r\n\xf0\x9f\n\xc3",
        b"\xef\xbb\xbfa = 1\r\n\r\n\xe2\x82\xac\r\n",
        "a {\n\t\"ö\u{308}\"\n\n\n\r\n}".as_bytes(),
        "\r\r\n\n\r👩‍👩‍👧\n".as_bytes(),
        "\n\n\n".as_bytes(),
        "x \"é\" {\r\n\r\n\ty = <<E\r\n\r\n ß${\r\n".as_bytes(),
    ];
    for bytes in texts {
        let mut sources = SourceMap::default();
        let (id, _) = sources.add_bytes("main.tf", bytes.to_vec());
        let length = sources.file(id).text.len() as u32;
        let mut renderer = Renderer::new(&sources);
        let places: Vec<u32> = (0..length + 3).chain([u32::MAX]).collect();
        for (&start, &end) in places
            .iter()
            .flat_map(|a| places.iter().map(move |b| (a, b)))
        {
            for context in [
                None,
                Some((0, 1)),
                Some((start / 2, length)),
                Some((end, end)),
            ] {
                let mut diagnostic = Diagnostic::error("s", "d", Span::new(id, start, end));
                diagnostic.context = context.map(|(start, end)| Span::new(id, start, end));
                let plain = renderer.human(&diagnostic, PLAIN);
                let colored = renderer.human(&diagnostic, COLORED);
                assert!(plain.contains("  on main.tf line "), "{plain}");
                assert!(colored.contains("\u{1b}[4m"), "{colored}");
                let json = serde_json::to_value(renderer.json(&diagnostic)).expect("JSON");
                let snippet = &json["snippet"];
                let offset = |name: &str| snippet[name].as_u64().expect("offset") as usize;
                let marked = offset("highlight_start_offset")..offset("highlight_end_offset");
                let code = snippet["code"].as_str().expect("code");
                assert!(code.get(marked.clone()).is_some(), "{marked:?} of {code:?}");
            }
        }
    }
}
