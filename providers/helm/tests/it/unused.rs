//! Values that nothing reads.

use trueup_helm::{Given, Setting, set, unused};

use crate::charts::{chart, options};

const SUBCHART: &str = "apiVersion: v2\nname: db\nversion: 1.0.0\n";
const PARENT: &str = "apiVersion: v2\nname: app\nversion: 1.2.3\ndependencies:\n- {name: db, version: 1.0.0, condition: db.enabled, tags: [store], import-values: [data]}\n";

/// `place path -> near` of each finding.
fn findings(files: &[(&str, &str)], values: &str, flags: &[&str]) -> Vec<String> {
    let mut given = Given::default();
    given.file("values.yaml", values.as_bytes()).unwrap();
    for flag in flags {
        let apply = |values: &mut _| set(values, flag, Setting::Typed);
        given.flag(&format!("--set {flag}"), apply).unwrap();
    }
    let found = unused(&chart(files), &options(), &given).unwrap();
    let lines = found.into_iter().map(|one| {
        let place = one.place.map(|place| place.to_string()).unwrap_or_default();
        let near = one.near.map(|near| format!(" -> {}", near.path));
        format!("{place} {}{}", one.path, near.unwrap_or_default())
    });
    lines.collect()
}

#[test]
fn each_way_to_read_a_value_is_seen() {
    let cases: [(&str, &str); 14] = [
        ("{{ .Values.a.b }}", "a: {b: 1}"),
        ("{{ toYaml .Values.a }}", "a: {b: {c: [1, {d: 2}]}}"),
        ("{{ .Values.a | toJson | quote }}", "a: {b: {c: 1}}"),
        ("{{ tpl .Values.a . }}", "a: '{{ .Values.b.c }}'\nb: {c: 1}"),
        (
            "{{ range .Values.a }}{{ .b }}{{ end }}",
            "a: [{b: 1}, {b: 2}]",
        ),
        (
            "{{ range $k, $v := .Values.a }}{{ $v.x }}{{ end }}",
            "a: {b: {x: 1}}",
        ),
        ("{{ with .Values.a }}{{ .b }}{{ end }}", "a: {b: 1}"),
        ("{{ if .Values.no }}{{ .Values.a.b }}{{ end }}", "a: {b: 1}"),
        ("{{ default 3 .Values.a.b }}", "a: {b: 1}"),
        ("{{ index .Values \"a\" \"b.c\" }}", "a: {b.c: 1}"),
        (
            "{{ get .Values.a \"b\" }}{{ dig \"c\" \"d\" 0 .Values.a }}",
            "a: {b: 1, c: {d: 2}}",
        ),
        ("{{ fail \"no\" }}{{ .Values.a.b }}", "a: {b: 1}"),
        ("{{ join \",\" .Values.a.b }}", "a: {b: [1, 2]}"),
        (
            "{{ define \"h\" }}{{ .v.b }}{{ end }}{{ include \"h\" (dict \"v\" .Values.a) }}",
            "a: {b: 1}",
        ),
    ];
    for (template, values) in cases {
        let none: [String; 0] = [];
        assert_eq!(
            findings(&[("templates/a.yaml", template)], values, &[]),
            none,
            "{template}"
        );
    }
}

#[test]
fn what_nothing_reads_is_told_with_its_place() {
    let defaults = "image: {repository: r, pullPolicy: Always}\nconfig: {limits: {rate: 1}}\n";
    let template =
        "{{ .Values.image.repository }}{{ .Values.image.pullPolicy }}{{ toYaml .Values.config }}";
    let files = [("values.yaml", defaults), ("templates/a.yaml", template)];
    let values =
        "# mine\nimage:\n  pulPolicy: Never\n  repository: x\nlimits:\n  rate: 2\n---\nother: 1\n";
    assert_eq!(
        findings(
            &files,
            values,
            &["image.tga=1,image.repository=y", "config.new=1"]
        ),
        [
            "values.yaml:3:3 image.pulPolicy -> image.pullPolicy",
            "--set image.tga=1,image.repository=y image.tga",
            "values.yaml:6:3 limits.rate -> config.limits.rate",
            "values.yaml:8:1 other",
        ]
    );
}

#[test]
fn a_default_set_again_is_no_mistake() {
    let files = [("values.yaml", "dead: {a: 1}\n"), ("templates/a.yaml", "")];
    assert_eq!(
        findings(&files, "dead: {a: 1.0}\ngone: null\n", &[]),
        [""; 0]
    );
    assert_eq!(
        findings(&files, "dead: {a: 2}\n", &[]),
        ["values.yaml:1:8 dead.a"]
    );
}

#[test]
fn subcharts_conditions_tags_imports_and_globals_are_reads() {
    let files = [
        ("Chart.yaml", PARENT),
        ("templates/a.yaml", "{{ .Values.db.shared }}"),
        ("charts/db/Chart.yaml", SUBCHART),
        ("charts/db/values.yaml", "exports: {data: {port: 1}}\n"),
        (
            "charts/db/templates/a.yaml",
            "{{ .Values.global.region }}{{ .Values.size }}",
        ),
        (
            "charts/db/values.schema.json",
            r#"{"properties": {"described": {"type": "integer"}}}"#,
        ),
    ];
    let values = "
db: {enabled: false, shared: 1, size: 2, described: 3, exports: {data: {port: 2}}, sise: 4}
tags: {store: true, stroe: true}
global: {region: eu, reigon: us}
";
    assert_eq!(
        findings(&files, values, &[]),
        [
            "values.yaml:2:84 db.sise -> db.size",
            "values.yaml:4:22 global.reigon -> global.region",
            "values.yaml:3:21 tags.stroe -> tags.store",
        ]
    );
}

#[test]
fn what_a_chart_beside_it_defines_is_run_for_a_chart() {
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.2.3\n"),
        ("charts/db/Chart.yaml", SUBCHART),
        ("charts/db/templates/a.yaml", "{{ include \"size\" . }}"),
        (
            "charts/common/Chart.yaml",
            "apiVersion: v2\nname: common\nversion: 1.0.0\n",
        ),
        (
            "charts/common/templates/all.yaml",
            "{{ define \"size\" }}{{ .Values.size }}{{ end }}{{ .Values.own }}",
        ),
    ];
    let values = "db: {size: 1, own: 2}\n";
    assert_eq!(findings(&files, values, &[]), ["values.yaml:1:15 db.own"]);
}
