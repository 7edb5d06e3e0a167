//! Attributes.

use trueup_value::{Str, Type, Value};

use super::{Change, body::Body, rule::Rule};
use crate::{
    Attribute, AttributeType, NestedObject, NestingMode, Problem, StringKind, native::Fields,
};

/// An attribute with its rules.
#[derive(Clone, Debug)]
pub struct Field {
    pub(super) name: Str,
    pub(super) attribute: Attribute,
    /// The attributes of the objects it holds, where it holds some.
    pub(super) inner: Option<(NestingMode, Body)>,
    pub(super) rules: Vec<Rule>,
}

impl Field {
    fn new(name: &str, attribute: Attribute) -> Self {
        Field {
            name: Str::new(name),
            attribute,
            inner: None,
            rules: Vec::new(),
        }
    }

    /// An attribute of a schema there is already.
    pub(super) fn of(name: &Str, attribute: &Attribute) -> Self {
        let inner = match &attribute.ty {
            AttributeType::Value(_) => None,
            AttributeType::Nested(nested) => {
                let fields = nested.attributes.iter();
                let fields = fields.map(|(name, attribute)| Field::of(name, attribute));
                Some((nested.nesting, Body::new(fields)))
            }
        };
        Field {
            name: name.clone(),
            attribute: attribute.clone(),
            inner,
            rules: Vec::new(),
        }
    }

    /// An attribute that must be given.
    pub fn required(name: &str, ty: Type) -> Self {
        Field::new(name, Attribute::required(ty))
    }

    /// An attribute that may be given.
    pub fn optional(name: &str, ty: Type) -> Self {
        Field::new(name, Attribute::optional(ty))
    }

    /// An attribute only the provider decides.
    pub fn computed(name: &str, ty: Type) -> Self {
        Field::new(name, Attribute::computed(ty))
    }

    /// The same, holding objects with attributes of their own, gathered in any
    /// way but [`NestingMode::Group`], in place of a value of its type.
    pub fn holding(
        mut self,
        nesting: NestingMode,
        fields: impl IntoIterator<Item = Field>,
    ) -> Self {
        self.inner = Some((nesting, Body::new(fields)));
        self
    }

    /// An attribute that may be given and holds objects with attributes of
    /// their own.
    pub fn nested(
        name: &str,
        nesting: NestingMode,
        fields: impl IntoIterator<Item = Field>,
    ) -> Self {
        Field::optional(name, Type::Dynamic).holding(nesting, fields)
    }

    pub(super) fn schema(&self) -> Attribute {
        let mut attribute = self.attribute.clone();
        if let Some((nesting, body)) = &self.inner {
            attribute.ty = AttributeType::Nested(NestedObject {
                nesting: *nesting,
                attributes: body.schema().attributes,
            });
        }
        attribute
    }

    pub(super) fn ty(&self) -> Type {
        match self.inner {
            None => self.attribute.implied_type(),
            Some(_) => self.schema().implied_type(),
        }
    }

    pub(super) fn change(&mut self, change: impl FnOnce(Field) -> Field) {
        let field = std::mem::replace(self, Field::optional("", Type::Dynamic));
        *self = change(field);
    }

    /// The same with a description, plain text.
    pub fn about(mut self, text: &str) -> Self {
        self.attribute.description = Str::new(text);
        self.attribute.description_kind = StringKind::Plain;
        self
    }

    /// The same, decided by the provider where it is not given.
    pub fn or_computed(mut self) -> Self {
        self.attribute.computed = true;
        self
    }

    /// The same, never to be shown.
    pub fn sensitive(mut self) -> Self {
        self.attribute.sensitive = true;
        self
    }

    /// The same, never to be stored: it comes with the configuration only.
    pub fn write_only(mut self) -> Self {
        self.attribute.write_only = true;
        self
    }

    /// The same, discouraged.
    pub fn deprecated(mut self) -> Self {
        self.attribute.deprecated = true;
        self
    }

    fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// The same with a value for where nothing is configured.
    pub fn default(self, value: Value) -> Self {
        self.or_computed().rule(Rule::Default(value))
    }

    /// The same with such a value in a [legacy](super::Shape::legacy) shape,
    /// whose schema does not tell of it.
    pub fn filled(self, value: Value) -> Self {
        self.rule(Rule::Default(value))
    }

    /// The same with a value made from the configuration of the object it is
    /// in.
    pub fn derived(self, from: fn(&Fields) -> Value) -> Self {
        self.or_computed().rule(Rule::Derive(from))
    }

    /// The same, staying as it is once the object has it.
    pub fn kept(self) -> Self {
        self.rule(Rule::Keep)
    }

    /// The same, decided anew where one of these attributes beside it changes,
    /// in a [legacy](super::Shape::legacy) shape.
    pub fn renewed_with(self, names: &'static [&'static str]) -> Self {
        self.rule(Rule::Renew(names))
    }

    /// The same; what the object has stays where `same` finds that the
    /// configuration, given first, means that.
    pub fn same_if(self, same: fn(&Value, &Value) -> bool) -> Self {
        self.rule(Rule::Same(same))
    }

    /// The same; only whole numbers will do.
    pub fn integer(self) -> Self {
        self.rule(Rule::Integer(i64::MIN))
    }

    /// The same; only whole numbers will do, and none below `least`.
    pub fn at_least(self, least: i64) -> Self {
        self.rule(Rule::Integer(least))
    }

    /// The same; only whole numbers from `least` to `most` will do.
    pub fn between(self, least: i64, most: i64) -> Self {
        self.rule(Rule::Between(least, most))
    }

    /// The same; only these texts will do.
    pub fn one_of(self, texts: &'static [&'static str]) -> Self {
        self.rule(Rule::OneOf(texts))
    }

    /// The same; only texts of so many characters will do.
    pub fn length(self, least: usize, most: usize) -> Self {
        self.rule(Rule::Length(least, most))
    }

    /// The same; what is wrong with a known value is said by `check`, which is
    /// also told how messages call the attribute. The path of its problem is
    /// relative to the attribute.
    pub fn checked(self, check: fn(&Value, &str) -> Option<Problem>) -> Self {
        self.rule(Rule::Check(check))
    }

    /// The same; it must not be given together with any of these attributes or
    /// blocks beside it.
    pub fn conflicts_with(self, names: &'static [&'static str]) -> Self {
        self.rule(Rule::Conflicts(names))
    }

    /// The same; it cannot change on the object there is.
    pub fn replaces(self) -> Self {
        self.replaces_if(|_| true)
    }

    /// The same; not all its changes can be made to the object there is.
    pub fn replaces_if(self, condition: fn(&Change<'_>) -> bool) -> Self {
        self.rule(Rule::Replace(condition))
    }

    pub(super) fn default_value(&self) -> Option<&Value> {
        self.rules.iter().find_map(|rule| match rule {
            Rule::Default(value) => Some(value),
            _ => None,
        })
    }
}
