//! `trueup taint`, `untaint` and `force-unlock`

use snapbox::str;

use crate::{
    environment::{TestEnvironment, check},
    state::{FILE, STACK, changes},
};

#[test]
fn taint_marks_one_object_and_untaint_takes_it_back() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["taint", "terraform_data.many[1]"]),
        str![[r#"
Resource instance terraform_data.many[1] has been marked as tainted.

"#]],
    );
    check(
        changes(&environment),
        str![[r#"
@@ -3,3 +3,3 @@
   "terraform_version": "1.11.4",
-  "serial": 5,
+  "serial": 6,
   "lineage": "00000001-0000-4000-8000-000000000000",
@@ -52,2 +52,3 @@
           "index_key": 1,
+          "status": "tainted",
           "schema_version": 0,

"#]],
    );
    check(
        environment.run(&["state", "show", "terraform_data.many[1]"]),
        str![[r##"
# terraform_data.many[1]: (tainted)
resource "terraform_data" "many" {
    id     = "00000003-0000-4000-8000-000000000000"
    input  = 1
    output = 1
}

"##]],
    );
    check(
        environment.run(&["untaint", "terraform_data.many[1]"]),
        str![[r#"
Resource instance terraform_data.many[1] has been successfully untainted.

"#]],
    );
    check(
        changes(&environment),
        str![[r#"
@@ -3,3 +3,3 @@
   "terraform_version": "1.11.4",
-  "serial": 5,
+  "serial": 7,
   "lineage": "00000001-0000-4000-8000-000000000000",

"#]],
    );
    check(
        environment.run(&["untaint", "terraform_data.many[1]"]),
        str![[r#"
--- stderr ---

Error: Resource instance is not tainted

Resource instance terraform_data.many[1] is not currently tainted, and so it
cannot be untainted.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn what_is_not_there_cannot_be_tainted() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["taint", "terraform_data.nope"]),
        str![[r#"
--- stderr ---

Error: No such resource instance

There is no resource instance in the state with the address
terraform_data.nope. If the resource configuration has just been added, you
must run "terraform apply" once to create the corresponding instance(s)
before they can be tainted.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["taint", "-allow-missing", "terraform_data.nope"]),
        str![[r#"

Warning: No such resource instance

Resource instance terraform_data.nope was not found, but this is not an error
because -allow-missing was set.

"#]],
    );
    check(
        environment.run(&["taint", "module.m"]),
        str![[r#"
--- stderr ---

Error: Invalid address

  on address line 1:
   1: module.m

A resource instance address is required here. The module path must be
followed by a resource instance specification.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["untaint", "terraform_data.nope"]),
        str![[r#"
--- stderr ---

Error: No such resource instance

There is no resource instance in the state with the address
terraform_data.nope. If the resource configuration has just been added, you
must run "terraform apply" once to create the corresponding instance(s)
before they can be tainted.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["untaint", "-allow-missing", "terraform_data.nope"]),
        str![[r#"

Warning: No such resource instance

Resource instance terraform_data.nope was not found, but this is not an error
because -allow-missing was set.

"#]],
    );
    assert_eq!(environment.read(FILE), STACK);
}

#[test]
fn without_a_state() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["taint", "terraform_data.one"]),
        str![[r#"
--- stderr ---

Error: No such resource instance

The state currently contains no resource instances whatsoever. This may occur
if the configuration has never been applied or if it has recently been
destroyed.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["untaint", "terraform_data.one"]),
        str![[r#"
--- stderr ---

Error: No such resource instance

The state currently contains no resource instances whatsoever. This may occur
if the configuration has never been applied or if it has recently been
destroyed.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["force-unlock", "-force", "abc"]),
        str![[r#"
--- stderr ---
Failed to unlock state: LocalState not locked
--- exit status: 1 ---

"#]],
    );
}
