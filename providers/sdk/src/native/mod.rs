//! Providers written here: resource types, data sources and functions, each
//! in a file of its own, put together to a [`Provider`](crate::Provider).

mod fields;
mod provider;
mod shape;
mod work;

pub use fields::Fields;
pub use provider::NativeProvider;
pub use shape::{Change, Field, Shape};
pub use work::off_thread;

use trueup_value::{Path, Value};

use crate::{
    Answer, FunctionProblem, FunctionSignature, Interrupted, Object, PlanRequest, PlanResponse,
    Problem, ReadResponse, Recovery, contract::ready, upgrade::read_stored,
};

/// What came of creating, changing or importing an object.
pub type Made = Result<Fields, Failure>;

/// Why an object is not as it was to be.
#[derive(Clone, Debug, Default)]
pub struct Failure {
    /// What went wrong.
    pub problems: Vec<Problem>,
    /// The object there is all the same; of an update that left none, the one
    /// before.
    pub left: Option<Fields>,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Failure {
            problems: vec![problem],
            left: None,
        }
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        Failure {
            problems,
            left: None,
        }
    }
}

/// A type of managed resources.
pub trait ResourceType: Send + Sync {
    /// What its objects look like. Asked for once.
    fn shape(&self) -> Shape;

    /// Judges a configuration, which may be unknown in places.
    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let _ = config;
        Vec::new()
    }

    /// What a change leads to: by default what the rules of the shape say.
    fn plan(&self, shape: &Shape, request: &PlanRequest<'_>) -> PlanResponse {
        shape.plan(request)
    }

    /// Looks at an object again. By default there is nothing but the state.
    fn read<'a>(&'a self, object: Object) -> Answer<'a, ReadResponse> {
        ready(ReadResponse {
            object: Some(object),
            problems: Vec::new(),
        })
    }

    /// The name or token by which an object about to be created can be found
    /// again.
    fn identify(&self, planned: &Fields) -> Option<String> {
        let _ = planned;
        None
    }

    /// Makes an object. `planned` is the object with what is not known yet.
    fn create<'a>(&'a self, planned: Fields, identity: Option<&'a str>) -> Answer<'a, Made>;

    /// Changes an object. By default there is nothing but the state.
    fn update<'a>(&'a self, prior: &'a Object, planned: Fields) -> Answer<'a, Made> {
        let _ = prior;
        ready(Ok(planned))
    }

    /// Destroys an object; it is no error if there is none any more.
    fn delete<'a>(&'a self, object: &'a Object) -> Answer<'a, Result<(), Vec<Problem>>> {
        let _ = object;
        ready(Ok(()))
    }

    /// The object an import ID stands for; `None` if there are no imports.
    fn import<'a>(&'a self, empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        let _ = (empty, id);
        None
    }

    /// Reads an object stored under another version of the shape.
    ///
    /// # Errors
    /// Why it cannot be understood.
    fn upgrade(&self, shape: &Shape, version: u64, json: &str) -> Result<Value, Vec<Problem>> {
        read_stored(&shape.schema(), version, json)
    }

    /// What became of an action whose outcome was never recorded. By default
    /// objects are nothing but what the state holds, so that nothing was made
    /// and nothing lost.
    fn recover<'a>(&'a self, action: Interrupted<'a>) -> Answer<'a, Recovery> {
        ready(match action.prior {
            Some(prior) => Recovery::Found(prior.clone()),
            None => Recovery::Absent,
        })
    }
}

/// A type of data sources.
pub trait DataSource: Send + Sync {
    /// What it is asked and what it answers. Asked for once.
    fn shape(&self) -> Shape;

    /// Judges a configuration, which may be unknown in places.
    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let _ = config;
        Vec::new()
    }

    /// The answer: the configuration with all that is computed.
    fn read<'a>(&'a self, config: Fields) -> Answer<'a, Result<Fields, Vec<Problem>>>;
}

/// A function of a provider.
pub trait NativeFunction: Send + Sync {
    /// Its parameters and what it returns. Asked for once.
    fn signature(&self) -> FunctionSignature;

    /// Calls it; the arguments are known, not null and of the right types.
    ///
    /// # Errors
    /// The argument to blame, and why.
    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionProblem>;
}

/// An error about a whole object.
pub fn problem(summary: &str, detail: impl Into<String>) -> Problem {
    Problem::error(summary, detail, Path::new())
}

/// An error about one attribute.
pub fn attribute_problem(name: &str, summary: &str, detail: impl Into<String>) -> Problem {
    Problem::error(summary, detail, Path::new().attr(name))
}
