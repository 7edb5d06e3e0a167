//! What can go wrong with a cluster, said so that it can be mended.

use std::fmt;

use super::{Conflict, Kind};

/// Something that could not be done: what, to which object, why.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{action} {object}: {cause}")]
pub struct ClusterError {
    /// What was being done.
    pub action: Action,
    /// To what: `ConfigMap "settings" in namespace "default"`.
    pub object: String,
    /// Why it failed.
    pub cause: Box<Cause>,
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Finding the cluster and logging in.
    Connect,
    /// Asking which kinds there are.
    Discover,
    /// Reading one object.
    Read,
    /// Reading many.
    List,
    /// Asking what applying would do.
    DryRun,
    /// Applying a manifest.
    Apply,
    /// Making an object that must not be there yet.
    Create,
    /// Putting an object in the place of another.
    Replace,
    /// Reading what a container printed.
    Logs,
    /// Changing what an object notes of its managers.
    Adopt,
    /// Deleting.
    Delete,
    /// Waiting for an object to become what it should be.
    Wait,
}

/// Why it failed.
#[derive(Clone, Debug)]
pub enum Cause {
    /// The configuration does not lead to a cluster.
    Configuration(String),
    /// Nobody answers.
    Unreachable {
        /// The address that was tried.
        endpoint: String,
        /// What the system said.
        reason: String,
    },
    /// The server's or the client's certificate is not accepted.
    Certificate {
        /// The address.
        endpoint: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Logging in through a program or a file failed.
    Credentials(String),
    /// The credentials are not accepted.
    Unauthorized(String),
    /// The credentials do not suffice.
    Forbidden(String),
    /// The cluster does not know the kind.
    NoSuchKind(Kind),
    /// There is no such object, or no such namespace.
    NotFound(String),
    /// There is such an object already.
    AlreadyExists(String),
    /// Fields belong to others.
    Conflicts(Vec<Conflict>),
    /// The object changed in between.
    Changed(String),
    /// Fields that cannot change on the object there is.
    Immutable(Vec<Complaint>),
    /// The object is not valid.
    Invalid(Vec<Complaint>),
    /// The manifest has a field the kind does not have.
    UnknownField(String),
    /// Admission refuses it.
    Denied {
        /// Which webhook or policy, where the server says so.
        by: Option<String>,
        /// What it says.
        reason: String,
    },
    /// A webhook that has a say does not answer.
    WebhookUnavailable {
        /// Its name.
        webhook: String,
        /// What the server says.
        reason: String,
    },
    /// A quota is used up.
    Quota(String),
    /// The namespace is being deleted.
    Terminating(String),
    /// The server has too much to do.
    TooManyRequests {
        /// When to ask again, in seconds, where the server says so.
        retry_after: Option<u64>,
    },
    /// It took too long.
    TimedOut(String),
    /// Waiting made no sense any more.
    Failed(String),
    /// Anything else the server said.
    Server {
        /// The HTTP status.
        code: u16,
        /// What it said.
        message: String,
    },
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The field: `spec.selector`; empty if the server names none.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl ClusterError {
    pub(crate) fn new(action: Action, object: impl fmt::Display, cause: Cause) -> Self {
        ClusterError {
            action,
            object: object.to_string(),
            cause: Box::new(cause),
        }
    }

    /// Whether it might work if it were simply tried again soon.
    pub fn is_transient(&self) -> bool {
        match &*self.cause {
            Cause::TooManyRequests { .. } | Cause::Unreachable { .. } => true,
            // What the server always answers with 500, such as unknown fields
            // and webhooks that fail, has causes of its own.
            Cause::Server { code, .. } => matches!(code, 500 | 502..=504),
            _ => false,
        }
    }

    /// Whether nobody answered.
    pub(crate) fn is_unreachable(&self) -> bool {
        matches!(*self.cause, Cause::Unreachable { .. })
    }

    /// Whether the credentials are not taken.
    pub(crate) fn is_unauthorized(&self) -> bool {
        matches!(*self.cause, Cause::Unauthorized(_))
    }

    /// What to try, in a sentence.
    pub fn hint(&self) -> Option<String> {
        let text = match &*self.cause {
            Cause::Configuration(_) => return None,
            Cause::Unreachable { endpoint, .. } => format!(
                "Is the cluster running, and is {endpoint} its address? Check the host, or the context of the kubeconfig, and whether a VPN or proxy is needed."
            ),
            Cause::Certificate { .. } => "An expired client certificate must be renewed. If it is the server's, check cluster_ca_certificate (certificate-authority-data in the kubeconfig): it may belong to another cluster, or to this one before it was made anew.".to_owned(),
            Cause::Credentials(_) => "Run the program by hand to see whether it can log in.".to_owned(),
            Cause::Unauthorized(_) => "The token or certificate may have expired, or belong to another cluster: log in again, or check the context of the kubeconfig.".to_owned(),
            Cause::Forbidden(reason) if reason.contains("User \"system:anonymous\"") => "The server does not know the credentials, and takes them for nobody's. They may belong to another cluster, or be missing: check the context of the kubeconfig.".to_owned(),
            Cause::Forbidden(_) => format!(
                "The credentials need this permission: add the verb to a Role or ClusterRole bound to them. `kubectl auth can-i` shows what is allowed.{}",
                if self.action == Action::DryRun { " Planning asks the API server for a dry run, which needs the permission to patch (and create)." } else { "" }
            ),
            Cause::NoSuchKind(_) => "Is the custom resource definition installed, and is apiVersion right? If something in this stack installs it (a manifest of kind CustomResourceDefinition, or a chart), let this resource depend on it with depends_on.".to_owned(),
            Cause::NotFound(_) => "If it is the namespace that is missing, let this resource depend on what creates it.".to_owned(),
            Cause::AlreadyExists(_) => "Import it with an import block or `trueup import`; its fields are then taken over from whoever made it.".to_owned(),
            Cause::Conflicts(_) => "Leave the fields to their manager by removing them from the configuration, or take them over with field_manager { force_conflicts = true }: in a kubernetes_manifest itself, or in the provider's block for all its resources.".to_owned(),
            Cause::Changed(_) => "Plan again.".to_owned(),
            Cause::Immutable(_) => "The object must be replaced to change this.".to_owned(),
            Cause::UnknownField(_) => "Check the spelling and the place of the field; `kubectl explain` shows what the kind has.".to_owned(),
            Cause::Denied { .. } => "The cluster's policies decide this; the message is theirs.".to_owned(),
            Cause::WebhookUnavailable { webhook, .. } => format!(
                "The controller behind the webhook \"{webhook}\" does not run, or not yet: look at its pods, or remove its webhook configuration if it is gone."
            ),
            Cause::Quota(_) => "Free some of the quota, or raise it: `kubectl describe resourcequota` shows what is used.".to_owned(),
            Cause::Terminating(_) => "Wait until the namespace is gone; `kubectl get namespace -o yaml` shows what holds it up.".to_owned(),
            Cause::TooManyRequests { .. } => "The API server sheds load. Try again later, or with a lower -parallelism.".to_owned(),
            Cause::Invalid(_) | Cause::TimedOut(_) | Cause::Failed(_) | Cause::Server { .. } => {
                return None;
            }
        };
        Some(text)
    }

    /// What happened and what to try.
    pub fn detail(&self) -> String {
        match self.hint() {
            Some(hint) => format!("{self}\n\n{hint}"),
            None => self.to_string(),
        }
    }

    /// Whether there is no such object.
    pub fn is_not_found(&self) -> bool {
        matches!(*self.cause, Cause::NotFound(_))
    }

    /// A few words for the first line of a message.
    pub fn summary(&self) -> &'static str {
        match &*self.cause {
            Cause::Configuration(_) => "Invalid Kubernetes configuration",
            Cause::Unreachable { .. } => "Kubernetes cluster unreachable",
            Cause::Certificate { .. } => "Kubernetes certificate not accepted",
            Cause::Credentials(_) | Cause::Unauthorized(_) => "Kubernetes credentials not accepted",
            Cause::Forbidden(_) => "Forbidden by Kubernetes",
            Cause::NoSuchKind(_) => "Kind not known to the cluster",
            Cause::NotFound(_) => "Kubernetes object not found",
            Cause::AlreadyExists(_) => "Kubernetes object already exists",
            Cause::Conflicts(_) => "Field manager conflict",
            Cause::Changed(_) => "Kubernetes object changed meanwhile",
            Cause::Immutable(_) => "Immutable field",
            Cause::Invalid(_) | Cause::UnknownField(_) => "Invalid Kubernetes object",
            Cause::Denied { .. } => "Denied by admission",
            Cause::WebhookUnavailable { .. } => "Admission webhook unavailable",
            Cause::Quota(_) => "Quota exceeded",
            Cause::Terminating(_) => "Namespace is being deleted",
            Cause::TooManyRequests { .. } => "Too many requests",
            Cause::TimedOut(_) => "Timed out",
            Cause::Failed(_) | Cause::Server { .. } => "Kubernetes API error",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Action::Connect => "Could not connect to",
            Action::Discover => "Could not ask for the kinds of",
            Action::Read => "Could not read",
            Action::List => "Could not list",
            Action::DryRun => "Could not plan",
            Action::Apply => "Could not apply",
            Action::Create => "Could not create",
            Action::Replace => "Could not replace",
            Action::Logs => "Could not read the logs of",
            Action::Adopt => "Could not take over the fields of",
            Action::Delete => "Could not delete",
            Action::Wait => "Gave up waiting for",
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Configuration(reason)
            | Cause::Credentials(reason)
            | Cause::Forbidden(reason)
            | Cause::NotFound(reason)
            | Cause::AlreadyExists(reason)
            | Cause::Changed(reason)
            | Cause::Quota(reason)
            | Cause::Terminating(reason)
            | Cause::TimedOut(reason)
            | Cause::Failed(reason) => f.write_str(reason),
            Cause::Unreachable { endpoint, reason } => {
                write!(f, "{endpoint} does not answer: {reason}")
            }
            Cause::Certificate { endpoint, reason } => {
                write!(f, "no secure connection to {endpoint}: {reason}")
            }
            Cause::Unauthorized(reason) => {
                write!(f, "the server does not accept the credentials: {reason}")
            }
            Cause::NoSuchKind(kind) => {
                write!(
                    f,
                    "the cluster has no kind {} in {}",
                    kind.kind, kind.api_version
                )
            }
            Cause::Conflicts(conflicts) => {
                f.write_str("fields belong to other managers:")?;
                conflicts.iter().try_for_each(|c| write!(f, "\n  {c}"))
            }
            Cause::Immutable(complaints) | Cause::Invalid(complaints) => {
                f.write_str("the server refuses it:")?;
                complaints.iter().try_for_each(|c| write!(f, "\n  {c}"))
            }
            Cause::UnknownField(field) => write!(f, "its kind has no field {field}"),
            Cause::Denied {
                by: Some(by),
                reason,
            } => write!(f, "{by} denied it: {reason}"),
            Cause::Denied { by: None, reason } => write!(f, "denied: {reason}"),
            Cause::WebhookUnavailable { webhook, reason } => {
                write!(f, "the webhook \"{webhook}\" does not answer: {reason}")
            }
            Cause::TooManyRequests { .. } => f.write_str("the server has too many requests"),
            Cause::Server { code, message } => write!(f, "the server answered {code}: {message}"),
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.is_empty() {
            true => f.write_str(&self.message),
            false => write!(f, "{}: {}", self.field, self.message),
        }
    }
}
