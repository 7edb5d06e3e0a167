//! `trueup new`

use snapbox::str;

use crate::environment::{TestEnvironment, check};

#[test]
fn a_stack_is_written_and_valid() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["new", "loki"]),
        str![[r#"
Wrote the stack loki to loki.

loki/README.md says what to set. Then:

    cd loki
    trueup plan

"#]],
    );
    check(
        environment.run(&["-chdir=loki", "validate"]),
        str![[r#"
Success! The configuration is valid.


"#]],
    );
}

#[test]
fn everything_of_the_stack_is_written() {
    let environment = TestEnvironment::new();
    environment.run(&["new", "loki", "a/b"]);
    let names = |folder: std::path::PathBuf| {
        let entries = std::fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    };
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../stacks/loki");
    assert_eq!(names(environment.work().join("a/b")), names(source));
}

#[test]
fn nothing_is_overwritten() {
    let environment = TestEnvironment::with(&[("bucket.tf", "# mine\n")]);
    check(
        environment.run(&["new", "loki", "."]),
        str![[r#"
--- stderr ---

Error: Files would be overwritten

In [ROOT]/work/. there is already: bucket.tf. Name another folder:
trueup new loki FOLDER
--- exit status: 1 ---

"#]],
    );
    assert_eq!(environment.read("bucket.tf"), "# mine\n");
    assert!(!environment.work().join("release.tf").exists());
}

#[test]
fn stacks_are_listed() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["new"]),
        str![[r#"
Ready-made stacks:

  loki  Loki, Promtail and Grafana on EKS, logs in S3, Grafana behind a load balancer

Begin with one: trueup new NAME

"#]],
    );
    check(
        environment.run(&["new", "loci"]),
        str![[r#"
--- stderr ---

Error: No such stack

There is no ready-made stack "loci". There is: loki.
--- exit status: 1 ---

"#]],
    );
}
