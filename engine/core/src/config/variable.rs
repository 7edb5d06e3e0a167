//! `variable` blocks.

use std::sync::Arc;

use trueup_lang::references;
use trueup_syntax::{
    Span,
    ast::{Attribute, Expr, Ident},
};
use trueup_value::{Str, Type, Value};

use super::{
    CheckRule, Decoder, TypeConstraint,
    constant::{keyword, quoted_text},
    decode_type,
};
use crate::address::{Subject, parse_reference};
use trueup_syntax::body::{BlockItem, BodySchema, attribute, block};

/// An input variable of a module.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: Ident,
    /// What it is for.
    pub description: Option<Str>,
    /// The value if none is given, converted to the type.
    pub default: Option<Value>,
    /// What values are converted to.
    pub ty: TypeConstraint,
    /// Values given as text are taken literally rather than as an expression.
    pub literal: bool,
    /// Its value is not to be shown.
    pub sensitive: bool,
    /// Its value is not to be stored.
    pub ephemeral: bool,
    /// Null is a value for it.
    pub nullable: bool,
    /// What values must satisfy.
    pub validations: Vec<CheckRule>,
    /// The header of its block.
    pub span: Span,
    pub(super) set: Set,
}

/// What a block sets itself, to know what an override replaces.
#[derive(Clone, Debug, Default)]
pub(super) struct Set {
    pub(super) ty: bool,
    pub(super) default: Option<Arc<Attribute>>,
    pub(super) sensitive: bool,
    pub(super) ephemeral: bool,
    pub(super) nullable: bool,
}

const SCHEMA: BodySchema<'_> = BodySchema {
    attributes: &[
        attribute("description"),
        attribute("default"),
        attribute("type"),
        attribute("sensitive"),
        attribute("ephemeral"),
        attribute("nullable"),
    ],
    blocks: &[block("validation", &[])],
};

/// Names that mean something else in a `module` block.
const RESERVED: [&str; 10] = [
    "source",
    "version",
    "count",
    "for_each",
    "depends_on",
    "providers",
    "_",
    "lifecycle",
    "locals",
    "provider",
];

impl Variable {
    /// Whether a value must be given.
    pub fn required(&self) -> bool {
        self.default.is_none()
    }

    /// The type of its values.
    pub fn value_type(&self) -> &Type {
        &self.ty.ty
    }
}

impl Decoder<'_> {
    /// A `variable` block.
    pub(crate) fn variable(&mut self, block: &BlockItem) -> Option<Variable> {
        let name = block.labels.first()?.clone();
        let content = block.body.content(&SCHEMA, &mut self.diagnostics);
        self.check_name("Invalid variable name", &name);
        if RESERVED.contains(&name.name.as_str()) {
            let detail = format!(
                "The variable name \"{}\" is reserved due to its special meaning inside module blocks.",
                name.name
            );
            self.error("Invalid variable name", detail, name.span);
        }
        let mut variable = Variable {
            name,
            description: None,
            default: None,
            ty: TypeConstraint::any(),
            literal: true,
            sensitive: false,
            ephemeral: false,
            nullable: true,
            validations: Vec::new(),
            span: block.header,
            set: Set::default(),
        };
        if let Some(attribute) = content.attribute("description") {
            variable.description = self.constant_string(&attribute.expr);
        }
        if let Some(attribute) = content.attribute("type") {
            (variable.ty, variable.literal) = self.variable_type(&attribute.expr);
            variable.set.ty = true;
        }
        if let Some(attribute) = content.attribute("sensitive") {
            variable.sensitive = self.constant_bool(&attribute.expr).unwrap_or(false);
            variable.set.sensitive = true;
        }
        if let Some(attribute) = content.attribute("ephemeral") {
            variable.ephemeral = self.constant_bool(&attribute.expr).unwrap_or(false);
            variable.set.ephemeral = true;
        }
        if let Some(attribute) = content.attribute("nullable") {
            variable.nullable = self.constant_bool(&attribute.expr).unwrap_or(false);
            variable.set.nullable = true;
        }
        if let Some(attribute) = content.attribute("default") {
            variable.set.default = Some(attribute.clone());
            self.default(&mut variable, attribute);
        }
        for inner in &content.blocks {
            let rule = self.validation(&variable.name.name, inner);
            variable.validations.push(rule);
        }
        Some(variable)
    }

    /// Evaluates a default value and converts it, unless the type may still
    /// come from the file that is overridden.
    fn default(&mut self, variable: &mut Variable, attribute: &Attribute) {
        let value = self.constant(&attribute.expr);
        let value = if self.overriding && !variable.set.ty {
            value
        } else {
            self.converted_default(variable, value, attribute.expr.span)
        };
        variable.default = Some(value);
    }

    pub(super) fn converted_default(
        &mut self,
        variable: &Variable,
        value: Value,
        span: Span,
    ) -> Value {
        const SUMMARY: &str = "Invalid default value for variable";
        let value = match variable.ty.apply(&value) {
            Ok(value) => value,
            Err(error) => {
                let error = super::with_path(&error);
                let detail = format!(
                    "This default value is not compatible with the variable's type constraint: {error}."
                );
                self.error(SUMMARY, detail, span);
                Value::dynamic()
            }
        };
        if !variable.nullable && value.is_null() {
            let detail = "A null default value is not valid when nullable=false.";
            self.error(SUMMARY, detail, span);
        }
        value
    }

    /// The type argument, with the shorthands and the errors of old forms.
    fn variable_type(&mut self, expr: &Expr) -> (TypeConstraint, bool) {
        if let Some((text, _)) = quoted_text(expr) {
            self.quoted_type(&text, expr.span);
            return (TypeConstraint::any(), text.as_str() == "string");
        }
        match keyword(expr).as_deref() {
            Some("list") => return (TypeConstraint::of(Type::list(Type::Dynamic)), false),
            Some("map") => return (TypeConstraint::of(Type::map(Type::Dynamic)), false),
            _ => {}
        }
        let (constraint, diagnostics) = decode_type(expr);
        let failed = diagnostics.has_errors();
        self.diagnostics.extend(diagnostics);
        if failed {
            return (TypeConstraint::any(), false);
        }
        let literal = constraint.ty.is_primitive();
        (constraint, literal)
    }

    fn quoted_type(&mut self, text: &str, span: Span) {
        let instead = match text {
            "string" => "",
            "list" => {
                " and write list(string) instead to explicitly indicate that the list elements are strings"
            }
            "map" => {
                " and write map(string) instead to explicitly indicate that the map elements are strings"
            }
            _ => {
                self.error(
                    "Invalid legacy variable type hint",
                    "To provide a full type expression, remove the surrounding quotes and give the type expression directly.",
                    span,
                );
                return;
            }
        };
        let detail = format!(
            "Terraform 0.11 and earlier required type constraints to be given in quotes, but that form is now deprecated and will be removed in a future version of Terraform. Remove the quotes around \"{text}\"{instead}."
        );
        self.error("Invalid quoted type constraints", detail, span);
    }

    fn validation(&mut self, variable: &str, block: &BlockItem) -> CheckRule {
        let rule = self.check_rule(block);
        let Some(condition) = rule.condition() else {
            return rule;
        };
        let mut found = references(condition)
            .into_iter()
            .filter_map(|t| parse_reference(t).ok());
        let refers = found.any(|reference| {
            matches!(reference.subject, Subject::Variable(name) if name.as_str() == variable)
        });
        if !refers {
            let detail = format!(
                "The condition for variable \"{variable}\" must refer to var.{variable} in order to test incoming values."
            );
            self.error(
                "Invalid variable validation condition",
                detail,
                condition.span,
            );
        }
        rule
    }
}
