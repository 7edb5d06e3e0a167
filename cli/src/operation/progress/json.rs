//! Events as lines of the machine-readable stream.

use serde_json::{Map, Value as Json, json};

use super::{
    event::{Event, Operation, Seconds, What},
    identifier::Identifier,
    tracker::Sink,
};
use crate::{operation::stream, ui::Ui};

/// Prints a line of JSON for each event.
pub(in crate::operation) struct Stream {
    ui: Ui,
}

impl Stream {
    pub(in crate::operation) fn new(ui: &Ui) -> Self {
        Stream { ui: ui.clone() }
    }
}

impl Sink for Stream {
    fn event(&self, event: &Event<'_>) {
        if let Some(line) = line(event) {
            // A run goes on although nobody reads what it says.
            drop(self.ui.print(&line));
        }
    }
}

fn line(event: &Event<'_>) -> Option<String> {
    let address = &event.object.address;
    let mut hook = Map::new();
    hook.insert("resource".into(), stream::resource(address));
    let kind = kind(&event.what)?;
    let message = match &event.what {
        What::Started(operation, identifier) => {
            act(&mut hook, *operation, None, *identifier);
            let id = suffix(*identifier);
            format!("{address}: {}...{id}", operation.json_beginning())
        }
        What::Still(operation, _, elapsed) => {
            act(&mut hook, *operation, Some(*elapsed), None);
            let doing = operation.json_beginning().to_lowercase();
            format!("{address}: Still {doing}... [{elapsed} elapsed]")
        }
        What::Finished(operation, identifier, elapsed) => {
            act(&mut hook, *operation, Some(*elapsed), *identifier);
            let (noun, id) = (operation.json_noun(), suffix(*identifier));
            format!("{address}: {noun} complete after {elapsed}{id}")
        }
        What::Failed(operation, elapsed) => {
            act(&mut hook, *operation, Some(*elapsed), None);
            let noun = operation.json_noun();
            format!("{address}: {noun} errored after {elapsed}")
        }
        What::RefreshStarted(identifier) => {
            identify(&mut hook, *identifier);
            format!("{address}: Refreshing state...{}", suffix(*identifier))
        }
        What::RefreshFinished(identifier) => {
            identify(&mut hook, *identifier);
            format!("{address}: Refresh complete{}", suffix(*identifier))
        }
        What::ProvisionStarted(name) => {
            hook.insert("provisioner".into(), json!(name));
            format!("{address}: Provisioning with '{name}'...")
        }
        What::ProvisionOutput(name, line) => {
            hook.insert("provisioner".into(), json!(name));
            hook.insert("output".into(), json!(line));
            format!("{address}: ({name}): {line}")
        }
        What::ProvisionFinished(name) => {
            hook.insert("provisioner".into(), json!(name));
            format!("{address}: ({name}) Provisioning complete")
        }
        What::ProvisionFailed(name) => {
            hook.insert("provisioner".into(), json!(name));
            format!("{address}: ({name}) Provisioning errored")
        }
        What::ImportStarted(_) | What::ImportApplied(_) => return None,
    };
    Some(stream::event(
        "info",
        &message,
        &kind,
        json!({ "hook": hook }),
    ))
}

/// The type of a line; none for what the stream does not tell.
fn kind(what: &What<'_>) -> Option<String> {
    let of = |operation: &Operation, stage: &str| {
        let family = match operation.is_ephemeral() {
            true => "ephemeral_op",
            false => "apply",
        };
        Some(format!("{family}_{stage}"))
    };
    let plain = match what {
        What::Started(operation, _) => return of(operation, "start"),
        What::Still(operation, ..) => return of(operation, "progress"),
        What::Finished(operation, ..) => return of(operation, "complete"),
        What::Failed(operation, _) => return of(operation, "errored"),
        What::RefreshStarted(_) => "refresh_start",
        What::RefreshFinished(_) => "refresh_complete",
        What::ProvisionStarted(_) => "provision_start",
        What::ProvisionOutput(..) => "provision_progress",
        What::ProvisionFinished(_) => "provision_complete",
        What::ProvisionFailed(_) => "provision_errored",
        What::ImportStarted(_) | What::ImportApplied(_) => return None,
    };
    Some(plain.to_owned())
}

fn act(
    hook: &mut Map<String, Json>,
    operation: Operation,
    elapsed: Option<Seconds>,
    identifier: Option<&Identifier>,
) {
    hook.insert("action".into(), json!(operation.word()));
    if let Some(elapsed) = elapsed {
        hook.insert("elapsed_seconds".into(), json!(elapsed.0));
    }
    identify(hook, identifier);
}

fn identify(hook: &mut Map<String, Json>, identifier: Option<&Identifier>) {
    if let Some(Identifier { key, value }) = identifier {
        hook.insert("id_key".into(), json!(key));
        hook.insert("id_value".into(), json!(value));
    }
}

fn suffix(identifier: Option<&Identifier>) -> String {
    match identifier {
        Some(Identifier { key, value }) => format!(" [{key}={value}]"),
        None => String::new(),
    }
}

impl Operation {
    fn word(self) -> &'static str {
        match self {
            Operation::Create => "create",
            Operation::Update => "update",
            Operation::Delete => "delete",
            Operation::Read => "read",
            Operation::Open => "open",
            Operation::Renew => "renew",
            Operation::Close => "close",
        }
    }

    /// The stream calls reading refreshing.
    fn json_beginning(self) -> &'static str {
        match self {
            Operation::Read => "Refreshing",
            other => other.beginning(),
        }
    }

    fn json_noun(self) -> &'static str {
        match self {
            Operation::Read => "Refresh",
            other => other.noun(),
        }
    }
}
