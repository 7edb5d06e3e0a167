//! `terraform` blocks.

use trueup_lang::{Scope, block::decode_body, evaluate};
use trueup_sdk::Block;
use trueup_syntax::{
    Diagnostics, Span,
    ast::{Attribute, ExprKind, Ident},
};
use trueup_value::{Type, Value, convert};

use super::{Decoder, File, keyword};
use crate::{validate::block_spec, version::Constraints};
use trueup_syntax::body::{BlockItem, Body, BodySchema, attribute, block};

/// What versions will do, and where that is said.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionRequirement {
    /// All must hold.
    pub constraints: Constraints,
    /// The argument.
    pub span: Span,
}

/// A `backend` block.
#[derive(Clone, Debug)]
pub struct Backend {
    /// Its type, such as `s3`.
    pub kind: Ident,
    /// Its arguments.
    pub body: Body,
    /// The header of its block.
    pub span: Span,
}

impl Backend {
    /// Its arguments by the schema of its type. They are constants: the
    /// backend is needed before there is anything to refer to.
    pub fn arguments(&self, schema: &Block) -> (Value, Diagnostics) {
        decode_body(&self.body, &block_spec(schema), &Scope::empty())
    }
}

impl Cloud {
    /// As [`Backend::arguments`].
    pub fn arguments(&self, schema: &Block) -> (Value, Diagnostics) {
        decode_body(&self.body, &block_spec(schema), &Scope::empty())
    }
}

/// A `cloud` block.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// Its contents.
    pub body: Body,
    /// The header of its block.
    pub span: Span,
}

/// A `provider_meta` block.
#[derive(Clone, Debug)]
pub struct ProviderMeta {
    /// The provider's local name.
    pub name: Ident,
    /// Its arguments.
    pub body: Body,
    /// The header of its block.
    pub span: Span,
}

const SCHEMA: BodySchema<'_> = BodySchema {
    attributes: &[
        attribute("required_version"),
        attribute("experiments"),
        attribute("language"),
    ],
    blocks: &[
        block("backend", &["type"]),
        block("cloud", &[]),
        block("required_providers", &[]),
        block("provider_meta", &["provider"]),
    ],
};

impl Decoder<'_> {
    /// A `terraform` block.
    pub(crate) fn settings(&mut self, block: &BlockItem, file: &mut File) {
        let content = block.body.content(&SCHEMA, &mut self.diagnostics);
        if let Some(attribute) = content.attribute("required_version") {
            file.core_versions
                .extend(self.version_requirement(attribute));
        }
        if let Some(attribute) = content.attribute("language") {
            self.language(attribute);
        }
        if let Some(attribute) = content.attribute("experiments") {
            self.error(
                "Module uses experimental features",
                "Experimental features are intended only for gathering early feedback on new language designs, and so are available only in alpha releases of Terraform.",
                attribute.name.span,
            );
        }
        for inner in &content.blocks {
            let (body, span) = (inner.body.clone(), inner.header);
            match (inner.kind.name.as_str(), inner.labels.first().cloned()) {
                ("backend", Some(kind)) => file.backends.push(Backend { kind, body, span }),
                ("cloud", _) => file.clouds.push(Cloud { body, span }),
                ("required_providers", _) => {
                    let requirements = self.required_providers(inner);
                    file.requirements.push(requirements);
                }
                ("provider_meta", Some(name)) => {
                    self.constant_arguments(&inner.body);
                    if self.check_local_name(&name.name, span) {
                        file.provider_metas.push(ProviderMeta { name, body, span });
                    }
                }
                _ => {}
            }
        }
    }

    /// Arguments whose values may not refer to anything.
    fn constant_arguments(&mut self, body: &Body) {
        for attribute in body.just_attributes(&mut self.diagnostics) {
            let (_, found) = evaluate(&attribute.expr, &Scope::empty());
            self.diagnostics.extend(found);
        }
    }

    fn language(&mut self, attribute: &Attribute) {
        match keyword(&attribute.expr).as_deref() {
            Some("TF2021") => {}
            Some(other) => {
                let detail = if other > "TF2021" {
                    "Terraform v1.11.4 only supports language edition TF2021. This module requires a newer version of Terraform CLI.".to_owned()
                } else {
                    format!("The given language edition {other} is not supported. The only supported edition is TF2021.")
                };
                self.error("Unsupported language edition", detail, attribute.expr.span);
            }
            None => self.error(
                "Invalid language edition",
                "The language argument expects a bare language edition keyword. Terraform 1.11.4 supports only language edition TF2021, which is the default.",
                attribute.expr.span,
            ),
        }
    }

    /// Versions of providers are read more strictly than those of modules.
    pub(crate) fn check_provider_version(&mut self, requirement: Option<&VersionRequirement>) {
        let Some(requirement) = requirement else {
            return;
        };
        if let Some(fault) = requirement.constraints.provider_fault() {
            let detail = format!("Incorrect version constraint syntax: {fault}.");
            self.error("Invalid version constraint", detail, requirement.span);
        }
    }

    /// An argument that holds version constraints.
    pub(crate) fn version_requirement(
        &mut self,
        attribute: &Attribute,
    ) -> Option<VersionRequirement> {
        const SUMMARY: &str = "Invalid version constraint";
        if matches!(attribute.expr.kind, ExprKind::Invalid) {
            // The parser has said what is wrong.
            return None;
        }
        let (value, diagnostics) = evaluate(&attribute.expr, &Scope::empty());
        if diagnostics.has_errors() {
            self.diagnostics.extend(diagnostics);
            return None;
        }
        let span = attribute.span;
        let name = &attribute.name.name;
        let Ok(value) = convert::convert(&value, &Type::String) else {
            let detail = format!("A string value is required for {name}.");
            self.error(SUMMARY, detail, attribute.expr.span);
            return None;
        };
        if value.is_null() {
            return None;
        }
        let Some(text) = value.as_str() else {
            let detail = format!("The {name} argument in this block must be a constant.");
            self.error(SUMMARY, detail, attribute.expr.span);
            return None;
        };
        let Some(constraints) = Constraints::parse(text) else {
            self.error(
                SUMMARY,
                "This string does not use correct version constraint syntax.",
                attribute.expr.span,
            );
            return None;
        };
        Some(VersionRequirement { constraints, span })
    }
}
