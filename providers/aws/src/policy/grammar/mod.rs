//! Whether a policy document is one AWS will take, before it is asked.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
//! and, for sizes,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

mod condition;
mod principal;
mod statement;

use serde_json::{Map, Value};
use trueup_sdk::{Problem, ProblemSeverity, native::attribute_problem};

use crate::spelling::nearest;

/// What a document is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyKind {
    /// A managed policy.
    Managed,
    /// An inline policy of a role.
    Inline,
    /// The policy that says who may assume a role.
    Trust,
    /// A policy of a resource, such as a bucket.
    Resource,
}

/// Something about a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where in the document, such as `Statement[0].Action[1]`; empty for the
    /// whole document.
    pub place: String,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to try, in full sentences; may be empty.
    pub hint: String,
    /// AWS takes it all the same.
    pub warning: bool,
}

/// Findings, gathered in their order.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn error(&mut self, place: &str, message: impl Into<String>) {
        self.hinted(place, message, "");
    }

    fn hinted(&mut self, place: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.0.push(Finding {
            place: place.to_owned(),
            message: message.into(),
            hint: hint.into(),
            warning: false,
        });
    }

    fn warning(&mut self, place: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.hinted(place, message, hint);
        if let Some(last) = self.0.last_mut() {
            last.warning = true;
        }
    }

    /// Blames members no such object has.
    fn unknown(&mut self, place: &str, object: &Map<String, Value>, known: &[&str]) {
        for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
            let near = known
                .iter()
                .find(|known| known.eq_ignore_ascii_case(name))
                .copied();
            let near = near.or_else(|| nearest(name, known.iter().copied()));
            let hint = near
                .map(|near| format!("Did you mean \"{near}\"?"))
                .unwrap_or_default();
            let place = member(place, name);
            self.hinted(
                &place,
                format!("There is no element named \"{name}\"."),
                hint,
            );
        }
    }
}

fn member(place: &str, name: &str) -> String {
    if place.is_empty() {
        name.to_owned()
    } else {
        format!("{place}.{name}")
    }
}

impl PolicyKind {
    /// How many characters a document may have, and whether white space
    /// counts.
    fn limit(self) -> (usize, bool) {
        match self {
            PolicyKind::Managed => (6144, false),
            PolicyKind::Inline => (10_240, false),
            // 2048 unless the quota was raised, which it can be to this.
            PolicyKind::Trust => (4096, false),
            PolicyKind::Resource => (20 * 1024, true),
        }
    }
}

/// What is wrong with a document.
pub fn check(text: &str, kind: PolicyKind) -> Vec<Finding> {
    let mut findings = Findings::default();
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(document)) => {
            check_document(&document, kind, &mut findings);
            check_size(text, kind, &mut findings);
        }
        Ok(_) => findings.error("", "A policy document is a JSON object."),
        Err(error) => findings.error(
            "",
            format!("The policy document is no valid JSON: {error}."),
        ),
    }
    findings.0
}

/// The same as problems of the attribute that holds the document.
pub fn judge(text: &str, kind: PolicyKind, attribute: &str) -> Vec<Problem> {
    let findings = check(text, kind).into_iter();
    let problems = findings.map(|finding| {
        let Finding {
            place,
            message,
            hint,
            warning,
        } = finding;
        let at = if place.is_empty() {
            String::new()
        } else {
            format!("{place}: ")
        };
        let detail = format!("{at}{message} {hint}");
        let (summary, severity) = match warning {
            false => ("Malformed policy document", ProblemSeverity::Error),
            true => ("Questionable policy document", ProblemSeverity::Warning),
        };
        let problem = attribute_problem(attribute, summary, detail.trim_end());
        Problem {
            severity,
            ..problem
        }
    });
    problems.collect()
}

fn check_document(document: &Map<String, Value>, kind: PolicyKind, findings: &mut Findings) {
    findings.unknown("", document, &["Version", "Id", "Statement"]);
    match document.get("Version") {
        None => {}
        Some(Value::String(version)) if version == "2012-10-17" || version == "2008-10-17" => {}
        Some(_) => findings.hinted(
            "Version",
            "The version of the policy language is \"2012-10-17\" or \"2008-10-17\".",
            "It is not the version of this policy: \"2012-10-17\" is right unless the policy is very old.",
        ),
    }
    let statements: Vec<(String, &Value)> = match document.get("Statement") {
        None => {
            return findings.error("Statement", "A policy document has at least one statement.");
        }
        Some(Value::Array(all)) if all.is_empty() => {
            return findings.error("Statement", "A policy document has at least one statement.");
        }
        Some(Value::Array(all)) => {
            let all = all.iter().enumerate();
            all.map(|(index, one)| (format!("Statement[{index}]"), one))
                .collect()
        }
        Some(one) => vec![("Statement".to_owned(), one)],
    };
    let mut sids: Vec<&str> = Vec::new();
    for (place, value) in &statements {
        let Value::Object(statement) = value else {
            findings.error(place, "A statement is a JSON object.");
            continue;
        };
        statement::check(place, statement, kind, findings);
        let Some(sid) = statement
            .get("Sid")
            .and_then(Value::as_str)
            .filter(|sid| !sid.is_empty())
        else {
            continue;
        };
        if sids.contains(&sid) {
            let message = format!("There are two statements with the Sid \"{sid}\".");
            findings.error(&member(place, "Sid"), message);
        }
        sids.push(sid);
    }
}

fn check_size(text: &str, kind: PolicyKind, findings: &mut Findings) {
    let (limit, white_space) = kind.limit();
    let counts = |c: &char| white_space || !c.is_whitespace();
    let size = text.chars().filter(counts).count();
    let not_counted = if white_space {
        ""
    } else {
        " without white space"
    };
    if size > limit {
        findings.hinted(
            "",
            format!("The document has {size} characters{not_counted}; AWS takes {limit}."),
            "Use wildcards, or divide it into several policies.",
        );
    } else if kind == PolicyKind::Trust && size > 2048 {
        findings.warning(
            "",
            format!("The document has {size} characters{not_counted}; AWS takes 2048 unless the quota was raised."),
            "Ask for a higher quota \"Role trust policy length\", or shorten the document.",
        );
    }
}
