//! What can go wrong with a release.

use std::fmt;

use trueup_helm::{ChartError, HookEvent};
use trueup_kubernetes::client::{ClusterError, ObjectRef};

use super::HookLog;
use crate::{Record, Status, ownership::NotOwned, storage::StorageError};

/// Why an operation on a release did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// The cluster refuses something, or does not answer.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// Several objects could not be brought to the cluster.
    #[error("{}", lines(.0))]
    Objects(Vec<ClusterError>),
    /// A manifest is no list of objects.
    #[error("the manifest of release \"{release}\" can't be read: {source}")]
    Manifest {
        /// The release.
        release: String,
        /// What is wrong with it.
        source: ChartError,
    },
    /// A document of a manifest lacks what makes it an object.
    #[error("{template}: a document without {missing}")]
    NoObject {
        /// The template it came from.
        template: String,
        /// What it lacks.
        missing: &'static str,
    },
    /// What is stored of a revision can't be read.
    #[error("revision {version} of release \"{release}\" can't be read: {source}")]
    Stored {
        /// The release.
        release: String,
        /// The revision.
        version: u64,
        /// What is wrong with it.
        source: StorageError,
    },
    /// A release of that name is there already.
    #[error("release \"{release}\" is there already: revision {version} is {status}")]
    NameInUse {
        /// The release.
        release: String,
        /// Its last revision.
        version: u64,
        /// That revision's state.
        status: Status,
    },
    /// There is no such release.
    #[error("there is no release \"{0}\"")]
    NoRelease(String),
    /// There is no such revision.
    #[error("release \"{release}\" has no revision {version}")]
    NoRevision {
        /// The release.
        release: String,
        /// The revision.
        version: u64,
    },
    /// No revision of a release was ever brought to the cluster.
    #[error("no revision of release \"{0}\" was ever deployed")]
    NeverDeployed(String),
    /// Somebody made a revision since the plan was.
    #[error(
        "release \"{release}\" is at revision {found} now; it was at {planned} when it was planned"
    )]
    Overtaken {
        /// The release.
        release: String,
        /// The last revision when it was planned.
        planned: u64,
        /// The last revision that is there.
        found: u64,
    },
    /// An object of the manifest exists and is another's.
    #[error("{object} exists and is not this release's: {source}")]
    Foreign {
        /// The object.
        object: ObjectRef,
        /// What says so.
        source: NotOwned,
    },
    /// A label of the user's has a name that Helm uses.
    #[error("the label \"{0}\" is Helm's own; a release's labels must have other names")]
    SystemLabel(String),
    /// Objects did not get ready in time, or never will.
    #[error("{}", unready(.objects, *.seconds))]
    NotReady {
        /// Those that are not.
        objects: Vec<Unready>,
        /// How long they were waited for; none if they failed before that.
        seconds: Option<u64>,
    },
    /// A hook did not do what it should.
    #[error("the {} hook {kind} \"{name}\" ({template}) failed: {source}{}", event.as_str(), logs_of(.logs))]
    Hook {
        /// At which point.
        event: HookEvent,
        /// The kind of its object.
        kind: String,
        /// The name of its object.
        name: String,
        /// The template it came from.
        template: String,
        /// The end of what it printed, as far as it can be read.
        logs: Vec<HookLog>,
        /// Why.
        source: Box<OperationError>,
    },
    /// A failed operation could not be undone.
    #[error("{failed}\n\nUndoing it failed, too: {undoing}")]
    Undoing {
        /// Why the operation failed.
        failed: Box<OperationError>,
        /// Why undoing it failed.
        undoing: Box<OperationError>,
    },
    /// A failed operation was undone.
    #[error("{failed}\n\n{}", undone(*.back_to))]
    Undone {
        /// Why the operation failed.
        failed: Box<OperationError>,
        /// The revision that was brought back; none if there was none, and
        /// the release was taken out.
        back_to: Option<u64>,
    },
}

/// An object that is not ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unready {
    /// The object.
    pub object: ObjectRef,
    /// What it lacks.
    pub reason: String,
    /// What its pods and events say of it.
    pub hints: Vec<String>,
}

/// An operation that failed, and what it left behind.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Failure {
    /// Why it failed.
    pub error: OperationError,
    /// What is there now.
    pub left: Left,
    /// What its user should know besides.
    pub warnings: Vec<String>,
}

/// What a failed operation left behind.
#[derive(Clone, Debug, PartialEq)]
pub enum Left {
    /// Nothing was changed.
    AsBefore,
    /// The release is not there any more.
    Gone,
    /// The release as of this revision: failed, or brought back.
    Revision(Box<Record>),
}

impl<E: Into<OperationError>> From<E> for Box<Failure> {
    fn from(error: E) -> Self {
        Box::new(Failure {
            error: error.into(),
            left: Left::AsBefore,
            warnings: Vec::new(),
        })
    }
}

impl OperationError {
    /// What to try, in a sentence.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            OperationError::Cluster(error) => return error.hint(),
            OperationError::Objects(errors) => return errors.iter().find_map(ClusterError::hint),
            OperationError::NameInUse { status, .. } => match status {
                Status::Failed | Status::Uninstalled => {
                    "Set replace = true to put a new revision over it, or import the release."
                }
                _ => "Import the release, or choose another name.",
            },
            OperationError::Overtaken { .. } => "Plan again.",
            OperationError::Foreign { .. } => {
                "Set take_ownership = true to make the object part of this release, rename it in the values, or remove it."
            }
            OperationError::NotReady {
                seconds: Some(_), ..
            } => {
                "The release stays as it is, marked failed; the next apply goes on from there. Raise timeout if it only needs more time."
            }
            OperationError::NotReady { seconds: None, .. } => {
                "The release stays as it is, marked failed; the next apply goes on from there."
            }
            OperationError::Hook { source, .. } => return source.hint(),
            OperationError::Undoing { undoing, .. } => return undoing.hint(),
            OperationError::Undone { failed, .. } => match &**failed {
                OperationError::NotReady {
                    seconds: Some(_), ..
                } => "Raise timeout if it only needs more time; the next apply tries again.",
                OperationError::NotReady { .. } | OperationError::Hook { .. } => {
                    "The next apply tries again."
                }
                other => return other.hint(),
            },
            OperationError::Stored { .. } => {
                "Remove the Secret of that revision if it is damaged; Helm can't read it either."
            }
            _ => return None,
        };
        Some(text.to_owned())
    }

    /// A few words for the first line of a message.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        match self {
            OperationError::Cluster(error) => error.summary(),
            OperationError::Objects(errors) => errors
                .first()
                .map_or("Kubernetes API error", ClusterError::summary),
            OperationError::Manifest { .. } | OperationError::NoObject { .. } => "Invalid manifest",
            OperationError::Stored { .. } => "Unreadable release",
            OperationError::NameInUse { .. } => "Release name in use",
            OperationError::NoRelease(_)
            | OperationError::NoRevision { .. }
            | OperationError::NeverDeployed(_) => "No such release",
            OperationError::Overtaken { .. } => "Release changed meanwhile",
            OperationError::Foreign { .. } => "Object of another release",
            OperationError::SystemLabel(_) => "Reserved label",
            OperationError::NotReady { .. } => "Release not ready",
            OperationError::Hook { .. } => "Hook failed",
            OperationError::Undoing { failed, .. } | OperationError::Undone { failed, .. } => {
                failed.summary()
            }
        }
    }
}

fn lines(errors: &[ClusterError]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

fn unready(objects: &[Unready], seconds: Option<u64>) -> String {
    let mut text = match seconds {
        Some(seconds) => format!("not ready after {seconds} s:"),
        None => "not ready:".to_owned(),
    };
    for object in objects {
        text.push_str(&format!("\n  {object}"));
    }
    text
}

impl fmt::Display for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.reason)?;
        self.hints
            .iter()
            .try_for_each(|hint| write!(f, "\n    {hint}"))
    }
}

fn logs_of(logs: &[HookLog]) -> String {
    logs.iter().map(|log| format!("\n{log}")).collect()
}

fn undone(back_to: Option<u64>) -> String {
    match back_to {
        Some(version) => format!("The release was brought back to revision {version}."),
        None => "The release was taken out again.".to_owned(),
    }
}
