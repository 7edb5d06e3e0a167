//! Traversals that are addresses: of `moved`, `import` and `removed` blocks,
//! and of `-target`.

use trueup_syntax::{
    Diagnostic, Span,
    ast::{Step, StepKind, Traversal},
};
use trueup_value::Str;

use super::{
    AbsResource, AbsResourceInstance, InstanceKey, ModuleInstance, Resource, ResourceMode,
    traversal_span,
};

/// What an address names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A module call, or one instance of it.
    Module(ModuleInstance),
    /// A resource, all its instances, or the one without a key.
    Resource(AbsResource),
    /// An instance that has a key.
    Instance(AbsResourceInstance),
}

impl Target {
    /// The module it is in; of a module, itself.
    pub fn module(&self) -> &ModuleInstance {
        match self {
            Target::Module(module) => module,
            Target::Resource(resource) => &resource.module,
            Target::Instance(instance) => &instance.resource.module,
        }
    }

    /// The resource it is or belongs to.
    pub fn resource(&self) -> Option<&AbsResource> {
        match self {
            Target::Module(_) => None,
            Target::Resource(resource) => Some(resource),
            Target::Instance(instance) => Some(&instance.resource),
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Target::Module(module) => write!(f, "{module}"),
            Target::Resource(resource) => write!(f, "{resource}"),
            Target::Instance(instance) => write!(f, "{instance}"),
        }
    }
}

/// Names that cannot begin the address of a resource.
const RESERVED: [&str; 10] = [
    "each",
    "self",
    "count",
    "var",
    "local",
    "path",
    "terraform",
    "template",
    "lazy",
    "arg",
];

/// Reads an address; texts and places of errors are Terraform's.
pub fn parse_target(traversal: &Traversal) -> Result<Target, Box<Diagnostic>> {
    parse(traversal, &RESERVED)
}

/// The same where reserved words are types like others: in `removed` blocks.
pub(crate) fn parse_any_target(traversal: &Traversal) -> Result<Target, Box<Diagnostic>> {
    parse(traversal, &[])
}

fn parse(traversal: &Traversal, reserved: &[&str]) -> Result<Target, Box<Diagnostic>> {
    let (module, rest) = module_prefix(traversal)?;
    let Some((first, after)) = rest.split_first() else {
        return Ok(Target::Module(module));
    };
    let resource = |mode, steps: &[Piece]| resource_after(module.clone(), mode, steps, traversal);
    match first.name() {
        Some("data") => resource(ResourceMode::Data, after),
        Some("resource") => resource(ResourceMode::Managed, after),
        Some("ephemeral") => resource(ResourceMode::Ephemeral, after),
        Some(name) if reserved.contains(&name) => Err(invalid(
            format!(
                "The keyword \"{name}\" is reserved and cannot be used to target a resource address. If you are targeting a resource type that uses a reserved keyword, please prefix your address with \"resource.\"."
            ),
            traversal_span(traversal),
        )),
        _ => resource(ResourceMode::Managed, &rest),
    }
}

/// A step, the root name counting as one.
#[derive(Clone)]
struct Piece {
    kind: StepKind,
    span: Span,
}

impl Piece {
    fn name(&self) -> Option<&str> {
        match &self.kind {
            StepKind::Attr(name) => Some(name),
            StepKind::Index(_) => None,
        }
    }
}

fn pieces(traversal: &Traversal) -> Vec<Piece> {
    let root = Piece {
        kind: StepKind::Attr(traversal.root.name.clone()),
        span: traversal.root.span,
    };
    let steps = traversal.steps.iter().map(|Step { kind, span }| Piece {
        kind: kind.clone(),
        span: *span,
    });
    std::iter::once(root).chain(steps).collect()
}

fn invalid(detail: impl Into<String>, span: Span) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("Invalid address", detail, span))
}

fn operator(detail: impl Into<String>, span: Span) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("Invalid address operator", detail, span))
}

fn module_prefix(traversal: &Traversal) -> Result<(ModuleInstance, Vec<Piece>), Box<Diagnostic>> {
    let mut rest = pieces(traversal);
    let mut module = ModuleInstance::default();
    while rest.first().and_then(Piece::name) == Some("module") {
        let introducer = rest.remove(0);
        let Some(name) = rest.first().and_then(Piece::name).map(Str::new) else {
            let at = rest.first().map_or(introducer.span, |piece| piece.span);
            return Err(operator(
                "Prefix \"module.\" must be followed by a module name.",
                at,
            ));
        };
        rest.remove(0);
        let key = match rest.first().map(|piece| (&piece.kind, piece.span)) {
            Some((StepKind::Index(value), span)) => {
                let key = InstanceKey::from_value(value).map_err(|reason| {
                    operator(
                        format!("Invalid module key: {}.", target_reason(reason)),
                        span,
                    )
                })?;
                rest.remove(0);
                Some(key)
            }
            _ => None,
        };
        module.0.push((name, key));
    }
    Ok((module, rest))
}

fn resource_after(
    module: ModuleInstance,
    mode: ResourceMode,
    pieces: &[Piece],
    traversal: &Traversal,
) -> Result<Target, Box<Diagnostic>> {
    let [kind, name, rest @ ..] = pieces else {
        let last = traversal
            .steps
            .last()
            .map_or(traversal.root.span, |step| step.span);
        return Err(invalid(
            "Resource specification must include a resource type and name.",
            pieces.last().map_or(last, |piece| piece.span),
        ));
    };
    let Some(kind) = kind.name() else {
        let what = if mode == ResourceMode::Data {
            "data source"
        } else {
            "resource type"
        };
        return Err(invalid(format!("A {what} name is required."), kind.span));
    };
    let Some(resource_name) = name.name() else {
        return Err(invalid("A resource name is required.", name.span));
    };
    let resource = AbsResource {
        module,
        resource: Resource {
            mode,
            kind: Str::new(kind),
            name: Str::new(resource_name),
        },
    };
    match rest {
        [] => Ok(Target::Resource(resource)),
        [index] => match &index.kind {
            StepKind::Index(value) => {
                let key = InstanceKey::from_value(value).map_err(|reason| {
                    invalid(
                        format!("Invalid resource instance key: {}.", target_reason(reason)),
                        index.span,
                    )
                })?;
                Ok(Target::Instance(AbsResourceInstance {
                    resource,
                    key: Some(key),
                }))
            }
            StepKind::Attr(_) => Err(invalid(
                "Resource instance key must be given in square brackets.",
                index.span,
            )),
        },
        [_, extra, ..] => Err(invalid(
            "Unexpected extra operators after address.",
            extra.span,
        )),
    }
}

/// Messages about addresses are worded a little differently.
fn target_reason(reason: &str) -> &str {
    match reason {
        "either a string or an integer is required" => "must be either a string or an integer",
        other => other,
    }
}
