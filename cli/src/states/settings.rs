//! The settings of the backend that `init` wrote down, in Terraform's form.
//!
//! They count as long as the `backend` block is the one they were made for:
//! then they hold what `-backend-config` added to it.

use std::{fs, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::workspace;
use crate::{
    commands::version::TERRAFORM_VERSION, environment::Environment, error::CommandError,
    ui::json_text,
};

/// The settings of the local backend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The state of the default workspace.
    pub(crate) path: Option<String>,
    /// The folder of the other workspaces.
    pub(crate) workspace_dir: Option<String>,
}

/// What was written down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Saved {
    r#type: String,
    pub(crate) config: Settings,
    /// Of the block they were made for.
    hash: u64,
}

#[derive(Serialize, Deserialize)]
struct Document {
    version: u64,
    terraform_version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    backend: Option<Saved>,
}

impl Settings {
    /// The hash Terraform knows a block with these arguments by.
    fn hash(&self) -> u64 {
        let text = |value: &Option<String>| match value {
            Some(value) => format!("{value:?}"),
            None => "~".to_owned(),
        };
        let (path, dir) = (text(&self.path), text(&self.workspace_dir));
        crc32fast::hash(format!("<\"local\";<{path};{dir};>;>").as_bytes()).into()
    }

    /// These, and from `other` what is missing.
    pub(crate) fn or(&self, other: &Settings) -> Settings {
        Settings {
            path: self.path.clone().or_else(|| other.path.clone()),
            workspace_dir: self
                .workspace_dir
                .clone()
                .or_else(|| other.workspace_dir.clone()),
        }
    }
}

impl Saved {
    /// Whether they were made for a block with these arguments.
    pub(crate) fn is_for(&self, block: Option<&Settings>) -> bool {
        self.is_local() && block.is_some_and(|block| block.hash() == self.hash)
    }

    /// Whether the states they lead to are files of this machine.
    fn is_local(&self) -> bool {
        self.r#type == "local"
    }

    /// Why states cannot be fetched from where they are, if they cannot. To begin
    /// anew without a word would plan everything a second time.
    pub(crate) fn out_of_reach(&self) -> Option<CommandError> {
        let kind = self.r#type.as_str();
        let way = match kind {
            "local" => return None,
            "cloud" | "remote" => {
                "Pull it before the block is removed (\"terraform state pull > terraform.tfstate\")"
            }
            _ => {
                "Let Terraform bring it here, with \"terraform init -migrate-state\", or pull it before the block is removed (\"terraform state pull > terraform.tfstate\")"
            }
        };
        Some(CommandError::usage(
            "Unsupported backend type",
            format!(
                "According to the last \"terraform init\" the state of this folder is in the \"{kind}\" backend, which is not built into this version of trueup.\n\n{way}. Once terraform.tfstate is the state, \"trueup init -reconfigure\" forgets the backend."
            ),
        ))
    }
}

fn path(environment: &Environment) -> PathBuf {
    workspace::data_dir(environment).join("terraform.tfstate")
}

/// What `init` wrote down, if it did.
pub(crate) fn saved(environment: &Environment) -> Option<Saved> {
    let text = fs::read(environment.place(&path(environment))).ok()?;
    let document: Document = serde_json::from_slice(&text).ok()?;
    document.backend
}

/// Writes down the settings made of a block; without a block, that there is
/// none.
///
/// # Errors
/// What the file system answers.
pub(crate) fn save(
    block: Option<&Settings>,
    settings: &Settings,
    environment: &Environment,
) -> Result<(), CommandError> {
    let path = path(environment);
    if block.is_none() && !environment.place(&path).exists() {
        return Ok(());
    }
    let document = Document {
        version: 3,
        terraform_version: TERRAFORM_VERSION.to_owned(),
        backend: block.map(|block| Saved {
            r#type: "local".to_owned(),
            config: settings.clone(),
            hash: block.hash(),
        }),
    };
    let text = json_text(&document)?;
    let written = fs::create_dir_all(environment.place(&workspace::data_dir(environment)))
        .and_then(|()| fs::write(environment.place(&path), text.trim_ascii_end()));
    written.map_err(|source| CommandError::io("Failed to save the backend settings", path, source))
}

/// The settings that count for a block.
///
/// # Errors
/// If others were written down for another block.
pub(crate) fn effective(
    block: Option<&Settings>,
    environment: &Environment,
) -> Result<Settings, CommandError> {
    let own = block.cloned().unwrap_or_default();
    match saved(environment) {
        None => Ok(own),
        Some(saved) if saved.is_for(block) => Ok(saved.config.or(&own)),
        Some(saved) => Err(saved
            .out_of_reach()
            .unwrap_or_else(|| changed(block.is_some()))),
    }
}

fn changed(has_block: bool) -> CommandError {
    let reason = match has_block {
        true => "Backend configuration block has changed",
        false => "Unsetting the previously set backend \"local\"",
    };
    let mark = if has_block { ':' } else { ',' };
    CommandError::usage(
        format!("Backend initialization required{mark} please run \"terraform init\""),
        format!(
            "Reason: {reason}\n\nThe \"backend\" is the interface that Terraform uses to store state,\nperform operations, etc. If this message is showing up, it means that the\nTerraform configuration you're using is using a custom configuration for\nthe Terraform backend.\n\nChanges to backend configurations require reinitialization. This allows\nTerraform to set up the new configuration, copy existing state, etc. Please run\n\"terraform init\" with either the \"-reconfigure\" or \"-migrate-state\" flags to\nuse the current configuration.\n\nIf the change reason above is incorrect, please verify your configuration\nhasn't changed and try again. At this point, no changes to your existing\nconfiguration or state have been made."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_terraform_writes_down() {
        let hash = |path: Option<&str>| {
            let path = path.map(str::to_owned);
            Settings {
                path,
                workspace_dir: None,
            }
            .hash()
        };
        assert_eq!(hash(Some("a.tfstate")), 2_985_648_108);
        assert_eq!(hash(Some("b.tfstate")), 2_554_194_718);
        assert_eq!(hash(None), 666_019_178);
    }
}
