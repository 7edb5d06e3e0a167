//! `required_providers` blocks.

use std::collections::BTreeMap;

use trueup_lang::{ProviderNames, Scope, evaluate};
use trueup_syntax::{
    Span,
    ast::{Attribute, Expr, ExprKind, Ident, StepKind},
};
use trueup_value::{Str, Value};

use super::{Decoder, VersionRequirement, provider::ProviderRef};
use crate::{
    address::{ProviderSource, provider_part},
    version::Constraints,
};
use trueup_syntax::body::BlockItem;

/// What a module says about a provider it needs.
#[derive(Clone, Debug)]
pub struct RequiredProvider {
    /// Its local name.
    pub name: Str,
    /// The source address as written.
    pub source: Option<Str>,
    /// The provider.
    pub provider: ProviderSource,
    /// What versions will do.
    pub version: Option<VersionRequirement>,
    /// The configurations callers must pass besides the default one.
    pub aliases: Vec<ProviderRef>,
    /// Where the entry's value stands.
    pub span: Span,
}

/// All provider requirements of a module.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    /// By local name.
    pub providers: BTreeMap<Str, RequiredProvider>,
    /// The header of the block, if there is one.
    pub span: Option<Span>,
}

impl ProviderNames for Requirements {
    fn source(&self, name: &str) -> Option<String> {
        let required = self.providers.get(name)?;
        Some(required.provider.to_string())
    }
}

impl Decoder<'_> {
    /// A `required_providers` block.
    pub(crate) fn required_providers(&mut self, block: &BlockItem) -> Requirements {
        let mut requirements = Requirements {
            providers: BTreeMap::new(),
            span: Some(block.header),
        };
        for attribute in block.body.just_attributes(&mut self.diagnostics) {
            if let Some(required) = self.required_provider(&attribute) {
                requirements
                    .providers
                    .insert(required.name.clone(), required);
            }
        }
        requirements
    }

    fn required_provider(&mut self, attribute: &Attribute) -> Option<RequiredProvider> {
        let (value, diagnostics) = evaluate(&attribute.expr, &Scope::empty());
        if !diagnostics.has_errors() && value.ty().is_primitive() {
            return self.version_only(attribute);
        }
        let name = attribute.name.name.clone();
        if !self.check_local_name(&name, attribute.expr.span) {
            return None;
        }
        let ExprKind::Object(items) = &attribute.expr.kind else {
            self.error(
                "Invalid required_providers object",
                "required_providers entries must be strings or objects.",
                attribute.expr.span,
            );
            return None;
        };
        let mut required = RequiredProvider {
            provider: ProviderSource::implied(&name),
            name,
            source: None,
            version: None,
            aliases: Vec::new(),
            span: attribute.expr.span,
        };
        for (key, value) in items {
            match object_key(&key.expr).as_deref() {
                Some("version") => self.entry_version(&mut required, attribute, value),
                Some("source") => self.entry_source(&mut required, value),
                Some("configuration_aliases") => self.entry_aliases(&mut required, value),
                _ if let ExprKind::Literal(Value::Number(number)) = &key.expr.kind => {
                    let value = match number.is_integer() {
                        true => format!("cty.NumberIntVal({number})"),
                        false => format!("cty.MustParseNumberVal(\"{number}\")"),
                    };
                    self.error(
                        "Invalid Attribute",
                        format!("Invalid attribute value for provider requirement: {value}"),
                        key.expr.span,
                    );
                    break;
                }
                _ => {
                    self.error(
                        "Invalid required_providers object",
                        "required_providers objects can only contain \"version\", \"source\" and \"configuration_aliases\" attributes. To configure a provider, use a \"provider\" block.",
                        key.expr.span,
                    );
                    break;
                }
            }
        }
        self.check_provider_version(required.version.as_ref());
        Some(required)
    }

    fn version_only(&mut self, attribute: &Attribute) -> Option<RequiredProvider> {
        let version = self.version_requirement(attribute);
        self.check_provider_version(version.as_ref());
        let name = attribute.name.name.clone();
        let kind = match provider_part(&name) {
            Ok(kind) => kind,
            Err(reason) => {
                self.error("Invalid provider name", reason, attribute.expr.span);
                return None;
            }
        };
        Some(RequiredProvider {
            name,
            source: None,
            provider: ProviderSource::implied(&kind),
            version,
            aliases: Vec::new(),
            span: attribute.expr.span,
        })
    }

    fn entry_version(&mut self, required: &mut RequiredProvider, entry: &Attribute, expr: &Expr) {
        const SUMMARY: &str = "Invalid version constraint";
        let (value, diagnostics) = evaluate(expr, &Scope::empty());
        let Some(text) = value.as_str().filter(|_| !diagnostics.has_errors()) else {
            self.error(SUMMARY, "Version must be specified as a string.", expr.span);
            return;
        };
        match Constraints::parse(text) {
            Some(constraints) => {
                required.version = Some(VersionRequirement {
                    constraints,
                    span: entry.span,
                });
            }
            None => self.error(
                SUMMARY,
                "This string does not use correct version constraint syntax.",
                expr.span,
            ),
        }
    }

    fn entry_source(&mut self, required: &mut RequiredProvider, expr: &Expr) {
        let (value, diagnostics) = evaluate(expr, &Scope::empty());
        let Some(text) = value.as_str().filter(|_| !diagnostics.has_errors()) else {
            self.error(
                "Invalid source",
                "Source must be specified as a string.",
                expr.span,
            );
            return;
        };
        match ProviderSource::parse(text) {
            Ok(provider) => {
                required.provider = provider;
                required.source = Some(Str::new(text));
            }
            Err(error) => self.error(error.summary, error.detail, expr.span),
        }
    }

    fn entry_aliases(&mut self, required: &mut RequiredProvider, expr: &Expr) {
        const SUMMARY: &str = "Invalid configuration_aliases value";
        for item in self.list_items(expr) {
            let Some(traversal) = self.absolute_traversal(item) else {
                continue;
            };
            let alias = match traversal.steps.as_slice() {
                [] => None,
                [step] => match &step.kind {
                    StepKind::Attr(alias) => Some(Ident {
                        name: alias.clone(),
                        span: step.span,
                    }),
                    StepKind::Index(_) => {
                        self.bad_alias(expr);
                        continue;
                    }
                },
                _ => {
                    self.bad_alias(expr);
                    continue;
                }
            };
            if traversal.root.name != required.name {
                let detail = format!(
                    "Configuration aliases must be prefixed with the provider name. Expected \"{}\", but found \"{}\".",
                    required.name, traversal.root.name
                );
                self.error(SUMMARY, detail, expr.span);
                continue;
            }
            required.aliases.push(ProviderRef {
                name: traversal.root,
                alias,
            });
        }
    }

    fn bad_alias(&mut self, expr: &Expr) {
        self.error(
            "Invalid configuration_aliases value",
            "Configuration aliases can only contain references to local provider configuration names in the format of provider.alias",
            expr.span,
        );
    }
}

fn object_key(expr: &Expr) -> Option<Str> {
    super::keyword(expr).or_else(|| {
        let (value, diagnostics) = evaluate(expr, &Scope::empty());
        let text = value.as_str().map(Str::new);
        text.filter(|_| !diagnostics.has_errors() && !matches!(value, Value::Marked(_)))
    })
}
