//! The plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use trueup_sdk::{Explanation, Fact, PartChange};
use trueup_state::snapshot::CheckResults;
use trueup_value::{Path, Str, Value};

use super::{Deferred, Finding};
use crate::{
    address::{AbsResourceInstance, Target},
    state::State,
};

/// What is to be done about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after what they do")]
pub enum Action {
    NoOp,
    Create,
    Read,
    Update,
    Delete,
    DeleteThenCreate,
    CreateThenDelete,
    Forget,
}

/// Why, where the difference alone does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words of the format")]
pub enum ActionReason {
    ReplaceBecauseTainted,
    ReplaceBecauseCannotUpdate,
    ReplaceByRequest,
    ReplaceByTriggers,
    DeleteBecauseNoResourceConfig,
    DeleteBecauseWrongRepetition,
    DeleteBecauseCountIndex,
    DeleteBecauseEachKey,
    DeleteBecauseNoModule,
    DeleteBecauseNoMoveTarget,
    ReadBecauseConfigUnknown,
    ReadBecauseDependencyPending,
    ReadBecauseCheckNested,
}

/// What is to be done about one object.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceChange {
    /// The instance.
    pub address: AbsResourceInstance,
    /// Where it was before a `moved` block.
    pub previous_address: Option<AbsResourceInstance>,
    /// The key of the deposed object it is about; none for the current one.
    pub deposed: Option<Str>,
    /// The provider configuration, as the state writes it.
    pub provider: Arc<str>,
    /// What is to be done.
    pub action: Action,
    /// Why.
    pub reason: Option<ActionReason>,
    /// The object there is; null for none. Marked where it is sensitive.
    pub before: Value,
    /// The object as it will be, unknown in places; null for none.
    pub after: Value,
    /// What becomes of its parts, where the attributes do not show it.
    pub parts: Vec<PartChange>,
    /// Who made it, if it was made behind our back and the platform knows.
    pub changed_by: Vec<Explanation>,
    /// The attributes that force a replacement.
    pub replace_paths: Vec<Path>,
    /// The ID it is imported by.
    pub importing: Option<Str>,
    /// The configuration generated for an import.
    pub generated_config: Option<String>,
    /// What the provider passes on from planning to applying.
    pub private: Vec<u8>,
}

/// What becomes of an output of the root module.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputChange {
    /// What is to be done.
    pub action: Action,
    /// The value in the state; null if there is none.
    pub before: Value,
    /// The value as it will be; null if there will be none.
    pub after: Value,
}

/// An attribute that the changes of a plan depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct RelevantAttribute {
    /// The address of the resource, or of one of its instances.
    pub resource: String,
    /// The attribute, as far as it is known which; empty for all.
    pub path: Path,
}

/// What kind of plan it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Make the world as configured.
    #[default]
    Normal,
    /// Destroy everything.
    Destroy,
    /// Only learn what there is.
    RefreshOnly,
}

/// What to plan.
#[derive(Clone, Debug)]
pub struct Options {
    /// The kind of plan.
    pub mode: Mode,
    /// Whether objects are read again.
    pub refresh: bool,
    /// Only these and what they need; empty for everything.
    pub targets: Vec<Target>,
    /// All but these and what needs them.
    pub excludes: Vec<Target>,
    /// Instances to be replaced.
    pub replace: Vec<AbsResourceInstance>,
    /// Objects to be imported by their IDs, besides those `import` blocks name.
    pub imports: Vec<(AbsResourceInstance, Str)>,
    /// Whether configuration is made up for imports that have none.
    pub generate_config: bool,
    /// How many operations may run at once.
    pub parallelism: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            mode: Mode::Normal,
            refresh: true,
            targets: Vec::new(),
            excludes: Vec::new(),
            replace: Vec::new(),
            imports: Vec::new(),
            generate_config: false,
            parallelism: 10,
        }
    }
}

/// What a run is going to do.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The kind of plan.
    pub mode: Mode,
    /// What it was restricted to; empty for everything.
    pub targets: Vec<Target>,
    /// What was left out of it.
    pub excludes: Vec<Target>,
    /// Objects and what is to be done about them, in the order of their
    /// addresses; also those that stay as they are.
    pub changes: Vec<ResourceChange>,
    /// What has changed behind our back.
    pub drift: Vec<ResourceChange>,
    /// The outputs of the root module.
    pub outputs: BTreeMap<Str, OutputChange>,
    /// What came out of checks.
    pub checks: Vec<CheckResults>,
    /// What cannot be planned yet.
    pub deferred: Vec<Deferred>,
    /// The attributes of objects that changes refer to, also indirectly.
    pub relevant: Vec<RelevantAttribute>,
    /// What providers know of objects beside their attributes. It is not saved.
    pub facts: BTreeMap<AbsResourceInstance, Vec<Fact>>,
    /// What a review of the plan has found.
    pub findings: Vec<Finding>,
    /// The state after refreshing, which applying starts from.
    pub prior: State,
    /// Refreshing changed something in it: an object, what is noted of one, or
    /// an output. Of a destruction: data that was read goes from it.
    pub refreshed: bool,
    /// Planning failed: the plan is not complete and cannot be applied.
    pub errored: bool,
    /// Nothing was planned at all, so that there is nothing to show.
    pub refused: bool,
}

impl Action {
    /// Whether the object is destroyed and another created in its place.
    pub fn is_replace(self) -> bool {
        matches!(self, Action::DeleteThenCreate | Action::CreateThenDelete)
    }
}

impl ResourceChange {
    /// Whether a `moved` block gave it another address.
    pub fn has_moved(&self) -> bool {
        let previous = self.previous_address.as_ref();
        previous.is_some_and(|previous| *previous != self.address)
    }
}

impl Plan {
    /// Whether there is anything to apply: a change, a move or an import, in a
    /// refresh-only plan something to be remembered, in a destruction something
    /// to be forgotten.
    pub fn applyable(&self) -> bool {
        let noted = |change: &ResourceChange| change.has_moved() || change.importing.is_some();
        let changes = match self.mode {
            Mode::RefreshOnly => self.refreshed,
            Mode::Normal | Mode::Destroy => !self.is_empty() || self.changes.iter().any(noted),
        };
        let drops = self.mode == Mode::Destroy && self.refreshed;
        !self.errored && (changes || drops)
    }

    /// Whether there is a difference to be told: anything to apply, or in a
    /// refresh-only plan a change behind our back that no state remembers.
    pub fn differs(&self) -> bool {
        let in_parts = || self.drift.iter().any(|change| !change.parts.is_empty());
        self.applyable() || (self.mode == Mode::RefreshOnly && !self.errored && in_parts())
    }

    /// Whether applying it would change anything.
    pub fn is_empty(&self) -> bool {
        let changes = self.changes.iter().map(|change| change.action);
        let outputs = self.outputs.values().map(|change| change.action);
        changes.chain(outputs).all(|action| action == Action::NoOp)
    }
}
