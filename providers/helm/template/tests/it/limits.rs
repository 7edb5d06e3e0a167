//! Hostile templates end in an error, or are simply handled.

use trueup_helm_template::{ErrorKind, Limits, Map, Options, Renderer, Templates, Value};

use crate::go::host;

fn run(text: &str, limits: Limits) -> Result<String, (ErrorKind, String)> {
    let mut templates = Templates::new("gotpl", host::functions());
    let outcome = templates.parse("t", text).and_then(|()| {
        let options = Options {
            limits,
            ..Options::default()
        };
        Renderer::new(&templates, options).execute("t", &Map::new().into())
    });
    match outcome {
        Ok(printed) => Ok(printed.as_string().unwrap().to_string()),
        Err(error) => Err((error.kind(), error.message().to_string())),
    }
}

/// What follows the place in the message of a limit.
fn limit(text: &str, limits: Limits) -> String {
    let (kind, message) = run(text, limits).unwrap_err();
    assert_eq!(kind, ErrorKind::Limit, "{message}");
    message.rsplit(">: ").next().unwrap().to_string()
}

#[test]
fn a_run_is_bounded() {
    let small = Limits {
        output: 1 << 20,
        steps: 200_000,
        depth: 5_000,
    };
    let cases = [
        (
            "{{range 1000000000000}}{{end}}",
            "template ran for more than 200000 steps",
        ),
        (
            "{{range 99999}}0123456789012345{{end}}",
            "output exceeds 1048576 bytes",
        ),
        (
            "{{define \"r\"}}{{template \"r\" .}}{{end}}{{template \"r\" .}}",
            "exceeded maximum template depth (5000)",
        ),
        (
            "{{$l := list 1}}{{range 40}}{{$l = list $l $l}}{{end}}{{$l}}",
            "printed text exceeds 1048576 bytes",
        ),
        (
            "{{$l := list 1}}{{range 40}}{{$l = list $l $l}}{{end}}{{print $l}}",
            "error calling print: printed text exceeds 1048576 bytes",
        ),
        (
            "{{$l := list 1}}{{range 20000}}{{$l = list $l}}{{end}}{{$l}}",
            "value is nested too deeply to print: it may contain itself",
        ),
        (
            "{{$_ := set . \"self\" .}}{{.}}",
            "value is nested too deeply to print: it may contain itself",
        ),
        (
            "{{printf \"%900000T%900000T%900000T\" 1 1 1}}",
            "error calling printf: printed text exceeds 1048576 bytes",
        ),
    ];
    for (text, message) in cases {
        assert_eq!(limit(text, small), message, "{text}");
    }
}

#[test]
fn values_nested_without_end_are_dropped() {
    let text = "{{$l := list}}{{range 100000}}{{$l = list $l}}{{end}}{{len $l}}";
    assert_eq!(run(text, Limits::default()), Ok("1".into()));
    let text = "{{$m := new}}{{range 100000}}{{$n := new}}{{$_ := set $n \"m\" $m}}\
                {{$m = $n}}{{end}}{{len $m}}";
    assert_eq!(run(text, Limits::default()), Ok("1".into()));
}

#[test]
fn templates_recurse_as_deep_as_in_go() {
    let text = "{{define \"r\"}}{{template \"r\" .}}{{end}}{{template \"r\" .}}";
    let message = limit(text, Limits::default());
    assert_eq!(message, "exceeded maximum template depth (100000)");
}

#[test]
fn deep_nesting_is_parsed_up_to_a_limit() {
    let parens = |count: usize| format!("{{{{{}1{}}}}}", "(".repeat(count), ")".repeat(count));
    let blocks = |count: usize| "{{if 1}}".repeat(count) + "x" + &"{{end}}".repeat(count);
    let chain = |count: usize| "{{if 0}}".to_string() + &"{{else if 0}}".repeat(count) + "{{end}}";
    let fails = |message: &str| Err((ErrorKind::Parse, format!("template: t:1: {message}")));
    let limits = Limits::default;
    assert_eq!(run(&parens(10_000), limits()), Ok("1".into()));
    assert_eq!(
        run(&parens(10_001), limits()),
        fails("max expression depth exceeded")
    );
    assert_eq!(run(&blocks(9_000), limits()), Ok("x".into()));
    assert_eq!(
        run(&blocks(100_000), limits()),
        fails("max block depth exceeded")
    );
    assert_eq!(run(&chain(9_000), limits()), Ok(String::new()));
    assert_eq!(
        run(&chain(100_000), limits()),
        fails("max block depth exceeded")
    );
}

#[test]
fn maps_that_hold_themselves_are_freed_with_the_renderer() {
    let mut templates = Templates::new("gotpl", host::functions());
    let text = "{{$_ := set .inner \"outer\" .}}{{.inner.outer.inner.outer.name}}";
    templates.parse("t", text).unwrap();
    let (outer, inner) = (Map::new(), Map::new());
    outer.insert("name", "x".into());
    outer.insert("inner", inner.clone().into());
    let weak = outer.downgrade().unwrap();
    let mut renderer = Renderer::new(&templates, Options::default());
    let printed = renderer.execute("t", &Value::from(outer)).unwrap();
    assert_eq!(printed.as_string().unwrap(), &"x");
    drop(inner);
    drop(renderer);
    assert!(weak.upgrade().is_none());
}
