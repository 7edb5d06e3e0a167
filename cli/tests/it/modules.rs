//! `trueup modules` and `trueup get`

use crate::environment::{TestEnvironment, check};

fn stack() -> TestEnvironment {
    TestEnvironment::with(&[
        (
            "main.tf",
            "module \"b\" { source = \"./m\" }\nmodule \"a\" {\n  source = \"./m\"\n  count  = 2\n}\n",
        ),
        ("m/main.tf", "module \"n\" { source = \"./n\" }\n"),
        ("m/n/main.tf", "output \"x\" { value = 1 }\n"),
    ])
}

#[test]
fn modules_are_listed_as_a_tree() {
    check(
        stack().run(&["modules"]),
        snapbox::str![[r#"

Modules declared by configuration:
.
├── "a"[./m]
│   └── "n"[./n]
└── "b"[./m]
    └── "n"[./n]


"#]],
    );
    let none = TestEnvironment::with(&[("main.tf", "")]);
    check(
        none.run(&["modules"]),
        snapbox::str![[r#"
No modules found in configuration.

"#]],
    );
}

#[test]
fn modules_are_listed_for_programs() {
    check(
        stack().run(&["modules", "-json"]),
        snapbox::str![[r#"
{"format_version":"1.0","modules":[{"key":"a","source":"./m","version":""},{"key":"n","source":"./n","version":""},{"key":"b","source":"./m","version":""},{"key":"n","source":"./n","version":""}]}

"#]],
    );
    let none = TestEnvironment::with(&[("main.tf", "")]);
    check(
        none.run(&["modules", "-json"]),
        snapbox::str![[r#"
{"format_version":"1.0","modules":null}

"#]],
    );
}

#[test]
fn get_writes_down_where_modules_are() {
    let stack = stack();
    let all = snapbox::str![[r#"
- a in m
- a.n in m/n
- b in m
- b.n in m/n

"#]];
    check(stack.run(&["get"]), all.clone());
    assert!(
        stack
            .read(".terraform/modules/modules.json")
            .contains("a.n")
    );
    check(stack.run(&["get"]), "");
    check(stack.run(&["get", "-update"]), all);
}

#[test]
fn wrong_words_are_refused() {
    check(
        stack().run(&["modules", "-jsn"]),
        snapbox::str![[r#"
--- stderr ---
error: unexpected argument '-jsn' found

  tip: a similar argument exists: '-json'

Usage: trueup modules -json

For more information, try '-help'.
--- exit status: 1 ---

"#]],
    );
    check(
        stack().run(&["get", "-updat"]),
        snapbox::str![[r#"
--- stderr ---
error: unexpected argument '-updat' found

  tip: a similar argument exists: '-update'

Usage: trueup get -update

For more information, try '-help'.
--- exit status: 1 ---

"#]],
    );
}
