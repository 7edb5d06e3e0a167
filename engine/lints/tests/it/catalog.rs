//! The manual is that of the rules there are.

use std::{collections::BTreeSet, fs, path::Path};

use trueup_lints::{document, rules};

#[test]
fn the_page_about_rules_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lints.md");
    let made = document();
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::write(&path, &made).expect("a writable page");
    }
    let there = fs::read_to_string(&path).expect("docs/lints.md");
    assert!(
        there == made,
        "docs/lints.md is not what the rules say; see its first lines"
    );
}

#[test]
fn rules_are_sorted_and_each_has_cases() {
    let ids: Vec<&str> = rules().iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let files = fs::read_dir(dir).expect("the folder of cases");
    let files: BTreeSet<String> = files
        .map(|file| {
            file.expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    for id in ids {
        assert!(files.contains(&format!("{id}.md")), "{id} has no cases");
    }
}

#[test]
fn each_rule_finds_a_mistake_and_is_silent_where_there_is_none() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    for rule in rules() {
        let text = fs::read_to_string(dir.join(format!("{}.md", rule.id))).expect("cases");
        let findings = text.split("~~~ findings\n").skip(1);
        let findings = findings.filter_map(|rest| Some(rest.split_once("~~~")?.0));
        let (silent, firing): (Vec<&str>, Vec<&str>) = findings.partition(|one| one.is_empty());
        let fires = firing.iter().any(|one| one.contains(rule.id));
        assert!(fires && !silent.is_empty(), "{}", rule.id);
    }
}
