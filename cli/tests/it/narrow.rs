//! What a person sees on a terminal sixty columns wide.
#![cfg(unix)]

use std::{fs::File, io::Read as _, process::Stdio};

use nix::pty::{Winsize, openpty};
use regex::Regex;
use snapbox::str;

use crate::environment::{TestEnvironment, check};

const COLUMNS: u16 = 60;

/// What stands on the terminal in the end.
fn seen(environment: &TestEnvironment, arguments: &[&str]) -> String {
    let size = Winsize {
        ws_row: 50,
        ws_col: COLUMNS,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let terminal = openpty(Some(&size), None).unwrap();
    let variables = [("NO_COLOR", "1"), ("TERM", "xterm")];
    let mut command = environment.command(arguments, &variables);
    command
        .stdin(Stdio::null())
        .stdout(terminal.slave.try_clone().unwrap())
        .stderr(terminal.slave);
    let mut child = command.spawn().unwrap();
    // It holds the terminal open, too.
    drop(command);
    let mut written = Vec::new();
    // A terminal that nobody writes to any more ends with an error.
    let _ = File::from(terminal.master).read_to_end(&mut written);
    child.wait().unwrap();
    settled(&screen(&String::from_utf8(written).unwrap()))
}

/// The screen of a terminal.
#[derive(Default)]
struct Screen {
    rows: Vec<Vec<char>>,
    row: usize,
    column: usize,
}

/// What is left where lines were cleared and written again.
fn screen(written: &str) -> String {
    let mut screen = Screen::default();
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => {
                let sequence = sequence(&mut rest);
                match sequence.strip_suffix('A') {
                    Some(up) => screen.row = screen.row.saturating_sub(up.parse().unwrap_or(1)),
                    None if sequence.ends_with('K') => screen.current().clear(),
                    None => {}
                }
            }
            '\r' => screen.column = 0,
            '\n' => screen.row += 1,
            c => screen.put(c),
        }
    }
    let text = |row: &Vec<char>| format!("{}\n", row.iter().collect::<String>().trim_end());
    screen.rows.iter().map(text).collect()
}

impl Screen {
    fn current(&mut self) -> &mut Vec<char> {
        let rows = self.rows.len().max(self.row + 1);
        self.rows.resize(rows, Vec::new());
        &mut self.rows[self.row]
    }

    fn put(&mut self, c: char) {
        if self.column == usize::from(COLUMNS) {
            (self.row, self.column) = (self.row + 1, 0);
        }
        let column = self.column;
        let row = self.current();
        row.resize(row.len().max(column + 1), ' ');
        row[column] = c;
        self.column += 1;
    }
}

/// An escape sequence, without what begins it.
fn sequence(rest: &mut std::str::Chars<'_>) -> String {
    let mut sequence = String::new();
    for c in rest.skip(1) {
        sequence.push(c);
        if c.is_ascii_alphabetic() {
            break;
        }
    }
    sequence
}

/// IDs and times are other ones on every run.
fn settled(text: &str) -> String {
    let id = Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap();
    let id = id.replace_all(text, "00000000-0000-4000-8000-000000000000");
    let time = Regex::new(r"after \d+s").unwrap();
    time.replace_all(&id, "after 0s").into_owned()
}

const STACK: &str = r#"variable "retention_in_days_of_everything" {
  default = 7
}
resource "terraform_data" "the_bucket_for_chunks_and_the_index" {
  input = {
    description = "Chunks and index of everything that was ever logged by anything."
    retention   = var.retention_in_days_of_everything
    policy      = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:GetObject"] }] })
  }
}
resource "terraform_data" "the_role_that_reads_and_writes_them" {
  input            = terraform_data.the_bucket_for_chunks_and_the_index.id
  triggers_replace = "one"
  provisioner "local-exec" {
    command = "echo one line of output that is a little longer than the terminal is wide"
  }
}
check "retention" {
  assert {
    condition     = var.retention_in_days_of_everything > 30
    error_message = "Logs are kept for ${var.retention_in_days_of_everything} days only, which is less than the thirty that were agreed upon."
  }
}
output "where_everything_is" {
  value = terraform_data.the_bucket_for_chunks_and_the_index.id
}
"#;

#[test]
fn a_plan_fits() {
    let environment = TestEnvironment::with(&[("main.tf", STACK)]);
    check(
        seen(&environment, &["plan"]),
        str![[r#"

Terraform used the selected providers to generate the
following execution plan. Resource actions are indicated
with the following symbols:
  + create

Terraform will perform the following actions:

  # terraform_data.the_bucket_for_chunks_and_the_index will
be created
  + resource "terraform_data" "the_bucket_for_chunks_and_the
_index" {
      + id     = (known after apply)
      + input  = {
          + description = "Chunks and index of everything th
at was ever logged by anything."
          + policy      = jsonencode(
                {
                  + Statement = [
                      + {
                          + Action = [
                              + "s3:GetObject",
                            ]
                          + Effect = "Allow"
                        },
                    ]
                  + Version   = "2012-10-17"
                }
            )
          + retention   = 7
        }
      + output = (known after apply)
    }

  # terraform_data.the_role_that_reads_and_writes_them will
be created
  + resource "terraform_data" "the_role_that_reads_and_write
s_them" {
      + id               = (known after apply)
      + input            = (known after apply)
      + output           = (known after apply)
      + triggers_replace = "one"
    }

Plan: 2 to add, 0 to change, 0 to destroy.

Changes to Outputs:
  + where_everything_is = (known after apply)

Warning: Check block assertion failed

  with check.retention,
  on main.tf line 20, in check "retention":
  20:     condition     = var.retention_in_days_of_everythin
g > 30
    ├────────────────
    │ var.retention_in_days_of_everything is 7

Logs are kept for 7 days only, which is less than the
thirty that were agreed upon.

───────────────────────────────────────────────────────────

Note: You didn't use the -out option to save this plan, so
Terraform can't guarantee to take exactly these actions if
you run "trueup apply" now.

"#]],
    );
}

#[test]
fn errors_fit() {
    let mistaken = STACK
        .replace("triggers_replace", "trigger_replace")
        .replace("chunks_and_the_index.id", "chunks_and_the_indices.id");
    let environment = TestEnvironment::with(&[("main.tf", &mistaken)]);
    check(
        seen(&environment, &["plan"]),
        str![[r#"

Error: Reference to undeclared resource

  on main.tf line 12, in resource "terraform_data" "the_role
_that_reads_and_writes_them":
  12:   input            = terraform_data.the_bucket_for_chu
nks_and_the_indices.id

A managed resource "terraform_data"
"the_bucket_for_chunks_and_the_indices" has not been
declared in the root module.

hint: did you mean
`terraform_data.the_bucket_for_chunks_and_the_index`?

Error: Unsupported argument

  on main.tf line 13, in resource "terraform_data" "the_role
_that_reads_and_writes_them":
  13:   trigger_replace = "one"

An argument named "trigger_replace" is not expected here.
Did you mean "triggers_replace"?

Error: Reference to undeclared resource

  on main.tf line 25, in output "where_everything_is":
  25:   value = terraform_data.the_bucket_for_chunks_and_the
_indices.id

A managed resource "terraform_data"
"the_bucket_for_chunks_and_the_indices" has not been
declared in the root module.

hint: did you mean
`terraform_data.the_bucket_for_chunks_and_the_index`?

"#]],
    );
    check(
        seen(&environment, &["plan", "-refreshh"]),
        str![[r#"
error: unexpected argument '-refreshh' found

  tip: a similar argument exists: '-refresh'

Usage: trueup plan -refresh[=<BOOL>]

For more information, try '-help'.

"#]],
    );
    check(
        seen(&environment, &["state", "mv", "terraform_data.a"]),
        str![[r#"
error: the following required arguments were not provided:
  <DESTINATION>

Usage: trueup state mv <SOURCE> <DESTINATION>

For more information, try '--help'.

"#]],
    );
}

#[test]
fn an_apply_fits() {
    let environment = TestEnvironment::with(&[("main.tf", STACK)]);
    check(
        seen(&environment, &["apply", "-auto-approve"]),
        str![[r#"

Terraform used the selected providers to generate the
following execution plan. Resource actions are indicated
with the following symbols:
  + create

Terraform will perform the following actions:

  # terraform_data.the_bucket_for_chunks_and_the_index will
be created
  + resource "terraform_data" "the_bucket_for_chunks_and_the
_index" {
      + id     = (known after apply)
      + input  = {
          + description = "Chunks and index of everything th
at was ever logged by anything."
          + policy      = jsonencode(
                {
                  + Statement = [
                      + {
                          + Action = [
                              + "s3:GetObject",
                            ]
                          + Effect = "Allow"
                        },
                    ]
                  + Version   = "2012-10-17"
                }
            )
          + retention   = 7
        }
      + output = (known after apply)
    }

  # terraform_data.the_role_that_reads_and_writes_them will
be created
  + resource "terraform_data" "the_role_that_reads_and_write
s_them" {
      + id               = (known after apply)
      + input            = (known after apply)
      + output           = (known after apply)
      + triggers_replace = "one"
    }

Plan: 2 to add, 0 to change, 0 to destroy.

Changes to Outputs:
  + where_everything_is = (known after apply)
terraform_data.the_bucket_for_chunks_and_the_index: Creation
 complete after 0s [id=00000000-0000-4000-8000-000000000000]
terraform_data.the_role_that_reads_and_writes_them: Provisio
ning with 'local-exec'...
terraform_data.the_role_that_reads_and_writes_them (local-ex
ec): Executing: ["/bin/sh" "-c" "echo one line of output tha
t is a little longer than the terminal is wide"]
terraform_data.the_role_that_reads_and_writes_them (local-ex
ec): one line of output that is a little longer than the ter
minal is wide
terraform_data.the_role_that_reads_and_writes_them: Creation
 complete after 0s [id=00000000-0000-4000-8000-000000000000]

Warning: Check block assertion failed

  with check.retention,
  on main.tf line 20, in check "retention":
  20:     condition     = var.retention_in_days_of_everythin
g > 30
    ├────────────────
    │ var.retention_in_days_of_everything is 7

Logs are kept for 7 days only, which is less than the
thirty that were agreed upon.

Apply complete! Resources: 2 added, 0 changed, 0 destroyed.

Outputs:

where_everything_is = "00000000-0000-4000-8000-000000000000"

"#]],
    );
}
