//! What a module's files say, block by block.
//!
//! Decoding never stops at the first error: it yields what could be
//! understood and all diagnostics, in Terraform's words.

mod check;
mod constant;
mod depends_on;
mod file;
mod import;
mod merge;
mod module;
mod module_call;
mod moved;
mod output;
mod provider;
mod provisioner;
mod removed;
mod requirements;
mod resource;
mod settings;
mod type_constraint;
mod variable;

use trueup_syntax::{Diagnostic, Diagnostics, SourceMap, Span, ast::Ident};

pub use check::{Check, CheckRule};
pub use file::{File, decode_file};
pub use import::Import;
pub use module::Module;
pub use module_call::{ModuleCall, PassedProvider};
pub use moved::Moved;
pub use output::{Local, Output};
pub(crate) use provider::provider_key;
pub use provider::{ProviderConfig, ProviderRef};
pub use provisioner::{Connection, OnFailure, Provisioner, When};
pub use removed::Removed;
pub use requirements::{RequiredProvider, Requirements};
pub use resource::{Lifecycle, Managed, Resource};
pub use settings::{Backend, Cloud, ProviderMeta, VersionRequirement};
pub use type_constraint::{TypeConstraint, decode_type};
pub use variable::Variable;

pub(crate) use constant::{keyword, quoted_text, relative_traversal};

/// What decoding needs besides the block at hand, and where it reports.
pub struct Decoder<'a> {
    /// To name places in messages.
    pub sources: &'a SourceMap,
    /// Everything found so far.
    pub diagnostics: Diagnostics,
    /// Blocks stand in an override file: nothing is required.
    pub overriding: bool,
}

impl<'a> Decoder<'a> {
    /// A decoder that has found nothing yet.
    pub fn new(sources: &'a SourceMap) -> Self {
        Decoder {
            sources,
            diagnostics: Diagnostics::default(),
            overriding: false,
        }
    }

    fn error(&mut self, summary: impl Into<String>, detail: impl Into<String>, subject: Span) {
        self.diagnostics
            .push(Diagnostic::error(summary, detail, subject));
    }

    fn warning(&mut self, summary: impl Into<String>, detail: impl Into<String>, subject: Span) {
        self.diagnostics
            .push(Diagnostic::warning(summary, detail, subject));
    }

    /// How many errors there are so far.
    fn errors(&self) -> usize {
        let errors = self.diagnostics.0.iter();
        errors
            .filter(|d| d.severity == trueup_syntax::Severity::Error)
            .count()
    }

    /// A place as messages write it, such as `main.tf:1,1-13`.
    fn place(&self, span: Span) -> String {
        self.sources.file(span.file).describe(span).to_string()
    }

    /// Reports a name that is no identifier.
    fn check_name(&mut self, summary: &str, name: &Ident) {
        if !is_identifier(&name.name) {
            self.error(
                summary,
                "A name must start with a letter or underscore and may contain only letters, digits, underscores, and dashes.",
                name.span,
            );
        }
    }
}

/// A conversion error with the place in the value it is about.
pub(crate) fn with_path(error: &trueup_value::convert::ConvertError) -> String {
    if error.path.is_empty() {
        error.message.clone()
    } else {
        format!("{}: {}", error.path, error.message)
    }
}

/// Whether `name` may stand unquoted: as Unicode defines identifiers, and with
/// dashes after the first character.
pub fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let start = |c: char| c == '_' || unicode_ident::is_xid_start(c);
    chars.next().is_some_and(start) && chars.all(|c| c == '-' || unicode_ident::is_xid_continue(c))
}
