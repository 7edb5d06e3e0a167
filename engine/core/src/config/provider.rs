//! `provider` blocks, and references to them.

use std::fmt;

use trueup_syntax::{
    Span,
    ast::{Expr, Ident, StepKind},
};
use trueup_value::Str;

use super::{
    Decoder, VersionRequirement,
    constant::{as_traversal, quoted_text},
    is_identifier,
};
use crate::address::ProviderSource;
use trueup_syntax::body::{BlockItem, Body, BodySchema, attribute, block};

/// The configuration of a provider.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// Its local name.
    pub name: Ident,
    /// What tells it from the default configuration.
    pub alias: Option<Str>,
    /// The old place of a version constraint.
    pub version: Option<VersionRequirement>,
    /// Its arguments.
    pub body: Body,
    /// Which provider it is for; set when the module is put together.
    pub provider: Option<ProviderSource>,
    /// The header of its block.
    pub span: Span,
}

/// A reference to a provider configuration: `name` or `name.alias`.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderRef {
    /// The local name.
    pub name: Ident,
    /// The alias.
    pub alias: Option<Ident>,
}

const SCHEMA: BodySchema<'_> = BodySchema {
    attributes: &[
        attribute("alias"),
        attribute("version"),
        attribute("count"),
        attribute("depends_on"),
        attribute("for_each"),
        attribute("source"),
    ],
    blocks: &[
        block("_", &[]),
        block("lifecycle", &[]),
        block("locals", &[]),
    ],
};

impl ProviderConfig {
    /// `name` or `name.alias`.
    pub fn key(&self) -> String {
        provider_key(&self.name.name, self.alias.as_deref())
    }
}

impl ProviderRef {
    /// `name` or `name.alias`.
    pub fn key(&self) -> String {
        self.to_string()
    }
}

pub(crate) fn provider_key(name: &str, alias: Option<&str>) -> String {
    match alias {
        Some(alias) => format!("{name}.{alias}"),
        None => name.to_owned(),
    }
}

impl fmt::Display for ProviderRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alias = self.alias.as_ref().map(|alias| alias.name.as_str());
        f.write_str(&provider_key(&self.name.name, alias))
    }
}

impl Decoder<'_> {
    /// A `provider` block.
    pub(crate) fn provider_config(&mut self, block: &BlockItem) -> Option<ProviderConfig> {
        let name = block.labels.first()?.clone();
        let (content, body) = block.body.partial_content(&SCHEMA, &mut self.diagnostics);
        if !self.check_local_name(&name.name, block.header) {
            return None;
        }
        let mut provider = ProviderConfig {
            name,
            alias: None,
            version: None,
            body,
            provider: None,
            span: block.header,
        };
        if let Some(attribute) = content.attribute("alias") {
            provider.alias = self.constant_string(&attribute.expr);
            if provider
                .alias
                .as_deref()
                .is_some_and(|alias| !is_identifier(alias))
            {
                self.error(
                    "Invalid provider configuration alias",
                    "An alias must be a valid name. A name must start with a letter or underscore and may contain only letters, digits, underscores, and dashes.",
                    attribute.expr.span,
                );
            }
        }
        if let Some(attribute) = content.attribute("version") {
            self.warning(
                "Version constraints inside provider configuration blocks are deprecated",
                "Terraform 0.13 and earlier allowed provider version constraints inside the provider configuration block, but that is now deprecated and will be removed in a future version of Terraform. To silence this warning, move the provider version constraint into the required_providers block.",
                attribute.expr.span,
            );
            provider.version = self.version_requirement(attribute);
            self.check_provider_version(provider.version.as_ref());
        }
        for reserved in ["count", "depends_on", "for_each", "source"] {
            if let Some(attribute) = content.attribute(reserved) {
                self.error(
                    "Reserved argument name in provider block",
                    format!("The provider argument name \"{reserved}\" is reserved for use by Terraform in a future version."),
                    attribute.name.span,
                );
            }
        }
        let mut escape = None;
        for inner in &content.blocks {
            match inner.kind.name.as_str() {
                "_" => self.escape(
                    &mut escape,
                    &mut provider.body,
                    inner,
                    "provider-specific",
                    "provider",
                ),
                _ => self.reserved_block(inner, "provider"),
            }
        }
        Some(provider)
    }

    /// Reports a local name of a provider that is not in its normal form.
    pub(crate) fn check_local_name(&mut self, name: &str, span: Span) -> bool {
        const SUMMARY: &str = "Invalid provider local name";
        match crate::address::provider_part(name) {
            Err(reason) => {
                let detail = format!("{name} is an invalid provider local name: {reason}");
                self.error(SUMMARY, detail, span);
                false
            }
            Ok(normal) if normal != name => {
                let detail = format!(
                    "Provider names must be normalized. Replace \"{name}\" with \"{normal}\" to fix this error."
                );
                self.error(SUMMARY, detail, span);
                false
            }
            Ok(_) => true,
        }
    }

    /// A reference to a provider configuration; `argument` is where it stands.
    pub(crate) fn provider_ref(&mut self, expr: &Expr, argument: &str) -> Option<ProviderRef> {
        const SUMMARY: &str = "Invalid provider configuration reference";
        let expr = &self.unquoted(expr, true);
        let traversal = as_traversal(expr).filter(|traversal| traversal.steps.len() < 2);
        let Some(traversal) = traversal else {
            let detail = if quoted_text(expr).is_some() {
                "A provider configuration reference must not be given in quotes.".to_owned()
            } else {
                format!(
                    "The {argument} argument requires a provider type name, optionally followed by a period and then a configuration alias."
                )
            };
            self.error(SUMMARY, detail, expr.span);
            return None;
        };
        let name = traversal.root;
        if !self.check_local_name(&name.name, name.span) {
            return None;
        }
        let alias = match traversal.steps.first() {
            None => None,
            Some(step) => match &step.kind {
                StepKind::Attr(alias) => Some(Ident {
                    name: alias.clone(),
                    span: step.span,
                }),
                StepKind::Index(_) => {
                    self.error(
                        SUMMARY,
                        "Provider name must either stand alone or be followed by a period and then a configuration alias.",
                        step.span,
                    );
                    return None;
                }
            },
        };
        Some(ProviderRef { name, alias })
    }
}
