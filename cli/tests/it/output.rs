//! `trueup output`

use snapbox::str;

use crate::{
    environment::{TestEnvironment, check},
    state::{FILE, STACK},
};

#[test]
fn all_outputs() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["output"]),
        str![[r#"
greeting = "hello"
list = toset([
  "x",
  "y",
])
secret = <sensitive>

"#]],
    );
    check(
        environment.run(&["output", "-json"]),
        str![[r#"
{
  "greeting": {
    "sensitive": false,
    "type": "string",
    "value": "hello"
  },
  "list": {
    "sensitive": false,
    "type": [
      "set",
      "string"
    ],
    "value": [
      "x",
      "y"
    ]
  },
  "secret": {
    "sensitive": true,
    "type": "string",
    "value": "hunter2"
  }
}

"#]],
    );
}

#[test]
fn one_output() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["output", "greeting"]),
        str![[r#"
"hello"

"#]],
    );
    check(
        environment.run(&["output", "-raw", "greeting"]),
        str!["hello"],
    );
    check(
        environment.run(&["output", "-json", "list"]),
        str![[r#"
["x","y"]

"#]],
    );
    check(
        environment.run(&["output", "secret"]),
        str![[r#"
"hunter2"

"#]],
    );
}

#[test]
fn what_cannot_be_printed() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["output", "nope"]),
        str![[r#"
--- stderr ---

Error: Output "nope" not found

The output variable requested could not be found in the state file. If you
recently added this to your configuration, be sure to run `terraform apply`,
since the state won't be updated with new output variables until that command
is run.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["output", "-raw", "list"]),
        str![[r#"
--- stderr ---

Error: Unsupported value for raw output

The -raw option only supports strings, numbers, and boolean values, but
output value "list" is set of string.

Use the -json option for machine-readable representations of output values
that have complex types.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["output", "-raw"]),
        str![[r#"
--- stderr ---

Error: Output name required

You must give the name of a single output value when using the -raw option.

For more help on using this command, run:
  terraform output -help
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["output", "a", "b"]),
        str![[r#"
--- stderr ---

Error: Unexpected argument

The output command expects exactly one argument with the name of an output
variable or no arguments to show all outputs.

For more help on using this command, run:
  terraform output -help
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn without_a_state() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["output"]),
        str![[r#"

Warning: No outputs found

The state file either has no outputs defined, or all the defined outputs are
empty. Please define an output in your configuration with the `output`
keyword and run `terraform refresh` for it to become available. If you are
using interpolation, please verify the interpolated value is not empty. You
can use the `terraform console` command to assist.

"#]],
    );
    check(
        environment.run(&["output", "-json"]),
        str![[r#"
{}

"#]],
    );
    check(
        environment.run(&["output", "x"]),
        str![[r#"

Warning: No outputs found

The state file either has no outputs defined, or all the defined outputs are
empty. Please define an output in your configuration with the `output`
keyword and run `terraform refresh` for it to become available. If you are
using interpolation, please verify the interpolated value is not empty. You
can use the `terraform console` command to assist.

"#]],
    );
}
