//! Charts meant to take for ever or all memory: each ends soon, in an error or
//! an answer, within a limit on its address space.

use std::fmt::Write as _;

use crate::environment::TestEnvironment;

/// The address space a run may have, in KiB. An unoptimised build keeps more
/// than a gigabyte of it aside for stacks.
const ADDRESS_SPACE: u32 = 3 << 20;

/// The processor time a run may take, in seconds: several times what it takes
/// unoptimised.
const PROCESSOR_TIME: u32 = 120;

const CHART: &str = "apiVersion: v2\nname: app\nversion: 1.0.0\n";

/// What `helm template` says of a chart of these files.
fn rendered(files: &[(&str, &str)]) -> String {
    let environment = TestEnvironment::with(&[("app/Chart.yaml", CHART)]);
    for (name, text) in files {
        environment.write(&format!("app/{name}"), text);
    }
    shown(&environment, &["helm", "template", "app"])
}

fn shown(environment: &TestEnvironment, arguments: &[&str]) -> String {
    let limits = [ADDRESS_SPACE, PROCESSOR_TIME];
    let shown = environment.run_within(limits, arguments, "");
    for crash in ["panicked", "overflowed", "allocation", "signal"] {
        assert!(!shown.contains(crash), "{}", head(&shown));
    }
    shown
}

fn head(text: &str) -> String {
    text.chars().take(2000).collect()
}

/// That each template ends in an error with these words.
#[track_caller]
fn refused(table: &[(&str, &str)]) {
    for (template, words) in table {
        let shown = rendered(&[("templates/bomb.yaml", template)]);
        assert!(shown.contains(words), "{template}\n{}", head(&shown));
        assert!(shown.contains("exit status: 1"), "{template}");
        assert!(shown.len() < 4 << 20, "{} bytes are shown", shown.len());
    }
}

#[test]
fn templates_that_call_themselves() {
    refused(&[
        (
            "{{ define \"r\" }}{{ include \"r\" . }}{{ end }}{{ include \"r\" . }}",
            "rendering template has a nested reference name: r: unable to execute template",
        ),
        (
            "{{ define \"r\" }}{{ template \"r\" . }}{{ end }}{{ template \"r\" . }}",
            "exceeded maximum template depth (100000)",
        ),
        (
            "{{ $t := \"{{ tpl .t . }}\" }}{{ tpl $t (dict \"t\" $t) }}",
            "exceeded maximum nesting of tpl (1000)",
        ),
        (
            "{{ define \"r\" }}{{ tpl \"{{ include \\\"r\\\" . }}\" . }}{{ end }}{{ include \"r\" . }}",
            "exceeded maximum nesting of tpl (1000)",
        ),
    ]);
}

#[test]
fn loops_without_an_end() {
    refused(&[(
        "{{ range 1000000000000 }}{{ repeat 100000 \"x\" | len }}{{ end }}",
        "template ran for more than 100000000 steps",
    )]);
}

#[test]
fn texts_and_lists_that_are_too_long() {
    let longer = "result is longer than 104857600 bytes";
    refused(&[
        ("{{ repeat 1000000000000 \"x\" }}", longer),
        ("{{ repeat 100000 \"x\" | repeat 100000 }}", longer),
        ("{{ indent 1000000000 \"x\" }}", longer),
        ("{{ nindent 100000 (repeat 10000 \"x\\n\") }}", longer),
        ("{{ printf \"%*d\" 1000000 1 | repeat 1000 }}", longer),
        ("{{ printf \"%.1000000f\" 1.0 | repeat 1000 }}", longer),
        ("{{ until 1000000000000 }}", longer),
        ("{{ untilStep 0 1000000000000 1 }}", longer),
        ("{{ seq 1 1000000000000 }}", longer),
        ("{{ splitList \"\" (repeat 100000000 \"x\") }}", longer),
        (
            "{{ regexReplaceAll \"\" (repeat 100000 \"x\") (repeat 100000 \"y\") }}",
            longer,
        ),
        ("{{ randAlphaNum 1000000000000 }}", longer),
        ("{{ randBytes 1000000000000 }}", longer),
        (
            "{{ $l := list 1 }}{{ range 40 }}{{ $l = concat $l $l }}{{ end }}",
            longer,
        ),
        (
            "{{ range 2000 }}{{ repeat 100000 \"x\" }}{{ end }}",
            "output exceeds 104857600 bytes",
        ),
    ]);
}

#[test]
fn values_within_values() {
    let large = "value is larger than 104857600 bytes";
    let doubled = |call: &str| {
        format!(
            "{{{{ $l := list 1 }}}}{{{{ range 40 }}}}{{{{ $l = list $l $l }}}}{{{{ end }}}}{{{{ {call} }}}}"
        )
    };
    let table = [
        (doubled("toYaml $l"), large),
        (doubled("toJson $l"), large),
        (doubled("deepCopy $l"), large),
        (
            "{{ $_ := set .Values \"self\" .Values }}{{ mustToYaml .Values }}".to_owned(),
            "json: unsupported value: encountered a cycle via map[string]interface {}",
        ),
    ];
    for (template, words) in table {
        refused(&[(&template, words)]);
    }
}

/// Matching takes time in proportion to text and pattern, and patterns have a
/// size.
#[test]
fn regular_expressions() {
    let accepted = rendered(&[(
        "templates/a.yaml",
        "a: {{ regexMatch \"(a*)*b\" (repeat 30000 \"a\") }}",
    )]);
    assert!(accepted.contains("a: false"), "{}", head(&accepted));
    refused(&[
        (
            "{{ mustRegexMatch \"((a{1000}){1000}){1000}\" \"a\" }}",
            "expression too large",
        ),
        (
            "{{ mustRegexMatch (repeat 10000 \"(\") \"a\" }}",
            "error parsing regexp",
        ),
    ]);
}

#[test]
fn yaml_that_multiplies() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let before = format!("*a{}", level - 1);
        writeln!(
            bomb,
            "a{level}: &a{level} [{}]",
            [before.as_str(); 10].join(", ")
        )
        .unwrap();
    }
    let words = "document contains excessive aliasing";
    let shown = rendered(&[("values.yaml", &bomb)]);
    assert!(shown.contains(words), "{}", head(&shown));
    let shown = rendered(&[("templates/bomb.yaml", &bomb)]);
    assert!(shown.contains(words), "{}", head(&shown));
    let deep = format!("a: {}{}", "[".repeat(50_000), "]".repeat(50_000));
    let shown = rendered(&[("values.yaml", &deep)]);
    assert!(shown.contains("max depth"), "{}", head(&shown));
}
