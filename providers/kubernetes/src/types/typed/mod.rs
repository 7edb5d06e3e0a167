//! What all types that stand for one kind have in common.

mod apply;
mod look;
mod object;
mod plan;

use serde_json::{Map, Value as Json};
use trueup_sdk::{
    Answer, Attribute, Block, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse,
    ReadResponse, Recovery, ResourceSchema,
    native::{
        Create, Delete, Deleted, Failure, Field, Fields, Made, Nested, ResourceType, Shape, Update,
    },
};
use trueup_value::{Str, Type, Value};

use super::{
    metadata::Metadata,
    outline::{block, rules},
};
use crate::{
    Session,
    client::{ClusterError, Manager, Readiness},
    manifest::{wanted, was_applied},
    report,
    session::{FIELD_MANAGER, READS_AT_ONCE},
};

/// An attribute of a type that is none of the API's.
pub(crate) struct Extra {
    pub(crate) name: &'static str,
    pub(crate) attribute: Attribute,
    /// The value where none is given.
    pub(crate) default: Option<Value>,
}

/// A resource type that stands for one kind.
pub(crate) struct Typed {
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) metadata: Metadata,
    pub(crate) about: &'static str,
    /// The version of its schema.
    pub(crate) version: u64,
    /// Which fields of the kind it has.
    pub(crate) outline: &'static str,
    pub(crate) extras: fn() -> Vec<Extra>,
    /// The operations that can be bounded in time.
    pub(crate) timeouts: &'static [&'static str],
    /// Fields of the API as they are in a configuration, and back.
    pub(crate) coding: Option<Coding>,
    /// What to wait for after applying.
    pub(crate) ready: Option<fn(&Fields, &Json) -> Readiness>,
}

/// How fields of the API differ from those of a configuration.
#[derive(Clone, Copy)]
pub(crate) struct Coding {
    /// From a configuration, with the rest of it, to the API.
    pub(crate) encode: fn(&mut Map<String, Json>, &Fields),
    /// From the API.
    pub(crate) decode: fn(&mut Json),
    /// Computed attributes that are none of the API's.
    pub(crate) fill: fn(&mut Fields, &Json, &Fields),
}

impl Extra {
    /// A flag to wait for something.
    pub(crate) fn flag(name: &'static str, default: bool, about: &str) -> Extra {
        let attribute = Attribute {
            description: Str::new(about),
            ..Attribute::optional(Type::Bool)
        };
        Extra {
            name,
            attribute,
            default: Some(Value::bool(default)),
        }
    }
}

/// No attributes but those of the API.
pub(crate) fn no_extras() -> Vec<Extra> {
    Vec::new()
}

/// How new objects are applied.
const MANAGER: Manager<'static> = Manager {
    name: FIELD_MANAGER,
    force: false,
    inherit: false,
};

/// The same for an object there is already.
fn asking(session: &Session, prior: &Object) -> Manager<'static> {
    Manager {
        force: session.force,
        inherit: !was_applied(&prior.private),
        ..MANAGER
    }
}

fn failure(error: ClusterError) -> Failure {
    Failure::from(report::problem(&error))
}

impl ResourceType<Session> for Typed {
    fn shape(&self) -> Shape {
        let nodes = self.nodes();
        let mut fields: Block = block(&nodes);
        fields.description = Str::new(self.about);
        let id = Attribute::optional(Type::String).or_computed();
        fields.attributes.insert(Str::new("id"), id);
        fields
            .blocks
            .insert(Str::new("metadata"), self.metadata.block());
        for extra in (self.extras)() {
            fields
                .attributes
                .insert(Str::new(extra.name), extra.attribute);
        }
        let mut shape = Shape::of(&ResourceSchema {
            version: self.version,
            block: fields,
        })
        .legacy();
        for (path, node) in rules(&nodes) {
            if let Some(default) = node.default() {
                shape = shape.field(&path, |field| field.filled(default));
            }
            if node.flags.replaces {
                shape = shape.field(&path, Field::replaces);
            }
        }
        for name in ["name", "generate_name", "namespace"] {
            shape = shape.field(&format!("metadata.{name}"), Field::replaces);
        }
        shape = shape.field("metadata.namespace", |field| {
            field.filled(Value::string("default"))
        });
        for extra in (self.extras)() {
            if let Some(default) = extra.default {
                shape = shape.field(extra.name, |field| field.filled(default));
            }
        }
        match self.timeouts.is_empty() {
            true => shape,
            false => shape.block(Nested::timeouts(self.timeouts)),
        }
    }

    fn plan<'a>(
        &'a self,
        session: &'a Session,
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        Box::pin(Typed::plan(self, session, shape, request))
    }

    fn read<'a>(&'a self, session: &'a Session, object: Object) -> Answer<'a, ReadResponse> {
        Box::pin(async move {
            let mut answers = Typed::read_all(self, session, vec![object]).await;
            answers.pop().unwrap_or_default()
        })
    }

    fn read_all<'a>(
        &'a self,
        session: &'a Session,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(Typed::read_all(self, session, objects))
    }

    fn reads_at_once(&self) -> usize {
        READS_AT_ONCE
    }

    fn identify(&self, session: &Session, planned: &Fields) -> Option<String> {
        let manifest = self.manifest(planned);
        wanted::identify(&manifest, &*session.random)
    }

    fn create<'a>(&'a self, session: &'a Session, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(Typed::create(self, session, create))
    }

    fn update<'a>(&'a self, session: &'a Session, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(Typed::update(self, session, update))
    }

    fn delete<'a>(&'a self, session: &'a Session, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(Typed::delete(self, session, delete))
    }

    fn import<'a>(
        &'a self,
        session: &'a Session,
        empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        Some(Box::pin(Typed::import(self, session, empty, id)))
    }

    fn recover<'a>(
        &'a self,
        session: &'a Session,
        action: Interrupted<'a>,
    ) -> Answer<'a, Recovery> {
        Box::pin(Typed::recover(self, session, action))
    }

    fn explain<'a>(
        &'a self,
        session: &'a Session,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        Box::pin(Typed::explain(self, session, drift))
    }
}
