//! Charts rendered for a release: with what is unknown or secret followed to
//! its leaves, and with what was drawn kept as it is in the cluster.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Arc,
};

use futures_util::future::join;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use trueup_helm::{
    Capabilities, Chart, ChartError, Follow, Limits, Lookup, Manifest, Options, Record, Release,
    Rendered, SchemaCheck, Sources, Step, Traced, ValuePath, render, trace,
};
use trueup_helm_template::yaml::from_yaml;
use trueup_kubernetes::client::Cluster;
use trueup_sdk::{native::off_thread, world::World};

use crate::{
    draw::{self, Draw},
    lookups::Lookups,
    pins::{self, Deployed},
    postrender::Postrender,
    values::Values,
};

/// All that decides what comes out.
#[derive(Clone)]
pub(crate) struct Input {
    pub(crate) chart: Arc<Chart>,
    pub(crate) release: Release,
    pub(crate) values: Values,
    pub(crate) capabilities: Capabilities,
    /// What was drawn when it was planned.
    pub(crate) drawn: Record,
    /// What the release has now, if there is one.
    pub(crate) deployed: Option<Deployed>,
    pub(crate) schema: SchemaCheck,
    pub(crate) postrender: Option<Postrender>,
    /// What templates have found in the cluster.
    pub(crate) lookups: Lookups,
}

/// A chart rendered for a release.
#[derive(Clone, Debug, Default)]
pub(crate) struct Output {
    pub(crate) rendered: Rendered,
    /// The objects of `rendered.manifests`, one for each.
    pub(crate) objects: Vec<Leaves>,
    /// Those of `rendered.hooks`.
    pub(crate) hooks: Vec<Leaves>,
    /// What was drawn.
    pub(crate) drawn: Record,
}

/// What is special about leaves of an object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leaves {
    /// The object.
    pub(crate) object: Json,
    /// Leaves that something unknown flows into.
    pub(crate) unknown: Vec<ValuePath>,
    /// Leaves that something secret flows into.
    pub(crate) secret: Vec<ValuePath>,
}

/// Why nothing came out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RenderError {
    /// The chart or its values, in Helm's words.
    #[error(transparent)]
    Chart(#[from] ChartError),
    /// There is nothing to draw passwords from.
    #[error("the system has no randomness")]
    Randomness,
    /// The program that changes what was rendered did not.
    #[error("{program}: {problem}")]
    Postrender {
        /// The program.
        program: String,
        /// What went wrong.
        problem: String,
    },
    /// The system has no thread for it.
    #[error("{0}")]
    System(#[from] io::Error),
}

/// Renders away from the caller's thread, where nothing is looked up.
///
/// # Errors
/// In Helm's words.
pub(crate) async fn rendered(input: Input, world: &World) -> Result<Output, RenderError> {
    let world = world.clone();
    off_thread(move || run(&input, &world, &(Arc::new(input.lookups.clone()) as _))).await?
}

/// The same with a cluster to look things up in.
///
/// # Errors
/// In Helm's words.
pub(crate) async fn rendered_in(
    cluster: &Cluster,
    input: Input,
    world: &World,
) -> Result<Output, RenderError> {
    let world = world.clone();
    let lookups = input.lookups.clone();
    let (asking, asked) = lookups.asking();
    let rendering = off_thread(move || run(&input, &world, &(Arc::new(asking) as _)));
    let (output, ()) = join(rendering, lookups.answer(asked, cluster)).await;
    output?
}

fn run(input: &Input, world: &World, lookups: &Arc<dyn Lookup>) -> Result<Output, RenderError> {
    let once = |draw: &Draw| once(input, draw, Arc::clone(lookups));
    let first = Draw::replaying(input.drawn.clone(), world);
    let (mut rendered, traced) = once(&first)?;
    let drawn = first.record().ok_or(RenderError::Randomness)?;
    if let Some(deployed) = input.deployed.as_ref().filter(|_| draw::is_drawn(&drawn)) {
        let second = Draw::replaying(draw::other(&drawn), world);
        let (other, _) = once(&second)?;
        pins::keep(&mut rendered, &other, deployed);
    }
    if let Some(postrender) = &input.postrender {
        postrender.run(&mut rendered)?;
    }
    let leaves = |manifest: &Manifest| leaves_of(manifest, traced.as_ref(), &input.values);
    Ok(Output {
        objects: rendered.manifests.iter().map(leaves).collect(),
        hooks: rendered
            .hooks
            .iter()
            .map(|hook| leaves(&hook.manifest))
            .collect(),
        rendered,
        drawn,
    })
}

fn once(
    input: &Input,
    draw: &Draw,
    lookups: Arc<dyn Lookup>,
) -> Result<(Rendered, Option<Traced>), ChartError> {
    let mut options = options(input, draw);
    options.sources.cluster = Some(lookups);
    let followed: Vec<ValuePath> = {
        let values = &input.values;
        let both = values.unknown.iter().chain(&values.secret).cloned();
        both.collect::<BTreeSet<_>>().into_iter().collect()
    };
    if followed.is_empty() {
        return Ok((render(&input.chart, &options)?, None));
    }
    let traced = trace(&input.chart, &options, Follow::Only(&followed))?;
    Ok((traced.rendered.clone(), Some(traced)))
}

/// What a chart is rendered with. Nothing is looked up that is not known.
pub(crate) fn options(input: &Input, draw: &Draw) -> Options {
    Options {
        release: input.release.clone(),
        values: input.values.given.values.clone(),
        capabilities: input.capabilities.clone(),
        sources: Sources {
            cluster: Some(Arc::new(input.lookups.clone())),
            ..draw.sources()
        },
        helm_3: false,
        strict: false,
        schema: input.schema,
        limits: Limits::default(),
    }
}

fn leaves_of(manifest: &Manifest, traced: Option<&Traced>, values: &Values) -> Leaves {
    let object = from_yaml(manifest.content.as_bytes()).unwrap_or(Json::Null);
    let name = |object: &Json| (object.get("kind").cloned(), object.get("metadata").cloned());
    let mut candidates = traced
        .map(|traced| traced.objects.iter())
        .into_iter()
        .flatten();
    let exact = candidates
        .clone()
        .find(|one| one.template == manifest.source && one.object == object);
    // What was pinned is not quite what was traced.
    let found = exact.or_else(|| {
        candidates.find(|one| one.template == manifest.source && name(&one.object) == name(&object))
    });
    let leaves = found
        .map(|found| found.leaves.as_slice())
        .unwrap_or_default();
    let reached = |paths: &[ValuePath]| {
        let reached = leaves
            .iter()
            .filter(|leaf| leaf.values.iter().any(|value| paths.contains(value)));
        reached.map(|leaf| leaf.path.clone()).collect()
    };
    Leaves {
        unknown: reached(&values.unknown),
        secret: reached(&values.secret),
        object,
    }
}

impl Output {
    /// A digest of all that would be sent.
    pub(crate) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        part(&self.rendered.manifest());
        for hook in &self.rendered.hooks {
            part(&hook.manifest.content);
        }
        for (name, text) in &self.rendered.crds {
            part(name);
            part(text);
        }
        let digest = hash.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether anything in it is not known yet.
    pub(crate) fn has_unknown(&self) -> bool {
        let mut all = self.objects.iter().chain(&self.hooks);
        all.any(|leaves| !leaves.unknown.is_empty())
    }
}

/// Objects by kind, namespace and name.
pub(crate) type ByName<T> = BTreeMap<(String, String, String), T>;

/// Kind, namespace and name of an object; of the group only if two kinds have
/// the same name.
pub(crate) fn name_of(object: &Json) -> Option<(String, String, String)> {
    let text = |pointer: &str| object.pointer(pointer).and_then(Json::as_str);
    let namespace = text("/metadata/namespace").unwrap_or_default();
    Some((
        text("/kind")?.to_owned(),
        namespace.to_owned(),
        text("/metadata/name")?.to_owned(),
    ))
}

impl Leaves {
    /// The objects of a list, each for itself; nothing for an empty document.
    pub(crate) fn flat(&self) -> Vec<Leaves> {
        let kind = self.object.get("kind").and_then(Json::as_str);
        let is_list = kind.is_some_and(|kind| kind.ends_with("List"));
        match self.object.get("items") {
            Some(Json::Array(items)) if is_list => {
                let items = items.iter().enumerate();
                items
                    .flat_map(|(index, item)| self.item(index, item).flat())
                    .collect()
            }
            _ if self.object.is_null() => Vec::new(),
            _ => vec![self.clone()],
        }
    }

    fn item(&self, index: usize, item: &Json) -> Leaves {
        let start = [Step::Key("items".into()), Step::Index(index)];
        let below = |paths: &[ValuePath]| {
            let below = paths.iter().filter_map(|path| path.0.strip_prefix(&start));
            below.map(|steps| ValuePath(steps.to_vec())).collect()
        };
        Leaves {
            object: item.clone(),
            unknown: below(&self.unknown),
            secret: below(&self.secret),
        }
    }
}
