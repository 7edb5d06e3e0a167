//! Configurations, right and wrong.

use std::{ffi::OsString, fmt::Write, io, path::Path};

use trueup_drift::config::{Config, Surroundings, read};
use trueup_lang::context::{FileKind, Files};
use trueup_syntax::render::{Renderer, Style};

use crate::world::at;

/// A folder with four stacks and a file with a secret.
struct Folder;

impl Files for Folder {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match path.to_str() {
            Some("etc/secret") => Ok(b"from a file\n".to_vec()),
            _ => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        let name = path.file_name().and_then(|name| name.to_str());
        match name {
            Some("gone") => Err(io::Error::from(io::ErrorKind::NotFound)),
            Some(name) if name.contains('.') => Ok(FileKind::File),
            _ => Ok(FileKind::Directory),
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        let names = match path.to_str() {
            Some("etc/stacks") => vec![".git", "README.md", "empty", "grafana", "loki"],
            Some("etc/stacks/empty") => vec!["notes.txt"],
            _ => vec!["main.tf"],
        };
        Ok(names.into_iter().map(OsString::from).collect())
    }
}

fn variable(name: &str) -> Option<String> {
    match name {
        "WEBHOOK_SECRET" => Some("from the environment".to_owned()),
        "SLACK_URL" => Some("https://hooks.slack.com/services/T0/B0/x".to_owned()),
        "NOT_A_URL" => Some("example.org".to_owned()),
        _ => None,
    }
}

/// The configuration, and what is said about it.
fn load(text: &str) -> (Option<Config>, String) {
    let around = Surroundings {
        files: &Folder,
        variable: &variable,
        now: at("2026-11-29T08:30:00Z"),
    };
    let loaded = read(Path::new("etc/watch.hcl"), text.into(), around);
    let mut renderer = Renderer::new(&loaded.sources);
    let style = Style {
        color: false,
        width: 78,
    };
    let mut said = String::new();
    for diagnostic in &loaded.diagnostics.0 {
        said.push_str(&renderer.human(diagnostic, style));
    }
    (loaded.config, said)
}

/// What is wrong with a configuration.
fn wrong(text: &str) -> String {
    let (config, said) = load(text);
    // What is wrong is not in it.
    assert!(
        config.is_none_or(|config| !config.left_out.is_empty()),
        "{text}"
    );
    said
}

#[test]
fn everything_there_is() {
    let (config, said) = load(
        r#"
listen      = "[::1]:9000"
history     = "history"
concurrency = 8
stop_within = "1m"

schedule = "0 * * * *"
timezone = "Europe/Berlin"
jitter   = "10m"
notify   = ["ops"]

check_within = "20m"

keep {
  checks = 500
  days   = 30
}

stack "prod" {
  folder    = "stacks/*"
  variables = { region = "eu-central-1", zones = ["a", "b"], replicas = 3 }
  var_files = ["prod.tfvars"]
}

stack "edge" {
  folder   = "/srv/edge"
  schedule = "*/10 8-18 * * MON-FRI"
  timezone = "UTC"
  jitter   = "0s"
  notify   = []

  check_within = "1h30m"

  repair {
    revert = true
    create = true
  }
}

notify "ops" {
  url        = "https://example.org/hook"
  secret_env = "WEBHOOK_SECRET"
}

notify "chat" {
  type    = "slack"
  url_env = "SLACK_URL"
}
"#,
    );
    assert_eq!(said, "");
    let config = config.unwrap();
    let mut told = format!(
        "{} {} {} at a time, {:#}\n{} checks, {:#}\n",
        config.listen,
        config.history.display(),
        config.concurrency,
        config.grace,
        config.keep.checks,
        config.keep.age
    );
    for stack in &config.stacks {
        let (schedule, next) = (
            &stack.schedule,
            stack.schedule.after(at("2026-11-29T08:30:00Z")),
        );
        writeln!(
            told,
            "{} in {}: {} next {} within {:#} {:?} {:?} {:?} {:?}",
            stack.name,
            stack.folder.display(),
            schedule.text(),
            schedule.show(next.unwrap()),
            stack.within,
            stack.variables,
            stack.var_files,
            stack.repair,
            stack.notify
        )
        .unwrap();
    }
    for target in &config.targets {
        writeln!(
            told,
            "{} {:?} {:?} {}",
            target.name,
            target.protocol,
            target.url,
            target.secret.is_some()
        )
        .unwrap();
    }
    snapbox::assert_data_eq!(
        told,
        snapbox::str![[r#"
[::1]:9000 etc/history 8 at a time, 1m
500 checks, 720h
prod/grafana in etc/stacks/grafana: 0 * * * * next 2026-11-29 10:03:17 CET within 20m {"region": "eu-central-1", "replicas": "3", "zones": "[/"a/",/"b/"]"} ["etc/prod.tfvars"] None ["ops"]
prod/loki in etc/stacks/loki: 0 * * * * next 2026-11-29 10:09:06 CET within 20m {"region": "eu-central-1", "replicas": "3", "zones": "[/"a/",/"b/"]"} ["etc/prod.tfvars"] None ["ops"]
edge in /srv/edge: */10 8-18 * * MON-FRI next 2026-11-30 08:00:00 UTC within 1h 30m {} [] Some(Allowed { create: true, destroy: false }) []
ops Webhook (secret) true
chat Slack (secret) false

"#]]
    );
}

#[test]
fn defaults() {
    let (config, said) = load(
        r#"
history = "history"
stack "loki" {
  folder   = "gone"
  schedule = "@daily"
}
"#,
    );
    snapbox::assert_data_eq!(
        said,
        snapbox::str![[r#"

Warning: Folder not found

  on etc/watch.hcl line 4, in stack "loki":
   4:   folder   = "gone"

There is no folder etc/gone. The stack is checked once it is there.

"#]]
    );
    let config = config.unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:9127");
    assert_eq!((config.concurrency, config.grace.as_secs()), (4, 30));
    assert_eq!(
        (config.keep.checks, config.keep.age.as_hours()),
        (2000, 90 * 24)
    );
    assert_eq!(config.stacks[0].repair, None);
    assert_eq!(config.stacks[0].within.as_mins(), 15);
}

#[test]
fn a_schedule_that_is_none() {
    let stack = |schedule: &str| {
        wrong(&format!(
            "history = \"h\"\nstack \"loki\" {{\n  folder   = \"loki\"\n  timezone = \"Europe/Berlin\"\n{schedule}}}\n"
        ))
    };
    snapbox::assert_data_eq!(
        stack("  schedule = \"0 25 * * *\"\n"),
        snapbox::str![[r#"

Error: Invalid schedule

  on etc/watch.hcl line 5, in stack "loki":
   5:   schedule = "0 25 * * *"

"25" is no hour. Expected a number from 0 to 23, a range such as 8-17, a step
such as */6, or several with commas between them.

hint: "0 * * * *" is every hour on the hour: next at 2026-11-29 10:00:00 CET
and 2026-11-29 11:00:00 CET

"#]]
    );
    snapbox::assert_data_eq!(
        stack("  schedule = \"hourly\"\n"),
        snapbox::str![[r#"

Error: Invalid schedule

  on etc/watch.hcl line 5, in stack "loki":
   5:   schedule = "hourly"

A schedule has five fields: minute, hour, day of the month, month, day of the
week. Here are 1.

hint: "0 * * * *" is every hour on the hour: next at 2026-11-29 10:00:00 CET
and 2026-11-29 11:00:00 CET

"#]]
    );
    snapbox::assert_data_eq!(
        stack("  schedule = \"0 0 30 2 *\"\n"),
        snapbox::str![[r#"

Error: Invalid schedule

  on etc/watch.hcl line 5, in stack "loki":
   5:   schedule = "0 0 30 2 *"

There is no such day: the schedule would never be due.

hint: "0 * * * *" is every hour on the hour: next at 2026-11-29 10:00:00 CET
and 2026-11-29 11:00:00 CET

"#]]
    );
    snapbox::assert_data_eq!(
        stack(""),
        snapbox::str![[r#"

Error: Missing required argument

  on etc/watch.hcl line 2:
   2: stack "loki" {

The argument "schedule" is required, here or for all stacks at the top of the
file.

"#]]
    );
}

#[test]
fn names_that_are_almost_right() {
    snapbox::assert_data_eq!(
        wrong(
            r#"
history = "h"
stak "loki" {
}
stack "loki" {
  foldr    = "loki"
  schedule = "@daily"
  timezone = "Europe/Berlim"
  notify   = ["ops", "caht"]
}
notify "chat" {
  type    = "slak"
  url_env = "SLACK_URL"
}
notify "ops" {
  url = "https://example.org"
}
"#
        ),
        snapbox::str![[r#"

Error: Unsupported block type

  on etc/watch.hcl line 3:
   3: stak "loki" {

Blocks of type "stak" are not expected here. Did you mean "stack"?

Error: Unknown type of notification

  on etc/watch.hcl line 12, in notify "chat":
  12:   type    = "slak"

There is no type "slak". Expected "webhook" or "slack".

Error: Missing required argument

  on etc/watch.hcl line 5, in stack "loki":
   5: stack "loki" {

The argument "folder" is required, but no definition was found.

Error: Unsupported argument

  on etc/watch.hcl line 6, in stack "loki":
   6:   foldr    = "loki"

An argument named "foldr" is not expected here. Did you mean "folder"?

Error: Unknown time zone

  on etc/watch.hcl line 8, in stack "loki":
   8:   timezone = "Europe/Berlim"

There is no time zone "Europe/Berlim". Did you mean "Europe/Berlin"? Expected
a name of the IANA database, such as "Europe/Berlin" or "UTC".

Error: Unknown notification

  on etc/watch.hcl line 9, in stack "loki":
   9:   notify   = ["ops", "caht"]

There is no notify block "caht". Did you mean "chat"?

"#]]
    );
}

#[test]
fn values_that_are_not_what_they_should_be() {
    snapbox::assert_data_eq!(
        wrong(
            r#"
listen      = "localhost:9127"
history     = "h"
concurrency = 0
stop_within = "soon"
schedule    = 5
check_within = "0s"
keep {
  days = "many"
}
stack "loki" {
  folder    = "loki"
  variables = "x"
}
notify "a" {
}
notify "b" {
  url_env = "NOT_A_URL"
}
notify "c" {
  url         = "https://example.org"
  secret_env  = "NOT_SET"
}
notify "d" {
  url         = "https://example.org"
  secret_file = "not-there"
}
notify "d" {
  type       = "slack"
  url        = "https://example.org"
  secret_env = "WEBHOOK_SECRET"
}
"#
        ),
        snapbox::str![[r#"

Error: Missing required argument

  on etc/watch.hcl line 15:
  15: notify "a" {

One of the arguments url, url_env and url_file is required.

Error: Invalid address

  on etc/watch.hcl line 18, in notify "b":
  18:   url_env = "NOT_A_URL"

Expected an address that begins with https:// or http://.

Error: Secret not found

  on etc/watch.hcl line 22, in notify "c":
  22:   secret_env  = "NOT_SET"

The environment variable NOT_SET is not set, or empty.

Error: Secret not found

  on etc/watch.hcl line 26, in notify "d":
  26:   secret_file = "not-there"

The file etc/not-there cannot be read: entity not found.

Error: Duplicate notify block

  on etc/watch.hcl line 28:
  28: notify "d" {

There is a notify block "d" already. Their names must be unique.

Error: Secret without use

  on etc/watch.hcl line 31, in notify "d":
  31:   secret_env = "WEBHOOK_SECRET"

Slack does not check signatures: its address is the secret.

Error: Invalid schedule

  on etc/watch.hcl line 6:
   6: schedule    = 5

A schedule has five fields: minute, hour, day of the month, month, day of the
week. Here are 1.

hint: "0 * * * *" is every hour on the hour: next at 2026-11-29 09:00:00 UTC
and 2026-11-29 10:00:00 UTC

Error: Invalid time for a check

  on etc/watch.hcl line 7:
   7: check_within = "0s"

No check ends in no time. Expected how long one may take before it is given
up, such as "15m".

Error: Incorrect attribute value type

  on etc/watch.hcl line 13, in stack "loki":
  13:   variables = "x"

Inappropriate value for attribute "variables": expected an object.

Error: Invalid address to listen on

  on etc/watch.hcl line 2:
   2: listen      = "localhost:9127"

"localhost:9127" is no address. Expected an IP address and a port, such as
"127.0.0.1:9127" or "[::1]:9127".

Error: Incorrect attribute value

  on etc/watch.hcl line 4:
   4: concurrency = 0

Inappropriate value for attribute "concurrency": expected a whole number from
1 to 256.

Error: Incorrect attribute value

  on etc/watch.hcl line 5:
   5: stop_within = "soon"

Inappropriate value for attribute "stop_within": expected a length of time
such as "90s", "5m" or "1h30m".

"#]]
    );
}

#[test]
fn a_page_for_everybody_needs_a_token() {
    let page = |token: &str| {
        load(&format!(
            "listen = \"0.0.0.0:80\"\nhistory = \"h\"\n{token}"
        ))
    };
    snapbox::assert_data_eq!(
        page("").1,
        snapbox::str![[r#"

Error: Page open to everybody

  on etc/watch.hcl line 1:
   1: listen = "0.0.0.0:80"

Others can reach 0.0.0.0:80, and the page tells what has drifted in your
stacks. Name the secret that they must know with token_env or token_file, or
listen on 127.0.0.1.

"#]]
    );
    let (config, said) = page("token_file = \"secret\"\n");
    assert_eq!(said, "");
    let token = config.unwrap().token.unwrap();
    assert_eq!(token.expose(), "from a file");
    assert_eq!(format!("{token:?}"), "(secret)");
}

#[test]
fn stacks_with_one_name() {
    snapbox::assert_data_eq!(
        wrong(
            r#"
history  = "h"
schedule = "@daily"
stack "a" {
  folder = "x"
}
stack "a" {
  folder = "y"
}
stack "b" {
  folder = "none/*"
}
"#
        ),
        snapbox::str![[r#"

Error: Duplicate stack

  on etc/watch.hcl line 7:
   7: stack "a" {

There is a stack "a" already. Their names must be unique.

Warning: No stack found

  on etc/watch.hcl line 11, in stack "b":
  11:   folder = "none/*"

No folder with a configuration matches "none/*".

"#]]
    );
}

#[test]
fn a_stack_whose_block_is_wrong_is_left_out_and_the_others_stay() {
    let text = |schedule: &str, common: &str| {
        format!(
            "history = \"h\"\nschedule = \"{common}\"\nstack \"a\" {{\n  folder = \"loki\"\n}}\nstack \"b\" {{\n  folder = \"loki\"\n  schedule = \"{schedule}\"\n}}\n"
        )
    };
    let (config, said) = load(&text("0 25 * * *", "@hourly"));
    let config = config.unwrap();
    let names = config.stacks.iter().map(|stack| stack.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["a"]);
    assert_eq!(config.left_out, ["b"]);
    assert!(said.contains("\"25\" is no hour."), "{said}");

    // What holds for all stacks is said once.
    let (config, said) = load(&text("@daily", "0 25 * * *"));
    assert_eq!(config, None);
    assert_eq!(said.matches("\"25\" is no hour.").count(), 1, "{said}");
}
