//! What a chart draws, random or by the time, stays as it is in the cluster.
//!
//! A second rendering with other chances tells which leaves depend on them.
//! Those take the text they have in the deployed release, if they have one
//! there. Annotations are no exception but where they may be checksums: once
//! a ConfigMap or a Secret of the release changes otherwise, they are drawn
//! anew, so that pods that read it are restarted.

use std::{collections::BTreeMap, ops::Range};

use serde_json::Value as Json;
use trueup_helm::{Manifest, Rendered, Step, ValuePath, split};
use trueup_helm_release::Record;
use trueup_helm_template::yaml::{from_yaml, leaf_ranges};

use crate::render::{ByName, name_of};

/// The texts of a deployed release's objects.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deployed(ByName<String>);

impl Deployed {
    pub(crate) fn of(record: &Record) -> Self {
        let hooks = record.hooks.iter().map(|hook| hook.manifest.as_str());
        let texts = split(&record.manifest).into_iter().chain(hooks);
        let named = texts.filter_map(|text| {
            let object = from_yaml(text.as_bytes()).ok()?;
            Some((name_of(&object)?, text.to_owned()))
        });
        Deployed(named.collect())
    }

    /// Kind, namespace and name of its objects; those that name no namespace are
    /// in that of the release, or in none.
    pub(crate) fn names<'a>(&'a self, release: &'a str) -> impl Iterator<Item = [String; 3]> + 'a {
        let names = self.0.keys();
        names.flat_map(move |(kind, namespace, name)| {
            let of = |namespace: &str| [kind.clone(), namespace.to_owned(), name.clone()];
            let elsewhere = namespace.is_empty().then(|| of(release));
            [Some(of(namespace)), elsewhere].into_iter().flatten()
        })
    }
}

/// The leaves of a text, and which of them are drawn.
struct Drawn<'a> {
    manifest: &'a mut Manifest,
    ranges: Vec<(ValuePath, Range<usize>)>,
    chance: Vec<bool>,
    live: BTreeMap<ValuePath, String>,
    /// The object as it is rendered, and as it is deployed.
    objects: (Json, Json),
    is_config: bool,
}

/// Puts what was drawn in `rendered` back to what `deployed` has; `other` is
/// the same rendering with other chances.
pub(crate) fn keep(rendered: &mut Rendered, other: &Rendered, deployed: &Deployed) {
    let hooks = rendered.hooks.iter_mut().map(|hook| &mut hook.manifest);
    let own = rendered.manifests.iter_mut().chain(hooks);
    let other_hooks = other.hooks.iter().map(|hook| &hook.manifest);
    let others = other.manifests.iter().chain(other_hooks);
    let pairs = own.zip(others);
    let found = pairs.filter_map(|(own, other)| Drawn::of(own, other, deployed));
    let mut found: Vec<Drawn<'_>> = found.collect();
    let configured = found
        .iter()
        .any(|one| one.is_config && one.changes_otherwise());
    for one in &mut found {
        one.splice(configured);
    }
}

fn ranges(text: &str) -> Option<Vec<(ValuePath, Range<usize>)>> {
    let leaves = leaf_ranges(text).ok()?.into_iter();
    Some(
        leaves
            .map(|(path, range)| (ValuePath(path), range))
            .collect(),
    )
}

impl<'a> Drawn<'a> {
    fn of(own: &'a mut Manifest, other: &Manifest, deployed: &Deployed) -> Option<Self> {
        let object = from_yaml(own.content.as_bytes()).ok()?;
        let live = deployed.0.get(&name_of(&object)?)?;
        let (mine, theirs) = (ranges(&own.content)?, ranges(&other.content)?);
        let same_shape =
            mine.len() == theirs.len() && mine.iter().zip(&theirs).all(|((a, _), (b, _))| a == b);
        if !same_shape {
            return None;
        }
        let differs = |((_, mine), (_, theirs)): (&(_, Range<usize>), &(_, Range<usize>))| {
            own.content.get(mine.clone()) != other.content.get(theirs.clone())
        };
        let chance = mine.iter().zip(&theirs).map(differs).collect();
        let live_leaves = ranges(live)?.into_iter().filter_map(|(path, range)| {
            let text = live.get(range)?.to_owned();
            Some((path, text))
        });
        Some(Drawn {
            is_config: matches!(own.kind.as_str(), "ConfigMap" | "Secret"),
            live: live_leaves.collect(),
            objects: (object, from_yaml(live.as_bytes()).ok()?),
            manifest: own,
            ranges: mine,
            chance,
        })
    }

    /// Whether anything but what was drawn is not as it is deployed. Values
    /// count, not how they are written.
    fn changes_otherwise(&self) -> bool {
        let (own, live) = &self.objects;
        let mut leaves = self.ranges.iter().zip(&self.chance);
        self.ranges.len() != self.live.len()
            || leaves.any(|((path, _), chance)| !chance && path.find(own) != path.find(live))
    }

    fn splice(&mut self, configured: bool) {
        let mut text = self.manifest.content.clone();
        let leaves = self.ranges.iter().zip(&self.chance).rev();
        for ((path, range), _) in leaves.filter(|(_, chance)| **chance) {
            let Some(live) = self.live.get(path) else {
                continue;
            };
            if configured && is_annotation(path) {
                continue;
            }
            let mut pinned = text.clone();
            pinned.replace_range(range.clone(), live);
            // A text that stands elsewhere may need other quotes.
            if still_parses(&pinned, path, live) {
                text = pinned;
            }
        }
        self.manifest.content = text;
    }
}

fn is_annotation(path: &ValuePath) -> bool {
    let annotations = Step::Key("annotations".into());
    path.0.contains(&annotations)
}

fn still_parses(text: &str, path: &ValuePath, live: &str) -> bool {
    let Ok(object) = from_yaml(text.as_bytes()) else {
        return false;
    };
    let Some(found) = path.find(&object) else {
        return false;
    };
    match from_yaml(live.as_bytes()) {
        Ok(value) => *found == value,
        Err(_) => matches!(found, Json::String(_)),
    }
}
