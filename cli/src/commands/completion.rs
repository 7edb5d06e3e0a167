//! `trueup completion`

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Arguments, Context};
use crate::error::CommandError;

/// Print a completion script for a shell
///
/// Bash and zsh load it from their start-up file, fish from a folder.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  source <(trueup completion bash)      in ~/.bashrc\n  source <(trueup completion zsh)       in ~/.zshrc, after compinit\n  trueup completion fish > ~/.config/fish/completions/trueup.fish"
)]
pub(crate) struct CompletionArgs {
    /// The shell to complete for
    shell: Shell,
}

pub(crate) fn run(args: &CompletionArgs, context: &Context<'_>) -> Result<(), CommandError> {
    context.ui.print(&script(args.shell))
}

/// The script; flags are completed with one dash, too.
fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "trueup", &mut script);
    let script = String::from_utf8_lossy(&script);
    let with_dash: fn(&str) -> String = match shell {
        Shell::Bash => bash_line,
        Shell::Zsh => zsh_line,
        Shell::Fish => fish_line,
        _ => return script.into_owned(),
    };
    let mut place = Place::default();
    let lines = script.lines().map(|line| match place.is_helm(line) {
        true => format!("{line}\n"),
        false => with_dash(line) + "\n",
    });
    lines.collect()
}

/// Where in a script a line stands: Helm's flags have two dashes only.
#[derive(Default)]
struct Place {
    /// How many `case` are open.
    depth: usize,
    /// How many were where what is about `helm` began.
    helm: Option<usize>,
}

impl Place {
    fn is_helm(&mut self, line: &str) -> bool {
        let text = line.trim();
        match text {
            "esac" => self.depth = self.depth.saturating_sub(1),
            _ if text.starts_with("case ") => self.depth += 1,
            _ => {}
        }
        let label = text
            .strip_suffix(')')
            .map(|label| label.trim_start_matches('('));
        let begins = label.filter(|label| !label.starts_with('-') && !label.contains(' '));
        match (begins, self.helm) {
            (Some(label), None) if label == "helm" || label.starts_with("trueup__subcmd__helm") => {
                self.helm = Some(self.depth);
            }
            (Some(label), Some(depth))
                if depth == self.depth && !label.starts_with("trueup__subcmd__helm") =>
            {
                self.helm = None;
            }
            _ => {}
        }
        self.helm.is_some() || line.contains("using_subcommand helm")
    }
}

/// `opts="-h --json"` lists flags, `--var)` says what follows one.
fn bash_line(line: &str) -> String {
    let text = line.trim_start();
    if let Some(flags) = text
        .strip_prefix("opts=\"")
        .and_then(|t| t.strip_suffix('"'))
    {
        let long = flags.split(' ').filter_map(|flag| flag.strip_prefix("--"));
        let short: String = long.map(|flag| format!(" -{flag}")).collect();
        return format!("{}{short}\"", line.strip_suffix('"').unwrap_or(line));
    }
    match text
        .strip_prefix("--")
        .and_then(|flag| flag.strip_suffix(')'))
    {
        Some(flag) => line.replace(text, &format!("--{flag}|-{flag})")),
        None => line.to_owned(),
    }
}

/// `'--json[What it does]' \` is a flag.
fn zsh_line(line: &str) -> String {
    let is_flag = ["'--", "'*--"].iter().any(|start| line.starts_with(start));
    match is_flag {
        true => format!("{line}\n{}", line.replacen("--", "-", 1)),
        false => line.to_owned(),
    }
}

/// `-l json` names a flag, `-o json` one with a single dash. What looks for the
/// command among the words knows flags with two dashes only.
fn fish_line(line: &str) -> String {
    if line.trim() == "set -e cmd[1]" {
        let two = "set cmd (string replace -r -- '^-(?=[a-z]{2})' '--' $cmd)";
        return format!("{line}\n{}", line.replace("set -e cmd[1]", two));
    }
    // `-l` of a function's variable is none.
    let flag = line
        .split_once(" -l ")
        .filter(|_| line.starts_with("complete "));
    let Some((before, after)) = flag else {
        return line.to_owned();
    };
    let name = after.split(' ').next().unwrap_or_default();
    format!("{before} -l {name} -o {after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_may_have_one_dash() {
        assert_eq!(
            bash_line("  opts=\"-h --json dir\""),
            "  opts=\"-h --json dir -json\""
        );
        assert_eq!(bash_line("    opts=\"\""), "    opts=\"\"");
        assert_eq!(bash_line("    --var-file)"), "    --var-file|-var-file)");
        assert_eq!(
            zsh_line("'*--var=[A variable]:NAME=VALUE:' \\"),
            "'*--var=[A variable]:NAME=VALUE:' \\\n'*-var=[A variable]:NAME=VALUE:' \\"
        );
        assert_eq!(
            fish_line("complete -c trueup -l json -d 'As JSON'"),
            "complete -c trueup -l json -o json -d 'As JSON'"
        );
        assert_eq!(
            fish_line("    set -e cmd[1]"),
            "    set -e cmd[1]\n    set cmd (string replace -r -- '^-(?=[a-z]{2})' '--' $cmd)"
        );
        let variable = "    set -l cmd (commandline -opc)";
        assert_eq!(fish_line(variable), variable);
    }
}
