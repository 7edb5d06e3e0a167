//! `trueup fmt`

use snapbox::str;

use crate::environment::{TestEnvironment, check};

const SPOILED: &str = "a   =1\nb {\nc=2\n}\n";

#[test]
fn files_are_rewritten_and_listed() {
    let environment = TestEnvironment::with(&[
        ("main.tf", SPOILED),
        ("good.tf", "a = 1\n"),
        ("vars.tfvars", "x=1\n"),
        ("notes.txt", "a   =1\n"),
        (".hidden.tf", "a   =1\n"),
        ("sub/main.tf", "a   =1\n"),
    ]);
    check(
        environment.run(&["fmt"]),
        str![[r#"
main.tf
vars.tfvars

"#]],
    );
    check(
        environment.read("main.tf"),
        str![[r#"
a = 1
b {
  c = 2
}

"#]],
    );
    check(
        environment.read(".hidden.tf"),
        str![[r#"
a   =1

"#]],
    );
    check(environment.run(&["fmt"]), str![]);
    check(
        environment.run(&["fmt", "-recursive"]),
        str![[r#"
sub/main.tf

"#]],
    );
}

#[test]
fn check_writes_nothing_and_exits_with_3() {
    let environment = TestEnvironment::with(&[("main.tf", SPOILED)]);
    check(
        environment.run(&["fmt", "-check", "-diff"]),
        str![[r#"
main.tf
--- old/main.tf
+++ new/main.tf
@@ -1,4 +1,4 @@
-a   =1
+a = 1
 b {
-c=2
+  c = 2
 }
--- exit status: 3 ---

"#]],
    );
    assert_eq!(environment.read("main.tf"), SPOILED);
    check(
        environment.run(&["fmt", "-check", "-list=false"]),
        str![[r#"
--- exit status: 3 ---

"#]],
    );
}

#[test]
fn standard_input_goes_to_standard_output() {
    let environment = TestEnvironment::new();
    check(
        environment.run_with(&["fmt", "-"], &[], SPOILED),
        str![[r#"
a = 1
b {
  c = 2
}

"#]],
    );
    check(
        environment.run_with(&["fmt", "-check", "-"], &[], SPOILED),
        str![[r#"
<stdin>
--- exit status: 3 ---

"#]],
    );
}

#[test]
fn a_file_with_an_error_is_not_touched() {
    let environment =
        TestEnvironment::with(&[("bad.tf", "a = \"x\nb   =1\n"), ("main.tf", SPOILED)]);
    check(
        environment.run(&["fmt"]),
        str![[r#"
main.tf
--- stderr ---

Error: Invalid multi-line string

  on bad.tf line 1:
   1: a = "x
   2: b   =1

Quoted strings may not be split over multiple lines. To produce a multi-line
string, either use the \n escape to represent a newline character or use the
"heredoc" multi-line template syntax.

Error: Invalid multi-line string

  on bad.tf line 2:
   2: b   =1

Quoted strings may not be split over multiple lines. To produce a multi-line
string, either use the \n escape to represent a newline character or use the
"heredoc" multi-line template syntax.

Error: Unterminated template string

  on bad.tf line 1:
   1: a = "x
   2: b   =1

No closing marker was found for the string.
--- exit status: 2 ---

"#]],
    );
    assert_eq!(environment.read("bad.tf"), "a = \"x\nb   =1\n");
}

#[test]
fn what_cannot_be_formatted_is_named() {
    let environment = TestEnvironment::with(&[("notes.txt", "")]);
    check(
        environment.run(&["fmt", "nowhere"]),
        str![[r#"
--- stderr ---

Error: No file or directory at nowhere

--- exit status: 2 ---

"#]],
    );
    check(
        environment.run(&["fmt", "notes.txt"]),
        str![[r#"
--- stderr ---

Error: Only .tf, .tfvars, and .tftest.hcl files can be processed with trueup fmt

--- exit status: 2 ---

"#]],
    );
}
