//! Whether references lead anywhere.

use trueup_lang::references;
use trueup_syntax::{
    Diagnostic, Diagnostics, Span,
    ast::{Expr, Step, StepKind, Traversal},
    suggest::{nearest_hint, nearest_name, similar_name},
};
use trueup_value::Str;

use super::{
    schema_traversal,
    scope::{Repetition, View},
};
use crate::{
    address::{
        InstanceKey, Reference, Resource as Address, ResourceMode, Subject, parse_reference,
    },
    config::Resource,
};

/// The words that references begin with, but for resource types.
const ROOTS: [&str; 12] = [
    "count",
    "data",
    "each",
    "ephemeral",
    "local",
    "module",
    "path",
    "resource",
    "self",
    "terraform",
    "var",
    "template",
];

impl View<'_> {
    /// What is wrong with the references of an expression.
    pub fn check(&self, expr: &Expr) -> Diagnostics {
        self.check_references(references(expr))
    }

    /// Checks references in the order given; texts and places are
    /// Terraform's.
    pub(crate) fn check_references<'t>(
        &self,
        traversals: impl IntoIterator<Item = &'t Traversal>,
    ) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        let mut parsed = Vec::new();
        for traversal in traversals {
            match parse_reference(traversal) {
                Ok(reference) => parsed.push(reference),
                Err(diagnostic) => {
                    let hint = self.bare_word(traversal);
                    diagnostics.push(diagnostic.hints(hint));
                }
            }
        }
        for reference in &parsed {
            self.check_objects(reference, &mut diagnostics);
        }
        if diagnostics.has_errors() {
            return diagnostics;
        }
        for reference in &parsed {
            diagnostics.0.extend(self.check_name(reference).map(|d| *d));
        }
        diagnostics
    }

    /// Resources and modules: whether there are such, and used rightly.
    fn check_objects(&self, reference: &Reference<'_>, diagnostics: &mut Diagnostics) {
        let (span, remaining) = (reference.span, reference.remaining);
        match &reference.subject {
            Subject::SelfObject => match self.own {
                None => diagnostics.push(Diagnostic::error(
                    "Invalid \"self\" reference",
                    "The \"self\" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.",
                    span,
                )),
                Some(own) => self.check_resource(own, remaining, span, diagnostics),
            },
            Subject::Resource(address) => {
                self.check_resource(address, remaining, span, diagnostics);
            }
            Subject::ResourceInstance(address, key) => {
                self.check_key(address, key.as_ref(), remaining, span, diagnostics);
                self.check_resource(address, remaining, span, diagnostics);
            }
            Subject::Module(name)
            | Subject::ModuleInstance(name, _)
            | Subject::ModuleOutput(name, ..) => self.check_call(name, span, diagnostics),
            _ => {}
        }
    }

    fn check_key(
        &self,
        address: &Address,
        key: Option<&InstanceKey>,
        remaining: &[Step],
        span: Span,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(resource) = self.scope.module().resources.get(address) else {
            return;
        };
        let repeated = match (&resource.count, &resource.for_each) {
            (Some(_), _) => Some(("count", "count.index")),
            (_, Some(_)) => Some(("for_each", "each.key")),
            _ => None,
        };
        match (key, repeated) {
            (None, Some((argument, key))) if !remaining.is_empty() => {
                diagnostics.push(Diagnostic::error(
                    "Missing resource instance key",
                    format!(
                        "Because {address} has \"{argument}\" set, its attributes must be accessed on specific instances.\n\nFor example, to correlate with indices of a referring resource, use:\n    {address}[{key}]"
                    ),
                    span,
                ));
            }
            (Some(_), None) => diagnostics.push(Diagnostic::error(
                "Unexpected resource instance key",
                format!(
                    "Because {address} does not have \"count\" or \"for_each\" set, references to it must not include an index key. Remove the bracketed index to refer to the single instance of this resource."
                ),
                span,
            )),
            _ => {}
        }
    }

    fn check_resource(
        &self,
        address: &Address,
        remaining: &[Step],
        span: Span,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(resource) = self.scope.module().resources.get(address) else {
            diagnostics.push(self.undeclared_resource(address, span));
            return;
        };
        if resource.check.is_some() && resource.check.as_ref() != self.check {
            let adjective = address.mode.adjective();
            let Address { kind, name, .. } = address;
            diagnostics.push(Diagnostic::error(
                "Reference to scoped resource",
                format!("The referenced {adjective} resource \"{kind}\" \"{name}\" is not available from this context."),
                span,
            ));
        }
        let Some(schema) = self.schema(resource) else {
            // Reported of the resource itself.
            return;
        };
        if let Some(Step {
            kind: StepKind::Attr(attribute),
            ..
        }) = remaining.first()
            && attribute.as_str() == "count"
        {
            diagnostics.push(Diagnostic::error(
                "Invalid resource count attribute",
                format!("The special \"count\" attribute is no longer supported after Terraform v0.12. Instead, use length({address}) to count resource instances."),
                span,
            ));
            return;
        }
        diagnostics
            .0
            .extend(schema_traversal::check(schema, remaining).map(|d| *d));
    }

    /// The schema of a declared resource.
    pub(crate) fn schema(&self, resource: &Resource) -> Option<&trueup_sdk::Block> {
        let provider = self
            .scope
            .environment
            .schemas
            .provider(resource.provider.as_ref()?)?;
        let schema = provider.schema();
        let by_type = match resource.address.mode {
            ResourceMode::Managed => &schema.resources,
            ResourceMode::Data => &schema.data_sources,
            ResourceMode::Ephemeral => &schema.ephemeral_resources,
        };
        by_type
            .get(resource.address.kind.as_str())
            .map(|schema| &schema.block)
    }

    fn undeclared_resource(&self, address: &Address, span: Span) -> Diagnostic {
        let module = self.scope.module();
        let Address { kind, name, .. } = address;
        let data = Address {
            mode: ResourceMode::Data,
            ..address.clone()
        };
        let suggestion =
            if address.mode == ResourceMode::Managed && module.resources.contains_key(&data) {
                format!("\n\nDid you mean the data resource {data}?")
            } else {
                String::new()
            };
        let diagnostic = Diagnostic::error(
            "Reference to undeclared resource",
            format!(
                "{} {} resource \"{kind}\" \"{name}\" has not been declared in {}.{suggestion}",
                match address.mode {
                    ResourceMode::Ephemeral => "An",
                    ResourceMode::Managed | ResourceMode::Data => "A",
                },
                address.mode.adjective(),
                self.scope.node().path.display()
            ),
            span,
        );
        if let Some(meant) = self.other_root(address) {
            return diagnostic.hint(format!("did you mean `{meant}`?"));
        }
        let written = address.to_string();
        let known: Vec<String> = module.resources.keys().map(ToString::to_string).collect();
        match nearest_name(&written, known.iter().map(String::as_str)) {
            Some(near) if suggestion.is_empty() => {
                diagnostic.hint(format!("did you mean `{near}`?"))
            }
            _ => diagnostic,
        }
    }

    /// What a single word stands for that is no reference.
    fn bare_word(&self, traversal: &Traversal) -> Option<String> {
        let word = traversal.root.name.as_str();
        let module = self.scope.module();
        if !traversal.steps.is_empty() || ROOTS.contains(&word) {
            return None;
        }
        Some(if module.variables.contains_key(word) {
            format!("did you mean `var.{word}`?")
        } else if module.locals.contains_key(word) {
            format!("did you mean `local.{word}`?")
        } else if let Some(one) = module
            .resources
            .keys()
            .find(|one| one.kind.as_str() == word)
        {
            format!("did you mean `{one}`?")
        } else {
            format!("text stands in quotes: \"{word}\"")
        })
    }

    /// The same name where the block has another name than references to it.
    fn other_root(&self, address: &Address) -> Option<String> {
        let module = self.scope.module();
        let (root, names): (_, Vec<&Str>) = match address.kind.as_str() {
            "variable" | "variables" | "vars" => ("var", module.variables.keys().collect()),
            "locals" => ("local", module.locals.keys().collect()),
            "modules" => ("module", module.module_calls.keys().collect()),
            _ => return None,
        };
        let name = nearest_name(&address.name, names.into_iter().map(Str::as_str))?;
        Some(format!("{root}.{name}"))
    }

    fn check_call(&self, name: &Str, span: Span, diagnostics: &mut Diagnostics) {
        let calls = &self.scope.module().module_calls;
        if calls.contains_key(name) {
            return;
        }
        let mut names: Vec<&str> = calls.keys().map(Str::as_str).collect();
        names.sort_unstable();
        let hint = nearest_hint(name, names.iter().copied());
        let suggestion = suggestion(name, names);
        let diagnostic = Diagnostic::error(
            "Reference to undeclared module",
            format!(
                "No module call named \"{name}\" is declared in {}.{suggestion}",
                self.scope.node().path.display()
            ),
            span,
        );
        diagnostics.push(diagnostic.hints(hint));
    }

    /// Names of the other kinds of object.
    fn check_name(&self, reference: &Reference<'_>) -> Option<Box<Diagnostic>> {
        let module = self.scope.module();
        let (summary, detail): (&str, String) = match &reference.subject {
            Subject::Variable(name) if !module.variables.contains_key(name) => {
                let mut suggestion = suggestion(name, module.variables.keys().map(Str::as_str));
                if suggestion.is_empty() {
                    suggestion = format!(
                        " This variable can be declared with a variable \"{name}\" {{}} block."
                    );
                }
                (
                    "Reference to undeclared input variable",
                    format!("An input variable with the name \"{name}\" has not been declared.{suggestion}"),
                )
            }
            Subject::Local(name) if !module.locals.contains_key(name) => {
                let suggestion = suggestion(name, module.locals.keys().map(Str::as_str));
                (
                    "Reference to undeclared local value",
                    format!("A local value with the name \"{name}\" has not been declared.{suggestion}"),
                )
            }
            Subject::Count(name) => self.count_problem(name)?,
            Subject::Each(name) => self.each_problem(name)?,
            Subject::Path(name) if !matches!(name.as_str(), "module" | "root" | "cwd") => {
                let suggestion = suggestion(name, ["cwd", "module", "root"]);
                (
                    "Invalid \"path\" attribute",
                    format!("The \"path\" object does not have an attribute named \"{name}\".{suggestion}"),
                )
            }
            Subject::Terraform(name) if name.as_str() == "env" => (
                "Invalid \"terraform\" attribute",
                "The terraform.env attribute was deprecated in v0.10 and removed in v0.12. The \"state environment\" concept was renamed to \"workspace\" in v0.12, and so the workspace name can now be accessed using the terraform.workspace attribute.".to_owned(),
            ),
            Subject::Terraform(name) if !matches!(name.as_str(), "workspace" | "applying") => (
                "Invalid \"terraform\" attribute",
                format!("The \"terraform\" object does not have an attribute named \"{name}\". The only supported attributes are terraform.workspace, the name of the currently-selected workspace, and terraform.applying, a boolean which is true only during apply."),
            ),
            _ => return None,
        };
        let diagnostic = Diagnostic::error(summary, detail, reference.span);
        Some(Box::new(match self.meant(&reference.subject) {
            Some(meant) => diagnostic.hint(format!("did you mean `{meant}`?")),
            None => diagnostic,
        }))
    }

    /// What was probably meant, where Terraform's own text has nothing to say.
    fn meant(&self, subject: &Subject) -> Option<String> {
        let module = self.scope.module();
        match (subject, self.repetition) {
            (Subject::Variable(name), _) if module.locals.contains_key(name) => {
                Some(format!("local.{name}"))
            }
            (Subject::Local(name), _) if module.variables.contains_key(name) => {
                Some(format!("var.{name}"))
            }
            (Subject::Variable(name), _) => {
                let names = module.variables.keys().map(Str::as_str);
                nearest(name, names).map(|near| format!("var.{near}"))
            }
            (Subject::Local(name), _) => {
                let names = module.locals.keys().map(Str::as_str);
                nearest(name, names).map(|near| format!("local.{near}"))
            }
            (Subject::Count(name), Repetition::Each) if name.as_str() == "index" => {
                Some("each.key".to_owned())
            }
            (Subject::Each(name), Repetition::Count) if name.as_str() == "key" => {
                Some("count.index".to_owned())
            }
            _ => None,
        }
    }

    fn count_problem(&self, name: &str) -> Option<(&'static str, String)> {
        if name != "index" {
            return Some((
                "Invalid \"count\" attribute",
                format!(
                    "The \"count\" object does not have an attribute named \"{name}\". The only supported attribute is count.index, which is the index of each instance of a resource block that has the \"count\" argument set."
                ),
            ));
        }
        let there = matches!(self.repetition, Repetition::Count | Repetition::Any);
        (!there).then(|| (
            "Reference to \"count\" in non-counted context",
            "The \"count\" object can only be used in \"module\", \"resource\", and \"data\" blocks, and only when the \"count\" argument is set.".to_owned(),
        ))
    }

    fn each_problem(&self, name: &str) -> Option<(&'static str, String)> {
        let there = matches!(self.repetition, Repetition::Each | Repetition::Any);
        match name {
            "key" | "value" if there => None,
            "key" => Some((
                "Reference to \"each\" in context without for_each",
                "The \"each\" object can be used only in \"module\" or \"resource\" blocks, and only when the \"for_each\" argument is set.".to_owned(),
            )),
            "value" => Some((
                "each.value cannot be used in this context",
                "A reference to \"each.value\" has been used in a context in which it is unavailable, such as when the configuration no longer contains the value in its \"for_each\" expression. Remove this reference to each.value in your configuration to work around this error.".to_owned(),
            )),
            _ => Some((
                "Invalid \"each\" attribute",
                format!("The \"each\" object does not have an attribute named \"{name}\". The supported attributes are each.key and each.value, the current key and value pair of the \"for_each\" attribute set."),
            )),
        }
    }
}

/// The nearest of `names`, unless Terraform's text names a similar one.
fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    match similar_name(name, names.clone()) {
        Some(_) => None,
        None => nearest_name(name, names),
    }
}

fn suggestion<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    match similar_name(name, names) {
        Some(similar) => format!(" Did you mean \"{similar}\"?"),
        None => String::new(),
    }
}
