//! `.Values` is no plain map in Helm: `common.Values`, with methods. All of it
//! as Helm 4.3.1 answers.

use trueup_helm::{Given, Options, load_files, render};

use crate::charts::options;

fn outcome(template: &str) -> String {
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: t\nversion: 1.0.0\n"),
        (
            "charts/s/Chart.yaml",
            "apiVersion: v2\nname: s\nversion: 1.0.0\n",
        ),
        ("templates/NOTES.txt", template),
    ];
    let files = files.map(|(name, text)| trueup_helm::File {
        name: name.to_owned(),
        data: text.as_bytes().to_vec(),
    });
    let chart = load_files(files.into()).unwrap();
    let mut given = Given::default();
    let values = "a: {b: 1}\nl: [1]\ns: {x: {deep: 1}}\n";
    given.file("values.yaml", values.as_bytes()).unwrap();
    let options = Options {
        values: given.values,
        ..options()
    };
    match render(&chart, &options) {
        Ok(rendered) => rendered.notes,
        Err(error) => error.to_string(),
    }
}

#[test]
fn types() {
    let table = [
        (".", "common.Values"),
        (".Values", "common.Values"),
        (".Values.a", "map[string]interface {}"),
        (".Values.s", "map[string]interface {}"),
        (".Subcharts.s", "map[string]interface {}"),
        (".Subcharts.s.Values", "common.Values"),
        (".Template", "common.Values"),
        (".Release", "map[string]interface {}"),
        ("(deepCopy .Values)", "common.Values"),
        ("(set .Values \"x\" 1)", "map[string]interface {}"),
        ("(merge (dict) .Values)", "map[string]interface {}"),
        ("(pick .Values \"a\")", "map[string]interface {}"),
    ];
    for (expression, wanted) in table {
        let template = format!("{{{{ typeOf {expression} }}}}");
        assert_eq!(outcome(&template), wanted, "{expression}");
    }
    let is = "{{ typeIs \"map[string]interface {}\" .Values }} {{ kindIs \"map\" .Values }} {{ typeIsLike \"common.Values\" .Values }}";
    assert_eq!(outcome(is), "false true true");
    assert_eq!(
        outcome("{{ dig \"a\" \"b\" 5 .Values }}"),
        "template: t/templates/NOTES.txt:1:3: executing \"t/templates/NOTES.txt\" at <dig \"a\" \"b\" 5 .Values>: error calling dig: interface conversion: interface {} is common.Values, not map[string]interface {}"
    );
}

#[test]
fn methods() {
    let table = [
        (".Values.AsMap | typeOf", "map[string]interface {}"),
        (".Values.PathValue \"a.b\"", "1"),
        (".Values.Table \"a\"", "map[b:1]"),
        ("typeOf (.Values.Table \"a\")", "common.Values"),
        ("(.Values.Table \"s.x\").deep", "1"),
        (
            ".Subcharts.s.Values.YAML | quote",
            "\"global: {}\\nx:\\n  deep: 1\\n\"",
        ),
    ];
    for (expression, wanted) in table {
        let template = format!("{{{{ {expression} }}}}");
        assert_eq!(outcome(&template), wanted, "{expression}");
    }
    assert_eq!(
        outcome("{{ .Values.Encode }}"),
        "t/templates/NOTES.txt:1:10\n  executing \"t/templates/NOTES.txt\" at <.Values.Encode>:\n    wrong number of args for Encode: want 1 got 0"
    );
    assert!(
        outcome("{{ .Values.Table \"z\" }}").ends_with("error calling Table: \"z\" is not a table")
    );
}
