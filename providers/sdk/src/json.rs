//! Schemas as `providers schema -json` prints them.

use serde_json::{Map, Value as Json, json};
use trueup_value::{Str, Type};

use crate::{
    Attribute, AttributeType, Block, FunctionSignature, NestedBlock, NestingMode, ProviderSchema,
    ResourceSchema, StringKind,
};

impl ProviderSchema {
    /// The object under the provider's source address.
    pub fn to_json(&self) -> Json {
        let mut object = Map::new();
        object.insert("provider".to_owned(), self.provider.provider_json());
        let kinds = [
            ("resource_schemas", &self.resources),
            ("data_source_schemas", &self.data_sources),
            ("ephemeral_resource_schemas", &self.ephemeral_resources),
        ];
        for (key, schemas) in kinds {
            if !schemas.is_empty() {
                let schemas = schemas
                    .iter()
                    .map(|(name, s)| (name.to_string(), s.to_json()));
                object.insert(key.to_owned(), Json::Object(schemas.collect()));
            }
        }
        if !self.functions.is_empty() {
            let functions = self.functions.iter();
            let functions = functions.map(|(name, f)| (name.to_string(), f.to_json()));
            object.insert("functions".to_owned(), Json::Object(functions.collect()));
        }
        Json::Object(object)
    }
}

impl ResourceSchema {
    /// Version and block.
    pub fn to_json(&self) -> Json {
        json!({ "version": self.version, "block": self.block.to_json() })
    }

    /// A provider without configuration has no block at all.
    fn provider_json(&self) -> Json {
        match self.block == Block::default() {
            true => json!({ "version": self.version }),
            false => self.to_json(),
        }
    }
}

impl Block {
    fn to_json(&self) -> Json {
        let mut object = Map::new();
        if !self.attributes.is_empty() {
            object.insert(
                "attributes".to_owned(),
                attributes_json(self.attributes.iter()),
            );
        }
        if !self.blocks.is_empty() {
            let blocks = self
                .blocks
                .iter()
                .map(|(name, b)| (name.to_string(), b.to_json()));
            object.insert("block_types".to_owned(), Json::Object(blocks.collect()));
        }
        describe(&mut object, &self.description, self.description_kind);
        if self.deprecated {
            object.insert("deprecated".to_owned(), Json::Bool(true));
        }
        Json::Object(object)
    }
}

impl NestedBlock {
    fn to_json(&self) -> Json {
        let mut object = Map::new();
        object.insert("nesting_mode".to_owned(), self.nesting.name().into());
        object.insert("block".to_owned(), self.block.to_json());
        for (key, limit) in [("min_items", self.min_items), ("max_items", self.max_items)] {
            if limit > 0 {
                object.insert(key.to_owned(), limit.into());
            }
        }
        Json::Object(object)
    }
}

impl Attribute {
    fn to_json(&self) -> Json {
        let mut object = Map::new();
        match &self.ty {
            AttributeType::Value(ty) => {
                object.insert("type".to_owned(), type_json(ty));
            }
            AttributeType::Nested(nested) => {
                let attributes = attributes_json(nested.attributes.iter());
                let nested = json!({
                    "attributes": attributes,
                    "nesting_mode": nested.nesting.name(),
                });
                object.insert("nested_type".to_owned(), nested);
            }
        }
        describe(&mut object, &self.description, self.description_kind);
        let flags = [
            ("deprecated", self.deprecated),
            ("required", self.required),
            ("optional", self.optional),
            ("computed", self.computed),
            ("sensitive", self.sensitive),
            ("write_only", self.write_only),
        ];
        for (key, _) in flags.into_iter().filter(|(_, set)| *set) {
            object.insert(key.to_owned(), Json::Bool(true));
        }
        Json::Object(object)
    }
}

impl FunctionSignature {
    fn to_json(&self) -> Json {
        let parameters = self.parameters.iter();
        let parameters =
            parameters.map(|(name, ty)| json!({ "name": name.as_str(), "type": type_json(ty) }));
        json!({
            "description": self.description.as_str(),
            "summary": self.summary.as_str(),
            "return_type": type_json(&self.return_type),
            "parameters": parameters.collect::<Vec<_>>(),
        })
    }
}

impl NestingMode {
    /// As the protocol calls it.
    pub fn name(self) -> &'static str {
        match self {
            NestingMode::Single => "single",
            NestingMode::Group => "group",
            NestingMode::List => "list",
            NestingMode::Set => "set",
            NestingMode::Map => "map",
        }
    }
}

fn attributes_json<'a>(attributes: impl Iterator<Item = (&'a Str, &'a Attribute)>) -> Json {
    Json::Object(
        attributes
            .map(|(name, a)| (name.to_string(), a.to_json()))
            .collect(),
    )
}

fn describe(object: &mut Map<String, Json>, text: &Str, kind: StringKind) {
    if !text.is_empty() {
        object.insert("description".to_owned(), text.as_str().into());
    }
    let kind = match kind {
        StringKind::Plain => "plain",
        StringKind::Markdown => "markdown",
    };
    object.insert("description_kind".to_owned(), kind.into());
}

/// A type in the JSON form of the type system.
fn type_json(ty: &Type) -> Json {
    match ty {
        Type::Dynamic => "dynamic".into(),
        Type::Bool => "bool".into(),
        Type::Number => "number".into(),
        Type::String => "string".into(),
        Type::List(element) => json!(["list", type_json(element)]),
        Type::Set(element) => json!(["set", type_json(element)]),
        Type::Map(element) => json!(["map", type_json(element)]),
        Type::Tuple(elements) => {
            json!(["tuple", elements.iter().map(type_json).collect::<Vec<_>>()])
        }
        Type::Object(object) => {
            let attributes = object.attributes().iter();
            let attributes: Map<String, Json> = attributes
                .map(|(name, ty)| (name.to_string(), type_json(ty)))
                .collect();
            json!(["object", attributes])
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trueup_value::Type;

    use crate::{Attribute, Block, NestedBlock, NestingMode, ProviderSchema, ResourceSchema};

    #[test]
    fn the_shape_is_terraforms() {
        let inner = Block {
            attributes: [("port".into(), Attribute::required(Type::Number))].into(),
            ..Block::default()
        };
        let block = Block {
            attributes: [
                ("id".into(), Attribute::computed(Type::String)),
                (
                    "tags".into(),
                    Attribute::optional(Type::map(Type::String)).sensitive(),
                ),
            ]
            .into(),
            blocks: [("rule".into(), NestedBlock::new(NestingMode::List, inner))].into(),
            ..Block::default()
        };
        let schema = ProviderSchema {
            resources: [("x_y".into(), ResourceSchema::new(block))].into(),
            ..ProviderSchema::default()
        };
        let expected = json!({
            "provider": { "version": 0 },
            "resource_schemas": { "x_y": { "version": 0, "block": {
                "attributes": {
                    "id": { "type": "string", "description_kind": "plain", "computed": true },
                    "tags": {
                        "type": ["map", "string"], "description_kind": "plain",
                        "optional": true, "sensitive": true,
                    },
                },
                "block_types": { "rule": { "nesting_mode": "list", "block": {
                    "attributes": {
                        "port": { "type": "number", "description_kind": "plain", "required": true },
                    },
                    "description_kind": "plain",
                } } },
                "description_kind": "plain",
            } } },
        });
        assert_eq!(schema.to_json(), expected);
    }
}
