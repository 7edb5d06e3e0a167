//! Mistakes in the order and nesting of the validator that Helm uses: schema by schema, each
//! applied to one place of the values.

use std::collections::BTreeMap;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use super::words::{message, not_allowed, quote};

/// The line above several problems of one place.
const GATHERED: &str = "validation failed";

/// A line of the report, and what is below it.
pub(super) struct Problem {
    path: String,
    message: String,
    causes: Vec<Problem>,
}

/// An error of the validator, seen from a schema on the way to it.
struct Entry {
    /// The keywords from that schema to the error's own.
    keywords: Vec<String>,
    /// The way from the place that the schema applies to.
    way: Vec<String>,
    message: String,
    causes: Vec<Problem>,
}

/// What the errors about `values` amount to.
pub(super) fn problems<'e>(
    errors: impl Iterator<Item = ValidationError<'e>>,
    values: &Value,
) -> Vec<Problem> {
    let entry = |error: ValidationError<'e>| {
        let mut entry = Entry::new(&error, 0, 0, "");
        if let ValidationErrorKind::FalseSchema = error.kind()
            && entry
                .keywords
                .last()
                .is_some_and(|last| last == "additionalProperties")
            && let Some(Value::Object(map)) = values.pointer(&error.instance_path().to_string())
        {
            entry.message = not_allowed(map.keys());
        }
        entry
    };
    let mut problems = at_schema(errors.map(entry).collect(), "");
    if let [only] = problems.as_mut_slice()
        && only.message == GATHERED
    {
        return std::mem::take(&mut only.causes);
    }
    problems
}

fn steps(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(str::to_owned).collect()
}

impl Entry {
    /// The error as seen from a schema `keywords` deep, applied to a place `steps` deep, at `path`.
    fn new(error: &ValidationError<'_>, keywords: usize, places: usize, path: &str) -> Self {
        let mut all = steps(&error.evaluation_path().to_string());
        let way = steps(&error.instance_path().to_string());
        let depth = all.len();
        let here = match way.is_empty() {
            true => path.to_owned(),
            false => format!("/{}", way.join("/")),
        };
        let causes = match error.kind() {
            ValidationErrorKind::AnyOf { context }
            | ValidationErrorKind::OneOfNotValid { context } => {
                // Each alternative begins below the keyword, behind its number.
                let branches = context.iter().map(|errors| {
                    let entry = |error| Entry::new(error, depth + 1, way.len(), &here);
                    at_schema(errors.iter().map(entry).collect(), &here)
                });
                branches
                    .flat_map(|problems| gathered(problems, &here))
                    .collect()
            }
            ValidationErrorKind::PropertyNames { error } => vec![Problem {
                path: here.clone(),
                message: message(error),
                causes: Vec::new(),
            }],
            _ => Vec::new(),
        };
        Entry {
            keywords: all.split_off(keywords.min(depth.saturating_sub(1))),
            way: way.into_iter().skip(places).collect(),
            message: message(error),
            causes,
        }
    }

    fn keyword(&self) -> &str {
        self.keywords.first().map_or("", String::as_str)
    }

    fn is_own(&self) -> bool {
        self.keywords.len() <= 1
    }

    /// The entry as seen from the schema that the first keyword leads to, with a name for that.
    fn descended(mut self) -> (String, Self) {
        let keyword = self.keywords.remove(0);
        let named = matches!(
            keyword.as_str(),
            "properties"
                | "patternProperties"
                | "dependentSchemas"
                | "dependencies"
                | "prefixItems"
                | "allOf"
                | "anyOf"
                | "oneOf"
        ) || keyword == "items"
            && self.keywords.first().is_some_and(|next| is_number(next));
        if named && self.keywords.len() > 1 {
            let name = self.keywords.remove(0);
            return (name, self);
        }
        (String::new(), self)
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the schema below a keyword applies to something inside of the place.
fn goes_inside(keyword: &str) -> bool {
    matches!(
        keyword,
        "properties"
            | "patternProperties"
            | "additionalProperties"
            | "items"
            | "prefixItems"
            | "additionalItems"
            | "contains"
            | "unevaluatedProperties"
            | "unevaluatedItems"
    )
}

/// When the validator looks at a keyword.
fn rank(keyword: &str, own: bool) -> u8 {
    match keyword {
        "format" => 0,
        "minProperties" | "minItems" | "minLength" | "minimum" => 1,
        "maxProperties" | "maxItems" | "maxLength" | "maximum" => 2,
        "required" | "uniqueItems" | "pattern" | "exclusiveMinimum" => 3,
        "exclusiveMaximum" => 4,
        "multipleOf" => 5,
        "dependencies" => 6,
        "additionalProperties" if own => 8,
        "propertyNames" => 9,
        "dependentSchemas" => 10,
        "dependentRequired" => 11,
        "contains" => 12,
        "$ref" | "$dynamicRef" | "$recursiveRef" => 20,
        "not" => 21,
        "allOf" => 22,
        "anyOf" => 23,
        "oneOf" => 24,
        "if" | "then" | "else" => 25,
        "unevaluatedProperties" | "unevaluatedItems" => 26,
        _ => 7,
    }
}

/// What is wrong with a place by one schema.
fn at_schema(entries: Vec<Entry>, path: &str) -> Vec<Problem> {
    // After one of these nothing else is looked at.
    for last in ["type", "const", "enum"] {
        if let Some(entry) = entries
            .iter()
            .position(|entry| entry.is_own() && entry.keyword() == last)
        {
            let entry = entries.into_iter().nth(entry);
            return entry.map(|entry| own(entry, path)).into_iter().collect();
        }
    }
    let mut found: Vec<(u8, Problem)> = Vec::new();
    let mut inner: BTreeMap<(u8, String, String, String), Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        let rank = rank(entry.keyword(), entry.is_own());
        if entry.is_own() {
            add(&mut found, rank, own(entry, path));
            continue;
        }
        let keyword = entry.keyword().to_owned();
        let (name, mut entry) = entry.descended();
        let mut place = path.to_owned();
        if goes_inside(&keyword) && !entry.way.is_empty() {
            place = format!("{path}/{}", entry.way.remove(0));
        }
        inner
            .entry((rank, place, keyword, name))
            .or_default()
            .push(entry);
    }
    for ((rank, place, keyword, _), entries) in inner {
        let problems = gathered(at_schema(entries, &place), &place);
        if keyword == "allOf" {
            let known = found.iter_mut().find(|(known, _)| *known == rank);
            match known {
                Some((_, all)) => all.causes.extend(problems),
                None => found.push((rank, all_of(path, problems))),
            }
        } else {
            found.extend(problems.into_iter().map(|problem| (rank, problem)));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, problem)| problem).collect()
}

fn own(entry: Entry, path: &str) -> Problem {
    let inside = entry.way.iter().map(|step| format!("/{step}"));
    Problem {
        path: path.to_owned() + &inside.collect::<String>(),
        message: entry.message,
        causes: entry.causes,
    }
}

fn all_of(path: &str, causes: Vec<Problem>) -> Problem {
    Problem {
        path: path.to_owned(),
        message: "'allOf' failed".to_owned(),
        causes,
    }
}

/// Adds a problem; missing properties share a line.
fn add(found: &mut Vec<(u8, Problem)>, rank: u8, problem: Problem) {
    let name = problem.message.strip_prefix("missing property ");
    let mut known = found.iter_mut().map(|(_, known)| known);
    let known = known.find(|known| known.message.starts_with("missing propert"));
    match (known, name) {
        (Some(known), Some(name)) => {
            let listed = known
                .message
                .replace("missing property ", "missing properties ");
            known.message = format!("{listed}, {name}");
        }
        _ => found.push((rank, problem)),
    }
}

/// Several problems of one place are gathered under one line.
fn gathered(problems: Vec<Problem>, path: &str) -> Vec<Problem> {
    if problems.len() < 2 {
        return problems;
    }
    vec![Problem {
        path: path.to_owned(),
        message: GATHERED.to_owned(),
        causes: problems,
    }]
}

impl Problem {
    /// The lines, indented by two for each level.
    pub(super) fn write(&self, depth: usize, out: &mut String) {
        out.push_str(&"  ".repeat(depth));
        out.push_str(&format!("- at {}: {}\n", quote(&self.path), self.message));
        for cause in &self.causes {
            cause.write(depth + 1, out);
        }
    }
}
