//! What a provider does: the asynchronous part of the contract.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::SystemTime};

use trueup_value::{Path, Value};

use crate::{Fact, PartChange, Problem};

/// An answer that may take its time.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An answer that is there already.
pub fn ready<'a, T: Send + 'a>(value: T) -> Answer<'a, T> {
    Box::pin(std::future::ready(value))
}

/// An object as the state holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its attributes: known, unmarked, of the schema's type.
    pub value: Value,
    /// What the provider keeps with it and nobody else reads.
    pub private: Vec<u8>,
}

/// An object to be read again.
#[derive(Clone, Debug)]
pub struct ReadRequest<'a> {
    /// Its resource type.
    pub kind: &'a str,
    /// The object as it was last seen.
    pub object: Object,
}

/// What became of a [`ReadRequest`].
#[derive(Clone, Debug, Default)]
pub struct ReadResponse {
    /// The object as it is now; `None` if there is none any more, or if there
    /// are errors.
    pub object: Option<Object>,
    /// Parts of it that are not as they were left.
    pub parts: Vec<PartChange>,
    /// What there is to say. Errors mean that nothing could be learnt.
    pub problems: Vec<Problem>,
}

impl ReadResponse {
    /// There is an object: this one.
    pub fn found(object: Object) -> Self {
        ReadResponse {
            object: Some(object),
            ..ReadResponse::default()
        }
    }

    /// There is no object any more.
    pub fn absent() -> Self {
        ReadResponse::default()
    }

    /// Nothing could be learnt.
    pub fn failed(problems: Vec<Problem>) -> Self {
        ReadResponse {
            problems,
            ..ReadResponse::default()
        }
    }
}

impl From<Result<Option<Object>, Problem>> for ReadResponse {
    fn from(read: Result<Option<Object>, Problem>) -> Self {
        match read {
            Ok(object) => ReadResponse {
                object,
                ..ReadResponse::default()
            },
            Err(problem) => ReadResponse::failed(vec![problem]),
        }
    }
}

/// A change to be planned.
#[derive(Clone, Copy, Debug)]
pub struct PlanRequest<'a> {
    /// The resource type.
    pub kind: &'a str,
    /// The object there is; `None` to create one.
    pub prior: Option<&'a Object>,
    /// The configuration; may be unknown in places. `None` to destroy.
    pub config: Option<&'a Value>,
    /// The configuration merged with what the prior object has for computed
    /// attributes. `None` to destroy.
    pub proposed: Option<&'a Value>,
    /// Where the configuration is sensitive: values are passed without their
    /// marks, and what is made of these must be marked, too.
    pub sensitive: &'a [Path],
    /// What [`PlanResponse::private`] was when the change was planned first:
    /// it is planned again, with more values known, right before it is made.
    pub shown: Option<&'a [u8]>,
}

/// A planned change.
#[derive(Clone, Debug, Default)]
pub struct PlanResponse {
    /// The object as it will be, unknown where only applying tells. `None` to
    /// destroy, or if there are errors.
    pub planned: Option<Value>,
    /// Attributes that cannot change on the object there is.
    pub requires_replace: Vec<Path>,
    /// Attributes that hold a secret in this object, beside those that always
    /// do by the schema. They are masked wherever the object is shown.
    pub sensitive: Vec<Path>,
    /// What becomes of its parts, where the attributes do not show it.
    pub parts: Vec<PartChange>,
    /// What is known of it, whether it changes or not, and no attribute says.
    pub facts: Vec<Fact>,
    /// Passed on to [`Configured::apply`].
    pub private: Vec<u8>,
    /// The provider deviates from the contract in the ways old providers do;
    /// deviations are no errors then.
    pub legacy: bool,
    /// What there is to say.
    pub problems: Vec<Problem>,
}

/// A change to be made.
#[derive(Clone, Debug)]
pub struct ApplyRequest<'a> {
    /// The resource type.
    pub kind: &'a str,
    /// The object there is; `None` to create one.
    pub prior: Option<&'a Object>,
    /// The object as planned; `None` to destroy.
    pub planned: Option<&'a Value>,
    /// The configuration as it is written, wholly known; `None` to destroy.
    pub config: Option<&'a Value>,
    /// The same with what `ignore_changes` names as it is in the object there
    /// is: what the change was planned for.
    pub settled: Option<&'a Value>,
    /// What [`Configured::plan`] passed on.
    pub private: &'a [u8],
    /// The name or token chosen by [`Configured::identify`].
    pub identity: Option<&'a str>,
}

/// What came of an [`ApplyRequest`].
#[derive(Clone, Debug, Default)]
pub struct ApplyResponse {
    /// The object as it is now, also after an error; `None` if there is none.
    pub object: Option<Object>,
    /// After an error: another attempt can go on from the object, so that one
    /// that was to be created need not be replaced.
    pub usable: bool,
    /// As in [`PlanResponse`].
    pub legacy: bool,
    /// What there is to say.
    pub problems: Vec<Problem>,
}

/// An object found for an import.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Its resource type.
    pub kind: String,
    /// What is known of it; it is read in full afterwards.
    pub object: Object,
    /// What there is to say.
    pub warnings: Vec<Problem>,
}

/// An ephemeral resource that is open.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What it yields: what the configuration has, and nothing in it is
    /// unknown. It is never stored.
    pub value: Value,
    /// What the provider needs to renew or close it.
    pub private: Vec<u8>,
    /// When it has to be renewed; never if there is no time.
    pub renew_at: Option<SystemTime>,
}

/// An ephemeral resource that was renewed.
#[derive(Clone, Debug, Default)]
pub struct Renewed {
    /// What the provider needs from now on to renew or close it.
    pub private: Vec<u8>,
    /// When it has to be renewed again.
    pub renew_at: Option<SystemTime>,
}

/// An action whose outcome was never recorded.
#[derive(Clone, Copy, Debug)]
pub struct Interrupted<'a> {
    /// The resource type.
    pub kind: &'a str,
    /// The object there was before, if any.
    pub prior: Option<&'a Object>,
    /// The name or token chosen before the action began.
    pub identity: Option<&'a str>,
}

/// What became of an [`Interrupted`] action.
#[derive(Clone, Debug)]
pub enum Recovery {
    /// There is an object: this one.
    Found(Object),
    /// There is no object.
    Absent,
    /// The provider cannot tell.
    Unknown,
}

/// A change that was found and that nobody here made.
#[derive(Clone, Copy, Debug)]
pub struct Drift<'a> {
    /// The resource type.
    pub kind: &'a str,
    /// The object as it was left.
    pub before: &'a Value,
    /// The object as it was found; `None` if it is gone.
    pub after: Option<&'a Value>,
}

/// Who changed an object behind our back, where the platform knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The attribute that was changed; empty for the object as a whole.
    pub what: Path,
    /// Who did it.
    pub who: String,
    /// When, RFC 3339.
    pub when: Option<String>,
    /// With what.
    pub how: Option<String>,
}

/// An attribute that says what other objects do with the one it is of, so that it
/// changes when those are made, changed or destroyed: the load balancers that send
/// requests to a target group, say, which its listeners' rules decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// The attribute, of the object itself.
    pub attribute: &'static str,
    /// The types of the others. They name the object by its attribute `id`.
    pub of: &'static [&'static str],
}

/// Why a provider's function failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionProblem {
    /// The argument to blame, from 0.
    pub argument: Option<usize>,
    /// Why, in a sentence.
    pub message: String,
}

/// A provider with its configuration.
///
/// Values passed in are unmarked and conform to the schema, and values
/// returned must conform to it. Absence is `None`, never an error.
pub trait Configured: Send + Sync {
    /// Looks at objects again; one response for each request, in their order.
    fn read<'a>(&'a self, requests: Vec<ReadRequest<'a>>) -> Answer<'a, Vec<ReadResponse>>;

    /// How many objects of type `kind` one [`Configured::read`] looks at in the
    /// time one takes, because the platform tells of many at once. 1 where
    /// each takes a call of its own: those are read side by side, each as
    /// soon as it can be.
    fn reads_at_once(&self, kind: &str) -> usize {
        let _ = kind;
        1
    }

    /// Which attributes of objects of type `kind` say what others do with them.
    fn mirrors(&self, kind: &str) -> &'static [Mirror] {
        let _ = kind;
        &[]
    }

    /// Looks at objects again for what [`Configured::mirrors`] names: nothing else
    /// of the answers counts, so that it may take fewer calls than reading them.
    fn read_mirrors<'a>(&'a self, requests: Vec<ReadRequest<'a>>) -> Answer<'a, Vec<ReadResponse>> {
        self.read(requests)
    }

    /// What applying would do. Reads at most; never writes.
    fn plan<'a>(&'a self, request: PlanRequest<'a>) -> Answer<'a, PlanResponse>;

    /// Whether objects of type `kind` are nowhere but in the state: an action
    /// on one that was interrupted before it was recorded has left nothing
    /// anywhere, so it need not wait for its record.
    fn lives_in_state(&self, kind: &str) -> bool {
        let _ = kind;
        false
    }

    /// Chooses the name or token by which an object about to be created can
    /// be found again. It is recorded before [`Configured::apply`] begins.
    fn identify(&self, kind: &str, planned: &Value) -> Option<String> {
        let _ = (kind, planned);
        None
    }

    /// Does what was planned, and nothing else.
    fn apply<'a>(&'a self, request: ApplyRequest<'a>) -> Answer<'a, ApplyResponse>;

    /// Finds the objects an import ID stands for.
    fn import<'a>(
        &'a self,
        kind: &'a str,
        id: &'a str,
    ) -> Answer<'a, Result<Vec<Imported>, Vec<Problem>>> {
        let _ = id;
        ready(Err(vec![Problem::error(
            "Resource Import Not Implemented",
            format!("Objects of type \"{kind}\" cannot be imported."),
            Path::new(),
        )]))
    }

    /// Reads a data source. The result has what the configuration has, and
    /// nothing in it is unknown.
    fn read_data<'a>(
        &'a self,
        kind: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Value, Vec<Problem>>>;

    /// Opens an ephemeral resource. While planning and while applying it is
    /// opened anew.
    fn open_ephemeral<'a>(
        &'a self,
        kind: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Opened, Vec<Problem>>> {
        let _ = config;
        ready(Err(vec![Problem::error(
            "Unsupported ephemeral resource type",
            format!("Ephemeral resources of type \"{kind}\" cannot be opened."),
            Path::new(),
        )]))
    }

    /// Lets an ephemeral resource live on, at the time [`Opened::renew_at`]
    /// says. Its value stays the same.
    fn renew_ephemeral<'a>(
        &'a self,
        kind: &'a str,
        private: &'a [u8],
    ) -> Answer<'a, Result<Renewed, Vec<Problem>>> {
        let _ = kind;
        ready(Ok(Renewed {
            private: private.to_vec(),
            renew_at: None,
        }))
    }

    /// Closes an ephemeral resource; its value must not be used any more.
    fn close_ephemeral<'a>(&'a self, kind: &'a str, private: &'a [u8]) -> Answer<'a, Vec<Problem>> {
        let _ = (kind, private);
        ready(Vec::new())
    }

    /// What became of an action that was interrupted.
    fn recover<'a>(&'a self, action: Interrupted<'a>) -> Answer<'a, Recovery> {
        let _ = action;
        ready(Recovery::Unknown)
    }

    /// Who changed an object, where the platform knows it: at most one answer
    /// for each attribute, none for what nobody knows.
    fn explain<'a>(&'a self, drift: Drift<'a>) -> Answer<'a, Vec<Explanation>> {
        let _ = drift;
        ready(Vec::new())
    }
}

/// A provider ready for work, or why it is not.
pub type Configuration = Result<Arc<dyn Configured>, Vec<Problem>>;

impl fmt::Debug for dyn Configured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Configured")
    }
}
