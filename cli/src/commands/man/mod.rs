//! `trueup man`

mod page;
mod roff;

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};

use super::{Arguments, Context, named};
use crate::error::CommandError;

/// Print the manual page of trueup or of one of its commands
///
/// Pages are made from the same descriptions as -help. Without a command, the
/// page of trueup itself.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup man plan | man -l -\n  trueup man state mv > trueup-state-mv.1\n  trueup man -all=/usr/local/share/man/man1"
)]
pub(crate) struct ManArgs {
    /// Write all pages into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    all: Option<PathBuf>,

    /// The command whose page to print: plan, or state mv
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

pub(crate) fn run(args: &ManArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let mut root = Arguments::command();
    root.build();
    if let Some(folder) = &args.all {
        return write_all(&root, folder);
    }
    let (name, found) = named(&root, &args.command)?;
    context.ui.print(&page::page(found, &name))
}

fn write_all(root: &Command, folder: &Path) -> Result<(), CommandError> {
    std::fs::create_dir_all(folder)
        .map_err(|source| CommandError::io("Failed to create", folder, source))?;
    for (name, command) in all_commands(root) {
        let path = folder.join(format!("{}.1", name.join("-")));
        std::fs::write(&path, page::page(command, &name))
            .map_err(|source| CommandError::io("Failed to write", &path, source))?;
    }
    Ok(())
}

/// Every command that is shown to people, with the words that call it.
fn all_commands(root: &Command) -> Vec<(Vec<&str>, &Command)> {
    let mut found = vec![(vec!["trueup"], root)];
    let mut next = 0;
    while let Some((name, command)) = found.get(next).cloned() {
        let visible = command.get_subcommands().filter(|sub| !sub.is_hide_set());
        found.extend(visible.map(|sub| {
            let words = name.iter().copied().chain([sub.get_name()]);
            (words.collect(), sub)
        }));
        next += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{arguments, environment::Environment};

    /// The lines of a help text that call trueup, up to what explains them.
    fn examples(command: &Command) -> Vec<String> {
        let text = command.get_after_help().map(ToString::to_string);
        let text = text.unwrap_or_default();
        let calls = text.lines().filter_map(|line| {
            let call = line.strip_prefix("  trueup ")?;
            let call = call.split("   ").next()?;
            Some(call.split([';', '|', '<', '>']).next()?.trim().to_owned())
        });
        calls.collect()
    }

    fn parse(call: &str) -> Result<(), String> {
        let arguments = shlex::split(call).ok_or("quotes are not closed")?;
        let environment = Environment {
            arguments,
            ..Environment::default()
        };
        let words = arguments::normalized(&environment).map_err(|error| error.to_string())?;
        let parsed = Arguments::command().try_get_matches_from(words);
        parsed.map(drop).map_err(|error| error.to_string())
    }

    #[test]
    fn every_command_has_examples_and_all_of_them_can_be_typed() {
        let mut root = Arguments::command();
        root.build();
        let mut wrong = Vec::new();
        for (name, command) in all_commands(&root) {
            let found = examples(command);
            if found.is_empty() && !command.has_subcommands() {
                wrong.push(format!("{}: no example", name.join(" ")));
            }
            let faults = found.iter().filter_map(|call| parse(call).err());
            wrong.extend(faults);
        }
        assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn no_page_has_a_request_by_accident() {
        let mut root = Arguments::command();
        root.build();
        let known = [
            ".TH", ".SH", ".TP", ".PP", ".RS", ".RE", ".nf", ".fi", ".EX", ".EE", ".B",
        ];
        for (name, command) in all_commands(&root) {
            for line in page::page(command, &name).lines() {
                let request = line.split(' ').next().unwrap_or_default();
                let is_text = !line.starts_with(['.', '\'']);
                assert!(is_text || known.contains(&request), "{name:?}: {line}");
            }
        }
    }
}
