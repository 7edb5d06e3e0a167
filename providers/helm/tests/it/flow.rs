//! Where rendered leaves come from.

use serde_json::json;
use trueup_helm::{Follow, Options, Recorder, ValuePath, render, trace};

use crate::charts::{chart, options};

/// `path <- values` of each leaf of a template that any value reaches.
fn reached(template: &str, values: serde_json::Value, secret: Option<&str>) -> Vec<String> {
    let files = [("templates/a.yaml", template)];
    let options = Options {
        values: values.as_object().cloned().unwrap(),
        ..options()
    };
    let paths: Vec<ValuePath> = secret.map(ValuePath::dotted).into_iter().collect();
    let follow = if secret.is_some() {
        Follow::Only(&paths)
    } else {
        Follow::All
    };
    let traced = trace(&chart(&files), &options, follow).unwrap();
    assert_eq!(traced.rendered, render(&chart(&files), &options).unwrap());
    let leaves = traced.objects.iter().flat_map(|object| &object.leaves);
    let reached = leaves.filter(|leaf| !leaf.values.is_empty());
    let lines = reached.map(|leaf| {
        let values: Vec<_> = leaf.values.iter().map(ToString::to_string).collect();
        format!("{} <- {}", leaf.path, values.join(" "))
    });
    lines.collect()
}

#[test]
fn only_the_leaves_a_value_reaches_name_it() {
    let values = json!({
        "a": "x", "n": 3, "on": true, "none": "",
        "map": {"k": "v", "l": {"m": "w", "e": {}}},
        "list": [{"name": "one", "port": 1}, {"name": "two", "port": 2}],
        "words": ["p", "q"],
    });
    let cases: [(&str, &[&str]); 15] = [
        ("a: {{ .Values.a }}\nb: 1", &["a <- a"]),
        (
            "a: pre-{{ .Values.a }}\nb: {{ .Values.n }}",
            &["a <- a", "b <- n"],
        ),
        (
            "m:\n  {{- toYaml .Values.map | nindent 2 }}\nb: 1",
            &["m.k <- map.k", "m.l.e <- map.l.e", "m.l.m <- map.l.m"],
        ),
        (
            "m: {{ toJson .Values.map }}",
            &["m.k <- map.k", "m.l.e <- map.l.e", "m.l.m <- map.l.m"],
        ),
        ("{{ if .Values.on }}a: 1\n{{ end }}b: 2", &["a <- on"]),
        (
            "c:\n{{- range .Values.list }}\n- name: {{ .name }}\n  port: {{ .port }}\n{{- end }}",
            &[
                "c[0].name <- list[0].name",
                "c[0].port <- list[0].port",
                "c[1].name <- list[1].name",
                "c[1].port <- list[1].port",
            ],
        ),
        (
            "c:\n{{ toYaml .Values.list }}\n",
            &[
                "c[0].name <- list[0].name",
                "c[0].port <- list[0].port",
                "c[1].name <- list[1].name",
                "c[1].port <- list[1].port",
            ],
        ),
        (
            "{{ define \"h\" }}{{ .v }}{{ end }}a: {{ include \"h\" (dict \"v\" .Values.a \"ctx\" .) | quote }}\nb: 1",
            &["a <- a"],
        ),
        (
            "{{ $m := merge (dict \"z\" .Values.n) .Values.map }}a: {{ $m.z }}\nb: {{ $m.k }}",
            &["a <- n", "b <- map.k"],
        ),
        ("a: {{ default .Values.a .Values.none }}", &["a <- a none"]),
        (
            "a: {{ .Values.a | default \"y\" | quote }}\nb: {{ ternary 1 2 .Values.on }}",
            &["a <- a", "b <- on"],
        ),
        (
            "{{ define \"y\" }}k: {{ .Values.a }}\nl: 1{{ end }}{{ $y := fromYaml (include \"y\" .) }}a: {{ $y.k }}\nb: {{ $y.l }}",
            &["a <- a"],
        ),
        (
            "{{ define \"e\" }}{{ if eq .Values.a \"q\" }}y{{ end }}{{ end }}{{ if include \"e\" . }}a: 1{{ else }}b: 2{{ end }}",
            &["b <- a"],
        ),
        (
            "a: {{ .Values.a | b64enc }}\nb: {{ index .Values.map \"k\" }}\nc: {{ len .Values.map }}",
            &["a <- a", "b <- map.k"],
        ),
        (
            "a: {{ join \"-\" .Values.words }}\nb: {{ printf \"%s:%v\" .Values.a .Values.n }}",
            &["a <- words", "b <- a n"],
        ),
    ];
    for (template, expected) in cases {
        assert_eq!(
            reached(template, values.clone(), None),
            expected,
            "{template}"
        );
    }
}

#[test]
fn a_followed_map_is_followed_to_all_its_leaves() {
    let values = json!({"map": {"k": "v", "l": {"m": "w"}}, "open": 1});
    let template = "m:\n  {{- toYaml .Values.map | nindent 2 }}\no: {{ .Values.open }}\n";
    assert_eq!(
        reached(template, values.clone(), Some("map")),
        ["m.k <- map", "m.l.m <- map"]
    );
    assert_eq!(reached(template, values, Some("map.l")), ["m.l.m <- map.l"]);
}

#[test]
fn what_was_drawn_is_replayed() {
    let template = "a: {{ randAlphaNum 8 }}\nb: {{ uuidv4 }}\nc: {{ now | unixEpoch }}\n";
    let chart = chart(&[("templates/a.yaml", template)]);
    let recorder = Recorder::new(options().sources);
    let with = |recorder: &Recorder| Options {
        sources: recorder.sources(),
        ..options()
    };
    let first = render(&chart, &with(&recorder)).unwrap();
    let again = Recorder::replaying(recorder.record(), options().sources);
    assert_eq!(render(&chart, &with(&again)).unwrap(), first);
    assert_eq!(again.record(), recorder.record());
}
