//! Values of a resource type, and the objects they stand for.

use std::time::Duration;

use serde_json::{Map, Value as Json};
use trueup_sdk::native::Fields;
use trueup_value::Value;

use super::Typed;
use crate::{
    Session,
    client::{Kind, ObjectRef},
    manifest::duration,
    types::{
        convert,
        outline::{Node, outline},
    },
};

impl Typed {
    pub(super) fn nodes(&self) -> Vec<Node> {
        outline(self.kind, self.outline)
    }

    /// The manifest a configuration stands for.
    pub(super) fn manifest(&self, config: &Fields) -> Json {
        let mut document = Map::new();
        document.insert("apiVersion".to_owned(), Json::from(self.api_version));
        document.insert("kind".to_owned(), Json::from(self.kind));
        let metadata = self.metadata.write(config);
        document.insert("metadata".to_owned(), Json::Object(metadata));
        let mut fields = convert::to_json(&config.clone().into_value(), &self.nodes());
        if let Some(coding) = self.coding {
            (coding.encode)(&mut fields, config);
        }
        document.extend(fields);
        Json::Object(document)
    }

    /// The manifest a stored object came from; what the server decided is
    /// left out.
    pub(super) fn former(&self, stored: &Fields) -> Json {
        let mut stored = stored.clone();
        for node in self.nodes().iter().filter(|node| node.flags.computed) {
            stored.set(&node.name, Value::null(node.ty()));
        }
        self.manifest(&stored)
    }

    /// The object of a stored value.
    pub(super) fn object(&self, stored: &Fields) -> Option<ObjectRef> {
        let metadata = stored.object("metadata")?;
        let namespace = metadata.text("namespace").unwrap_or("default");
        Some(ObjectRef {
            kind: Kind::new(self.api_version, self.kind),
            namespace: self.metadata.namespaced.then(|| namespace.to_owned()),
            name: metadata
                .text("name")
                .filter(|name| !name.is_empty())?
                .to_owned(),
        })
    }

    /// The object an ID, `NAMESPACE/NAME` or `NAME`, stands for.
    pub(super) fn by_id(&self, id: &str) -> Option<ObjectRef> {
        let (namespace, name) = match (self.metadata.namespaced, id.split_once('/')) {
            (true, Some((namespace, name))) => (Some(namespace.to_owned()), name),
            (true, None) => return None,
            (false, None) => (None, id),
            (false, Some(_)) => return None,
        };
        (!name.is_empty() && !name.contains('/')).then(|| ObjectRef {
            kind: Kind::new(self.api_version, self.kind),
            namespace,
            name: name.to_owned(),
        })
    }

    /// The value of an object, given what was stored of it.
    pub(super) fn value(&self, session: &Session, live: &Json, stored: &Fields) -> Fields {
        let mut decoded = live.clone();
        if let Some(coding) = self.coding {
            (coding.decode)(&mut decoded);
        }
        let mut value = stored.clone();
        let fields = convert::from_json(&decoded, &self.nodes(), &stored.clone().into_value());
        for (name, field) in Fields::of(&fields).iter() {
            value.set(name, field.clone());
        }
        let metadata = self.metadata.read(live, stored, &session.ignored);
        value.set("metadata", metadata);
        let text = |pointer: &str| {
            live.pointer(pointer)
                .and_then(Json::as_str)
                .unwrap_or_default()
        };
        let name = text("/metadata/name");
        value.set_text(
            "id",
            match self.metadata.namespaced {
                true => format!("{}/{name}", text("/metadata/namespace")),
                false => name.to_owned(),
            },
        );
        if let Some(coding) = self.coding {
            (coding.fill)(&mut value, live, stored);
        }
        value
    }

    /// A stored value for an object that was found.
    pub(super) fn found(&self, session: &Session, empty: Fields, live: &Json) -> Fields {
        let mut value = self.value(session, live, &empty);
        for extra in (self.extras)() {
            if let Some(default) = extra.default {
                value.set(extra.name, default);
            }
        }
        value
    }

    pub(super) fn limit(&self, stored: &Fields, operation: &str) -> Duration {
        let timeouts = Fields::of(stored.get("timeouts"));
        let given = timeouts.text(operation).and_then(duration);
        given.unwrap_or(Duration::from_secs(600))
    }
}

/// By which ID an object is imported.
pub(super) fn import_id(object: &ObjectRef) -> String {
    match &object.namespace {
        Some(namespace) => format!("{namespace}/{}", object.name),
        None => object.name.clone(),
    }
}
