//! A configuration as it was understood.

use std::path::Path;

use trueup_drift::{Timestamp, config::Config};

/// How many times each stack is said to be due.
const TIMES: usize = 3;

pub(super) fn text(path: &Path, config: &Config, now: Timestamp) -> String {
    let mut text = format!(
        "{} is valid: {}, {}.\n",
        path.display(),
        counted(config.stacks.len(), "stack", "stacks"),
        counted(config.targets.len(), "notification", "notifications"),
    );
    for stack in &config.stacks {
        let schedule = &stack.schedule;
        let next = schedule.next(now, TIMES);
        let next: Vec<String> = next.into_iter().map(|due| schedule.show(due)).collect();
        let (name, folder) = (&stack.name, stack.folder.display());
        let (when, zone) = (schedule.text(), schedule.zone_name());
        text.push_str(&format!("\n{name}: {folder}\n  {when} ({zone})\n"));
        text.extend(next.into_iter().map(|due| format!("    {due}\n")));
    }
    text
}

pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}
