//! How operations go about it.

use std::{collections::BTreeMap, time::Duration};

use trueup_kubernetes::client::ObjectRef;

use crate::{ApplyMethod, Record};

/// A revision that is going to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Revision {
    /// What is going to be stored: chart, values, manifest, hooks, notes. Its
    /// number says what it was rendered for; state and times are the
    /// operation's.
    pub record: Record,
    /// The files of `crds/`: path and content.
    pub definitions: Vec<(String, String)>,
    /// Labels of the user's for the stored revision. In an upgrade those of
    /// the last revision stay beside them; `null` as a text removes one.
    pub labels: BTreeMap<String, String>,
    /// Objects that say they are the release's though no revision has them.
    /// An upgrade takes them away, unless this revision has them or they
    /// became another's meanwhile.
    pub surplus: Vec<ObjectRef>,
}

/// What becomes of the files of `crds/`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Definitions {
    /// They are left alone.
    Skip,
    /// Those that are missing are created.
    #[default]
    Create,
    /// They are created, and brought up to date where they differ.
    CreateReplace,
}

/// How objects are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// As by the last revision; by server-side apply if there is none.
    #[default]
    Inherit,
    /// In this way.
    Always(ApplyMethod),
}

/// How operations go about it. [`Options::default`] is what `helm` does
/// without flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How long each hook, and all objects together, may take.
    pub timeout: Duration,
    /// Whether all objects are waited for.
    pub wait: bool,
    /// Whether jobs are waited for until they are complete.
    pub wait_for_jobs: bool,
    /// Whether hooks run.
    pub hooks: bool,
    /// Whether a failure is undone: an installation is taken out, an upgrade
    /// brought back. Waits.
    pub atomic: bool,
    /// Whether objects that a failed upgrade created are deleted.
    pub cleanup_on_fail: bool,
    /// How many revisions are kept; 0 for all.
    pub max_history: usize,
    /// Whether an installation may follow one that failed or was uninstalled.
    pub replace: bool,
    /// Whether what can't be changed is deleted and made anew.
    pub force: bool,
    /// Whether fields are taken from other managers.
    pub force_conflicts: bool,
    /// Whether objects that are there already are made the release's.
    pub take_ownership: bool,
    /// Whether the namespace is created if it is missing.
    pub create_namespace: bool,
    /// What becomes of the files of `crds/`.
    pub definitions: Definitions,
    /// How objects are written.
    pub method: Method,
    /// The line stored about the revision, in the place of Helm's.
    pub description: Option<String>,
    /// Whether an uninstallation leaves its history.
    pub keep_history: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            timeout: Duration::from_secs(300),
            wait: false,
            wait_for_jobs: false,
            hooks: true,
            atomic: false,
            cleanup_on_fail: false,
            max_history: 10,
            replace: false,
            force: false,
            force_conflicts: false,
            take_ownership: false,
            create_namespace: false,
            definitions: Definitions::Create,
            method: Method::Inherit,
            description: None,
            keep_history: false,
        }
    }
}

impl Options {
    /// Whether objects are waited for.
    pub(crate) fn waits(&self) -> bool {
        self.wait || self.atomic || self.wait_for_jobs
    }

    pub(crate) fn description(&self, usual: impl Into<String>) -> String {
        let given = self.description.as_ref().filter(|given| !given.is_empty());
        given.cloned().unwrap_or_else(|| usual.into())
    }
}
