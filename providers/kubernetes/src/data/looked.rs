//! What all data sources of one kind have in common.

use serde_json::Value as Json;
use trueup_sdk::{
    Answer, Attribute, Problem, ResourceSchema,
    native::{DataSource, Fields, Shape},
};
use trueup_value::{Str, Type, Value};

use crate::{
    Session,
    client::{Kind, ObjectRef},
    report,
    types::{convert, metadata::Metadata, outline},
};

/// A data source of one kind.
pub(crate) struct Looked {
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) metadata: Metadata,
    pub(crate) about: &'static str,
    /// Which fields of the kind it has.
    pub(crate) outline: &'static str,
    /// Attributes that are none of the API's.
    pub(crate) extras: fn() -> Vec<(&'static str, Attribute)>,
    /// Fills them in.
    pub(crate) fill: fn(&mut Fields, &Json, &Fields),
}

impl DataSource<Session> for Looked {
    fn shape(&self) -> Shape {
        let nodes = outline::outline(self.kind, self.outline);
        let mut block = outline::block(&nodes);
        block.description = Str::new(self.about);
        let id = Attribute::optional(Type::String).or_computed();
        block.attributes.insert(Str::new("id"), id);
        block
            .blocks
            .insert(Str::new("metadata"), self.metadata.block());
        for (name, attribute) in (self.extras)() {
            block.attributes.insert(Str::new(name), attribute);
        }
        Shape::of(&ResourceSchema::new(block))
    }

    fn read<'a>(
        &'a self,
        session: &'a Session,
        config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(self.look(session, config))
    }
}

impl Looked {
    async fn look(&self, session: &Session, config: Fields) -> Result<Fields, Vec<Problem>> {
        let metadata = config.object("metadata").unwrap_or_default();
        let namespace = metadata.text("namespace").unwrap_or("default");
        let object = ObjectRef {
            kind: Kind::new(self.api_version, self.kind),
            namespace: self.metadata.namespaced.then(|| namespace.to_owned()),
            name: metadata.text("name").unwrap_or_default().to_owned(),
        };
        let found = session.cluster.get(&object).await;
        // As with Terraform's provider, what is not there has no values.
        let Some(live) = found.map_err(|error| report::problems(&error))? else {
            return Ok(config);
        };
        let nodes = outline::outline(self.kind, self.outline);
        let nothing = Value::null(outline::object_type(&nodes));
        let mut value = config.clone();
        let fields = convert::from_json(&live, &nodes, &nothing);
        for (name, field) in Fields::of(&fields).iter() {
            value.set(name, field.clone());
        }
        let known = Fields::default();
        value.set(
            "metadata",
            self.metadata.read(&live, &known, &session.ignored),
        );
        value.set_text(
            "id",
            match &object.namespace {
                Some(namespace) => format!("{namespace}/{}", object.name),
                None => object.name.clone(),
            },
        );
        (self.fill)(&mut value, &live, &config);
        Ok(value)
    }
}

/// No attributes but those of the API.
pub(crate) fn no_extras() -> Vec<(&'static str, Attribute)> {
    Vec::new()
}
