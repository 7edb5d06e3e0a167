//! Schemas read from what `providers schema -json` prints.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use trueup_value::{Str, Type, json::type_from_json};

use crate::{
    Attribute, AttributeType, Block, FunctionSignature, NestedBlock, NestedObject, NestingMode,
    ProviderSchema, ResourceSchema, StringKind, TypeSchemas,
};

/// Why a schema cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reading a schema: {place}: {problem}")]
pub struct SchemaError {
    /// The names that lead to what is wrong, joined with dots.
    pub place: String,
    /// What is wrong with it.
    pub problem: String,
}

type Read<T> = Result<T, SchemaError>;

fn problem(problem: impl Into<String>) -> SchemaError {
    SchemaError {
        place: String::new(),
        problem: problem.into(),
    }
}

impl SchemaError {
    fn within(mut self, name: &str) -> Self {
        self.place = match self.place.is_empty() {
            true => name.to_owned(),
            false => format!("{name}.{}", self.place),
        };
        self
    }
}

impl ProviderSchema {
    /// The schema of one provider, from the object under its source address.
    /// Keys that are not known are passed over.
    ///
    /// # Errors
    /// Where something is missing or of another kind than it should be.
    pub fn from_json(json: &Json) -> Read<ProviderSchema> {
        let object = object(json)?;
        let one = |key: &str| {
            let found = object.get(key);
            let read = found.map(ResourceSchema::from_json).transpose();
            read.map_err(|e| e.within(key))
        };
        let many = |key: &str| -> Read<TypeSchemas> {
            let types = named(object, key, ResourceSchema::from_json)?;
            Ok(types.into_iter().collect())
        };
        Ok(ProviderSchema {
            provider: one("provider")?.unwrap_or_default(),
            provider_meta: one("provider_meta")?,
            resources: many("resource_schemas")?,
            data_sources: many("data_source_schemas")?,
            ephemeral_resources: many("ephemeral_resource_schemas")?,
            functions: named(object, "functions", function)?,
        })
    }
}

impl ResourceSchema {
    /// Version and block; without a block there is nothing to configure.
    ///
    /// # Errors
    /// As for [`ProviderSchema::from_json`].
    pub fn from_json(json: &Json) -> Read<ResourceSchema> {
        let object = object(json)?;
        let read = object.get("block").map(block).transpose();
        Ok(ResourceSchema {
            version: count(object, "version"),
            block: read.map_err(|e| e.within("block"))?.unwrap_or_default(),
        })
    }
}

fn object(json: &Json) -> Read<&Map<String, Json>> {
    json.as_object().ok_or_else(|| problem("not an object"))
}

/// The entries of the object at `key`, each read with `read`.
fn named<T>(
    parent: &Map<String, Json>,
    key: &str,
    read: impl Fn(&Json) -> Read<T>,
) -> Read<BTreeMap<Str, T>> {
    let Some(json) = parent.get(key).filter(|json| !json.is_null()) else {
        return Ok(BTreeMap::new());
    };
    let entries = object(json).map_err(|e| e.within(key))?.iter();
    entries
        .map(|(name, json)| {
            let item = read(json).map_err(|e| e.within(name).within(key))?;
            Ok((Str::new(name), item))
        })
        .collect()
}

fn flag(object: &Map<String, Json>, key: &str) -> bool {
    object.get(key).and_then(Json::as_bool).unwrap_or_default()
}

fn count(object: &Map<String, Json>, key: &str) -> u64 {
    object.get(key).and_then(Json::as_u64).unwrap_or_default()
}

fn text(object: &Map<String, Json>, key: &str) -> Str {
    Str::new(object.get(key).and_then(Json::as_str).unwrap_or_default())
}

fn kind(object: &Map<String, Json>) -> StringKind {
    match object.get("description_kind").and_then(Json::as_str) {
        Some("markdown") => StringKind::Markdown,
        _ => StringKind::Plain,
    }
}

fn block(json: &Json) -> Read<Block> {
    let object = object(json)?;
    Ok(Block {
        attributes: named(object, "attributes", attribute)?,
        blocks: named(object, "block_types", nested_block)?,
        description: text(object, "description"),
        description_kind: kind(object),
        deprecated: flag(object, "deprecated"),
    })
}

fn nested_block(json: &Json) -> Read<NestedBlock> {
    let object = object(json)?;
    let inner = object.get("block").map(block).transpose();
    Ok(NestedBlock {
        nesting: nesting(object)?,
        block: inner.map_err(|e| e.within("block"))?.unwrap_or_default(),
        min_items: count(object, "min_items"),
        max_items: count(object, "max_items"),
    })
}

fn nesting(object: &Map<String, Json>) -> Read<NestingMode> {
    let name = text(object, "nesting_mode");
    let modes = [
        NestingMode::Single,
        NestingMode::Group,
        NestingMode::List,
        NestingMode::Set,
        NestingMode::Map,
    ];
    let found = modes.into_iter().find(|mode| mode.name() == name.as_str());
    found.ok_or_else(|| problem(format!("no nesting mode is called \"{name}\"")))
}

fn attribute(json: &Json) -> Read<Attribute> {
    let object = object(json)?;
    let ty = match object.get("nested_type") {
        Some(nested) => AttributeType::Nested(nested_object(nested)?),
        None => AttributeType::Value(value_type(object, "type")?),
    };
    Ok(Attribute {
        ty,
        description: text(object, "description"),
        description_kind: kind(object),
        required: flag(object, "required"),
        optional: flag(object, "optional"),
        computed: flag(object, "computed"),
        sensitive: flag(object, "sensitive"),
        write_only: flag(object, "write_only"),
        deprecated: flag(object, "deprecated"),
    })
}

fn nested_object(json: &Json) -> Read<NestedObject> {
    let object = object(json)?;
    Ok(NestedObject {
        nesting: nesting(object)?,
        attributes: named(object, "attributes", attribute)?,
    })
}

fn value_type(object: &Map<String, Json>, key: &str) -> Read<Type> {
    let json = object
        .get(key)
        .ok_or_else(|| problem("it has no type").within(key))?;
    type_from_json(json.to_string()).map_err(|e| problem(e.to_string()).within(key))
}

fn function(json: &Json) -> Read<FunctionSignature> {
    let function = object(json)?;
    let parameters = function.get("parameters").and_then(Json::as_array);
    let parameters = parameters.into_iter().flatten().map(|parameter| {
        let parameter = object(parameter)?;
        Ok((text(parameter, "name"), value_type(parameter, "type")?))
    });
    Ok(FunctionSignature {
        description: text(function, "description"),
        summary: text(function, "summary"),
        return_type: value_type(function, "return_type")?,
        parameters: parameters.collect::<Read<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::ProviderSchema;

    #[test]
    fn what_is_read_is_written_the_same() {
        let json = json!({
            "provider": { "version": 0, "block": {
                "attributes": { "region": { "type": "string", "description_kind": "plain", "optional": true } },
                "description_kind": "plain",
            } },
            "resource_schemas": { "x_y": { "version": 2, "block": {
                "attributes": {
                    "any": { "type": "dynamic", "description_kind": "plain", "optional": true, "computed": true },
                    "token": { "type": "string", "description_kind": "plain", "optional": true, "write_only": true },
                    "rules": { "nested_type": { "nesting_mode": "map", "attributes": {
                        "ports": { "type": ["set", ["object", { "n": "number" }]], "description_kind": "plain", "required": true },
                    } }, "description": "**Rules**", "description_kind": "markdown", "optional": true },
                },
                "block_types": { "one": { "nesting_mode": "list", "min_items": 1, "max_items": 2, "block": {
                    "description_kind": "plain", "deprecated": true,
                } } },
                "description_kind": "plain",
            } } },
            "functions": { "f": {
                "description": "d", "summary": "s", "return_type": ["list", "bool"],
                "parameters": [{ "name": "p", "type": ["tuple", ["string"]] }],
            } },
        });
        let schema = ProviderSchema::from_json(&json).expect("a schema");
        assert_eq!(schema.to_json(), json);
    }

    #[test]
    fn errors_say_where() {
        for (json, expected) in [
            (json!([]), ": not an object"),
            (
                json!({ "resource_schemas": { "x": { "block": { "attributes": { "a": {} } } } } }),
                "resource_schemas.x.block.attributes.a.type: it has no type",
            ),
            (
                json!({ "provider": { "block": { "block_types": { "b": { "nesting_mode": "pile" } } } } }),
                "provider.block.block_types.b: no nesting mode is called \"pile\"",
            ),
        ] {
            let error = ProviderSchema::from_json(&json).expect_err("an error");
            assert_eq!(error.to_string(), format!("reading a schema: {expected}"));
        }
    }
}
