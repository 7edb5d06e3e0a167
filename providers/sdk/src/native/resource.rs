//! What is managed.

use futures_util::stream::{self, StreamExt};
use trueup_value::Value;

use super::{Deleted, Fields, Made, Shape};
use crate::{
    Answer, Drift, Explanation, Interrupted, Mirror, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery, read_stored, ready,
};

/// An object to be made.
#[derive(Clone, Debug)]
pub struct Create<'a> {
    /// The object with what is not known yet.
    pub planned: Fields,
    /// The configuration, wholly known, with what `ignore_changes` names as it is;
    /// also what is not to be stored.
    pub config: &'a Value,
    /// What planning passed on.
    pub private: &'a [u8],
    /// What [`ResourceType::identify`] chose.
    pub identity: Option<&'a str>,
}

/// An object to be changed.
#[derive(Clone, Debug)]
pub struct Update<'a> {
    /// The object there is.
    pub prior: &'a Object,
    /// The object with what is not known yet.
    pub planned: Fields,
    /// The configuration, wholly known, with what `ignore_changes` names as it is;
    /// also what is not to be stored.
    pub config: &'a Value,
    /// What planning passed on.
    pub private: &'a [u8],
}

/// An object to be destroyed.
#[derive(Clone, Copy, Debug)]
pub struct Delete<'a> {
    /// The object there is.
    pub prior: &'a Object,
    /// What planning passed on.
    pub private: &'a [u8],
}

/// How many objects are read side by side unless a type reads many at once.
const SIDE_BY_SIDE: usize = 64;

/// A type of managed resources of a provider whose client is `C`.
pub trait ResourceType<C: Sync = ()>: Send + Sync {
    /// What its objects look like. Asked for once.
    fn shape(&self) -> Shape;

    /// Judges a configuration, which may be unknown in places.
    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let _ = config;
        Vec::new()
    }

    /// What creating or changing an object leads to: by default what the rules
    /// of the shape say. Reads at most; never writes.
    fn plan<'a>(
        &'a self,
        client: &'a C,
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        let _ = client;
        ready(shape.plan(&request))
    }

    /// What goes with an object that is going to be destroyed: its parts, where
    /// the attributes do not show it. Reads at most; never writes.
    fn plan_removal<'a>(&'a self, client: &'a C, prior: &'a Object) -> Answer<'a, PlanResponse> {
        let _ = (client, prior);
        ready(PlanResponse::default())
    }

    /// Looks at an object again. By default there is nothing but the state.
    fn read<'a>(&'a self, client: &'a C, object: Object) -> Answer<'a, ReadResponse> {
        let _ = client;
        ready(ReadResponse::found(object))
    }

    /// Looks at many objects again; one response for each, in their order. By
    /// default each is read by itself, a number of them side by side.
    fn read_all<'a>(
        &'a self,
        client: &'a C,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(async move {
            let reads = objects.into_iter().map(|object| self.read(client, object));
            stream::iter(reads).buffered(SIDE_BY_SIDE).collect().await
        })
    }

    /// How many objects [`ResourceType::read_all`] looks at in the time one
    /// takes; 1 where each takes a call of its own.
    fn reads_at_once(&self) -> usize {
        1
    }

    /// Which attributes say what others do with an object.
    fn mirrors(&self) -> &'static [Mirror] {
        &[]
    }

    /// Looks at many objects again for what [`ResourceType::mirrors`] names; nothing
    /// else of the responses counts. By default they are read.
    fn read_mirrors<'a>(
        &'a self,
        client: &'a C,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        self.read_all(client, objects)
    }

    /// Whether objects are nowhere but in the state, so that an action whose
    /// record was lost has left nothing anywhere.
    fn lives_in_state(&self) -> bool {
        false
    }

    /// The name or token by which an object about to be created can be found
    /// again.
    fn identify(&self, client: &C, planned: &Fields) -> Option<String> {
        let _ = (client, planned);
        None
    }

    /// Makes an object.
    fn create<'a>(&'a self, client: &'a C, create: Create<'a>) -> Answer<'a, Made>;

    /// Changes an object. By default there is nothing but the state.
    fn update<'a>(&'a self, client: &'a C, update: Update<'a>) -> Answer<'a, Made> {
        let _ = client;
        ready(Ok(update.planned.into()))
    }

    /// Destroys an object; it is no error if there is none any more.
    fn delete<'a>(&'a self, client: &'a C, delete: Delete<'a>) -> Answer<'a, Deleted> {
        let _ = (client, delete);
        ready(Ok(Vec::new()))
    }

    /// The object an import ID stands for, as far as it takes to read it;
    /// `None` if there are no imports. `empty` has null everywhere.
    fn import<'a>(&'a self, client: &'a C, empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        let _ = (client, empty, id);
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
    fn recover<'a>(&'a self, client: &'a C, action: Interrupted<'a>) -> Answer<'a, Recovery> {
        let _ = client;
        ready(match action.prior {
            Some(prior) => Recovery::Found(prior.clone()),
            None => Recovery::Absent,
        })
    }

    /// Who changed an object, where the service knows it.
    fn explain<'a>(&'a self, client: &'a C, drift: Drift<'a>) -> Answer<'a, Vec<Explanation>> {
        let _ = (client, drift);
        ready(Vec::new())
    }
}
