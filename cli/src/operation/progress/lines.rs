//! Events as lines of text, in Terraform's words.

use super::{
    event::{Event, Operation, What},
    identifier::Identifier,
    tracker::Sink,
};
use crate::ui::Ui;

/// The longest ID that is repeated in full.
const LONGEST: usize = 80;

/// Prints a line for each event.
pub(in crate::operation) struct Lines {
    ui: Ui,
}

impl Lines {
    pub(in crate::operation) fn new(ui: &Ui) -> Self {
        Lines { ui: ui.clone() }
    }
}

impl Sink for Lines {
    fn event(&self, event: &Event<'_>) {
        for line in texts(event, self.ui.color) {
            // A run goes on although nobody reads what it says.
            drop(self.ui.print(&format!("{line}\n")));
        }
    }
}

/// What is said of an event.
pub(super) fn texts(event: &Event<'_>, color: bool) -> Vec<String> {
    let object = event.object;
    let bold = |text: String, end: usize| match color {
        true => format!("\u{1b}[0m\u{1b}[1m{text}{}", "\u{1b}[0m".repeat(end)),
        false => text,
    };
    let address = &object.address;
    let line = match &event.what {
        What::Started(operation, identifier) => bold(
            format!(
                "{object}: {}...{}",
                operation.beginning(),
                suffix(*identifier)
            ),
            if operation.is_ephemeral() { 1 } else { 2 },
        ),
        What::Still(operation, identifier, elapsed) => {
            let shown = identifier.map(|i| format!("{}={}, ", i.key, shortened(&i.value)));
            let shown = shown.unwrap_or_default();
            let doing = operation.beginning().to_lowercase();
            bold(
                format!("{address}: Still {doing}... [{shown}{elapsed} elapsed]"),
                2,
            )
        }
        What::Finished(operation, identifier, elapsed) => bold(
            format!(
                "{object}: {} complete after {elapsed}{}",
                operation.noun(),
                suffix(*identifier)
            ),
            1,
        ),
        What::RefreshStarted(identifier) => bold(
            format!("{object}: Refreshing state...{}", suffix(*identifier)),
            1,
        ),
        What::ProvisionStarted(name) => {
            bold(format!("{address}: Provisioning with '{name}'..."), 2)
        }
        What::ProvisionOutput(name, line) => match color {
            true => format!("\u{1b}[0m\u{1b}[1m{address} ({name}):\u{1b}[0m \u{1b}[0m{line}"),
            false => format!("{address} ({name}): {line}"),
        },
        What::ImportStarted(id) => bold(format!("{address}: Preparing import... [id={id}]"), 1),
        What::ImportApplied(id) => {
            return vec![
                bold(format!("{address}: Importing... [id={id}]"), 1),
                bold(format!("{address}: Import complete [id={id}]"), 1),
            ];
        }
        // What failed is told by diagnostics.
        What::Failed(..)
        | What::RefreshFinished(_)
        | What::ProvisionFinished(_)
        | What::ProvisionFailed(_) => return Vec::new(),
    };
    vec![line]
}

fn suffix(identifier: Option<&Identifier>) -> String {
    match identifier {
        Some(Identifier { key, value }) => format!(" [{key}={value}]"),
        None => String::new(),
    }
}

/// A long ID without its middle.
fn shortened(id: &str) -> String {
    let characters: Vec<char> = id.chars().collect();
    if characters.len() <= LONGEST {
        return id.to_owned();
    }
    let half = LONGEST / 2;
    let start: String = characters.iter().take(half - 1).collect();
    let end: String = characters
        .iter()
        .skip(characters.len() - half + 2)
        .collect();
    format!("{start}...{end}")
}

impl Operation {
    /// As in `Creating...`.
    pub(super) fn beginning(self) -> &'static str {
        match self {
            Operation::Create => "Creating",
            Operation::Update => "Modifying",
            Operation::Delete => "Destroying",
            Operation::Read => "Reading",
            Operation::Open => "Opening",
            Operation::Renew => "Renewing",
            Operation::Close => "Closing",
        }
    }

    /// As in `Creation complete`.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Operation::Create => "Creation",
            Operation::Update => "Modifications",
            Operation::Delete => "Destruction",
            Operation::Read => "Read",
            Operation::Open => "Opening",
            Operation::Renew => "Renewal",
            Operation::Close => "Closing",
        }
    }

    /// Whether it is one of an ephemeral resource.
    pub(super) fn is_ephemeral(self) -> bool {
        matches!(self, Operation::Open | Operation::Renew | Operation::Close)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_ids_lose_their_middle() {
        let id: String = ('a'..='z').cycle().take(100).collect();
        let short = shortened(&id);
        assert_eq!(short.len(), 80);
        assert_eq!(short.chars().filter(|c| *c == '.').count(), 3);
        assert_eq!(shortened("short"), "short");
    }
}
