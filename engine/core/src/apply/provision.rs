//! Provisioners: programs that run after an object was created, and before it
//! is destroyed.

use trueup_lang::block::decode_body;
use trueup_syntax::{Diagnostic, Diagnostics, Severity, Span};
use trueup_value::{Marks, Str, Value};

use crate::{
    config::{OnFailure, Provisioner, When},
    evaluate::View,
    process::{Command, Event, Events, Processes, Running},
    progress::{ObjectRef, Watch},
    validate::{block_spec, provisioner_schema},
};

/// How much of what a program wrote is repeated in an error.
const TAIL: usize = 8 * 1024;

const SUPPRESSED: &str = "(output suppressed due to sensitive value in config)";

/// What provisioners of an object need.
pub(super) struct Provisioning<'a> {
    pub(super) processes: Option<&'a dyn Processes>,
    pub(super) watch: Watch<'a>,
    pub(super) subject: ObjectRef<'a>,
    /// `self` is the object.
    pub(super) view: View<'a>,
    /// Of the object, for messages.
    pub(super) address: &'a str,
}

impl Provisioning<'_> {
    /// Runs those for `when`, one after the other until one fails.
    pub(super) async fn run(&self, provisioners: &[Provisioner], when: When) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        for provisioner in provisioners.iter().filter(|p| p.when == when) {
            let mut found = self.one(provisioner).await;
            for diagnostic in &mut found.0 {
                diagnostic.address = Some(self.address.to_owned());
            }
            if provisioner.on_failure == OnFailure::Continue {
                found.0.retain(|d| d.severity != Severity::Error);
            }
            let failed = found.has_errors();
            diagnostics.extend(found);
            if failed {
                break;
            }
        }
        diagnostics
    }

    async fn one(&self, provisioner: &Provisioner) -> Diagnostics {
        let kind = provisioner.kind.name.as_str();
        let spec = block_spec(&provisioner_schema(kind));
        let body = &provisioner.body;
        let (config, mut diagnostics) = self.view.scope(|scope| decode_body(body, &spec, scope));
        if diagnostics.has_errors() {
            return diagnostics;
        }
        let (config, marks) = config.unmark_deep();
        let observer = self.watch.observer;
        observer.provision_started(self.subject, kind);
        let place = provisioner.body.missing().unwrap_or(provisioner.span);
        let outcome = match self.processes {
            _ if kind != "local-exec" => Err(unsupported(kind, provisioner.kind.span)),
            None => Err(nothing_to_start(place)),
            Some(processes) => {
                let hidden = marks != Marks::NONE;
                self.local_exec(processes, &config, hidden, place).await
            }
        };
        observer.provision_finished(self.subject, kind, outcome.is_err());
        diagnostics.0.extend(outcome.err());
        diagnostics
    }

    /// Runs a program. Where secrets went into it nothing that it writes is
    /// shown, nor what is run.
    async fn local_exec(
        &self,
        processes: &dyn Processes,
        config: &Value,
        hidden: bool,
        place: Span,
    ) -> Result<(), Diagnostic> {
        let text = |name: &str| config.get(name).and_then(Value::as_str);
        let shown = text("command").unwrap_or_default();
        if shown.is_empty() {
            return Err(Diagnostic::error(
                "Invalid local-exec provisioner command",
                "The command must be a non-empty string.",
                place,
            ));
        }
        let command = Command {
            arguments: arguments(config, shown),
            directory: text("working_dir")
                .filter(|d| !d.is_empty())
                .map(Into::into),
            environment: environment(config),
        };
        let quiet = config.get("quiet").and_then(Value::as_bool) == Some(true);
        self.say(
            hidden,
            &match quiet {
                true => "local-exec: Executing: Suppressed by quiet=true".to_owned(),
                false => format!("Executing: [{}]", quoted(&command.arguments)),
            },
        );
        let (events, running) = Events::channel();
        processes.start(command, events);
        let (how, tail) = self.follow(&running, hidden).await;
        how.map_err(|how| {
            let detail = match hidden {
                true => format!(
                    "Error running the command: {how}. The command and its output are suppressed due to a sensitive value in config."
                ),
                false => format!("Error running command '{shown}': {how}. Output: {tail}"),
            };
            Diagnostic::error("local-exec provisioner error", detail, place)
        })
    }

    /// Passes on what a program writes until it ends.
    async fn follow(&self, running: &Running, hidden: bool) -> (Result<(), String>, String) {
        let mut tail: Vec<u8> = Vec::new();
        let mut line: Vec<u8> = Vec::new();
        loop {
            match running.next().await {
                Event::Output(bytes) => {
                    tail.extend_from_slice(&bytes);
                    tail.drain(..tail.len().saturating_sub(TAIL));
                    line.extend_from_slice(&bytes);
                    self.say_lines(hidden, &mut line);
                }
                Event::End(how) => {
                    if !line.is_empty() {
                        self.say(hidden, &String::from_utf8_lossy(&line));
                    }
                    return (how, String::from_utf8_lossy(&tail).into_owned());
                }
            }
        }
    }

    /// Says the lines that are whole, and leaves the rest.
    fn say_lines(&self, hidden: bool, buffer: &mut Vec<u8>) {
        let Some(end) = buffer.iter().rposition(|byte| *byte == b'\n') else {
            return;
        };
        let rest = buffer.split_off(end + 1);
        let whole = std::mem::replace(buffer, rest);
        for line in String::from_utf8_lossy(&whole).lines() {
            self.say(hidden, line);
        }
    }

    fn say(&self, hidden: bool, line: &str) {
        let line = if hidden { SUPPRESSED } else { line };
        let observer = self.watch.observer;
        observer.provision_output(self.subject, "local-exec", line);
    }
}

fn arguments(config: &Value, command: &str) -> Vec<String> {
    let interpreter = config.get("interpreter").filter(|value| !value.is_null());
    let mut arguments: Vec<String> = match interpreter {
        Some(list) => {
            let texts = list.values().map(|v| v.as_str().unwrap_or_default());
            texts.map(str::to_owned).collect()
        }
        None if cfg!(windows) => vec!["cmd".to_owned(), "/C".to_owned()],
        None => vec!["/bin/sh".to_owned(), "-c".to_owned()],
    };
    arguments.push(command.to_owned());
    arguments
}

fn environment(config: &Value) -> Vec<(String, String)> {
    let given = config.get("environment").into_iter();
    let given = given.flat_map(|map| map.elements().collect::<Vec<_>>());
    let texts = given.filter_map(|(name, value)| {
        let name = Str::new(name.as_str()?).to_string();
        Some((name, value.as_str()?.to_owned()))
    });
    texts.collect()
}

fn quoted(arguments: &[String]) -> String {
    let quoted: Vec<String> = arguments.iter().map(|a| format!("{a:?}")).collect();
    quoted.join(" ")
}

/// That a provisioner of this kind cannot run.
pub(crate) fn unsupported(kind: &str, place: Span) -> Diagnostic {
    Diagnostic::error(
        "Unsupported provisioner type",
        format!(
            "The provisioner \"{kind}\" connects to another machine, which trueup does not do. Use \"local-exec\" with a program that connects, such as ssh or scp, or let the machine configure itself when it starts."
        ),
        place,
    )
}

fn nothing_to_start(place: Span) -> Diagnostic {
    Diagnostic::error(
        "Provisioner not run",
        "Programs cannot be started here, so the provisioner was not run.",
        place,
    )
}
