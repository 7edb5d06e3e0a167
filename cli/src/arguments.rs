//! From what the user typed to what clap reads.
//!
//! Terraform's flags have one dash, two are fine as well, and booleans may be
//! given a value: `-json`, `--json` and `-json=true` are the same.

use crate::{environment::Environment, error::CommandError};

/// The command line in clap's spelling, `TF_CLI_ARGS*` worked in.
///
/// # Errors
/// A usage error if a variable's quotes are not closed.
pub(crate) fn normalized(environment: &Environment) -> Result<Vec<String>, CommandError> {
    let typed = &environment.arguments;
    let globals = typed.iter().take_while(|a| a.starts_with('-')).count();
    let words = typed[globals..]
        .iter()
        .take_while(|a| !a.starts_with('-'))
        .count();
    let command = command_words(&typed[globals..globals + words]);
    let mut all = vec!["trueup".to_owned()];
    let (help, globals_left): (Vec<String>, Vec<String>) = typed[..globals]
        .iter()
        .map(|a| long_flag(a))
        .partition(|flag| flag == "--help" && !command.is_empty());
    all.extend(globals_left);
    all.extend(command.iter().cloned());
    // `-help plan` asks for the same as `plan -help`.
    all.extend(help);
    if let Some(first) = command.first() {
        all.extend(extra(environment, "TF_CLI_ARGS")?);
        let specific = format!("TF_CLI_ARGS_{}", command.join("_"));
        if !first.is_empty() {
            all.extend(extra(environment, &specific)?);
        }
    }
    let rest = &typed[globals + command.len()..];
    // Helm's flags have two dashes, or one and a single letter.
    if command.first().is_some_and(|first| first == "helm") {
        all.extend(rest.iter().cloned());
    } else {
        all.extend(rest.iter().map(|argument| long_flag(argument)));
    }
    Ok(all)
}

/// The words that name a command: two where the first has subcommands.
fn command_words(words: &[String]) -> Vec<String> {
    const NESTED: [&str; 4] = ["state", "workspace", "metadata", "helm"];
    let nested = |first: &String| {
        NESTED.contains(&first.as_str())
            || (first == "providers" && words.get(1).is_some_and(|w| w == "schema"))
    };
    let count = if words.first().is_some_and(nested) {
        2
    } else {
        1
    };
    words.iter().take(count).cloned().collect()
}

fn extra(environment: &Environment, name: &str) -> Result<Vec<String>, CommandError> {
    let Some(text) = environment.variable(name) else {
        return Ok(Vec::new());
    };
    let words = shlex::split(text).ok_or_else(|| {
        CommandError::usage(
            format!("Invalid value of {name}"),
            "The quotes in it are not closed.",
        )
    })?;
    Ok(words.iter().map(|word| long_flag(word)).collect())
}

/// `-flag` as `--flag`; `-`, `-1` and everything else as it is.
fn long_flag(argument: &str) -> String {
    match argument {
        "-h" => return "--help".into(),
        "-v" => return "--version".into(),
        _ => {}
    }
    let mut chars = argument.chars();
    let single = chars.next() == Some('-') && chars.next().is_some_and(|c| c.is_ascii_alphabetic());
    if single {
        format!("-{argument}")
    } else {
        argument.to_owned()
    }
}

/// What clap complains of with the dashes the user writes: one, unless a flag
/// was typed with two.
pub(crate) fn as_typed(complaint: String, typed: &[String]) -> String {
    let flag = |argument: &String| long_flag(argument) != *argument;
    let double = |argument: &String| argument.starts_with("--") && argument.len() > 2;
    let helm = typed.iter().any(|argument| argument == "helm");
    if helm || !typed.iter().any(flag) || typed.iter().any(double) {
        return complaint;
    }
    let mut pieces = complaint.split("--");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_flag = piece.starts_with(|c: char| c.is_ascii_alphabetic()) && ends_word(&text);
        text.push_str(if is_flag { "-" } else { "--" });
        text.push_str(piece);
    }
    text
}

/// Whether something new begins after `text`, which may end with a colour.
fn ends_word(text: &str) -> bool {
    let colour = text.rfind('\x1b').and_then(|at| text.get(at..));
    let plain = colour.is_none_or(|colour| colour.find('m') != Some(colour.len() - 1));
    !plain || !text.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '='))
}

/// Flags whose values Go's rules settle and clap's do not: `--json=true` is
/// `--json`, `--json=false` takes back a `--json` before it, and `--out=` is as
/// if there were no `--out`.
pub(crate) fn settled(command: &clap::Command, arguments: Vec<String>) -> Vec<String> {
    let root = command;
    let mut command = command;
    let mut kept = Vec::with_capacity(arguments.len());
    let mut arguments = arguments.into_iter().peekable();
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            kept.push(argument);
            kept.extend(arguments);
            break;
        }
        if let Some(subcommand) = command.find_subcommand(&argument) {
            command = subcommand;
        }
        if let Some((name, on)) = boolean(command, &argument) {
            take_back(&mut kept, name);
            kept.extend(on.then(|| format!("--{name}")));
            continue;
        }
        let (flag, value) = argument.split_once('=').unwrap_or((&argument, ""));
        let alone = flag == argument;
        let empty = value.is_empty() && (!alone || arguments.peek().is_some_and(String::is_empty));
        if empty && !std::ptr::eq(command, root) && may_be_empty(command, flag) {
            take_back(&mut kept, flag.trim_start_matches('-'));
            if alone {
                arguments.next();
            }
            continue;
        }
        kept.push(argument);
    }
    kept
}

fn take_back(kept: &mut Vec<String>, name: &str) {
    kept.retain(|argument| {
        let rest = argument
            .strip_prefix("--")
            .and_then(|text| text.strip_prefix(name));
        !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    });
}

/// Whether an empty value of this flag says that there is none.
fn may_be_empty(command: &clap::Command, flag: &str) -> bool {
    let named = |arg: &&clap::Arg| {
        arg.get_long()
            .is_some_and(|long| flag.strip_prefix("--") == Some(long))
    };
    command.get_arguments().find(named).is_some_and(|arg| {
        matches!(arg.get_action(), clap::ArgAction::Set) && arg.get_default_values().is_empty()
    })
}

/// The name and value of a flag that is on or off, given with a value.
fn boolean<'a>(command: &clap::Command, argument: &'a str) -> Option<(&'a str, bool)> {
    let (name, value) = argument.strip_prefix("--")?.split_once('=')?;
    let flag = command
        .get_arguments()
        .find(|arg| arg.get_long() == Some(name));
    let is_switch = match flag {
        Some(flag) => matches!(flag.get_action(), clap::ArgAction::SetTrue),
        None => name == "no-color",
    };
    let value = switch(value).ok()?;
    is_switch.then_some((name, value))
}

/// A boolean as Go reads it: `true`, `T`, `1`, …
///
/// # Errors
/// What is expected instead.
pub(crate) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("expected true or false".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn normalize(arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let environment = Environment {
            arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
            variables: variables
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect::<BTreeMap<_, _>>()
                .into(),
            working_dir: "/".into(),
            ..Environment::default()
        };
        normalized(&environment).unwrap().join(" ")
    }

    #[test]
    fn one_dash_and_two_are_the_same() {
        assert_eq!(
            normalize(&["fmt", "-check", "-"], &[]),
            "trueup fmt --check -"
        );
        assert_eq!(normalize(&["-chdir=x", "fmt"], &[]), "trueup --chdir=x fmt");
        assert_eq!(normalize(&["fmt", "--", "-1"], &[]), "trueup fmt -- -1");
        assert_eq!(normalize(&["-help", "plan"], &[]), "trueup plan --help");
        assert_eq!(normalize(&["-help"], &[]), "trueup --help");
    }

    #[test]
    fn the_last_of_several_values_counts_and_an_empty_one_is_none() {
        let switch = |name: &'static str| {
            clap::Arg::new(name)
                .long(name)
                .action(clap::ArgAction::SetTrue)
        };
        let plan = clap::Command::new("plan").arg(switch("json")).args([
            clap::Arg::new("out").long("out"),
            clap::Arg::new("var")
                .long("var")
                .action(clap::ArgAction::Append),
        ]);
        let command = clap::Command::new("trueup")
            .arg(clap::Arg::new("chdir").long("chdir"))
            .subcommand(plan);
        let settled = |line: &str| {
            let words = line.split(' ').map(|word| word.replace('_', ""));
            super::settled(&command, words.collect()).join(" ")
        };
        assert_eq!(settled("trueup plan --json --json=false"), "trueup plan");
        assert_eq!(
            settled("trueup plan --json=0 --json=1"),
            "trueup plan --json"
        );
        assert_eq!(settled("trueup plan --out=a --out= x"), "trueup plan x");
        assert_eq!(settled("trueup plan --out _ x"), "trueup plan x");
        assert_eq!(
            settled("trueup plan --out a --var="),
            "trueup plan --out a --var="
        );
        assert_eq!(settled("trueup --chdir= plan"), "trueup --chdir= plan");
        assert_eq!(
            settled("trueup plan -- --json=0"),
            "trueup plan -- --json=0"
        );
    }

    #[test]
    fn complaints_have_the_dashes_that_were_typed() {
        let complaint =
            "unexpected '--outt'; to pass it, use '-- --outt'\n\nUsage: plan --out <FILE>|--json";
        let told = |typed: &[&str]| {
            let typed: Vec<String> = typed.iter().map(|word| (*word).to_owned()).collect();
            as_typed(complaint.to_owned(), &typed)
        };
        assert_eq!(
            told(&["plan", "-outt=x"]),
            "unexpected '-outt'; to pass it, use '-- -outt'\n\nUsage: plan -out <FILE>|-json"
        );
        assert_eq!(told(&["plan", "--outt=x"]), complaint);
        assert_eq!(told(&["plan", "x"]), complaint);
        assert_eq!(told(&["helm", "template", "-f"]), complaint);
    }

    #[test]
    fn variables_come_right_after_the_command() {
        let variables = [
            ("TF_CLI_ARGS", "-no-color"),
            ("TF_CLI_ARGS_state_list", "-id='a b'"),
        ];
        assert_eq!(
            normalize(&["state", "list", "x"], &variables),
            "trueup state list --no-color --id=a b x"
        );
    }
}
