//! What the service says while it runs: plain lines, each with its time.

use trueup_drift::{Timestamp, history::Damage, service::Line};

use crate::ui::Ui;

/// Writes a line: what went wrong to standard error, everything else to standard
/// output. A reader that has gone away does not end the service.
pub(super) fn write(ui: &Ui, line: &Line, now: Timestamp) {
    let time = now.strftime("%Y-%m-%dT%H:%M:%SZ");
    match line.is_problem {
        true => ui.complain(&format!("{time} warning: {}\n", line.text)),
        false => drop(ui.print(&format!("{time} {}\n", line.text))),
    }
}

/// What is to be said about what a history was found to be like.
pub(super) fn damage(damage: &Damage) -> Vec<Line> {
    let mut lines = Vec::new();
    if damage.torn > 0 {
        lines.push(Line::note(format!(
            "the last {} bytes of the history are of a write that was interrupted; they were cut off",
            damage.torn
        )));
    }
    if !damage.lines.is_empty() {
        let numbers: Vec<String> = damage.lines.iter().map(usize::to_string).collect();
        lines.push(Line::problem(format!(
            "the history is damaged; lines that were left out: {}",
            numbers.join(", ")
        )));
    }
    lines
}
