//! Where the modules are, for Terraform.

use std::{
    collections::HashMap,
    fs,
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use trueup_core::load::{Config, ModuleSource, NodeId};

use crate::{environment::Environment, error::CommandError, states::workspace, ui::json_text};

#[derive(Serialize, Deserialize)]
struct Manifest {
    #[serde(rename = "Modules")]
    modules: Vec<Entry>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Entry {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Source")]
    source: String,
    #[serde(rename = "Version", default, skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(rename = "Dir")]
    dir: String,
}

/// Writes the manifest of modules. What Terraform has installed stays in it.
/// Returns a line for each module that is new there, or with `upgrade` for each.
pub(in crate::commands) fn write_down(
    config: &Config,
    environment: &Environment,
    upgrade: bool,
) -> Result<Vec<String>, CommandError> {
    let path = workspace::data_dir(environment).join("modules/modules.json");
    let before = fs::read(&path).ok();
    let before = before.and_then(|text| serde_json::from_slice::<Manifest>(&text).ok());
    let before = before.map(|manifest| manifest.modules).unwrap_or_default();
    let before: HashMap<&str, &Entry> = before.iter().map(|e| (e.key.as_str(), e)).collect();
    let mut modules = vec![Entry {
        key: String::new(),
        source: String::new(),
        version: None,
        dir: ".".to_owned(),
    }];
    let mut fresh = Vec::new();
    let mut dirs: Vec<PathBuf> = vec![PathBuf::new(); config.nodes().len()];
    for (id, node) in config.nodes() {
        let (Some((parent, _)), Some(call)) = (&node.parent, config.call(id)) else {
            continue;
        };
        let names: Vec<&str> = node.path.0.iter().map(|name| name.as_str()).collect();
        let key = names.join(".");
        let known = before.get(key.as_str()).copied();
        let entry = match (&call.source, known) {
            (Some(ModuleSource::Local(source)), _) => {
                let dir = joined(&dir_of(&dirs, *parent), source);
                Entry {
                    key,
                    source: source.clone(),
                    version: None,
                    dir: shown(&dir),
                }
            }
            (_, Some(known)) => Entry::clone(known),
            (_, None) => continue,
        };
        if let Some(dir) = dirs.get_mut(id.0 as usize) {
            *dir = PathBuf::from(&entry.dir);
        }
        if upgrade || known != Some(&entry) {
            fresh.push(format!("- {} in {}", entry.key, entry.dir));
        }
        modules.push(entry);
    }
    fresh.sort();
    modules.sort_by(|a, b| a.key.cmp(&b.key));
    let text = serde_json::to_vec(&Manifest { modules }).unwrap_or(json_text(&())?);
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text));
    written.map_err(|source| {
        CommandError::io("Failed to write the manifest of modules", &path, source)
    })?;
    Ok(fresh)
}

fn dir_of(dirs: &[PathBuf], id: NodeId) -> PathBuf {
    dirs.get(id.0 as usize).cloned().unwrap_or_default()
}

/// A source relative to a folder, without detours.
pub(super) fn joined(dir: &Path, source: &str) -> PathBuf {
    let mut joined = PathBuf::new();
    for part in dir.join(source).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if joined
                    .components()
                    .next_back()
                    .is_some_and(|last| matches!(last, Component::Normal(_))) =>
            {
                joined.pop();
            }
            part => joined.push(part),
        }
    }
    joined
}

fn shown(dir: &Path) -> String {
    match dir.as_os_str().is_empty() {
        true => ".".to_owned(),
        false => dir.to_string_lossy().into_owned(),
    }
}
