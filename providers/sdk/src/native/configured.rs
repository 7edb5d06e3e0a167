//! A provider at work.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::join_all;
use trueup_value::Value;

use super::{
    Create, Delete, Fields, ResourceType, Update, problem,
    provider::{Parts, Shaped, unsupported},
};
use crate::{
    Answer, ApplyRequest, ApplyResponse, Configured, Drift, Explanation, Imported, Interrupted,
    Mirror, Object, Opened, PlanRequest, PlanResponse, Problem, ReadRequest, ReadResponse,
    Recovery, Renewed, ready,
};

pub(super) struct Ready<C> {
    pub(super) parts: Arc<Parts<C>>,
    pub(super) client: C,
}

/// What objects are looked at for.
#[derive(Clone, Copy)]
enum Wanted {
    All,
    Mirrors,
}

impl<C> Ready<C> {
    fn resource(&self, kind: &str) -> Result<&Shaped<dyn ResourceType<C>>, Problem> {
        let found = self.parts.resources.get(kind);
        found.ok_or_else(|| unsupported(kind))
    }
}

impl<C: Send + Sync> Ready<C> {
    /// The objects of one type, with their places among all that are asked
    /// for.
    async fn read_kind(
        &self,
        kind: &str,
        asked: Vec<(usize, Object)>,
        what: Wanted,
    ) -> Vec<(usize, ReadResponse)> {
        let (places, objects): (Vec<usize>, Vec<Object>) = asked.into_iter().unzip();
        let responses = match (self.resource(kind), what) {
            (Ok((_, resource)), Wanted::All) => resource.read_all(&self.client, objects).await,
            (Ok((_, resource)), Wanted::Mirrors) => {
                resource.read_mirrors(&self.client, objects).await
            }
            (Err(problem), _) => vec![ReadResponse::failed(vec![problem]); places.len()],
        };
        let count = responses.len();
        let mut responses = responses.into_iter();
        let response = |place| {
            let response = responses.next().unwrap_or_else(|| {
                let detail = format!("Of several objects of type \"{kind}\", {count} were read.");
                ReadResponse::failed(vec![problem("The provider read too few objects", detail)])
            });
            (place, response)
        };
        places.into_iter().map(response).collect()
    }

    async fn read_kinds(&self, requests: Vec<ReadRequest<'_>>, what: Wanted) -> Vec<ReadResponse> {
        let mut kinds: BTreeMap<&str, Vec<(usize, Object)>> = BTreeMap::new();
        for (place, request) in requests.into_iter().enumerate() {
            let asked = kinds.entry(request.kind).or_default();
            asked.push((place, request.object));
        }
        let reads = kinds
            .into_iter()
            .map(|(kind, asked)| self.read_kind(kind, asked, what));
        let reads: Vec<_> = reads.collect();
        let mut responses: Vec<_> = join_all(reads).await.into_iter().flatten().collect();
        responses.sort_by_key(|(place, _)| *place);
        let responses = responses.into_iter();
        responses.map(|(_, response)| response).collect()
    }
}

impl<C: Send + Sync> Configured for Ready<C> {
    fn read<'a>(&'a self, requests: Vec<ReadRequest<'a>>) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(self.read_kinds(requests, Wanted::All))
    }

    fn read_mirrors<'a>(&'a self, requests: Vec<ReadRequest<'a>>) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(self.read_kinds(requests, Wanted::Mirrors))
    }

    fn plan<'a>(&'a self, request: PlanRequest<'a>) -> Answer<'a, PlanResponse> {
        match self.resource(request.kind) {
            Ok((_, resource)) if request.proposed.is_none() => match request.prior {
                Some(prior) => resource.plan_removal(&self.client, prior),
                None => ready(PlanResponse::default()),
            },
            Ok((shape, resource)) => resource.plan(&self.client, shape, request),
            Err(problem) => ready(PlanResponse {
                problems: vec![problem],
                ..PlanResponse::default()
            }),
        }
    }

    fn reads_at_once(&self, kind: &str) -> usize {
        self.resource(kind)
            .map_or(1, |(_, resource)| resource.reads_at_once())
    }

    fn mirrors(&self, kind: &str) -> &'static [Mirror] {
        self.resource(kind)
            .map_or(&[], |(_, resource)| resource.mirrors())
    }

    fn lives_in_state(&self, kind: &str) -> bool {
        self.resource(kind)
            .is_ok_and(|(_, resource)| resource.lives_in_state())
    }

    fn identify(&self, kind: &str, planned: &Value) -> Option<String> {
        let (_, resource) = self.resource(kind).ok()?;
        resource.identify(&self.client, &Fields::of(planned))
    }

    fn apply<'a>(&'a self, request: ApplyRequest<'a>) -> Answer<'a, ApplyResponse> {
        Box::pin(async move {
            let (shape, resource) = match self.resource(request.kind) {
                Ok(found) => found,
                Err(problem) => {
                    return ApplyResponse {
                        object: request.prior.cloned(),
                        problems: vec![problem],
                        ..ApplyResponse::default()
                    };
                }
            };
            let response = apply(&**resource, &self.client, &request).await;
            ApplyResponse {
                legacy: shape.is_legacy(),
                ..response
            }
        })
    }

    fn import<'a>(
        &'a self,
        kind: &'a str,
        id: &'a str,
    ) -> Answer<'a, Result<Vec<Imported>, Vec<Problem>>> {
        let (shape, resource) = match self.resource(kind) {
            Ok(found) => found,
            Err(problem) => return ready(Err(vec![problem])),
        };
        let Some(answer) = resource.import(&self.client, shape.empty(), id) else {
            return ready(Err(vec![problem(
                "Resource Import Not Implemented",
                format!("Objects of type \"{kind}\" cannot be imported."),
            )]));
        };
        Box::pin(async move {
            let done = answer.await.map_err(|failure| failure.problems)?;
            Ok(vec![Imported {
                kind: kind.to_owned(),
                object: Object {
                    value: done.object.into_value(),
                    private: done.private.unwrap_or_default(),
                },
                warnings: done.warnings,
            }])
        })
    }

    fn read_data<'a>(
        &'a self,
        kind: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        let Some((_, source)) = self.parts.data_sources.get(kind) else {
            return ready(Err(vec![unsupported(kind)]));
        };
        let answer = source.read(&self.client, Fields::of(config));
        Box::pin(async move { answer.await.map(Fields::into_value) })
    }

    fn open_ephemeral<'a>(
        &'a self,
        kind: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Opened, Vec<Problem>>> {
        match self.parts.ephemeral.get(kind) {
            Some((_, ephemeral)) => ephemeral.open(&self.client, Fields::of(config)),
            None => ready(Err(vec![unsupported(kind)])),
        }
    }

    fn renew_ephemeral<'a>(
        &'a self,
        kind: &'a str,
        private: &'a [u8],
    ) -> Answer<'a, Result<Renewed, Vec<Problem>>> {
        match self.parts.ephemeral.get(kind) {
            Some((_, ephemeral)) => ephemeral.renew(&self.client, private),
            None => ready(Err(vec![unsupported(kind)])),
        }
    }

    fn close_ephemeral<'a>(&'a self, kind: &'a str, private: &'a [u8]) -> Answer<'a, Vec<Problem>> {
        match self.parts.ephemeral.get(kind) {
            Some((_, ephemeral)) => ephemeral.close(&self.client, private),
            None => ready(vec![unsupported(kind)]),
        }
    }

    fn recover<'a>(&'a self, action: Interrupted<'a>) -> Answer<'a, Recovery> {
        match self.resource(action.kind) {
            Ok((_, resource)) => resource.recover(&self.client, action),
            Err(_) => ready(Recovery::Unknown),
        }
    }

    fn explain<'a>(&'a self, drift: Drift<'a>) -> Answer<'a, Vec<Explanation>> {
        match self.resource(drift.kind) {
            Ok((_, resource)) => resource.explain(&self.client, drift),
            Err(_) => ready(Vec::new()),
        }
    }
}

static NOTHING: Value = Value::Null(trueup_value::Type::Dynamic);

async fn apply<C: Sync>(
    resource: &dyn ResourceType<C>,
    client: &C,
    request: &ApplyRequest<'_>,
) -> ApplyResponse {
    let config = request.settled.unwrap_or(&NOTHING);
    let private = request.private;
    match (request.prior, request.planned) {
        (None, None) => ApplyResponse::default(),
        (None, Some(planned)) => {
            let create = Create {
                planned: Fields::of(planned),
                config,
                private,
                identity: request.identity,
            };
            ApplyResponse::of_made(None, resource.create(client, create).await)
        }
        (Some(prior), Some(planned)) => {
            let update = Update {
                prior,
                planned: Fields::of(planned),
                config,
                private,
            };
            ApplyResponse::of_made(Some(prior), resource.update(client, update).await)
        }
        (Some(prior), None) => {
            let delete = Delete { prior, private };
            ApplyResponse::of_deleted(prior, resource.delete(client, delete).await)
        }
    }
}
