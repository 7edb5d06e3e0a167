//! Source addresses of modules.

use std::fmt;

/// Where the files of a module are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ModuleSource {
    /// A directory relative to the calling module, such as `./network`.
    Local(String),
    /// A module of a registry: `[host/]namespace/name/system[//directory]`.
    Registry(String),
    /// Anything else that can be fetched: a repository, an archive, a bucket.
    Remote(String),
}

/// Why a source address cannot be read: a diagnostic without a place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{summary}: {detail}")]
pub struct SourceError {
    /// One line, in Terraform's words.
    pub summary: &'static str,
    /// Full sentences, in Terraform's words.
    pub detail: String,
}

impl ModuleSource {
    /// Reads a source address; with a version argument beside it, it must be
    /// that of a registry module.
    pub fn parse(text: &str, versioned: bool) -> Result<Self, SourceError> {
        if versioned {
            return registry(text).map_err(|reason| SourceError {
                summary: "Invalid registry module source address",
                detail: format!(
                    "Failed to parse module registry address: {reason}.\n\nTerraform assumed that you intended a module registry source address because you also set the argument \"version\", which applies only to registry modules."
                ),
            });
        }
        if is_local(text) {
            return Ok(ModuleSource::Local(text.replace('\\', "/")));
        }
        if let Ok(source) = registry(text) {
            return match outside(text) {
                Some(folder) => Err(invalid(format!(
                    "Failed to parse module source address: subdirectory path \"{folder}\" leads outside of the module package."
                ))),
                None => Ok(source),
            };
        }
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(invalid(format!(
                "Failed to parse module source address: invalid source address: {trimmed}."
            )));
        }
        if is_remote(trimmed) {
            return Ok(ModuleSource::Remote(trimmed.to_owned()));
        }
        Err(invalid(format!(
            "Terraform failed to determine your intended installation method for remote module package \"{text}\".\n\nIf you intended this as a path relative to the current module, use \"./{text}\" instead. The \"./\" prefix indicates that the address is a relative filesystem path."
        )))
    }
}

/// The subdirectory of a package if it is not in it.
fn outside(text: &str) -> Option<&str> {
    let (_, folder) = text.split_once("//")?;
    let mut depth = 0_i32;
    let leaves = folder.split('/').any(|part| {
        depth += match part {
            "" | "." => 0,
            ".." => -1,
            _ => 1,
        };
        depth < 0
    });
    leaves.then_some(folder)
}

fn invalid(detail: String) -> SourceError {
    SourceError {
        summary: "Invalid module source address",
        detail,
    }
}

fn is_local(text: &str) -> bool {
    ["./", "../", ".\\", "..\\"]
        .iter()
        .any(|prefix| text.starts_with(prefix))
        || matches!(text, "." | "..")
}

fn is_remote(text: &str) -> bool {
    let forced = text.split_once("::").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric())
    });
    let hosts = ["github.com/", "bitbucket.org/", "gitlab.com/", "git@", "/"];
    forced
        || text.contains("://")
        || hosts.iter().any(|host| text.starts_with(host))
        || text.contains(".amazonaws.com/")
        || text.starts_with("www.googleapis.com/storage/")
}

fn registry(text: &str) -> Result<ModuleSource, String> {
    if is_local(text) {
        return Err(format!(
            "can't use local directory \"{text}\" as a module registry address"
        ));
    }
    let package = text.split_once("//").map_or(text, |(package, _)| package);
    let parts: Vec<&str> = package.split('/').collect();
    let (host, rest) = match parts.len() {
        3 => (None, parts.as_slice()),
        4 => (parts.first().copied(), parts.get(1..).unwrap_or_default()),
        _ => {
            return Err(
                "a module registry source address must have either three or four slash-separated components"
                    .to_owned(),
            );
        }
    };
    if let Some(host) = host {
        check_host(host)?;
    }
    let valid = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            && part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    match rest.iter().find(|part| !valid(part)) {
        None => Ok(ModuleSource::Registry(text.to_owned())),
        Some(part) => Err(format!("invalid module name \"{part}\"")),
    }
}

fn check_host(host: &str) -> Result<(), String> {
    let labels = host.split([':', '.']);
    let edge = |label: &str| label.starts_with('-') || label.ends_with('-') || label.is_empty();
    if labels.clone().any(|label| label.starts_with("xn--")) || labels.clone().any(edge) {
        return Err(format!(
            "invalid module registry hostname \"{host}\"; internationalized domain names must be given as direct unicode characters, not in punycode"
        ));
    }
    if !host.contains('.') && !host.contains(':') && host != "localhost" {
        return Err(format!("invalid module registry hostname \"{host}\""));
    }
    if matches!(host, "github.com" | "bitbucket.org" | "gitlab.com") {
        return Err(format!(
            "can't use \"{host}\" as a module registry host, because it's reserved for installing directly from version control repositories"
        ));
    }
    Ok(())
}

impl fmt::Display for ModuleSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ModuleSource::Local(text)
            | ModuleSource::Registry(text)
            | ModuleSource::Remote(text) => f.write_str(text),
        }
    }
}
