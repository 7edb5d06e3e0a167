//! What the bodies of blocks refer to.

use trueup_lang::{block, references};
use trueup_sdk::Block;
use trueup_syntax::{ast::Traversal, body::Body};

use super::{Schemas, block::spec, provisioner};
use crate::{
    config::{Connection, ProviderConfig, Provisioner, Resource},
    run::schema_of,
};

/// What counts in a body.
#[derive(Clone, Copy)]
pub(super) enum Bodies<'a> {
    /// All of it.
    Whole,
    /// What its schema has a place for; nothing if it has none.
    BySchemas(&'a dyn Schemas),
}

impl Bodies<'_> {
    pub(super) fn provider(self, config: &ProviderConfig, found: &mut Vec<Traversal>) {
        let Bodies::BySchemas(schemas) = self else {
            return whole(&config.body, found);
        };
        let source = config.provider.as_ref();
        let provider = source.and_then(|source| schemas.provider(source));
        let schema = provider.map(|provider| &provider.schema().provider.block);
        by_schema(&config.body, schema, found);
    }

    pub(super) fn resource(self, resource: &Resource, found: &mut Vec<Traversal>) {
        let Bodies::BySchemas(schemas) = self else {
            return whole(&resource.body, found);
        };
        let source = resource.provider.as_ref();
        let provider = source.and_then(|source| schemas.provider(source));
        let schema = provider.and_then(|provider| schema_of(provider, &resource.address));
        by_schema(&resource.body, schema.map(|schema| &schema.block), found);
    }

    pub(super) fn connection(self, connection: &Connection, found: &mut Vec<Traversal>) {
        match self {
            Bodies::Whole => whole(&connection.body, found),
            Bodies::BySchemas(_) => {
                let schema = provisioner::connection_schema();
                by_schema(&connection.body, Some(&schema), found);
            }
        }
    }

    pub(super) fn provisioner(self, provisioner: &Provisioner, found: &mut Vec<Traversal>) {
        match self {
            Bodies::Whole => whole(&provisioner.body, found),
            Bodies::BySchemas(_) => {
                let schema = provisioner::schema(provisioner.kind.name.as_str());
                by_schema(&provisioner.body, Some(&schema), found);
            }
        }
    }
}

fn whole(body: &Body, found: &mut Vec<Traversal>) {
    body.each_expression(&mut |expr| found.extend(references(expr).into_iter().cloned()));
}

fn by_schema(body: &Body, schema: Option<&Block>, found: &mut Vec<Traversal>) {
    if let Some(schema) = schema {
        found.extend(block::body_references(body, &spec(schema)));
    }
}
