//! `trueup watch`

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
};

use snapbox::str;

use crate::environment::{TestEnvironment, check};

const STACK: &str = r#"resource "local_file" "page" {
  filename = "page.txt"
  content  = "hello"
}
"#;

/// A schedule that is not due before this is over.
const NEVER: &str = "schedule = \"0 0 29 2 *\"\n";

/// Stacks `a` and `b`, applied, and this configuration.
fn stacks(config: &str) -> TestEnvironment {
    let environment = TestEnvironment::with(&[
        ("stacks/a/main.tf", STACK),
        ("stacks/b/main.tf", STACK),
        ("watch.hcl", config),
    ]);
    for folder in ["stacks/a", "stacks/b"] {
        environment.run(&[&format!("-chdir={folder}"), "apply", "-auto-approve"]);
    }
    environment
}

fn all(more: &str) -> String {
    format!("history = \"history\"\n{NEVER}stack \"prod\" {{\n  folder = \"stacks/*\"\n}}\n{more}")
}

/// Without the times that lines begin with and checks take.
fn timeless(text: &str) -> String {
    let time = regex::Regex::new(r"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ").unwrap();
    let took = regex::Regex::new(r"\(\d+\.\d s\)").unwrap();
    let text = time.replace_all(text, "");
    took.replace_all(&text, "(… s)").into_owned()
}

/// What a run says, line by line in order: checks end in any.
fn sorted(text: &str) -> String {
    let text = timeless(text);
    let mut lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    lines.sort_unstable();
    lines.join("\n") + "\n"
}

#[test]
fn a_configuration_is_read_and_shown() {
    let environment = TestEnvironment::with(&[
        (
            "etc/watch.hcl",
            "history = \"h\"\nstack \"loki\" {\n  folder   = \"loki\"\n  schedule = \"0 6 1 1 *\"\n  timezone = \"Asia/Tokyo\"\n}\n",
        ),
        ("etc/loki/main.tf", STACK),
        ("wrong.hcl", "histroy = \"h\"\n"),
    ]);
    let shown = environment.run(&["watch", "-check", "-config=etc/watch.hcl"]);
    let years = regex::Regex::new(r"\d{4}-01-01 06").unwrap();
    check(
        years.replace_all(&shown, "[YEAR]-01-01 06").into_owned(),
        str![[r#"
etc/watch.hcl is valid: 1 stack, 0 notifications.

loki: etc/loki
  0 6 1 1 * (Asia/Tokyo)
    [YEAR]-01-01 06:00:00 JST
    [YEAR]-01-01 06:00:00 JST
    [YEAR]-01-01 06:00:00 JST

"#]],
    );
    check(
        environment.run(&["watch", "-check", "-config=wrong.hcl"]),
        str![[r#"
--- stderr ---

Error: Missing required argument

  on wrong.hcl line 1:
   1: histroy = "h"

The argument "history" is required, but no definition was found.

Error: Unsupported argument

  on wrong.hcl line 1:
   1: histroy = "h"

An argument named "histroy" is not expected here. Did you mean "history"?
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["watch", "-check"]),
        str![[r#"
--- stderr ---

Error: Failed to read the configuration

watch.hcl: No such file or directory (os error 2).
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["watch", "-check", "-once"]),
        str![[r#"
--- stderr ---
error: the argument '-check' cannot be used with '-once'

Usage: trueup watch -check

For more information, try '-help'.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn once_checks_every_stack_whatever_becomes_of_the_others() {
    let environment = stacks(&all("stack \"gone\" {\n  folder = \"gone\"\n}\n"));
    fs::remove_file(environment.work().join("stacks/b/page.txt")).unwrap();
    let said = environment.run(&["watch", "-once"]);
    check(
        sorted(&said),
        str![[r#"
   7:   folder = "gone"
  on watch.hcl line 7, in stack "gone":
--- exit status: 1 ---
--- stderr ---
There is no folder gone. The stack is checked once it is there.
Warning: Folder not found
prod/a: clean (… s)
prod/b: 1 object has drifted (… s)
prod/b: local_file.page drifted
warning: gone: not checked: Failed to enter the folder of a stack
warning: gone: the stack cannot be checked: Failed to enter the folder of a stack

"#]],
    );
    assert!(!environment.work().join("stacks/b/page.txt").exists());

    let environment = stacks(&all(""));
    check(
        sorted(&environment.run(&["watch", "-once"])),
        str![[r#"
prod/a: clean (… s)
prod/b: clean (… s)

"#]],
    );
    fs::remove_file(environment.work().join("stacks/b/page.txt")).unwrap();
    check(
        sorted(&environment.run(&["watch", "-once"])),
        str![[r#"
--- exit status: 2 ---
prod/a: clean (… s)
prod/b: 1 object has drifted (… s)
prod/b: local_file.page drifted

"#]],
    );
    // It is told once.
    check(
        sorted(&environment.run(&["watch", "-once"])),
        str![[r#"
--- exit status: 2 ---
prod/a: clean (… s)
prod/b: 1 object has drifted (… s)

"#]],
    );
}

#[test]
fn a_stack_with_a_wrong_schedule_is_left_out_and_the_others_are_checked() {
    let wrong = "stack \"odd\" {\n  folder   = \"stacks/b\"\n  schedule = \"61 * * * *\"\n}\n";
    let environment = stacks(&all(wrong));
    let said = timeless(&environment.run(&["watch", "-once"]));
    let next = regex::Regex::new(r"\d{4}-\d\d-\d\d \d\d:00:00 UTC").unwrap();
    let said = next.replace_all(&said, "[NEXT]").into_owned();
    let error = &said[said.find("Error:").unwrap()..];
    check(
        error.to_owned(),
        str![[r#"
Error: Invalid schedule

  on watch.hcl line 8, in stack "odd":
   8:   schedule = "61 * * * *"

"61" is no minute. Expected a number from 0 to 59, a range such as 0-29, a
step such as */10, or several with commas between them.

hint: "0 * * * *" is every hour on the hour: next at [NEXT]
and [NEXT]
warning: odd: not checked: its block in the configuration has errors
--- exit status: 1 ---

"#]],
    );
    for checked in ["prod/a: clean", "prod/b: clean"] {
        assert!(said.contains(checked), "{said}");
    }
    // Whoever asks whether the file is right is told that it is not.
    let refused = environment.run(&["watch", "-check"]);
    assert!(refused.ends_with("--- exit status: 1 ---\n"), "{refused}");
    assert!(!refused.contains("is valid"), "{refused}");
}

#[test]
fn a_stack_is_repaired_if_that_is_allowed() {
    let repair = |allowed: &str| {
        let config = format!(
            "history = \"history\"\n{NEVER}stack \"b\" {{\n  folder = \"stacks/b\"\n  repair {{\n    revert = true\n{allowed}  }}\n}}\n"
        );
        let environment = stacks(&config);
        let page = environment.work().join("stacks/b/page.txt");
        fs::remove_file(&page).unwrap();
        let said = environment.run(&["watch", "-once"]);
        (sorted(&said), page.exists())
    };
    let (said, back) = repair("");
    check(
        said,
        str![[r#"
--- exit status: 2 ---
--- stderr ---
b: 1 object has drifted (… s)
b: local_file.page drifted
warning: b: the stack was not repaired: local_file.page is left as it is: It is gone, and nothing may be created.

"#]],
    );
    assert!(!back);
    let (said, back) = repair("    create = true\n");
    check(
        said,
        str![[r#"
--- exit status: 2 ---
b: 1 object has drifted (… s)
b: local_file.page drifted
b: local_file.page was repaired

"#]],
    );
    assert!(back);
}

#[test]
fn somebody_is_told_and_can_check_by_whom() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let environment = stacks(&all(&format!(
        "notify = [\"ops\"]\nnotify \"ops\" {{\n  url        = \"http://{address}/hook\"\n  secret_env = \"SECRET\"\n}}\n"
    )));
    fs::remove_file(environment.work().join("stacks/a/page.txt")).unwrap();
    let receiver = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let request = request(&mut stream);
        stream
            .write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
        request
    });
    let said = environment.run_with(&["watch", "-once"], &[("SECRET", "a secret")], "");
    check(
        sorted(&said),
        str![[r#"
--- exit status: 2 ---
prod/a: 1 object has drifted (… s)
prod/a: local_file.page drifted
prod/b: clean (… s)

"#]],
    );
    let (head, body) = receiver.join().unwrap();
    assert!(head.starts_with("POST /hook HTTP/1.1\r\n"), "{head}");
    for header in [
        "webhook-id: msg_",
        "webhook-signature: v1,",
        "idempotency-key: msg_",
    ] {
        assert!(head.contains(header), "{head}");
    }
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["type"], "trueup.drift");
    assert_eq!(body["data"]["stack"], "prod/a");
    let change = &body["data"]["changes"][0];
    assert_eq!(change["change"], "appeared");
    assert_eq!(change["address"], "local_file.page");
    assert!(!said.contains(&address.to_string()), "{said}");
}

fn request(stream: &mut TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).unwrap();
    }
    let lower = head.to_lowercase();
    let length = lower.split("content-length: ").nth(1).unwrap();
    let length = length.split("\r\n").next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (
        lower
            .replacen("post", "POST", 1)
            .replacen("http", "HTTP", 1),
        String::from_utf8(body).unwrap(),
    )
}

/// The service, and what it says line by line.
struct Service {
    child: Child,
    lines: Receiver<String>,
}

impl Service {
    fn start(environment: &TestEnvironment) -> Self {
        let mut command: Command = environment.command(&["watch"], &[]);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, lines) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        let err = BufReader::new(child.stderr.take().unwrap());
        let also = tell.clone();
        thread::spawn(move || out.lines().for_each(|line| drop(tell.send(line.unwrap()))));
        thread::spawn(move || err.lines().for_each(|line| drop(also.send(line.unwrap()))));
        Service { child, lines }
    }

    /// Waits for a line that says this.
    fn wait_for(&self, text: &str) -> String {
        let mut said = Vec::new();
        while let Ok(line) = self.lines.recv() {
            if line.contains(text) {
                return line;
            }
            said.push(line);
        }
        panic!("it ended without {text:?}: {said:?}")
    }

    fn signal(&self, signal: nix::sys::signal::Signal) {
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        nix::sys::signal::kill(pid, signal).unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_service_serves_its_page_reads_its_configuration_again_and_ends() {
    use nix::sys::signal::Signal;
    let config = all("listen = \"127.0.0.1:0\"\n");
    let environment = stacks(&config);
    let mut service = Service::start(&environment);
    let line = service.wait_for("watching 2 stacks; http://");
    let (_, address) = line.trim_end_matches('/').split_once("http://").unwrap();
    service.wait_for("prod/");
    service.wait_for("prod/");
    assert!(get(address, "/healthz").ends_with("\r\n\r\nok\n"));
    let page = get(address, "/");
    assert!(
        page.contains("<h1>All 2 stacks are as they should be.</h1>"),
        "{page}"
    );

    // Its history is its own, as is its address.
    check(
        environment.run(&["watch", "-once"]),
        str![[r#"
--- stderr ---

Error: History in use

Another process uses the history in [ROOT]/work/history. Each
service needs a folder of its own.
--- exit status: 1 ---

"#]],
    );
    environment.write(
        "other.hcl",
        &all(&format!("listen = \"{address}\"\n")).replace("\"history\"", "\"other\""),
    );
    let refused = environment.run(&["watch", "-config=other.hcl"]);
    check(
        refused.replace(address, "[ADDRESS]"),
        str![[r#"
--- stderr ---

Error: Address in use

Another program listens on [ADDRESS] already. End it, or set listen in
the configuration to another port.
--- exit status: 1 ---

"#]],
    );

    environment.write("watch.hcl", "nonsense = 1\n");
    service.signal(Signal::SIGHUP);
    service.wait_for("the configuration was not read; everything stays as it was");
    // Nor is a stack left out that is checked already.
    let wrong = config.replace("folder = ", "schedule = \"\"\n  folder = ");
    environment.write("watch.hcl", &wrong);
    service.signal(Signal::SIGHUP);
    service.wait_for("the configuration was not read; everything stays as it was");
    environment.write("stacks/c/main.tf", "");
    environment.write("watch.hcl", &config);
    service.signal(Signal::SIGHUP);
    service.wait_for("the configuration was read again: 3 stacks");
    service.wait_for("prod/c: clean");

    service.signal(Signal::SIGTERM);
    service.wait_for("stopping");
    assert!(service.child.wait().unwrap().success());
}

#[test]
fn a_check_that_hangs_is_given_up_and_the_others_go_on() {
    let settings = "concurrency = 1\ncheck_within = \"1s\"\n";
    let environment = stacks(&(settings.to_owned() + &all("")));
    // Nobody ever writes into the pipe, so reading it has no end.
    let pipe = environment.work().join("stacks/a/more.tf");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    check(
        sorted(&environment.run(&["watch", "-once"])),
        str![[r#"
--- exit status: 1 ---
--- stderr ---
prod/b: clean (… s)
warning: prod/a: not checked: The check took longer than 1s
warning: prod/a: the stack cannot be checked: The check took longer than 1s

"#]],
    );
}

#[test]
fn a_history_that_cannot_be_written_stops_nothing() {
    let environment = stacks(&all(""));
    // Where a file is to be written there is a folder.
    let draft = environment.work().join("history/history.log.draft");
    fs::create_dir_all(draft).unwrap();
    check(
        sorted(&environment.run(&["watch", "-once"])),
        str![[r#"
--- stderr ---
prod/a: clean (… s)
prod/b: clean (… s)
warning: The history in [ROOT]/work/history cannot be written: Is a directory (os error 21). Until it can, it is kept in memory.

"#]],
    );
}

#[test]
fn a_history_that_cannot_be_read_is_left_alone() {
    let environment = stacks(&all("").replace("\"history\"", "\"watch.hcl/history\""));
    check(
        environment.run(&["watch", "-once"]),
        str![[r#"
--- stderr ---

Error: Failed to open the history

The history [ROOT]/work/watch.hcl/history/history.log cannot be
read: Not a directory (os error 20).
--- exit status: 1 ---

"#]],
    );
}
