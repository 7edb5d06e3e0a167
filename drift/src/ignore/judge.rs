//! What rules make of what was found.

use std::time::SystemTime;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use trueup_syntax::suggest::nearest_name;
use trueup_value::quote;

use super::{Rule, Rules};
use crate::report::{Field, Ignored, Object, Outcome, Part, Problem, Report};

impl Rules {
    /// Moves what is ignored out of what has drifted, and tells of rules that are
    /// over or that nothing is known for. `addresses` are those of the objects
    /// there are, drifted or not. Days begin and end in UTC.
    pub fn judge(&self, report: &mut Report, addresses: &[String], now: SystemTime) {
        let now = Timestamp::try_from(now).unwrap_or_default();
        let today = now.to_zoned(TimeZone::UTC).date();
        for rule in &self.0 {
            report.notices.extend(rule.expired(today));
            report.notices.extend(rule.unknown(addresses));
        }
        if !matches!(report.outcome, Outcome::Drifted(_)) {
            return;
        }
        let objects = std::mem::replace(&mut report.outcome, Outcome::Clean);
        let Outcome::Drifted(mut objects) = objects else {
            return;
        };
        let held = self.0.iter().filter(|rule| !rule.is_over(today));
        for rule in held {
            objects = rule.sift(objects, &mut report.ignored);
        }
        report.outcome = Outcome::of(objects);
    }
}

/// Whether a pattern means a part: `Deployment shop/web` or `object Deployment
/// shop/web`.
fn means(given: &super::Pattern, part: &Part) -> bool {
    given.matches(&part.name) || given.matches(&format!("{} {}", part.kind, part.name))
}

impl Rule {
    fn is_over(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// What of objects it does not ignore; what it does goes to `ignored`.
    fn sift(&self, objects: Vec<Object>, ignored: &mut Vec<Ignored>) -> Vec<Object> {
        let mut left = Vec::with_capacity(objects.len());
        for object in objects {
            let (rest, taken) = self.split(object);
            left.extend(rest);
            ignored.extend(taken.map(|object| Ignored {
                rule: self.place.clone(),
                reason: self.reason.clone(),
                object,
            }));
        }
        left
    }

    /// What of an object stays, and what is ignored.
    fn split(&self, object: Object) -> (Option<Object>, Option<Object>) {
        if !self.is_about(&object) {
            return (Some(object), None);
        }
        if self.path.is_none() && self.part.is_none() {
            return (None, Some(object));
        }
        let of_object = |field: &Field| self.part.is_none() && self.names(field);
        let (taken, left) = object.fields.iter().cloned().partition(of_object);
        let (parts_taken, parts_left) = self.split_parts(&object.parts);
        let part = |fields: Vec<Field>, parts: Vec<Part>| {
            let some = !fields.is_empty() || !parts.is_empty();
            some.then(|| Object {
                fields,
                parts,
                ..object.clone()
            })
        };
        match part(taken, parts_taken) {
            None => (Some(object), None),
            ignored => (part(left, parts_left), ignored),
        }
    }

    fn split_parts(&self, parts: &[Part]) -> (Vec<Part>, Vec<Part>) {
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        for part in parts {
            let (of_it, rest) = self.split_part(part.clone());
            taken.extend(of_it);
            left.extend(rest);
        }
        (taken, left)
    }

    /// What of a part is ignored, and what stays.
    fn split_part(&self, part: Part) -> (Option<Part>, Option<Part>) {
        if self.part.as_ref().is_some_and(|given| !means(given, &part)) {
            return (None, Some(part));
        }
        if self.path.is_none() {
            return (Some(part), None);
        }
        let fields = part.fields.iter().cloned();
        let (taken, left): (Vec<Field>, Vec<Field>) = fields.partition(|field| self.names(field));
        let with = |fields: Vec<Field>| Part {
            fields,
            ..part.clone()
        };
        match (taken.is_empty(), left.is_empty()) {
            (true, _) => (None, Some(part)),
            (false, true) => (Some(part), None),
            (false, false) => (Some(with(taken)), Some(with(left))),
        }
    }

    fn names(&self, field: &Field) -> bool {
        let path = field.path.to_string();
        self.path.as_ref().is_none_or(|given| given.leads_to(&path))
    }

    /// Whether it is about this object, changed by whom it was.
    fn is_about(&self, object: &Object) -> bool {
        let address = self.address.as_ref();
        let told = &object.changed_by;
        let by = |manager: &super::Pattern| {
            !told.is_empty() && told.iter().all(|told| manager.matches(&told.who))
        };
        address.is_none_or(|address| address.leads_to(&object.address))
            && self.manager.as_ref().is_none_or(by)
    }

    fn expired(&self, today: Date) -> Option<Problem> {
        let until = self.until.filter(|_| self.is_over(today))?;
        Some(Problem {
            summary: "Expired rule".to_owned(),
            detail: format!(
                "{}: this rule held until {until} ({}). What it ignored is told again: renew the rule or remove it.",
                self.place, self.reason
            ),
        })
    }

    fn unknown(&self, addresses: &[String]) -> Option<Problem> {
        let given = self.address.as_ref()?;
        if addresses.iter().any(|address| given.leads_to(address)) {
            return None;
        }
        let text = given.to_string();
        let meant = nearest_name(&text, addresses.iter().map(String::as_str));
        let meant = meant.map_or_else(String::new, |meant| {
            format!(" Did you mean {}?", quote(meant))
        });
        Some(Problem {
            summary: "Rule that ignores nothing".to_owned(),
            detail: format!(
                "{}: the stack has no object with the address {}.{meant}",
                self.place,
                quote(&text)
            ),
        })
    }
}
