//! What is said about a configuration: errors and warnings with their places.

use trueup_value::Type;

use crate::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The run cannot go on past this stage.
    Error,
    /// The run goes on.
    Warning,
}

/// One error or warning.
///
/// `summary` and `detail` use the words of Terraform, so that what users find
/// when they search for a message stays true. What trueup adds stands in
/// `hints`.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// One line without a period.
    pub summary: String,
    /// Full sentences; may be empty.
    pub detail: String,
    /// What exactly it is about.
    pub subject: Option<Span>,
    /// More source worth showing, around `subject`.
    pub context: Option<Span>,
    /// The address of the object it is about, such as `aws_iam_role.loki`.
    pub address: Option<String>,
    /// The values that took part, such as ``var.region is "eu"``.
    pub values: Vec<Note>,
    /// The function call that failed.
    pub call: Option<Box<FailedCall>>,
    /// Next steps, such as ``did you mean `var.region`?``.
    pub hints: Vec<String>,
    /// A warning that is shown even where others of its summary are left out.
    pub counts: bool,
}

/// A traversal and what is to be said of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The traversal as written, such as `var.region`.
    pub traversal: String,
    /// What it is, such as `is "eu"` or `is a string`. Never a sensitive value.
    pub statement: String,
}

/// A function call that failed.
#[derive(Clone, Debug, PartialEq)]
pub struct FailedCall {
    /// The name as written, such as `core::upper`.
    pub called_as: String,
    /// What the function takes, if there is one of that name.
    pub signature: Option<Signature>,
}

/// What a function takes and returns.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// The names and types of the parameters.
    pub params: Vec<(String, Type)>,
    /// What any number of further arguments are.
    pub variadic: Option<(String, Type)>,
    /// The type of the result; dynamic if it depends on the arguments.
    pub result: Type,
}

/// All that was found in a stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostic {
    /// An error about `subject`.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>, subject: Span) -> Self {
        Diagnostic {
            subject: Some(subject),
            ..Diagnostic::without_place(Severity::Error, summary, detail)
        }
    }

    /// What has no place in a file.
    pub fn without_place(
        severity: Severity,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Diagnostic {
            severity,
            summary: summary.into(),
            detail: detail.into(),
            subject: None,
            context: None,
            address: None,
            values: Vec::new(),
            call: None,
            hints: Vec::new(),
            counts: false,
        }
    }

    /// A warning about `subject`.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>, subject: Span) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(summary, detail, subject)
        }
    }

    /// The same with a next step added.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same with further next steps added.
    pub fn hints(mut self, hints: impl IntoIterator<Item = String>) -> Self {
        self.hints.extend(hints);
        self
    }

    /// The same with more source shown around it.
    pub fn within(mut self, context: Span) -> Self {
        self.context = Some(context);
        self
    }
}

impl Diagnostics {
    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: Diagnostics) {
        self.0.extend(other.0);
    }
}
