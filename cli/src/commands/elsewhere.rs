//! Commands of Terraform and Helm that there are not here, and what does their
//! work: the nearest name would be another thing altogether.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Tells where the command that is not there has its work done, in the place of
/// commands that only sound like it.
pub(super) fn tell(error: &mut clap::Error, typed: &[String]) {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return;
    }
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else {
        return;
    };
    let words = typed.iter().filter(|word| !word.starts_with('-'));
    let tip = match words.take(2).map(String::as_str).collect::<Vec<_>>()[..] {
        ["helm", sub] if sub == name => of_helm(name),
        ["providers", "lock" | "mirror"] => {
            Some("providers are built in: there is nothing to lock or to mirror".to_owned())
        }
        [first, ..] if first == name => of_terraform(name).map(str::to_owned),
        _ => None,
    };
    if let Some(tip) = tip {
        error.remove(ContextKind::SuggestedSubcommand);
        let tips = vec![tip.into()];
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
}

fn of_terraform(name: &str) -> Option<&'static str> {
    Some(match name {
        "test" => "test files are not run yet; 'terraform test' runs them in the same folder",
        "login" | "logout" | "stacks" => {
            "there is no HCP Terraform here; states are kept in local files"
        }
        "env" => "'trueup workspace' does what 'terraform env' did",
        _ => return None,
    })
}

fn of_helm(name: &str) -> Option<String> {
    let resource = "a release is a resource helm_release of a stack";
    Some(match name {
        "install" | "upgrade" => format!("{resource}: 'trueup apply' makes and changes it"),
        "uninstall" | "delete" => format!("{resource}: 'trueup destroy' takes it away"),
        "list" | "ls" | "status" | "history" | "get" | "rollback" | "test" => {
            format!("'helm {name}' works on what trueup installed, too")
        }
        "help" => "'trueup help helm' prints it".to_owned(),
        "create" | "package" | "pull" | "push" | "registry" | "repo" | "search" | "show"
        | "verify" => format!("'helm {name}' does it, and trueup takes what it leaves"),
        _ => return None,
    })
}
