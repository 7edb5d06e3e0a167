//! Charts that want too much end in an error, soon and in words.

use trueup_helm::{Limits, load_archive, render};

use crate::charts::{chart, options};

/// What the template `text` comes to: notes, or the error.
fn outcome(text: &str) -> String {
    let chart = chart(&[("templates/NOTES.txt", text)]);
    let mut options = options();
    options.limits = Limits {
        output: 1 << 20,
        steps: 1_000_000,
        ..Limits::default()
    };
    match render(&chart, &options) {
        Ok(rendered) => rendered.notes,
        Err(error) => error.to_string(),
    }
}

#[test]
fn templates_that_want_too_much() {
    let table = [
        (
            "{{ include \"r\" . }}{{ define \"r\" }}{{ include \"r\" . }}{{ end }}",
            "rendering template has a nested reference name: r: unable to execute template",
        ),
        (
            "{{ $t := \"{{ tpl .t . }}\" }}{{ tpl $t (dict \"t\" $t) }}",
            "exceeded maximum nesting of tpl (1000)",
        ),
        (
            "{{ range 1000000000000 }}{{ end }}",
            "template ran for more than 1000000 steps",
        ),
        (
            "{{ range until 1000000000000 }}{{ end }}",
            "error calling until: result is longer than 104857600 bytes",
        ),
        (
            "{{ repeat 1000000000000 \"x\" }}",
            "error calling repeat: result is longer than 104857600 bytes",
        ),
        (
            "{{ range 1000 }}{{ genPrivateKey \"ed25519\" | len }}{{ end }}",
            "template ran for more than 1000000 steps",
        ),
        (
            "{{ range 1000 }}{{ derivePassword 1 \"long\" \"p\" \"u\" \"s\" }}{{ end }}",
            "template ran for more than 1000000 steps",
        ),
        (
            "{{ $l := list }}{{ range 10000 }}{{ $l = append $l 1 }}{{ end }}",
            "template ran for more than 1000000 steps",
        ),
        (
            "{{ splitList \"\" (repeat 100000000 \"x\") }}",
            "result is longer than 1048576 bytes",
        ),
        (
            "{{ regexReplaceAll \"\" (repeat 100000 \"x\") (repeat 100000 \"y\") }}",
            "result is longer than 104857600 bytes",
        ),
        ("{{ regexMatch \"(a*)*b\" (repeat 30000 \"a\") }}", "false"),
        (
            "{{ fromYaml \"a: &a [x,x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\" | toJson }}",
            "yaml: document contains excessive aliasing",
        ),
    ];
    check(table);
}

fn check(table: impl IntoIterator<Item = (impl AsRef<str>, &'static str)>) {
    let mut wrong = Vec::new();
    for (text, expected) in table {
        let text = text.as_ref();
        let found = outcome(text);
        if !found.contains(expected) {
            let end = found.get(found.len().saturating_sub(200)..);
            wrong.push(format!("{text}\n  {}", end.unwrap_or(&found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn values_and_texts_that_double() {
    let large = "value is larger than 1048576 bytes";
    let doubled = "{{ $l := list 1 }}{{ range 40 }}{{ $l = list $l $l }}{{ end }}";
    let other = "{{ $m := list 1 }}{{ range 40 }}{{ $m = list $m $m }}{{ end }}";
    let maps = "{{ $d := dict }}{{ range 40 }}{{ $d = dict \"a\" $d \"b\" $d }}{{ end }}\
                {{ $e := dict }}{{ range 40 }}{{ $e = dict \"a\" $e \"b\" $e }}{{ end }}";
    let text = "{{ $t := \"xy\" }}{{ range 40 }}";
    let long = "result is longer than 1048576 bytes";
    let table = [
        ("toYaml $l", large),
        ("mustToYaml $l", large),
        ("toYamlPretty $l", large),
        ("toJson $l", large),
        ("toPrettyJson $l", large),
        ("toRawJson $l", large),
        ("toToml (dict \"a\" $l)", large),
        ("fromYamlArray (toYaml $l)", large),
        ("fromJsonArray (toJson $l)", large),
        ("deepCopy $l", large),
        ("deepCopy $d", large),
        ("merge $d $e", large),
        ("mergeOverwrite $d $e", large),
        ("deepEqual $l $m", "true"),
        ("deepEqual $d $e", "true"),
        ("has $l (list $m)", "true"),
        ("len (uniq (list $l $m))", "1"),
        ("printf \"%v\" $l", "printed text exceeds 1048576 bytes"),
    ];
    let values =
        table.map(|(call, expected)| (format!("{doubled}{other}{maps}{{{{ {call} }}}}"), expected));
    let texts = [
        "replace \"x\" \"xx\" $t",
        "cat $t $t",
        "repeat 2 $t",
        "print $t $t",
        "list $t $t | join \"\"",
        "nindent 1 (replace \"x\" \"x\\nx\" $t)",
    ];
    let texts = texts.map(|call| (format!("{text}{{{{ $t = {call} }}}}{{{{ end }}}}"), long));
    check(values);
    check(texts);
}

#[test]
fn archives_that_unpack_to_too_much() {
    // 200 MiB of zeros in less than one.
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(
        Vec::new(),
        flate2::Compression::fast(),
    ));
    let mut header = tar::Header::new_gnu();
    header.set_size(200 << 20);
    let zeros = std::io::Read::take(std::io::repeat(0), 200 << 20);
    tar.append_data(&mut header, "app/bomb", zeros).unwrap();
    let archive = tar.into_inner().unwrap().finish().unwrap();
    let error = load_archive(&archive).unwrap_err();
    assert_eq!(
        error.to_string(),
        "decompressed chart is larger than the maximum size 104857600"
    );
}
