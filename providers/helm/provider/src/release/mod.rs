//! `helm_release`: a chart in a cluster.

mod apply;
mod attributes;
mod carried;
mod facts;
mod found;
mod kept;
mod options;
mod parts;
mod plan;
mod prepare;
mod refusals;
mod removal;
mod shape;
mod upgrade;

use std::sync::Arc;

use serde_json::json;
use trueup_kubernetes::client::Foreseen;
use trueup_sdk::{
    Answer, Interrupted, Object, PlanRequest, PlanResponse, Problem, ReadResponse, Recovery,
    native::{Create, Delete, Deleted, Fields, Made, ResourceType, Shape, Update},
};
use trueup_value::{Path, Value};

use crate::{
    session::{Place, Session},
    values::{Marked, Values},
};
pub(crate) use prepare::Prepared;

pub(crate) struct Release {
    /// The namespace of releases that name none.
    pub(crate) namespace: String,
    pub(crate) foreseen: Arc<Foreseen>,
}

/// Which release attributes mean, once that is known.
fn place(fields: &Fields) -> Option<Place> {
    Some(Place {
        namespace: fields.text("namespace")?.to_owned(),
        name: fields.text("name")?.to_owned(),
    })
}

impl ResourceType<Session> for Release {
    fn shape(&self) -> Shape {
        shape::shape(&self.namespace)
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        if config.flag("create_namespace") == Some(true) {
            let name = config.text("namespace").unwrap_or(&self.namespace);
            // Known from here on, in whatever order a stack is planned.
            self.foreseen.note(&json!({
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": { "name": name },
            }));
        }
        // Nobody says here what is sensitive, and what is wrong with a value may
        // quote it.
        let quiet = ["set", "set_list"].map(|name| Path::new().attr(name));
        Values::of(config, Marked(&quiet))
            .err()
            .into_iter()
            .collect()
    }

    fn plan<'a>(
        &'a self,
        session: &'a Session,
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        Box::pin(plan::plan(session, shape, request))
    }

    fn plan_removal<'a>(
        &'a self,
        session: &'a Session,
        prior: &'a Object,
    ) -> Answer<'a, PlanResponse> {
        Box::pin(removal::plan(session, prior))
    }

    fn read<'a>(&'a self, session: &'a Session, object: Object) -> Answer<'a, ReadResponse> {
        Box::pin(found::read(session, object))
    }

    fn identify(&self, _: &Session, planned: &Fields) -> Option<String> {
        let place = place(planned)?;
        Some(format!("{}/{}", place.namespace, place.name))
    }

    fn create<'a>(&'a self, session: &'a Session, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(apply::create(session, create))
    }

    fn update<'a>(&'a self, session: &'a Session, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(apply::update(session, update))
    }

    fn delete<'a>(&'a self, session: &'a Session, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(apply::delete(session, delete))
    }

    fn import<'a>(
        &'a self,
        session: &'a Session,
        empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        let defaults = shape::defaults(&self.namespace);
        Some(Box::pin(found::import(session, empty, defaults, id)))
    }

    fn upgrade(&self, shape: &Shape, version: u64, json: &str) -> Result<Value, Vec<Problem>> {
        let defaults = shape::defaults(&self.namespace);
        upgrade::upgraded(shape, defaults, version, json)
    }

    fn recover<'a>(
        &'a self,
        session: &'a Session,
        action: Interrupted<'a>,
    ) -> Answer<'a, Recovery> {
        Box::pin(found::recover(session, self.shape(), action))
    }
}
