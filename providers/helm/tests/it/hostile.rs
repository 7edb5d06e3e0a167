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
        ("{{ regexMatch \"(a*)*b\" (repeat 30000 \"a\") }}", "false"),
        (
            "{{ fromYaml \"a: &a [x,x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\" | toJson }}",
            "yaml: document contains excessive aliasing",
        ),
    ];
    let mut wrong = Vec::new();
    for (text, expected) in table {
        let found = outcome(text);
        if !found.contains(expected) {
            let end = found.get(found.len().saturating_sub(200)..);
            wrong.push(format!("{text}\n  {}", end.unwrap_or(&found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
