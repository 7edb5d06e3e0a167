//! The plan that rules lead to.

use trueup_value::{Path, PathStep, Value};

use super::{
    Change, Field, Nested,
    body::{Body, Inner},
    elements::Gathered,
    rule::Rule,
};
use crate::{NestingMode, PlanRequest, PlanResponse, native::Fields};

pub(super) fn plan(body: &Body, legacy: bool, request: &PlanRequest<'_>) -> PlanResponse {
    let (Some(config), Some(proposed)) = (request.config, request.proposed) else {
        return PlanResponse::default();
    };
    let config = Fields::of(config);
    let prior = request.prior.map(|object| Fields::of(&object.value));
    let mut planned = Fields::of(proposed);
    settle(body, &config, prior.as_ref(), &mut planned);
    let mut decisions = Decisions {
        legacy,
        exists: prior.is_some(),
        changed: prior.as_ref() != Some(&planned),
        requires_replace: Vec::new(),
    };
    let place = Place::default();
    decisions.decide(body, &config, prior.as_ref(), &mut planned, &place);
    PlanResponse {
        planned: Some(planned.into_value()),
        requires_replace: decisions.requires_replace,
        private: request.prior.map(|p| p.private.clone()).unwrap_or_default(),
        legacy,
        ..PlanResponse::default()
    }
}

/// What can be said before it is known whether anything changes: defaults, and
/// what stays because it means the same.
fn settle(body: &Body, config: &Fields, prior: Option<&Fields>, planned: &mut Fields) {
    for field in &body.fields {
        if let Some(default) = field.default_value()
            && config.get(&field.name).is_null()
        {
            planned.set(&field.name, default.clone());
        }
        keep_same(&field.name, &field.rules, config, prior, planned);
        if field.attribute.write_only {
            // Whoever applies reads it in the configuration.
            planned.set(&field.name, Value::null(field.attribute.implied_type()));
        }
    }
    for block in &body.blocks {
        if block.computed && is_left_out(config.get(&block.name)) {
            let known = prior.map(|prior| prior.get(&block.name).clone());
            let value = known.unwrap_or_else(|| Value::unknown(block.ty()));
            planned.set(&block.name, value);
        }
        keep_same(&block.name, &block.rules, config, prior, planned);
    }
    within(body, config, prior, planned, |inner| {
        settle(inner.body, inner.config, inner.prior, inner.planned);
    });
}

fn is_left_out(blocks: &Value) -> bool {
    blocks.is_null() || blocks.length() == Some(0)
}

fn keep_same(
    name: &str,
    rules: &[Rule],
    config: &Fields,
    prior: Option<&Fields>,
    planned: &mut Fields,
) {
    let Some(prior) = prior.map(|prior| prior.get(name)) else {
        return;
    };
    let given = config.get(name);
    if prior.is_null() || given.is_null() || !given.is_known() {
        return;
    }
    let same = rules.iter().any(|rule| match rule {
        Rule::Same(same) => same(given, prior),
        _ => false,
    });
    if same {
        planned.set(name, prior.clone());
    }
}

/// One of the objects nested in another.
struct Within<'a> {
    inner: &'a Inner<'a>,
    body: &'a Body,
    config: &'a Fields,
    prior: Option<&'a Fields>,
    planned: &'a mut Fields,
    step: Option<PathStep>,
}

/// Visits all nested objects that have rules.
fn within(
    body: &Body,
    config: &Fields,
    prior: Option<&Fields>,
    planned: &mut Fields,
    mut visit: impl FnMut(Within<'_>),
) {
    for (inner, nesting, body) in body.inner() {
        if body.is_plain() {
            continue;
        }
        let name = inner.name().to_owned();
        let whole = planned.get(&name).clone();
        let gathered = |value| Gathered { nesting, value };
        let given = gathered(config.get(&name));
        let before = prior.map(|prior| gathered(prior.get(&name)));
        let mut objects = Vec::new();
        for (place, (step, mut object)) in gathered(&whole).objects().into_iter().enumerate() {
            let config = given.counterpart(place, step.as_ref(), &object);
            let config = config.unwrap_or_default();
            let asked = if nesting == NestingMode::Set {
                &config
            } else {
                &object
            };
            let prior = before.and_then(|b| b.counterpart(place, step.as_ref(), asked));
            visit(Within {
                inner: &inner,
                body,
                config: &config,
                prior: prior.as_ref(),
                planned: &mut object,
                step,
            });
            objects.push(object);
        }
        if !objects.is_empty() {
            planned.set(&name, gathered(&whole).with(objects));
        }
    }
}

/// Where a body stands.
#[derive(Clone, Default)]
struct Place {
    path: Path,
    /// In a set: nothing within has a path of its own.
    in_set: bool,
}

impl Place {
    fn attr(&self, name: &str) -> Path {
        match self.in_set {
            true => self.path.clone(),
            false => self.path.clone().attr(name),
        }
    }

    fn within(&self, name: &str, nesting: NestingMode, step: Option<PathStep>) -> Place {
        if self.in_set {
            return self.clone();
        }
        let mut path = self.attr(name);
        let in_set = nesting == NestingMode::Set;
        if let Some(step) = step
            && !in_set
        {
            path.push(step);
        }
        Place { path, in_set }
    }
}

/// What is decided attribute by attribute.
struct Decisions {
    legacy: bool,
    /// There is an object to be changed.
    exists: bool,
    /// Something about it changes.
    changed: bool,
    requires_replace: Vec<Path>,
}

impl Decisions {
    fn decide(
        &mut self,
        body: &Body,
        config: &Fields,
        prior: Option<&Fields>,
        planned: &mut Fields,
        place: &Place,
    ) {
        for field in &body.fields {
            self.forget(field, config, prior, planned);
        }
        for field in &body.fields {
            decide_field(field, config, prior, planned);
        }
        within(body, config, prior, planned, |inner| {
            let place = place.within(inner.inner.name(), inner.inner.nesting(), inner.step);
            self.decide(inner.body, inner.config, inner.prior, inner.planned, &place);
        });
        if self.exists {
            self.replace(body, config, prior, planned, place);
        }
    }

    /// What the provider decides anew becomes unknown.
    fn forget(&self, field: &Field, config: &Fields, prior: Option<&Fields>, planned: &mut Fields) {
        let decided = field.attribute.computed && field.default_value().is_none();
        if !decided || !config.get(&field.name).is_null() {
            return;
        }
        let value = match (self.legacy, prior) {
            (true, Some(prior)) if !is_renewed(field, prior, planned) => {
                prior.get(&field.name).clone()
            }
            (false, _) if !self.changed => return,
            _ => Value::unknown(field.ty()),
        };
        planned.set(&field.name, value);
    }

    fn replace(
        &mut self,
        body: &Body,
        config: &Fields,
        prior: Option<&Fields>,
        planned: &Fields,
        place: &Place,
    ) {
        let nothing = Fields::default();
        let prior = prior.unwrap_or(&nothing);
        let fields = body.fields.iter().map(|field| (&field.name, &field.rules));
        let blocks = body.blocks.iter().map(|block| (&block.name, &block.rules));
        for (name, rules) in fields.chain(blocks) {
            let change = Change {
                config: config.get(name),
                prior: prior.get(name),
                planned: planned.get(name),
            };
            if replaces_object(rules, &change) {
                self.require(place.attr(name));
            }
        }
        if self.legacy {
            for block in &body.blocks {
                if loses_fixed(block, prior, planned) {
                    self.require(place.attr(&block.name));
                }
            }
        }
    }

    fn require(&mut self, path: Path) {
        if !self.requires_replace.contains(&path) {
            self.requires_replace.push(path);
        }
    }
}

fn is_renewed(field: &Field, prior: &Fields, planned: &Fields) -> bool {
    field.rules.iter().any(|rule| match rule {
        Rule::Renew(names) => names
            .iter()
            .any(|name| differs(prior.get(name), planned.get(name))),
        _ => false,
    })
}

fn decide_field(field: &Field, config: &Fields, prior: Option<&Fields>, planned: &mut Fields) {
    for rule in &field.rules {
        match (rule, prior) {
            (Rule::Derive(from), _) => planned.set(&field.name, from(config)),
            (Rule::Keep, Some(prior)) => {
                let open = !planned.get(&field.name).is_known();
                let known = prior.get(&field.name);
                if open && config.get(&field.name).is_known() && !known.is_null() {
                    planned.set(&field.name, known.clone());
                }
            }
            _ => {}
        }
    }
}

fn replaces_object(rules: &[Rule], change: &Change<'_>) -> bool {
    let mut conditions = rules.iter().filter_map(|rule| match rule {
        Rule::Replace(condition) => Some(condition),
        _ => None,
    });
    differs(change.prior, change.planned) && conditions.any(|condition| condition(change))
}

/// Whether blocks go away that hold something that cannot change.
fn loses_fixed(block: &Nested, prior: &Fields, planned: &Fields) -> bool {
    let gathered = |fields| Gathered {
        nesting: block.nesting,
        value: Fields::get(fields, &block.name),
    };
    let (before, after) = (gathered(prior), gathered(planned));
    if block.body.is_plain() || !after.value.is_known() {
        return false;
    }
    let objects = before.objects().into_iter().enumerate();
    let mut lost = objects.filter(|(place, (step, object))| {
        after.counterpart(*place, step.as_ref(), object).is_none()
    });
    lost.any(|(_, (_, object))| {
        let fields = block.body.fields.iter();
        let mut given = fields.filter(|field| !object.get(&field.name).is_null());
        given.any(|field| {
            field
                .rules
                .iter()
                .any(|rule| matches!(rule, Rule::Replace(_)))
        })
    })
}

fn differs(before: &Value, after: &Value) -> bool {
    before != after && !(before.is_null() && after.is_null())
}
