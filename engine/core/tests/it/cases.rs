//! Literate cases: files, and below them what `terraform validate` says.
//!
//! A case begins with `# title`; its files are fenced blocks with a name; the
//! block `diagnostics` holds one line each: severity, place, summary, detail.
//! The block `also` holds what is reported here in addition: Terraform doesn't
//! look at what refers to something with errors.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use crate::world::{MemoryFiles, lines, run};

struct Case {
    title: String,
    files: MemoryFiles,
    expected: Vec<String>,
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut block: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut block, line) {
            (None, line) if line.starts_with("# ") => cases.push(Case {
                title: line[2..].to_owned(),
                files: MemoryFiles(BTreeMap::new()),
                expected: Vec::new(),
            }),
            (None, line) if line.starts_with("~~~ ") => {
                block = Some((line[4..].to_owned(), String::new()));
            }
            (Some(_), "~~~") => {
                let (name, text) = block.take().expect("a block");
                let case = cases.last_mut().expect("a title before the first block");
                if name == "diagnostics" || name == "also" {
                    case.expected.extend(text.lines().map(str::to_owned));
                } else {
                    case.files.0.insert(name.into(), text);
                }
            }
            (Some((_, text)), line) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, _) => {}
        }
    }
    cases
}

fn check(name: &str, text: &str) {
    let cases = parse(text);
    assert!(!cases.is_empty(), "{name} has cases");
    let mut failures = Vec::new();
    for case in &cases {
        let (config, diagnostics) = run(Arc::new(case.files.clone()), Path::new("."));
        let mut found = lines(&config, &diagnostics);
        let mut expected = case.expected.clone();
        found.sort();
        expected.sort();
        if found != expected {
            failures.push(format!(
                "{name}: {}\nexpected:\n  {}\nfound:\n  {}",
                case.title,
                expected.join("\n  "),
                found.join("\n  ")
            ));
        }
    }
    let (failed, all) = (failures.len(), cases.len());
    assert!(
        failures.is_empty(),
        "{failed} of {all}\n{}",
        failures.join("\n\n")
    );
}

#[test]
fn configurations_are_judged_as_terraform_judges_them() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(&dir)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a readable case file");
        check(&file.display().to_string(), &text);
    }
}
