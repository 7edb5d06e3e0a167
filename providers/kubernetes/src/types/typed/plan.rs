//! What applying would do.

use serde_json::Value as Json;
use trueup_sdk::{
    Object, PlanRequest, PlanResponse, Problem,
    native::{Fields, Shape},
};
use trueup_value::Path;

use super::{MANAGER, Typed, asking, object::import_id};
use crate::{
    Session,
    client::{Cause, ClusterError, Complaint, Manager, ObjectRef, fields::ManagedFields},
    manifest::plan::already_exists,
    report,
    session::FIELD_MANAGER,
    types::blank,
};

impl Typed {
    pub(super) async fn plan(
        &self,
        session: &Session,
        shape: &Shape,
        request: PlanRequest<'_>,
    ) -> PlanResponse {
        let mut response = self.by_rules(shape, &request);
        let (Some(config), Some(planned)) = (request.config, &response.planned) else {
            return response;
        };
        let unchanged = request.prior.is_some_and(|prior| prior.value == *planned);
        let config = Fields::of(config);
        let manifest = self.manifest(&config);
        if request.prior.is_none() {
            session.foreseen.note(&manifest);
        }
        let known = config.iter().all(|(_, value)| value.is_wholly_known());
        let object = ObjectRef::of(&manifest).filter(|_| known);
        let Some(object) = object.filter(|_| !unchanged && response.requires_replace.is_empty())
        else {
            return response;
        };
        match request.prior {
            Some(prior) => {
                let manager = asking(session, prior);
                self.ask_to_change(session, &object, &manifest, manager, &mut response)
                    .await;
            }
            None => {
                if let Err(problem) = ask_to_create(session, &object, &manifest).await {
                    response.problems.push(problem);
                }
            }
        }
        if response.problems.iter().any(Problem::is_error) {
            response.planned = None;
        }
        response
    }

    /// What the rules of the shape say, with no differences where states of
    /// Terraform's provider have something empty.
    fn by_rules(&self, shape: &Shape, request: &PlanRequest<'_>) -> PlanResponse {
        let (Some(prior), Some(proposed)) = (request.prior, request.proposed) else {
            return shape.plan(request);
        };
        let plain = Object {
            value: blank::without(&prior.value, proposed),
            private: prior.private.clone(),
        };
        let mut response = shape.plan(&PlanRequest {
            prior: Some(&plain),
            ..*request
        });
        let planned = response.planned.take();
        response.planned = planned.map(|planned| blank::restored(&planned, &prior.value));
        response
    }

    async fn ask_to_change(
        &self,
        session: &Session,
        object: &ObjectRef,
        manifest: &Json,
        manager: Manager<'_>,
        response: &mut PlanResponse,
    ) {
        let error = match said_of_change(session, object, manifest, manager).await {
            Ok(taken) => return response.problems.extend(taken),
            Err(error) => error,
        };
        match &*error.cause {
            Cause::Immutable(complaints) => response.requires_replace = self.immutable(complaints),
            Cause::WebhookUnavailable { .. } => response.problems.push(later(&error)),
            _ => response.problems.push(report::problem(&error)),
        }
    }

    /// Where in the configuration the fields are that cannot change.
    fn immutable(&self, complaints: &[Complaint]) -> Vec<Path> {
        let nodes = self.nodes();
        let paths = complaints.iter().map(|complaint| {
            let first = complaint.field.split(['.', '[']).next().unwrap_or_default();
            let node = nodes.iter().find(|node| node.json == first);
            node.map_or_else(Path::new, |node| Path::new().attr(node.name.as_str()))
        });
        let mut paths: Vec<Path> = paths.filter(|path| !path.is_empty()).collect();
        paths.dedup();
        match paths.is_empty() {
            true => vec![Path::new().attr("metadata")],
            false => paths,
        }
    }
}

/// Asks what a change would lead to: what it would take from others.
async fn said_of_change(
    session: &Session,
    object: &ObjectRef,
    manifest: &Json,
    manager: Manager<'_>,
) -> Result<Vec<Problem>, ClusterError> {
    let live = match session.last_seen(object) {
        Some(live) => Some(live),
        None => session.cluster.get(object).await?.map(Into::into),
    };
    let Some(live) = live else {
        return Ok(Vec::new());
    };
    let dry = session.dry_run(manifest, Some(&*live), manager).await?;
    Ok(report::taken(object, &dry, manager))
}

/// Asks what would come of a new object. What is there already and ours is to
/// be replaced.
async fn ask_to_create(
    session: &Session,
    object: &ObjectRef,
    manifest: &Json,
) -> Result<(), Problem> {
    if let Some(namespace) = &object.namespace
        && session.foreseen.has_namespace(namespace)
    {
        return Ok(());
    }
    match session.dry_run(manifest, None, MANAGER).await {
        Ok(made) if made.is_new() => return Ok(()),
        Ok(_) => {}
        Err(error) => match &*error.cause {
            Cause::Conflicts(_) | Cause::Immutable(_) => {}
            Cause::WebhookUnavailable { .. } => return Err(later(&error)),
            _ => return Err(report::problem(&error)),
        },
    }
    let live = session.cluster.get(object).await;
    match live.map_err(|error| report::problem(&error))? {
        // Objects of Terraform's provider that are to be replaced are in the
        // state, and were read a moment ago.
        Some(live)
            if ManagedFields::applied_by(&live, FIELD_MANAGER).is_none()
                && !session.was_read(object) =>
        {
            Err(already_exists(object, &live, &import_id(object)))
        }
        _ => Ok(()),
    }
}

/// A webhook that does not answer is waited for when applying.
fn later(error: &ClusterError) -> Problem {
    Problem::warning(error.summary(), error.detail(), Path::new())
}
