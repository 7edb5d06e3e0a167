//! Source addresses of modules.

mod registry;
mod remote;

use std::{fmt, path::Path};

use super::tree::clean;

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
            registry::check(text).map_err(|reason| SourceError {
                summary: "Invalid registry module source address",
                detail: format!(
                    "Failed to parse module registry address: {reason}.\n\nTerraform assumed that you intended a module registry source address because you also set the argument \"version\", which applies only to registry modules."
                ),
            })?;
            return Ok(ModuleSource::Registry(text.to_owned()));
        }
        if is_local(text) {
            return Ok(ModuleSource::Local(text.replace('\\', "/")));
        }
        if registry::check(text).is_ok() {
            return Ok(ModuleSource::Registry(text.to_owned()));
        }
        match remote::check(text) {
            Ok(()) => Ok(ModuleSource::Remote(text.to_owned())),
            Err(detail) => Err(SourceError {
                summary: "Invalid module source address",
                detail,
            }),
        }
    }
}

fn is_local(text: &str) -> bool {
    ["./", "../", ".\\", "..\\"]
        .iter()
        .any(|prefix| text.starts_with(prefix))
}

/// An address without the folder within the package, and that folder, which
/// follows `//` but stands before a query.
fn split_folder(address: &str) -> (String, String) {
    let (path, query) = address.split_at(address.find('?').unwrap_or(address.len()));
    let after_scheme = path.find("://").map_or(0, |at| at + 3);
    let (scheme, path) = path.split_at(after_scheme);
    match path.split_once("//") {
        Some((package, folder)) if !folder.is_empty() => (
            format!("{scheme}{package}{query}"),
            clean(Path::new(folder)).display().to_string(),
        ),
        Some((package, _)) => (format!("{scheme}{package}{query}"), String::new()),
        None => (address.to_owned(), String::new()),
    }
}

/// What is wrong with a folder that is not in its package.
fn check_folder(folder: &str) -> Result<(), String> {
    match folder.starts_with("../") {
        true => Err(format!(
            "subdirectory path {} leads outside of the module package",
            trueup_value::quote(folder)
        )),
        false => Ok(()),
    }
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
