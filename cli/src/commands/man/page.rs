//! The manual page of one command.

use clap::{Arg, Command};

use super::roff::{bold, italic, lines_as_they_are, text};

/// The page of `command`, which is called by the words `name`.
pub(super) fn page(command: &Command, name: &[&str]) -> String {
    let mut page = heading(command, name);
    page.push_str(&synopsis(command, name));
    page.push_str(&description(command));
    page.push_str(&section(
        "ARGUMENTS",
        command.get_positionals().map(argument),
    ));
    page.push_str(&section(
        "OPTIONS",
        command.get_opts().chain(switches(command)).map(argument),
    ));
    page.push_str(&section("COMMANDS", commands(command, name)));
    if let [_] = name {
        page.push_str(&section("ENVIRONMENT", VARIABLES.map(entry)));
        page.push_str(&section("EXIT STATUS", EXIT_CODES.map(entry)));
        page.push_str(&section("FILES", FILES.map(entry)));
    }
    page.push_str(&after(command));
    page.push_str(&see_also(name));
    page
}

const VARIABLES: [(&str, &str); 11] = [
    (
        "TF_VAR_name",
        "The value of the input variable of that name.",
    ),
    (
        "TF_CLI_ARGS, TF_CLI_ARGS_command",
        "Arguments for every command, or for one: TF_CLI_ARGS_plan.",
    ),
    (
        "TF_WORKSPACE",
        "The workspace, instead of the selected one.",
    ),
    (
        "TF_DATA_DIR",
        "The folder for what a working directory remembers, instead of .terraform.",
    ),
    ("TF_INPUT", "Nothing is asked for if it is 0 or false."),
    (
        "TF_IN_AUTOMATION",
        "If it is not empty, no next steps are suggested.",
    ),
    (
        "TF_LOG, TF_LOG_CORE",
        "What is logged to standard error: TRACE, DEBUG, INFO, WARN or ERROR.",
    ),
    ("TF_LOG_PATH", "The file to append the log to."),
    (
        "TRUEUP_HELM_PASSWORD",
        "The password of chart repositories and registries.",
    ),
    (
        "NO_COLOR, CLICOLOR_FORCE",
        "Whether the output is coloured; without them it is on a terminal.",
    ),
    (
        "AWS_*, KUBECONFIG, KUBE_*, HELM_*",
        "Credentials and settings of the platforms are found where their own tools find them.",
    ),
];

const EXIT_CODES: [(&str, &str); 7] = [
    ("0", "All went well."),
    ("1", "Something is wrong; standard error says what."),
    (
        "2",
        "plan -detailed-exitcode: something has to be done. drift, watch -once: something was changed. lint -strict: there are warnings.",
    ),
    ("3", "fmt -check: a file would change."),
    ("70", "A fault of trueup itself."),
    ("127", "No command was given."),
    ("141", "Whoever read the output has gone away."),
];

const FILES: [(&str, &str); 4] = [
    ("*.tf, *.tf.json", "The configuration."),
    (
        "terraform.tfvars, *.auto.tfvars",
        "Values of input variables.",
    ),
    (
        "terraform.tfstate",
        "The state of the default workspace, beside it its backup, lock and journal.",
    ),
    (
        ".terraform/",
        "What the working directory remembers: backend, modules, workspace.",
    ),
];

fn heading(command: &Command, name: &[&str]) -> String {
    let title = name.join("-");
    let about = command.get_about().map(ToString::to_string);
    let about = about.unwrap_or_default();
    format!(
        ".TH {} 1 \"\" \"trueup {}\" \"trueup manual\"\n.SH NAME\n{} \\- {}\n",
        text(&title.to_uppercase()),
        env!("CARGO_PKG_VERSION"),
        text(&title),
        text(&one_line(&about)),
    )
}

fn synopsis(command: &Command, name: &[&str]) -> String {
    let usage = command.clone().render_usage().to_string();
    let words = name.join(" ");
    let usage = usage.trim_start_matches("Usage: ");
    let lines = usage.lines().map(|line| {
        let rest = line.trim().trim_start_matches(words.as_str());
        format!("{}{}\n", bold(&words), text_after(rest))
    });
    format!(".SH SYNOPSIS\n.nf\n{}.fi\n", lines.collect::<String>())
}

/// What follows the name in a usage line.
fn text_after(rest: &str) -> String {
    match rest.trim_start() {
        "" => String::new(),
        rest => format!(" {}", text(rest)),
    }
}

fn description(command: &Command) -> String {
    let Some(long) = command.get_long_about().or(command.get_about()) else {
        return String::new();
    };
    let long = long.to_string();
    let paragraphs = long.split("\n\n").filter(|part| !part.trim().is_empty());
    let paragraphs = paragraphs.map(|part| match part.starts_with("  ") {
        true => format!(".PP\n{}", lines_as_they_are(part)),
        false => format!(".PP\n{}\n", text(&sentence(part))),
    });
    format!(".SH DESCRIPTION\n{}", paragraphs.collect::<String>())
}

/// The first line of help has no full stop; in running text it has one.
fn sentence(part: &str) -> String {
    match part.ends_with(['.', ':', '!', '?']) {
        true => part.to_owned(),
        false => format!("{part}."),
    }
}

fn section(title: &str, entries: impl IntoIterator<Item = String>) -> String {
    let entries: String = entries.into_iter().collect();
    if entries.is_empty() {
        return String::new();
    }
    format!(".SH {title}\n{entries}")
}

fn entry((term, meaning): (&str, &str)) -> String {
    format!(".TP\n{}\n{}\n", bold(term), text(meaning))
}

fn switches(command: &Command) -> impl Iterator<Item = &Arg> {
    let flags = command.get_arguments().filter(|arg| !arg.is_positional());
    flags.filter(|arg| !arg.get_action().takes_values())
}

fn argument(arg: &Arg) -> String {
    if arg.is_hide_set() {
        return String::new();
    }
    let help = arg.get_long_help().or(arg.get_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    format!(".TP\n{}\n{}{}\n", term(arg), text(&help), choices(arg))
}

/// How an argument is typed: `-var=NAME=VALUE`.
fn term(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    let values: Vec<String> = names.iter().map(|name| italic(name)).collect();
    let values = values.join(" ");
    let short = arg.get_short().map(|short| bold(&format!("-{short}")));
    let long = arg.get_long().map(|long| bold(&format!("--{long}")));
    let flags: Vec<String> = short.into_iter().chain(long).collect();
    match (flags.is_empty(), arg.get_action().takes_values()) {
        (true, _) => values,
        (false, true) => format!("{} {values}", flags.join(", ")),
        (false, false) => flags.join(", "),
    }
}

/// What is taken where nothing is said, and what may be said.
fn choices(arg: &Arg) -> String {
    if !arg.get_action().takes_values() {
        return String::new();
    }
    let mut said = String::new();
    let defaults = arg.get_default_values().iter();
    let defaults: Vec<_> = defaults.map(|value| value.to_string_lossy()).collect();
    if !defaults.is_empty() && !arg.is_hide_default_value_set() {
        said.push_str(&format!("\nDefault: {}.", text(&defaults.join(" "))));
    }
    let possible = arg.get_possible_values();
    let possible: Vec<&str> = possible.iter().map(|value| value.get_name()).collect();
    if !possible.is_empty() && !arg.is_hide_possible_values_set() {
        said.push_str(&format!("\nOne of {}.", text(&possible.join(", "))));
    }
    said
}

fn commands(command: &Command, name: &[&str]) -> Vec<String> {
    let visible = command.get_subcommands().filter(|sub| !sub.is_hide_set());
    let entries = visible.map(|sub| {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        let title = format!("{}-{}", name.join("-"), sub.get_name());
        format!(".TP\n{}(1)\n{}\n", bold(&title), text(&one_line(&about)))
    });
    entries.collect()
}

/// Examples, and what else stands at the end of a help text.
fn after(command: &Command) -> String {
    let Some(after) = command.get_after_help() else {
        return String::new();
    };
    let mut page = String::new();
    for part in after.to_string().split("\n\n") {
        match part.strip_prefix("Examples:\n") {
            Some(examples) => {
                page.push_str(&format!(".SH EXAMPLES\n{}", lines_as_they_are(examples)));
            }
            None => page.push_str(&format!(".PP\n{}\n", text(part))),
        }
    }
    match page.starts_with(".SH") {
        true => page,
        false => format!(".SH NOTES\n{page}"),
    }
}

fn see_also(name: &[&str]) -> String {
    let Some((_, above)) = name.split_last() else {
        return String::new();
    };
    if above.is_empty() {
        return String::new();
    }
    format!(".SH SEE ALSO\n{}(1)\n", bold(&above.join("-")))
}

fn one_line(plain: &str) -> String {
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
