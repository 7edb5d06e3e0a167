//! Literate cases: a configuration, what charts make, and what is found.
//!
//! A case begins with `# title`; what follows until the next title is text and
//! fenced blocks. `main.tf` is the configuration; a block named after a release
//! (`helm_release.loki`) holds the objects of it, `facts helm_release.loki`
//! what else is known of it, `nodes` the nodes that were seen in the
//! cluster, `mode` may say `destroy`. `findings` is what comes out: a line with
//! rule, severity, address and attribute, and lines with summary, text and
//! hint. `SNAPSHOTS=overwrite` writes it.

use std::{fmt::Write as _, fs, path::Path};

use crate::stage::Stage;

/// A piece of a case file, so that it can be written back.
enum Piece {
    Text(String),
    Block(String, String),
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut block: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut block, line.strip_prefix("~~~ ")) {
            (None, Some(name)) => block = Some((name.to_owned(), String::new())),
            (None, None) => pieces.push(Piece::Text(line.to_owned())),
            (Some(_), _) if line == "~~~" => {
                let (name, text) = block.take().expect("a block");
                pieces.push(Piece::Block(name, text));
            }
            (Some((_, text)), _) => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    assert!(block.is_none(), "a block without an end");
    pieces
}

/// Runs the cases of a file; returns the file as it should be.
fn run(name: &str, text: &str, failures: &mut Vec<String>) -> String {
    let mut written = String::new();
    let mut title = String::new();
    let mut stage = Stage::default();
    for piece in pieces(text) {
        match piece {
            Piece::Text(line) => {
                if let Some(next) = line.strip_prefix("# ") {
                    next.clone_into(&mut title);
                    stage = Stage::default();
                }
                let _ = writeln!(written, "{line}");
            }
            Piece::Block(block, text) if block == "findings" => {
                let found = stage.findings();
                if found != text {
                    failures.push(format!(
                        "{name}: {title}\nexpected:\n{text}\nfound:\n{found}"
                    ));
                }
                let _ = writeln!(written, "~~~ findings\n{found}~~~");
            }
            Piece::Block(block, text) => {
                let _ = writeln!(written, "~~~ {block}\n{text}~~~");
                stage.set(&block, text);
            }
        }
    }
    written
}

#[test]
fn rules_find_what_the_cases_say() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let overwrite = std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite");
    let files = fs::read_dir(&dir).expect("the folder of cases");
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let mut failures = Vec::new();
    for file in files {
        let name = file
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&file).expect("a readable case file");
        let written = run(&name, &text, &mut failures);
        if overwrite {
            fs::write(&file, written).expect("a writable case file");
        }
    }
    let failed = failures.len();
    assert!(
        overwrite || failures.is_empty(),
        "{failed} failed\n{}",
        failures.join("\n\n")
    );
}
