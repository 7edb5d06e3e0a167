//! Addresses of modules in a registry.

use trueup_value::quote;

/// What is wrong with the address of a module in a registry.
pub(super) fn check(text: &str) -> Result<(), String> {
    if super::is_local(text) {
        let text = quote(text);
        return Err(format!(
            "can't use local directory {text} as a module registry address"
        ));
    }
    let (package, folder) = super::split_folder(text);
    super::check_folder(&folder)?;
    match package.split('/').collect::<Vec<_>>().as_slice() {
        [namespace, name, system] => check_names(namespace, name, system),
        [host, namespace, name, system] => {
            check_host(host)?;
            check_names(namespace, name, system)
        }
        _ => Err(
            "a module registry source address must have either three or four slash-separated components"
                .to_owned(),
        ),
    }
}

fn check_names(namespace: &str, name: &str, system: &str) -> Result<(), String> {
    if !is_name(namespace) {
        return Err(match namespace.contains('.') {
            true => "source address must have three more components after the hostname: the namespace, the name, and the target system".to_owned(),
            false => format!("invalid namespace {}: {NAME}", quote(namespace)),
        });
    }
    if !is_name(name) {
        return Err(format!("invalid module name {}: {NAME}", quote(name)));
    }
    if is_system(system) {
        return Ok(());
    }
    Err(match system.contains('?') {
        true => "module registry addresses may not include a query string portion".to_owned(),
        false => format!(
            "invalid target system {}: must be between one and 64 ASCII letters or digits",
            quote(system)
        ),
    })
}

const NAME: &str = "must be between one and 64 characters, including ASCII letters, digits, dashes, and underscores, where dashes and underscores may not be the prefix or suffix";

fn is_name(name: &str) -> bool {
    let edge = |c: char| c.is_ascii_alphanumeric();
    (1..=64).contains(&name.len())
        && name.starts_with(edge)
        && name.ends_with(edge)
        && name.chars().all(|c| edge(c) || matches!(c, '-' | '_'))
}

fn is_system(system: &str) -> bool {
    (1..=64).contains(&system.len())
        && system
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

fn check_host(host: &str) -> Result<(), String> {
    if !is_host(host) {
        let advice = match host.contains("--") {
            true => {
                "; internationalized domain names must be given as direct unicode characters, not in punycode"
            }
            false => "",
        };
        let host = quote(host);
        return Err(format!("invalid module registry hostname {host}{advice}"));
    }
    if !host.contains('.') {
        return Err("invalid module registry hostname: must contain at least one dot".to_owned());
    }
    let host = host.to_lowercase();
    match host.strip_suffix(":443").unwrap_or(&host) {
        host @ ("github.com" | "bitbucket.org") => Err(format!(
            "can't use {} as a module registry host, because it's reserved for installing directly from version control repositories",
            quote(host)
        )),
        _ => Ok(()),
    }
}

/// Whether it is the name of a host, not in punycode, maybe with a port.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    };
    port.is_none_or(|port| port.parse::<u16>().is_ok()) && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || c == '-' || !c.is_ascii();
    !label.is_empty()
        && label.chars().all(known)
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.get(2..4) != Some("--")
}
