//! What a resource type looks like, and how its attributes behave in a plan.

use std::collections::BTreeMap;

use trueup_value::{Path, Str, Type, Value};

use super::Fields;
use crate::{
    Attribute, Block, NestedBlock, PlanRequest, PlanResponse, Problem, ResourceSchema, StringKind,
};

/// A change of one attribute.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// What is configured.
    pub config: &'a Value,
    /// What the object has.
    pub prior: &'a Value,
    /// What it will have.
    pub planned: &'a Value,
}

#[derive(Clone, Debug)]
enum Rule {
    /// A number without a fraction, and not below this.
    Integer(i64),
    /// The value where nothing is configured.
    Default(Value),
    /// The value, made from the whole configuration.
    Derive(fn(&Fields) -> Value),
    /// What the object has stays where it would be decided anew.
    Keep,
    /// Whether a change needs a new object.
    Replace(fn(&Change<'_>) -> bool),
}

/// An attribute with its rules.
#[derive(Clone, Debug)]
pub struct Field {
    name: Str,
    attribute: Attribute,
    rules: Vec<Rule>,
}

/// The schema of a resource type or data source, with the rules of its
/// attributes.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    version: u64,
    description: Str,
    deprecated: bool,
    fields: Vec<Field>,
    blocks: BTreeMap<Str, NestedBlock>,
}

impl Field {
    fn new(name: &str, attribute: Attribute) -> Self {
        Field {
            name: Str::new(name),
            attribute,
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

    /// The same with a value made from the configuration.
    pub fn derived(self, from: fn(&Fields) -> Value) -> Self {
        self.or_computed().rule(Rule::Derive(from))
    }

    /// The same, staying as it is once the object has it.
    pub fn kept(self) -> Self {
        self.rule(Rule::Keep)
    }

    /// The same; only whole numbers will do.
    pub fn integer(self) -> Self {
        self.rule(Rule::Integer(i64::MIN))
    }

    /// The same; only whole numbers will do, and none below `least`.
    pub fn at_least(self, least: i64) -> Self {
        self.rule(Rule::Integer(least))
    }

    /// The same; it cannot change on the object there is.
    pub fn replaces(self) -> Self {
        self.replaces_if(|_| true)
    }

    /// The same; not all its changes can be made to the object there is.
    pub fn replaces_if(self, condition: fn(&Change<'_>) -> bool) -> Self {
        self.rule(Rule::Replace(condition))
    }

    fn has_default(&self) -> bool {
        self.rules
            .iter()
            .any(|rule| matches!(rule, Rule::Default(_)))
    }
}

impl Shape {
    /// A shape of version 0; the description is plain text.
    pub fn new(description: &str, fields: impl IntoIterator<Item = Field>) -> Self {
        Shape {
            description: Str::new(description),
            fields: fields.into_iter().collect(),
            ..Shape::default()
        }
    }

    /// The same, stored under another version.
    pub fn version(mut self, version: u64) -> Self {
        self.version = version;
        self
    }

    /// The same, discouraged.
    pub fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// The same with a type of nested blocks.
    pub fn block(mut self, name: &str, block: NestedBlock) -> Self {
        self.blocks.insert(Str::new(name), block);
        self
    }

    /// The schema.
    pub fn schema(&self) -> ResourceSchema {
        let fields = self.fields.iter();
        ResourceSchema {
            version: self.version,
            block: Block {
                attributes: fields
                    .map(|field| (field.name.clone(), field.attribute.clone()))
                    .collect(),
                blocks: self.blocks.clone(),
                description: self.description.clone(),
                description_kind: StringKind::Plain,
                deprecated: self.deprecated,
            },
        }
    }

    /// An object with null everywhere.
    pub fn empty(&self) -> Fields {
        let mut empty = Fields::default();
        for field in &self.fields {
            empty.set(&field.name, Value::null(field.attribute.implied_type()));
        }
        for (name, block) in &self.blocks {
            empty.set(name, Value::null(block.implied_type()));
        }
        empty
    }

    /// What is wrong with single values of a configuration.
    pub fn validate(&self, config: &Fields) -> Vec<Problem> {
        let fields = self.fields.iter();
        fields.filter_map(|field| field.validate(config)).collect()
    }

    /// The plan the rules lead to, in the order in which providers built on
    /// Terraform's plugin framework make theirs: defaults, unknown values
    /// where the provider decides anew, then attribute by attribute.
    pub fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        let (Some(config), Some(proposed)) = (request.config, request.proposed) else {
            return PlanResponse::default();
        };
        let config = Fields::of(config);
        let prior = request.prior.map(|object| Fields::of(&object.value));
        let mut planned = Fields::of(proposed);
        self.fill_defaults(&config, &mut planned);
        if prior.as_ref() != Some(&planned) {
            self.forget_computed(&config, &mut planned);
        }
        let mut requires_replace = Vec::new();
        for field in &self.fields {
            field.decide(&config, prior.as_ref(), &mut planned);
            if let Some(prior) = &prior
                && field.replaces_object(&config, prior, &planned)
            {
                requires_replace.push(Path::new().attr(field.name.clone()));
            }
        }
        PlanResponse {
            planned: Some(planned.into_value()),
            requires_replace,
            ..PlanResponse::default()
        }
    }

    fn fill_defaults(&self, config: &Fields, planned: &mut Fields) {
        for field in &self.fields {
            for rule in &field.rules {
                if let Rule::Default(value) = rule
                    && config.get(&field.name).is_null()
                {
                    planned.set(&field.name, value.clone());
                }
            }
        }
    }

    fn forget_computed(&self, config: &Fields, planned: &mut Fields) {
        for field in &self.fields {
            let decided = field.attribute.computed && !field.has_default();
            if decided && config.get(&field.name).is_null() {
                planned.set(&field.name, Value::unknown(field.attribute.implied_type()));
            }
        }
    }
}

impl Field {
    fn validate(&self, config: &Fields) -> Option<Problem> {
        let number = config.get(&self.name).as_number()?;
        let bounds = self.rules.iter().filter_map(|rule| match rule {
            Rule::Integer(least) => Some(*least),
            _ => None,
        });
        let least = bounds.max()?;
        let name = &self.name;
        let wanted = match number.to_i64() {
            None => "a whole number of at most 64 bits".to_owned(),
            Some(given) if given < least => format!("at least {least}"),
            Some(_) => return None,
        };
        Some(Problem::error(
            "Invalid Attribute Value",
            format!("Attribute {name} value must be {wanted}, got: {number}"),
            Path::new().attr(name.clone()),
        ))
    }

    fn decide(&self, config: &Fields, prior: Option<&Fields>, planned: &mut Fields) {
        for rule in &self.rules {
            match (rule, prior) {
                (Rule::Derive(from), _) => planned.set(&self.name, from(config)),
                (Rule::Keep, Some(prior)) => {
                    let open = !planned.get(&self.name).is_known();
                    let known = prior.get(&self.name);
                    if open && config.get(&self.name).is_known() && !known.is_null() {
                        planned.set(&self.name, known.clone());
                    }
                }
                _ => {}
            }
        }
    }

    fn replaces_object(&self, config: &Fields, prior: &Fields, planned: &Fields) -> bool {
        let change = Change {
            config: config.get(&self.name),
            prior: prior.get(&self.name),
            planned: planned.get(&self.name),
        };
        change.prior != change.planned
            && self.rules.iter().any(|rule| match rule {
                Rule::Replace(condition) => condition(&change),
                _ => false,
            })
    }
}
