//! The block `metadata`, the same for all types.

use serde_json::{Map, Value as Json};
use trueup_sdk::{Attribute, Block, NestedBlock, NestingMode, StringKind, native::Fields};
use trueup_value::{Str, Type, Value};

use crate::{
    client::fields::ManagedFields,
    session::{FIELD_MANAGER, Ignored},
};

/// What in metadata a type has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Metadata {
    /// Its objects are in namespaces.
    pub(crate) namespaced: bool,
    /// Their names may be made by the server.
    pub(crate) generated: bool,
}

impl Metadata {
    /// The schema of the block.
    pub(crate) fn block(self) -> NestedBlock {
        let texts = Type::map(Type::String);
        let mut attributes = vec![
            (
                "annotations",
                Attribute::optional(texts.clone()),
                "Texts by key that tools attach. Those this resource does not set are left alone.",
            ),
            (
                "generation",
                Attribute::computed(Type::Number),
                "Counts the changes of what is wanted.",
            ),
            (
                "labels",
                Attribute::optional(texts),
                "Texts by key to select objects by. Those this resource does not set are left alone.",
            ),
            (
                "name",
                Attribute::optional(Type::String).or_computed(),
                "The name; it cannot change.",
            ),
            (
                "resource_version",
                Attribute::computed(Type::String),
                "Changes with every change of the object.",
            ),
            (
                "uid",
                Attribute::computed(Type::String),
                "Tells the object from others that had its name.",
            ),
        ];
        if self.generated {
            attributes.push((
                "generate_name",
                Attribute::optional(Type::String),
                "What the name begins with, where the rest is to be made up.",
            ));
        }
        if self.namespaced {
            attributes.push((
                "namespace",
                Attribute::optional(Type::String),
                "The namespace; `default` unless given. It cannot change.",
            ));
        }
        let attributes = attributes.into_iter().map(|(name, attribute, about)| {
            let described = Attribute {
                description: Str::new(about),
                description_kind: StringKind::Plain,
                ..attribute
            };
            (Str::new(name), described)
        });
        NestedBlock {
            nesting: NestingMode::List,
            block: Block {
                attributes: attributes.collect(),
                description: Str::new("What every object has."),
                ..Block::default()
            },
            min_items: 1,
            max_items: 1,
        }
    }

    /// What a configuration says of metadata.
    pub(crate) fn write(self, config: &Fields) -> Map<String, Json> {
        let block = config.object("metadata").unwrap_or_default();
        let mut metadata = Map::new();
        let mut set = |json: &str, text: Option<&str>| {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                metadata.insert(json.to_owned(), Json::from(text));
            }
        };
        set("name", block.text("name"));
        set("generateName", block.text("generate_name"));
        if self.namespaced {
            set(
                "namespace",
                Some(block.text("namespace").unwrap_or("default")),
            );
        }
        for name in ["labels", "annotations"] {
            let texts = block.texts(name).into_iter();
            let texts =
                texts.filter_map(|(key, text)| Some((key.as_str()?.to_owned(), Json::from(text))));
            let texts: Map<String, Json> = texts.collect();
            if !texts.is_empty() {
                metadata.insert(name.to_owned(), Json::Object(texts));
            }
        }
        metadata
    }

    /// What an object says. Labels and annotations that neither were there
    /// before nor are ours are left out; where nothing was there before,
    /// because the object is imported, all that people set are ours to be.
    pub(crate) fn read(self, live: &Json, before: &Fields, ignored: &Ignored) -> Value {
        let known = before.object("metadata").unwrap_or_default();
        let importing = known.text("name").is_none();
        let metadata = live.get("metadata");
        let at = |name: &str| metadata.and_then(|metadata| metadata.get(name));
        let text = |name: &str| {
            let text = at(name).and_then(Json::as_str);
            text.map_or_else(|| Value::null(Type::String), Value::string)
        };
        let ours = ManagedFields::applied_by(live, FIELD_MANAGER);
        let texts = |name: &str, ignored: &[regex::Regex]| {
            let kept = known.texts(name);
            let owned = |key: &str| {
                let fields = ours
                    .as_ref()
                    .and_then(|ours| ours.field("metadata")?.field(name));
                fields.is_some_and(|fields| fields.field(key).is_some())
            };
            let entries = at(name).and_then(Json::as_object).into_iter().flatten();
            let entries = entries.filter(|(key, _)| {
                let before = kept.iter().any(|(known, _)| known.as_str() == Some(key));
                let taken = importing && !is_internal(key);
                let skipped = ignored.iter().any(|regex| regex.is_match(key));
                !skipped && (before || owned(key) || taken)
            });
            let entries = entries
                .filter_map(|(key, value)| Some((key.as_str(), Value::string(value.as_str()?))));
            let entries: Vec<_> = entries.collect();
            match entries.is_empty() && super::convert::is_blank(known.get(name)) {
                true if importing => Value::null(Type::map(Type::String)),
                true => known.get(name).clone(),
                false => Value::map(Type::String, entries),
            }
        };
        let number = at("generation").and_then(Json::as_i64).unwrap_or(0);
        let mut fields = Fields::default();
        fields.set("annotations", texts("annotations", &ignored.annotations));
        fields.set("labels", texts("labels", &ignored.labels));
        fields.set("generation", Value::number(number));
        fields.set("name", text("name"));
        fields.set("resource_version", text("resourceVersion"));
        fields.set("uid", text("uid"));
        if self.generated {
            let given = known.get("generate_name");
            let kept = match super::convert::is_blank(given) && at("generateName").is_none() {
                true if !importing => given.clone(),
                _ => text("generateName"),
            };
            // A name made here leaves no trace in the object.
            let kept = match kept.is_null() && known.text("generate_name").is_some() {
                true => given.clone(),
                false => kept,
            };
            fields.set("generate_name", kept);
        }
        if self.namespaced {
            fields.set("namespace", text("namespace"));
        }
        let fields = fields.into_value();
        Value::list(fields.ty(), vec![fields])
    }
}

/// Whether a label or annotation belongs to Kubernetes or to a tool that
/// applies objects.
fn is_internal(key: &str) -> bool {
    let host = key.split_once('/').map_or("", |(host, _)| host);
    host == "kubernetes.io"
        || host == "k8s.io"
        || host.ends_with(".kubernetes.io")
        || host.ends_with(".k8s.io")
}
