//! What `templatefile` and `templatestring` render with.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use trueup_syntax::{
    Diagnostics, FileId, Severity, SourceMap, Span, ast::Expr, parse::parse_template,
};
use trueup_value::{Str, Type, Value};

use crate::{
    Scope,
    context::{Context, ParsedTemplate, Templates},
    evaluate,
    function::{Function, FunctionError, Functions, Param},
    functions::standard,
    references,
};

/// The functions a template may not call.
const RENDERING: [&str; 2] = ["templatefile", "templatestring"];

/// Templates of the language, with its functions.
pub struct Templating {
    context: Context,
    /// Made for the first template: most runs have none.
    functions: OnceLock<Arc<Functions>>,
}

/// Renders nothing: what a context holds before it has its [`Templating`].
pub struct NoTemplates;

struct Parsed {
    functions: Arc<Functions>,
    sources: SourceMap,
    file: FileId,
    template: Expr,
}

impl Templating {
    /// Templates whose functions reach what `context` reaches.
    pub fn new(context: &Context) -> Self {
        Templating {
            context: context.clone(),
            functions: OnceLock::new(),
        }
    }

    fn functions(&self) -> &Arc<Functions> {
        self.functions.get_or_init(|| {
            let mut functions = standard(&self.context);
            for name in RENDERING {
                functions.insert(name.to_owned(), recursive(name));
            }
            Arc::new(functions)
        })
    }
}

/// A function that refuses to be called from a template.
fn recursive(name: &'static str) -> Function {
    let any = Param::new("args", Type::Dynamic)
        .nullable()
        .unknowable()
        .dynamic();
    Function::new("", Vec::new(), Type::Dynamic, move |_| {
        Err(FunctionError::new(format!(
            "cannot recursively call {name} from inside another template function"
        )))
    })
    .variadic(any)
}

impl Templates for NoTemplates {
    fn parse(&self, name: &str, _: &str) -> Result<Box<dyn ParsedTemplate>, FunctionError> {
        Err(FunctionError::new(format!(
            "{name}: there are no templates here"
        )))
    }
}

impl Templates for Templating {
    fn parse(&self, name: &str, text: &str) -> Result<Box<dyn ParsedTemplate>, FunctionError> {
        let mut sources = SourceMap::default();
        let file = sources.add(name, text);
        let (template, diagnostics) = parse_template(sources.file(file));
        fail_on_error(&diagnostics, &sources)?;
        Ok(Box::new(Parsed {
            functions: Arc::clone(self.functions()),
            sources,
            file,
            template,
        }))
    }
}

impl ParsedTemplate for Parsed {
    fn roots(&self) -> Vec<(Str, String)> {
        let file = self.sources.file(self.file);
        let place = |span| file.describe(span).to_string();
        references(&self.template)
            .into_iter()
            .map(|traversal| (traversal.root.name.clone(), place(traversal.root.span)))
            .collect()
    }

    fn render(&self, variables: &[(Str, Value)]) -> Result<Value, FunctionError> {
        let variables: BTreeMap<Str, Value> = variables.iter().cloned().collect();
        let scope = Scope::new(&variables, &self.functions).with_sources(&self.sources);
        let (value, diagnostics) = evaluate(&self.template, &scope);
        fail_on_error(&diagnostics, &self.sources)?;
        Ok(value)
    }
}

/// Nothing if there are no errors, or else all diagnostics in one line.
pub(crate) fn fail_on_error(
    diagnostics: &Diagnostics,
    sources: &SourceMap,
) -> Result<(), FunctionError> {
    if !diagnostics.has_errors() {
        return Ok(());
    }
    let locate = |span: Span| sources.file(span.file).describe(span).to_string();
    Err(FunctionError::new(in_one_line(diagnostics, locate)))
}

/// The first error and how much else there is, as Go's `hcl.Diagnostics.Error`
/// puts it.
pub(crate) fn in_one_line(diagnostics: &Diagnostics, locate: impl Fn(Span) -> String) -> String {
    let mut errors = diagnostics.0.iter();
    let Some(first) = errors.find(|d| d.severity == Severity::Error) else {
        return String::new();
    };
    let place = first.subject.map(|span| format!("{}: ", locate(span)));
    let place = place.unwrap_or_default();
    let mut message = format!("{place}{}; {}", first.summary, first.detail);
    if diagnostics.0.len() > 1 {
        message += &format!(", and {} other diagnostic(s)", diagnostics.0.len() - 1);
    }
    message
}
