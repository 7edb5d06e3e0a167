//! What a traversal refers to.

use std::fmt;

use trueup_syntax::{
    Diagnostic, Span,
    ast::{Ident, Step, StepKind, Traversal},
};
use trueup_value::Str;

use super::{InstanceKey, Resource, ResourceMode};

/// The thing a reference names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// `var.NAME`
    Variable(Str),
    /// `local.NAME`
    Local(Str),
    /// `count.NAME`
    Count(Str),
    /// `each.NAME`
    Each(Str),
    /// `path.NAME`
    Path(Str),
    /// `terraform.NAME`
    Terraform(Str),
    /// `self`
    SelfObject,
    /// A resource, or all its instances.
    Resource(Resource),
    /// A resource followed by an index or an attribute.
    ResourceInstance(Resource, Option<InstanceKey>),
    /// `module.NAME`
    Module(Str),
    /// `module.NAME[KEY]`
    ModuleInstance(Str, InstanceKey),
    /// `module.NAME.OUTPUT` or `module.NAME[KEY].OUTPUT`
    ModuleOutput(Str, Option<InstanceKey>, Str),
}

/// A traversal, understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference<'a> {
    /// What it names.
    pub subject: Subject,
    /// The part of the traversal that names it.
    pub span: Span,
    /// What follows.
    pub remaining: &'a [Step],
}

/// From the root name to the last step.
pub fn traversal_span(traversal: &Traversal) -> Span {
    let last = traversal.steps.last();
    last.map_or(traversal.root.span, |step| {
        traversal.root.span.to(step.span)
    })
}

/// Understands a traversal; texts and places of errors are Terraform's.
pub fn parse_reference(traversal: &Traversal) -> Result<Reference<'_>, Box<Diagnostic>> {
    let root = &traversal.root;
    let simple = |subject: fn(Str) -> Subject| {
        let (name, span, remaining) = single_attribute(traversal)?;
        Ok(Reference {
            subject: subject(name),
            span,
            remaining,
        })
    };
    match root.name.as_str() {
        "count" => simple(Subject::Count),
        "each" => simple(Subject::Each),
        "local" => simple(Subject::Local),
        "path" => simple(Subject::Path),
        "terraform" => simple(Subject::Terraform),
        "var" => simple(Subject::Variable),
        "self" => Ok(Reference {
            subject: Subject::SelfObject,
            span: root.span,
            remaining: &traversal.steps,
        }),
        "module" => module_reference(traversal),
        "data" => prefixed(traversal, ResourceMode::Data, "data source type"),
        "ephemeral" => prefixed(
            traversal,
            ResourceMode::Ephemeral,
            "ephemeral resource type",
        ),
        "resource" => prefixed(traversal, ResourceMode::Managed, "resource type"),
        "template" | "lazy" | "arg" => Err(reserved(root)),
        _ => resource_reference(ResourceMode::Managed, root, &root.name, &traversal.steps),
    }
}

fn reserved(root: &Ident) -> Box<Diagnostic> {
    let name = &root.name;
    Box::new(Diagnostic::error(
        "Reserved symbol name",
        format!(
            "The symbol name \"{name}\" is reserved for use in a future Terraform version. If you are using a provider that already uses this as a resource type name, add the prefix \"resource.\" to force interpretation as a resource type name."
        ),
        root.span,
    ))
}

fn invalid(detail: impl Into<String>, span: Span) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("Invalid reference", detail, span))
}

fn single_attribute(traversal: &Traversal) -> Result<(Str, Span, &[Step]), Box<Diagnostic>> {
    let root = &traversal.root;
    let name = &root.name;
    match traversal.steps.split_first() {
        None => Err(invalid(
            format!(
                "The \"{name}\" object cannot be accessed directly. Instead, access one of its attributes."
            ),
            root.span,
        )),
        Some((step, remaining)) => match &step.kind {
            StepKind::Attr(attribute) => {
                Ok((attribute.clone(), root.span.to(step.span), remaining))
            }
            StepKind::Index(_) => Err(invalid(
                format!("The \"{name}\" object does not support this operation."),
                step.span,
            )),
        },
    }
}

fn prefixed<'a>(
    traversal: &'a Traversal,
    mode: ResourceMode,
    what: &str,
) -> Result<Reference<'a>, Box<Diagnostic>> {
    let root = &traversal.root;
    let Some((first, rest)) = traversal.steps.split_first().filter(|(_, r)| !r.is_empty()) else {
        let name = &root.name;
        return Err(invalid(
            format!(
                "The \"{name}\" object must be followed by two attribute names: the {what} and the resource name."
            ),
            traversal_span(traversal),
        ));
    };
    let StepKind::Attr(kind) = &first.kind else {
        return Err(invalid(
            "The \"data\" object does not support this operation.",
            first.span,
        ));
    };
    resource_reference(mode, root, kind, rest)
}

fn resource_reference<'a>(
    mode: ResourceMode,
    root: &Ident,
    kind: &Str,
    steps: &'a [Step],
) -> Result<Reference<'a>, Box<Diagnostic>> {
    let Some((first, rest)) = steps.split_first() else {
        return Err(invalid(
            "A reference to a resource type must be followed by at least one attribute access, specifying the resource name.",
            root.span,
        ));
    };
    let StepKind::Attr(name) = &first.kind else {
        let what = match mode {
            ResourceMode::Data => "data source",
            ResourceMode::Managed => "resource type",
            ResourceMode::Ephemeral => "ephemeral resource type",
        };
        return Err(invalid(
            format!(
                "A reference to a {what} must be followed by at least one attribute access, specifying the resource name."
            ),
            first.span,
        ));
    };
    let resource = Resource {
        mode,
        kind: kind.clone(),
        name: name.clone(),
    };
    let span = root.span.to(first.span);
    let Some((step, after)) = rest.split_first() else {
        return Ok(Reference {
            subject: Subject::Resource(resource),
            span,
            remaining: rest,
        });
    };
    let (key, span, remaining) = match &step.kind {
        StepKind::Index(_) => (
            Some(index_key(step, "resource")?),
            span.to(step.span),
            after,
        ),
        StepKind::Attr(_) => (None, span, rest),
    };
    Ok(Reference {
        subject: Subject::ResourceInstance(resource, key),
        span,
        remaining,
    })
}

fn index_key(step: &Step, of: &str) -> Result<InstanceKey, Box<Diagnostic>> {
    let StepKind::Index(value) = &step.kind else {
        return Err(invalid("An index is required.", step.span));
    };
    InstanceKey::from_value(value).map_err(|reason| {
        Box::new(Diagnostic::error(
            "Invalid index key",
            format!("Invalid index for {of} instance: {reason}."),
            step.span,
        ))
    })
}

fn module_reference(traversal: &Traversal) -> Result<Reference<'_>, Box<Diagnostic>> {
    let (call, span, mut remaining) = single_attribute(traversal)?;
    let mut key = None;
    let mut span = span;
    let call_span = span;
    if let Some((step, rest)) = remaining.split_first()
        && matches!(step.kind, StepKind::Index(_))
    {
        key = Some(index_key(step, "module")?);
        span = span.to(step.span);
        remaining = rest;
    }
    let Some((step, rest)) = remaining.split_first() else {
        let subject = match key {
            Some(key) => Subject::ModuleInstance(call, key),
            None => Subject::Module(call),
        };
        return Ok(Reference {
            subject,
            span,
            remaining,
        });
    };
    match &step.kind {
        StepKind::Attr(output) => Ok(Reference {
            subject: Subject::ModuleOutput(call, key, output.clone()),
            span: call_span.to(step.span),
            remaining: rest,
        }),
        StepKind::Index(_) => Err(invalid(
            "Module instance objects do not support this operation.",
            step.span,
        )),
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = |key: &Option<InstanceKey>| key.as_ref().map(ToString::to_string);
        match self {
            Subject::Variable(name) => write!(f, "var.{name}"),
            Subject::Local(name) => write!(f, "local.{name}"),
            Subject::Count(name) => write!(f, "count.{name}"),
            Subject::Each(name) => write!(f, "each.{name}"),
            Subject::Path(name) => write!(f, "path.{name}"),
            Subject::Terraform(name) => write!(f, "terraform.{name}"),
            Subject::SelfObject => f.write_str("self"),
            Subject::Resource(resource) => write!(f, "{resource}"),
            Subject::ResourceInstance(resource, at) => {
                write!(f, "{resource}{}", key(at).unwrap_or_default())
            }
            Subject::Module(call) => write!(f, "module.{call}"),
            Subject::ModuleInstance(call, at) => write!(f, "module.{call}{at}"),
            Subject::ModuleOutput(call, at, output) => {
                write!(f, "module.{call}{}.{output}", key(at).unwrap_or_default())
            }
        }
    }
}
