//! From a plan to what is reported of it.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::Value as Json;
use trueup_core::{
    diff::mark_sensitive,
    plan::{Action, FieldChange, Plan, ResourceChange, field_changes, parse_provider, public_json},
    run::schema_of,
    state::{Attributes, State},
    validate::Schemas,
};
use trueup_drift::report::{Culprit, Fate, Field, FieldPath, Object, Part, Step};
use trueup_sdk::{Explanation, PartChange};
use trueup_value::{Path, PathStep, Value};

/// Annotations in which controllers of Kubernetes count the changes of an object.
const CONTROLLER_COUNTERS: [&str; 2] = [
    "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation",
];

/// The objects of a refresh-only plan of a state that have drifted.
pub(super) fn drifted(plan: &Plan, state: &State, schemas: &dyn Schemas) -> Vec<Object> {
    let changes = plan.drift.iter();
    let changes = changes.filter(|change| change.action != Action::NoOp);
    changes
        .filter_map(|change| object(change, &noted(change, state), schemas))
        .collect()
}

/// The attributes that the state has of an object; an older version of its type knew only
/// some of those there are now.
fn noted(change: &ResourceChange, state: &State) -> Noted {
    let instance = state.instance(&change.address.resource, &change.address.key);
    let object = instance.and_then(|instance| match &change.deposed {
        None => instance.current.as_ref(),
        Some(key) => instance.deposed.get(key),
    });
    let Some(Attributes::Stored(stored)) = object.map(|object| &object.attributes) else {
        return Noted(None);
    };
    let json = stored.attributes.as_ref();
    Noted(json.and_then(|json| serde_json::from_str(json.get()).ok()))
}

/// The names of the attributes in a state, where they are known.
struct Noted(Option<BTreeMap<String, IgnoredAny>>);

impl Noted {
    /// Whether a field is of an attribute that was first heard of when the object was read:
    /// whoever wrote the state did not know it, so nobody has changed it.
    fn is_news(&self, field: &Field) -> bool {
        match (&self.0, field.path.0.first()) {
            (Some(names), Some(Step::Name(name))) => {
                field.before.is_null() && !names.contains_key(name)
            }
            _ => false,
        }
    }
}

/// None if nothing has changed but what counts changes, or is only known now.
fn object(change: &ResourceChange, noted: &Noted, schemas: &dyn Schemas) -> Option<Object> {
    let fate = match change.action {
        Action::Delete => Fate::Deleted,
        _ => Fate::Changed,
    };
    let mut fields = match fate {
        Fate::Changed => {
            let [before, after] = marked(change, schemas);
            fields(&before, &after)
        }
        _ => Vec::new(),
    };
    let all = fields.len();
    fields.retain_mut(|field| {
        !noted.is_news(field)
            && !counts(&field.path)
            && !counts_within(field)
            && !looks_after(field)
    });
    if all > 0 && fields.is_empty() && change.parts.is_empty() {
        return None;
    }
    Some(Object {
        address: change.address.to_string(),
        kind: change.address.resource.resource.kind.to_string(),
        fate,
        fields,
        parts: change.parts.iter().map(part).collect(),
        changed_by: change.changed_by.iter().map(culprit).collect(),
    })
}

/// Whether a field is a counter of Kubernetes, which goes on with every change of
/// an object, that of a status included, and says nothing itself.
fn counts(path: &FieldPath) -> bool {
    const COUNTERS: [&str; 3] = ["generation", "resource_version", "resourceVersion"];
    let named = |step: Option<&Step>, names: &[&str]| match step {
        Some(Step::Name(name)) => names.contains(&name.as_str()),
        _ => false,
    };
    let mut steps = path.0.iter().rev();
    let last = steps.next();
    let above = steps.find(|step| matches!(step, Step::Name(_)));
    let of_server = named(last, &COUNTERS) && named(above, &["metadata"]);
    of_server || named(last, &CONTROLLER_COUNTERS) && named(above, &["annotations"])
}

/// Whether all that differs in a whole of annotations are counters of Kubernetes'
/// controllers; they are taken out of it.
fn counts_within(field: &mut Field) -> bool {
    let annotations = Step::Name("annotations".to_owned());
    if field.sensitive || field.path.0.last() != Some(&annotations) {
        return false;
    }
    for value in [&mut field.before, &mut field.after] {
        let Some(entries) = value.as_object_mut() else {
            continue;
        };
        entries.retain(|name, _| !CONTROLLER_COUNTERS.contains(&name.as_str()));
        if entries.is_empty() {
            *value = Json::Null;
        }
    }
    field.before == field.after
}

/// Whether controllers have noted on an object of Kubernetes that they look after it:
/// finalizers were added, and none is gone.
fn looks_after(field: &Field) -> bool {
    let mut names = field.path.0.iter().rev().filter_map(|step| match step {
        Step::Name(name) => Some(name.as_str()),
        Step::Index(_) => None,
    });
    if [names.next(), names.next()] != [Some("finalizers"), Some("metadata")] {
        return false;
    }
    match (&field.before, &field.after) {
        (Json::Null, after) => !after.is_null(),
        (Json::Array(before), Json::Array(after)) => {
            before.iter().all(|finalizer| after.contains(finalizer))
        }
        _ => false,
    }
}

/// Both values with all marked that the schema says is sensitive.
fn marked(change: &ResourceChange, schemas: &dyn Schemas) -> [Value; 2] {
    let provider = parse_provider(&change.provider);
    let provider = provider.and_then(|(_, source, _)| schemas.provider(&source));
    let schema = provider.and_then(|p| schema_of(p, &change.address.resource.resource));
    [&change.before, &change.after].map(|value| match schema {
        Some(schema) => mark_sensitive(&schema.block, value),
        None => value.clone(),
    })
}

fn part(change: &PartChange) -> Part {
    let there = |value: &Value| !value.unmarked().0.is_null();
    let fate = match (there(&change.before), there(&change.after)) {
        (false, true) => Fate::Added,
        (true, false) => Fate::Deleted,
        _ => Fate::Changed,
    };
    let fields = match fate {
        Fate::Changed => fields(&change.before, &change.after),
        _ => Vec::new(),
    };
    Part {
        kind: change.kind.to_string(),
        name: change.name.to_string(),
        fate,
        fields,
        notes: change.notes.clone(),
    }
}

/// The fields in which two values differ. What is secret is left out.
fn fields(before: &Value, after: &Value) -> Vec<Field> {
    let changes = field_changes(before, after).into_iter();
    changes.map(|change| field(&change)).collect()
}

fn field(change: &FieldChange) -> Field {
    let json = |value: &Option<Value>| value.as_ref().map_or(Json::Null, public_json);
    Field {
        path: path(&change.path),
        before: json(&change.before),
        after: json(&change.after),
        sensitive: change.is_sensitive(),
    }
}

fn culprit(told: &Explanation) -> Culprit {
    Culprit {
        path: path(&told.what),
        who: told.who.clone(),
        when: told.when.clone(),
        how: told.how.clone(),
    }
}

/// The way as far as it has names and numbers: what is in a set has neither.
fn path(path: &Path) -> FieldPath {
    FieldPath(path.steps().iter().map_while(step).collect())
}

fn step(step: &PathStep) -> Option<Step> {
    match step {
        PathStep::Attr(name) => Some(Step::Name(name.to_string())),
        PathStep::Index(Value::Number(number)) => number.to_string().parse().ok().map(Step::Index),
        PathStep::Index(key) => Some(Step::Name(key.as_str()?.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changed(path: &[&str], before: Json, after: Json) -> Field {
        Field {
            path: FieldPath::of_names(path),
            before,
            after,
            sensitive: false,
        }
    }

    #[test]
    fn what_a_controller_counts_is_taken_out_of_annotations() {
        let path = ["object", "metadata", "annotations"];
        let counted = json!({ "deployment.kubernetes.io/revision": "1" });
        let mut only = changed(&path, Json::Null, counted);
        assert!(counts_within(&mut only));

        let more = json!({ "deployment.kubernetes.io/revision": "1", "team": "storage" });
        let mut beside = changed(&path, Json::Null, more);
        assert!(!counts_within(&mut beside));
        assert_eq!(
            beside,
            changed(&path, Json::Null, json!({ "team": "storage" }))
        );

        let mut elsewhere = changed(&["data", "annotation"], Json::Null, json!({}));
        assert!(!counts_within(&mut elsewhere));
    }

    #[test]
    fn what_a_state_knew_nothing_of_is_news() {
        let noted = Noted(serde_json::from_str(r#"{"name":"a","size":null}"#).ok());
        let is_news = |path: &[&str]| noted.is_news(&changed(path, Json::Null, json!(1)));
        assert!(is_news(&["region"]));
        assert!(!is_news(&["size"]));
        assert!(!noted.is_news(&changed(&["region"], json!("a"), json!("b"))));
        assert!(!Noted(None).is_news(&changed(&["region"], Json::Null, json!(1))));
    }

    #[test]
    fn a_secret_that_has_changed_is_no_counter() {
        let mut secret = changed(&["metadata", "annotations"], Json::Null, Json::Null);
        secret.sensitive = true;
        assert!(!counts_within(&mut secret));
    }

    #[test]
    fn finalizers_may_come_but_not_go() {
        let path = ["object", "metadata", "finalizers"];
        let after = |before: Json, after: Json| looks_after(&changed(&path, before, after));
        assert!(after(Json::Null, json!(["elbv2.k8s.aws/resources"])));
        assert!(after(json!(["ours"]), json!(["theirs", "ours"])));
        assert!(!after(json!(["ours"]), json!(["theirs"])));
        assert!(!after(json!(["ours"]), Json::Null));
        let elsewhere = changed(&["data", "finalizers"], Json::Null, json!([]));
        assert!(!looks_after(&elsewhere));
    }

    #[test]
    fn counters_are_told_by_their_place() {
        let counts = |path: &[&str]| counts(&FieldPath::of_names(path));
        let revision = "deployment.kubernetes.io/revision";
        assert!(counts(&["object", "metadata", "annotations", revision]));
        assert!(counts(&["metadata", "resource_version"]));
        assert!(!counts(&["data", revision]));
        assert!(!counts(&["object", "metadata", "annotations", "team"]));
        assert!(!counts(&["data", "generation"]));
    }
}
