//! Objects as they are now: read again, and compared with how they were left.

use std::sync::Arc;

use trueup_sdk::{Block, Configured, PartChange, Problem, ReadRequest, ReadResponse};
use trueup_syntax::{Diagnostic, Diagnostics, Severity};
use trueup_value::{Path, Type, Value};

use super::{Mode, drift::drift, fetch::Fetched, walk::Walk};
use crate::{
    address::AbsResourceInstance,
    diff::mark_sensitive,
    progress::ObjectRef,
    run::{ResourceContext, without_place},
    state::{Attributes, DecodeError, Object},
};

impl Walk<'_> {
    /// The object as it is now, read again unless that is not wanted.
    pub(super) async fn refresh(
        &self,
        context: &ResourceContext<'_>,
        provider: &dyn Configured,
        address: &AbsResourceInstance,
        name: &str,
    ) -> Result<Option<Arc<Object>>, Diagnostics> {
        let fetched = self.fetched.borrow_mut().remove(address);
        let Fetched {
            stored,
            current,
            parts,
        } = match fetched {
            Some(fetched) => fetched,
            None => match self.read(context, provider, address, name).await? {
                Some(read) => read,
                None => return Ok(None),
            },
        };
        let current = current?;
        let provider = &context.provider_address;
        self.note_drift(address, provider, &stored, (current.as_ref(), parts));
        let mut refreshed = self.refreshed.borrow_mut();
        refreshed.set_current(address, provider, current.clone());
        Ok(current)
    }

    /// Reads an object by itself; none if there is none in the state.
    async fn read(
        &self,
        context: &ResourceContext<'_>,
        provider: &dyn Configured,
        address: &AbsResourceInstance,
        name: &str,
    ) -> Result<Option<Fetched>, Diagnostics> {
        let stored = self.state.instance(&address.resource, &address.key);
        let Some(stored) = stored.and_then(|instance| instance.current.as_ref()) else {
            return Ok(None);
        };
        let kind = context.config.address.kind.as_str();
        let decoded = stored.decoded(context.provider, kind, context.schema).await;
        let stored = decoded.map_err(|error| undecodable(error, name))?;
        if !self.options.refresh {
            let current = Ok(Some(Arc::clone(&stored)));
            return Ok(Some(Fetched {
                stored,
                current,
                parts: Vec::new(),
            }));
        }
        let mut found = Diagnostics::default();
        if let Some(value) = stored.value() {
            let subject = ObjectRef::current(address);
            self.watch.observer.refresh_started(subject, value);
        }
        let (object, parts) = read(context, provider, &stored, name, &mut found).await;
        let current = self.conclude(address, object, found);
        Ok(Some(Fetched {
            stored,
            current,
            parts,
        }))
    }

    /// Tells what reading an object led to: what was found, or why nothing was.
    pub(super) fn conclude(
        &self,
        address: &AbsResourceInstance,
        object: Option<Arc<Object>>,
        found: Diagnostics,
    ) -> Result<Option<Arc<Object>>, Diagnostics> {
        self.tell_refreshed(address, object.as_ref(), found.has_errors());
        if found.has_errors() {
            return Err(found);
        }
        self.report(found);
        Ok(object)
    }

    /// Tells who watches what reading an object led to.
    pub(super) fn tell_refreshed(
        &self,
        address: &AbsResourceInstance,
        object: Option<&Arc<Object>>,
        failed: bool,
    ) {
        let null = Value::null(Type::Dynamic);
        let found = match object {
            Some(object) => object.value(),
            None if failed => None,
            None => Some(&null),
        };
        let observer = self.watch.observer;
        observer.refresh_finished(ObjectRef::current(address), found);
    }

    /// Notes what has changed behind our back, or only moved.
    pub(super) fn note_drift(
        &self,
        address: &AbsResourceInstance,
        provider: &Arc<str>,
        before: &Object,
        (after, parts): (Option<&Arc<Object>>, Vec<PartChange>),
    ) {
        if after.is_none_or(|after| after.as_ref() != before) {
            self.touched.set(true);
        }
        let previous = self.previous(address);
        let also_moved = previous.is_some() && self.options.mode == Mode::RefreshOnly;
        let found = drift(address, provider, before, (after, parts), also_moved);
        if let Some(mut found) = found.filter(|_| self.options.mode != Mode::Destroy) {
            found.previous_address = previous;
            self.drift.borrow_mut().add(found);
        }
    }
}

/// Reads an object again, and reports problems where its configuration is.
pub(super) async fn read(
    context: &ResourceContext<'_>,
    provider: &dyn Configured,
    object: &Arc<Object>,
    name: &str,
    diagnostics: &mut Diagnostics,
) -> (Option<Arc<Object>>, Vec<PartChange>) {
    let kind = context.config.address.kind.as_str();
    let read = read_object(provider, kind, &context.schema.block, object).await;
    context.report(read.problems, name, diagnostics);
    (read.object, read.parts)
}

/// What reading an object led to.
#[derive(Default)]
pub(crate) struct Reading {
    /// The object; `None` if there is none any more, or if there are errors.
    pub(crate) object: Option<Arc<Object>>,
    /// Parts of it that are not as they were left.
    pub(super) parts: Vec<PartChange>,
    pub(super) problems: Vec<Problem>,
}

impl Reading {
    fn failed(problems: Vec<Problem>) -> Self {
        Reading {
            problems,
            ..Reading::default()
        }
    }
}

/// Reads an object again. What was sensitive stays so.
pub(super) async fn read_object(
    provider: &dyn Configured,
    kind: &str,
    block: &Block,
    object: &Arc<Object>,
) -> Reading {
    let Some(value) = object.value() else {
        return Reading::default();
    };
    let requests = vec![ReadRequest {
        kind,
        object: request(value, &object.private),
    }];
    let answer = provider.read(requests).await.into_iter().next();
    absorb(block, object, answer)
}

/// An object as a provider is asked about it.
pub(crate) fn request(value: &Value, private: &[u8]) -> trueup_sdk::Object {
    let (value, _) = value.unmark_deep();
    let private = private.to_vec();
    trueup_sdk::Object { value, private }
}

/// An object as a provider has found it. What was sensitive stays so.
pub(crate) fn absorb(block: &Block, object: &Arc<Object>, answer: Option<ReadResponse>) -> Reading {
    let (Some(value), Some(answer)) = (object.value(), answer) else {
        let detail = "The provider did not say what there is of the object.";
        let problem = Problem::error("Missing answer", detail, Path::new());
        return Reading::failed(vec![problem]);
    };
    let problems = answer.problems;
    let Some(current) = answer.object else {
        return Reading::failed(problems);
    };
    let parts = answer.parts;
    let (bare, marks) = value.unmark_deep_with_paths();
    let unchanged = current.value == bare && current.private == object.private;
    let remembered = match unchanged {
        true => value.clone(),
        false => current.value.mark_with_paths(&marks),
    };
    // States of old versions do not say what the schema calls sensitive.
    let marked = mark_sensitive(block, &remembered);
    if unchanged && marked == *value {
        return Reading {
            object: Some(Arc::clone(object)),
            parts,
            problems,
        };
    }
    let current = Arc::new(Object {
        attributes: Attributes::Known(marked),
        private: current.private,
        ..Object::clone(object)
    });
    Reading {
        object: Some(current),
        parts,
        problems,
    }
}

/// Why stored attributes could not be understood.
pub(super) fn undecodable(error: DecodeError, name: &str) -> Diagnostics {
    let mut diagnostics = match error {
        DecodeError::Upgrade(problems) => {
            Diagnostics(problems.into_iter().map(without_place).collect())
        }
        DecodeError::Flat => Diagnostics(vec![Diagnostic::without_place(
            Severity::Error,
            "State written by an old version",
            format!(
                "The object {name} is stored in the form of Terraform 0.11. Apply once with Terraform 0.12 or later to bring it up to date."
            ),
        )]),
    };
    for diagnostic in &mut diagnostics.0 {
        diagnostic.address = Some(name.to_owned());
    }
    diagnostics
}
