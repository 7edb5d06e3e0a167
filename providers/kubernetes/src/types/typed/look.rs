//! Objects as they are found.

use trueup_sdk::{
    Drift, Explanation, Interrupted, Object, ReadResponse, Recovery,
    native::{Failure, Fields, Made, ResourceType, problem},
};
use trueup_value::Path;

use super::{Typed, failure};
use crate::{
    Session,
    client::{ObjectRef, fields::ManagedFields},
    manifest::{found::how, private, wanted},
    report,
    session::FIELD_MANAGER,
};

impl Typed {
    pub(super) async fn read_all(
        &self,
        session: &Session,
        objects: Vec<Object>,
    ) -> Vec<ReadResponse> {
        let stored: Vec<Fields> = objects
            .iter()
            .map(|object| Fields::of(&object.value))
            .collect();
        let refs: Vec<Option<ObjectRef>> = stored
            .iter()
            .map(|stored| {
                stored
                    .text("id")
                    .and_then(|id| self.by_id(id))
                    .or_else(|| self.object(stored))
            })
            .collect();
        let asked: Vec<ObjectRef> = refs.iter().flatten().cloned().collect();
        let mut answers = session.cluster.get_all(&asked).await.into_iter();
        let pairs = objects.into_iter().zip(stored).zip(refs);
        pairs
            .map(|((object, stored), found)| {
                let Some(found) = found else {
                    let detail = "The state does not say which object this is.";
                    return ReadResponse::failed(vec![problem("Object not known", detail)]);
                };
                match answers.next() {
                    Some(Ok(Some(live))) => {
                        let value = self.value(session, &live, &stored);
                        session.saw(found, live.into());
                        ReadResponse::found(Object {
                            value: value.into_value(),
                            private: object.private,
                        })
                    }
                    Some(Ok(None)) | None => ReadResponse::absent(),
                    Some(Err(error)) => ReadResponse::failed(report::problems(&error)),
                }
            })
            .collect()
    }

    pub(super) async fn import(&self, session: &Session, empty: Fields, id: &str) -> Made {
        let Some(object) = self.by_id(id) else {
            let form = match self.metadata.namespaced {
                true => "NAMESPACE/NAME",
                false => "NAME",
            };
            let detail = format!("{id:?} names no {}. An ID is written as {form}.", self.kind);
            return Err(Failure::from(problem("Invalid import ID", detail)));
        };
        match session.cluster.get(&object).await.map_err(failure)? {
            Some(live) => Ok(self.found(session, empty, &live).into()),
            None => Err(Failure::from(problem(
                "Cannot import non-existent remote object",
                format!("There is no {object}."),
            ))),
        }
    }

    pub(super) async fn recover(&self, session: &Session, action: Interrupted<'_>) -> Recovery {
        let prior = action.prior.map(|prior| (prior, Fields::of(&prior.value)));
        let object = match (&prior, action.identity) {
            (Some((_, stored)), _) => self.object(stored),
            (None, Some(identity)) => wanted::parse_identity(identity),
            (None, None) => None,
        };
        let Some(object) = object else {
            return Recovery::Unknown;
        };
        match (session.cluster.get(&object).await, prior) {
            (Ok(None), _) => Recovery::Absent,
            (Ok(Some(live)), Some((prior, stored))) => Recovery::Found(Object {
                value: self.value(session, &live, &stored).into_value(),
                private: prior.private.clone(),
            }),
            // What somebody else made is not ours to adopt.
            (Ok(Some(live)), None) if !ManagedFields::may_be_made_by(&live, FIELD_MANAGER) => {
                Recovery::Absent
            }
            (Ok(Some(live)), None) => {
                let value = self.found(session, self.shape().empty(), &live);
                Recovery::Found(Object {
                    value: value.into_value(),
                    private: private(&live),
                })
            }
            (Err(_), _) => Recovery::Unknown,
        }
    }

    pub(super) async fn explain(&self, session: &Session, drift: Drift<'_>) -> Vec<Explanation> {
        let Some(after) = drift.after.map(Fields::of) else {
            return Vec::new();
        };
        let Some(object) = self.object(&after) else {
            return Vec::new();
        };
        let (before, after) = (
            self.manifest(&Fields::of(drift.before)),
            self.manifest(&after),
        );
        let cluster = &session.cluster;
        match cluster.blame(&object, &before, &after, FIELD_MANAGER).await {
            Ok(Some(blamed)) => vec![Explanation {
                what: Path::new(),
                how: Some(how(&blamed, FIELD_MANAGER)),
                who: blamed.manager,
                when: blamed.time,
            }],
            _ => Vec::new(),
        }
    }
}
