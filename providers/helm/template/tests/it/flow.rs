//! What is known of values beyond what Go knows: which were read, and which
//! flowed where.

use std::{cell::RefCell, collections::BTreeSet, rc::Rc};

use trueup_helm_template::{
    Function, List, Map, Options, Renderer, Signature, Templates, Type, Value,
    value::{Label, Labels, Origin, Reads, Step},
};

use crate::go::host;

#[derive(Default)]
struct Seen(RefCell<BTreeSet<String>>);

fn path(origin: &Origin) -> String {
    let steps = origin.path().into_iter().map(|step| match step {
        Step::Key(key) => key.to_string(),
        Step::Index(index) => index.to_string(),
    });
    steps.collect::<Vec<_>>().join(".")
}

impl Reads for Seen {
    fn read(&self, origin: &Origin, key: &[u8]) {
        let key = String::from_utf8_lossy(key);
        self.0
            .borrow_mut()
            .insert(format!("{}.{key}", path(origin)));
    }

    fn read_all(&self, origin: &Origin) {
        self.0.borrow_mut().insert(format!("{}.*", path(origin)));
    }
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Map::from_iter(entries.map(|(key, value)| (key.into(), value))).into()
}

fn values() -> Value {
    let item = map([("name", "x".into()), ("port", 80.0.into())]);
    map([
        ("image", map([("tag", "1".into()), ("repo", "r".into())])),
        ("list", List::new(vec![item]).into()),
        ("labels", map([("a", "b".into())])),
        ("on", true.into()),
        ("secret", "s3cret".into()),
    ])
}

fn reads(text: &str, explore: bool) -> Vec<String> {
    let mut templates = Templates::new("gotpl", host::functions());
    templates.parse("t", text).unwrap();
    let seen = Rc::new(Seen::default());
    let reader: Rc<dyn Reads> = Rc::clone(&seen) as _;
    let data = map([("Values", values().tracked(Origin::root("Values", reader)))]);
    let options = Options {
        explore,
        ..Options::default()
    };
    let mut renderer = Renderer::new(&templates, options);
    renderer.execute("t", &data).unwrap();
    seen.0.borrow().iter().cloned().collect()
}

#[test]
fn reads_are_noted_wherever_they_happen() {
    let cases: [(&str, &[&str]); 9] = [
        (
            "{{.Values.image.tag}}",
            &["Values.image", "Values.image.tag"],
        ),
        ("{{.Values.imagee}}", &["Values.imagee"]),
        ("{{if .Values.on}}{{end}}", &["Values.on"]),
        ("{{or .Values.on .Values.secret}}", &["Values.on"]),
        (
            "{{range .Values.list}}{{.name}}{{end}}",
            &["Values.list", "Values.list.*", "Values.list.0.name"],
        ),
        (
            "{{range $k, $v := .Values.labels}}{{end}}",
            &["Values.labels", "Values.labels.*"],
        ),
        (
            "{{print .Values.labels}}",
            &["Values.labels", "Values.labels.*"],
        ),
        (
            "{{with .Values.image}}{{index . \"repo\"}}{{end}}",
            &["Values.image", "Values.image.repo"],
        ),
        (
            "{{define \"d\"}}{{.tag}}{{end}}{{include \"d\" .Values.image}}{{tpl \"{{.repo}}\" .Values.image}}",
            &["Values.image", "Values.image.repo", "Values.image.tag"],
        ),
    ];
    for (text, expected) in cases {
        let mut expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
        expected.sort();
        assert_eq!(reads(text, false), expected, "{text}");
    }
}

#[test]
fn both_sides_of_conditions_are_explored() {
    let cases: [(&str, &[&str]); 8] = [
        (
            "{{if .Values.on}}{{.Values.a}}{{else}}{{.Values.b}}{{end}}",
            &["Values.a", "Values.b", "Values.on"],
        ),
        (
            "{{with .Values.off}}{{$.Values.a}}{{end}}{{or .Values.on .Values.b}}",
            &["Values.a", "Values.b", "Values.off", "Values.on"],
        ),
        (
            "{{range .Values.none}}{{$.Values.a}}{{else}}{{$.Values.b}}{{end}}",
            &["Values.a", "Values.b", "Values.none"],
        ),
        // After an error, too.
        (
            "{{oops \"x\"}}{{.Values.a}}{{.Values.off.x.y}}{{.Values.b}}",
            &["Values.a", "Values.b", "Values.off"],
        ),
        (
            "{{range .Values.list}}{{break}}{{end}}{{.Values.a}}",
            &["Values.a", "Values.list", "Values.list.*"],
        ),
        // A side that would not run changes nothing.
        (
            "{{if .Values.off}}{{$_ := set .Values \"image\" 1}}{{end}}{{.Values.image.tag}}",
            &["Values.image", "Values.image.tag", "Values.off"],
        ),
        (
            "{{$x := .Values.image}}{{if .Values.off}}{{$x = 1}}{{end}}{{$x.tag}}",
            &["Values.image", "Values.image.tag", "Values.off"],
        ),
        // Templates that call themselves come to an end.
        (
            "{{define \"r\"}}{{if .Values.off}}{{include \"r\" .}}{{end}}{{.Values.a}}{{end}}{{include \"r\" .}}",
            &["Values.a", "Values.off"],
        ),
    ];
    for (text, expected) in cases {
        let expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
        assert_eq!(reads(text, true), expected, "{text}");
    }
}

/// The parts of the output: text, place of the action, labels.
fn spans(text: &str) -> Vec<(String, String, Vec<u32>)> {
    let mut functions = host::functions();
    let indented = Function::new(Signature::fixed(&[Type::String]), |_, args| {
        let text = args[0].as_string().unwrap().to_str();
        Ok(format!("  {}", text.replace('\n', "\n  ")).into())
    });
    functions.insert("indented", indented);
    let mut templates = Templates::new("gotpl", functions);
    templates.parse("t", text).unwrap();
    let secret = Value::from("s3cret").with_labels(&Labels::one(Label(7)));
    let flag = Value::from(true).with_labels(&Labels::one(Label(8)));
    let data = map([
        ("secret", secret.clone()),
        ("flag", flag),
        ("plain", "p".into()),
        ("map", map([("in", secret)])),
    ]);
    let options = Options {
        trace: true,
        ..Options::default()
    };
    let printed = Renderer::new(&templates, options).execute("t", &data);
    let printed = printed.unwrap();
    let text = printed.as_string().unwrap().to_string();
    let spans = printed.flow().unwrap().spans.iter().map(|span| {
        let source = span.source.as_ref().unwrap();
        (
            text[span.start..span.end].to_string(),
            format!("{}:{}:{}", source.file, source.line, source.column),
            span.labels.iter().map(|label| label.0).collect(),
        )
    });
    spans.collect()
}

#[test]
fn output_knows_where_it_came_from() {
    let part = |text: &str, place: &str, labels: &[u32]| {
        (text.to_string(), place.to_string(), labels.to_vec())
    };
    let cases = [
        (
            "a: {{.secret}}\nb: {{.plain}}",
            vec![
                part("a: ", "t:1:0", &[]),
                part("s3cret", "t:1:5", &[7]),
                part("\nb: ", "t:1:14", &[]),
                part("p", "t:2:5", &[]),
            ],
        ),
        // A function's result carries what its arguments do, deep inside too.
        (
            "{{.secret | printf \"<%s>\"}}",
            vec![
                part("<", "t:1:2", &[]),
                part("s3cret", "t:1:2", &[7]),
                part(">", "t:1:2", &[]),
            ],
        ),
        (
            "{{print .map}}",
            vec![part("map[in:s3cret]", "t:1:2", &[7])],
        ),
        ("{{len .secret}}", vec![part("6", "t:1:2", &[7])]),
        (
            "{{printf \"%s-%s-%d\" .plain .secret 3}}",
            vec![
                part("p-", "t:1:2", &[]),
                part("s3cret", "t:1:2", &[7]),
                part("-3", "t:1:2", &[]),
            ],
        ),
        // Text that is only laid out anew keeps the flow of its parts.
        (
            "{{include \"d\" . | indented}}{{define \"d\"}}k: {{.secret}}\nl: 1{{end}}",
            vec![
                part("  ", "t:1:2", &[]),
                part("k: ", "t:1:42", &[]),
                part("s3cret", "t:1:47", &[7]),
                part("\n", "t:1:56", &[]),
                part("  ", "t:1:2", &[]),
                part("l: 1", "t:1:56", &[]),
            ],
        ),
        // A condition flows into what it guards, and into what is set there.
        (
            "{{$x := 1}}{{if .flag}}y{{$x = 2}}{{end}}{{$x}}",
            vec![part("y", "t:1:23", &[8]), part("2", "t:1:43", &[8])],
        ),
        // Only the part of an included text that a value reaches is marked.
        (
            "{{include \"d\" .}}{{define \"d\"}}k={{.secret}};{{end}}",
            vec![
                part("k=", "t:1:31", &[]),
                part("s3cret", "t:1:35", &[7]),
                part(";", "t:1:44", &[]),
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(spans(text), expected, "{text}");
    }
}
