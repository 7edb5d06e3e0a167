//! `trueup show`

use snapbox::str;

use crate::{
    environment::{TestEnvironment, check},
    state::{FILE, STACK},
};

#[test]
fn the_whole_state() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["show"]),
        str![[r##"
# terraform_data.many[0]:
resource "terraform_data" "many" {
    id     = "00000002-0000-4000-8000-000000000000"
    input  = 0
    output = 0
}

# terraform_data.many[1]:
resource "terraform_data" "many" {
    id     = "00000003-0000-4000-8000-000000000000"
    input  = 1
    output = 1
}

# terraform_data.one:
resource "terraform_data" "one" {
    id     = "00000004-0000-4000-8000-000000000000"
    input  = {
        size = 2
        text = <<-EOT
            a
            b
        EOT
    }
    output = {
        size = 2
        text = <<-EOT
            a
            b
        EOT
    }
}


# module.m.terraform_data.inner:
resource "terraform_data" "inner" {
    id = "00000005-0000-4000-8000-000000000000"
}


Outputs:

greeting = "hello"
list = [
    "x",
    "y",
]
secret = (sensitive value)

"##]],
    );
    assert_eq!(environment.run(&["show"]), environment.run(&["show", FILE]));
}

#[test]
fn the_state_as_json() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["show", "-json"]),
        str![[r#"
{"format_version":"1.0","terraform_version":"1.11.4","values":{"outputs":{"greeting":{"sensitive":false,"value":"hello","type":"string"},"list":{"sensitive":false,"value":["x","y"],"type":["set","string"]},"secret":{"sensitive":true,"value":"hunter2","type":"string"}},"root_module":{"resources":[{"address":"terraform_data.many[0]","mode":"managed","type":"terraform_data","name":"many","index":0,"provider_name":"terraform.io/builtin/terraform","schema_version":0,"values":{"id":"00000002-0000-4000-8000-000000000000","input":0,"output":0,"triggers_replace":null},"sensitive_values":{}},{"address":"terraform_data.many[1]","mode":"managed","type":"terraform_data","name":"many","index":1,"provider_name":"terraform.io/builtin/terraform","schema_version":0,"values":{"id":"00000003-0000-4000-8000-000000000000","input":1,"output":1,"triggers_replace":null},"sensitive_values":{}},{"address":"terraform_data.one","mode":"managed","type":"terraform_data","name":"one","provider_name":"terraform.io/builtin/terraform","schema_version":0,"values":{"id":"00000004-0000-4000-8000-000000000000","input":{"size":2,"text":"a\nb"},"output":{"size":2,"text":"a\nb"},"triggers_replace":null},"sensitive_values":{"input":{},"output":{}}}],"child_modules":[{"resources":[{"address":"module.m.terraform_data.inner","mode":"managed","type":"terraform_data","name":"inner","provider_name":"terraform.io/builtin/terraform","schema_version":0,"values":{"id":"00000005-0000-4000-8000-000000000000","input":null,"output":null,"triggers_replace":null},"sensitive_values":{}}],"address":"module.m"}]}}}

"#]],
    );
}

#[test]
fn without_a_state() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["show"]),
        str![[r#"
No state.

"#]],
    );
    check(
        environment.run(&["show", "-json"]),
        str![[r#"
{"format_version":"1.0"}

"#]],
    );
    check(
        environment.run(&["show", "nope"]),
        str![[r#"
--- stderr ---

Error: Failed to read the given file as a state or plan file

nope cannot be used: No such file or directory (os error 2).
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["show", "a", "b"]),
        str![[r#"
--- stderr ---

Error: Too many command line arguments

Expected at most one positional argument.

For more help on using this command, run:
  terraform show -help
--- exit status: 1 ---

"#]],
    );
}
