//! Expressions and their answers.

use std::collections::BTreeMap;

use trueup_core::{
    evaluate::Evaluation,
    plan::{Options, plan},
    progress::Watch,
    run::Stack,
    state::State,
    validate::{Inputs, ModuleScope},
};
use trueup_lang::evaluate;
use trueup_syntax::{
    Diagnostic, Diagnostics, Severity, SourceMap,
    ast::{Expr, ExprKind},
    parse::parse_expression,
    token::is_identifier,
};
use trueup_value::{Str, Type, Value, quote};

use crate::{commands::Context, display, project::Project, runtime::block_on};

/// What the console says to a line.
pub(super) enum Answer {
    /// A value, or help.
    Text(String),
    /// Why there is no value.
    Errors(Diagnostics),
    /// Good-bye.
    Exit,
}

/// A console in the root module of a project.
pub(super) struct Session<'a> {
    project: &'a Project,
    inputs: &'a Inputs,
    sources: SourceMap,
    evaluation: Evaluation<'a>,
    /// What was found evaluating the stack.
    found: Diagnostics,
}

const HELP: &str = "\
The console evaluates expressions of the Terraform language in the
configuration of this folder. For example, \"var.region\" shows the value of an
input variable and \"upper(local.name)\" calls a function.

Press the tab key to complete names. An open bracket lets an expression go on
in the next line.

To leave, type \"exit\" or press Control-D.";

/// How much of an object is completed.
const MOST_PARTS: usize = 200;

impl<'a> Session<'a> {
    /// A console in which `given` are the values of the variables, and
    /// resources are as `state` remembers them, or as a plan for it foresees.
    pub(super) fn new(
        project: &'a Project,
        inputs: &'a Inputs,
        given: &'a BTreeMap<Str, Value>,
        state: &State,
        plans: bool,
    ) -> Self {
        let stack = project.stack(given);
        let (evaluation, found) = match plans {
            true => block_on(foresee(stack, state)),
            false => block_on(stack.recall(state)),
        };
        Session {
            evaluation,
            found,
            project,
            inputs,
            sources: project.config.sources().clone(),
        }
    }

    /// Says what is wrong with the stack, if anything is.
    pub(super) fn greet(&mut self, context: &Context<'_>) {
        let mut found = std::mem::take(&mut self.found);
        if !found.has_errors() {
            return;
        }
        found.push(Diagnostic::without_place(
            Severity::Warning,
            "Due to the problems above, some expressions may produce unexpected results.",
            "",
        ));
        context.ui.diagnostics(&found, &self.sources);
    }

    /// Answers one line, or several that belong together.
    pub(super) fn answer(&mut self, line: &str) -> Answer {
        match line.trim() {
            "" => Answer::Text(String::new()),
            "exit" => Answer::Exit,
            "help" => Answer::Text(HELP.to_owned()),
            _ => self.evaluate(line),
        }
    }

    fn evaluate(&mut self, line: &str) -> Answer {
        let file = self.sources.add("<console-input>", line);
        let (expr, mut diagnostics) = parse_expression(self.sources.file(file));
        if diagnostics.has_errors() {
            return Answer::Errors(diagnostics);
        }
        let environment = self.project.environment();
        let config = &self.project.config;
        let module = ModuleScope::new(config, config.root(), &environment, Some(self.inputs));
        let (asked, shows_type) = match type_argument(&expr) {
            Ok(Some(argument)) => (argument, true),
            Ok(None) => (&expr, false),
            Err(diagnostic) => return Answer::Errors(Diagnostics(vec![*diagnostic])),
        };
        diagnostics.extend(module.view().check(asked));
        if diagnostics.has_errors() {
            return Answer::Errors(diagnostics);
        }
        let (value, found) = self.value(asked);
        diagnostics.extend(found);
        if diagnostics.has_errors() {
            return Answer::Errors(diagnostics);
        }
        Answer::Text(if shows_type {
            display::type_text::text(&value.ty())
        } else {
            display::value::text(&value)
        })
    }

    fn value(&self, expr: &Expr) -> (Value, Diagnostics) {
        let Some(root) = self.evaluation.root() else {
            return (Value::dynamic(), Diagnostics::default());
        };
        let view = self.evaluation.view(&root);
        view.scope(|scope| evaluate(expr, &scope.with_sources(&self.sources)))
    }

    /// Shows why there is no value.
    pub(super) fn report(&self, diagnostics: &Diagnostics, context: &Context<'_>) {
        context.ui.diagnostics(diagnostics, &self.sources);
    }

    /// What can be completed: functions, the objects of the module, and what is
    /// in them.
    pub(super) fn names(&mut self) -> Vec<String> {
        let mut names = self.objects();
        let parts: Vec<String> = names.iter().flat_map(|name| self.parts(name)).collect();
        names.extend(parts);
        names
    }

    /// The attributes or elements of an object, as expressions.
    fn parts(&mut self, name: &str) -> Vec<String> {
        if name.ends_with('(') {
            return Vec::new();
        }
        let file = self.sources.add("<completion>", name);
        let (expr, _) = parse_expression(self.sources.file(file));
        let (value, _) = self.value(&expr);
        let bare = value.unmarked().0;
        let keys: Vec<Str> = match (bare.ty(), bare) {
            (Type::Object(object), _) => object
                .attributes()
                .iter()
                .map(|(key, _)| key.clone())
                .collect(),
            (_, Value::Map(map)) => map.entries().iter().map(|(key, _)| key.clone()).collect(),
            _ => Vec::new(),
        };
        let part = |key: &Str| match is_identifier(key) {
            true => format!("{name}.{key}"),
            false => format!("{name}[{}]", quote(key)),
        };
        keys.iter().take(MOST_PARTS).map(part).collect()
    }

    fn objects(&self) -> Vec<String> {
        let module = &self.project.config.node(self.project.config.root()).module;
        let functions = self.project.function_names().map(|name| format!("{name}("));
        let variables = module.variables.keys().map(|name| format!("var.{name}"));
        let locals = module.locals.keys().map(|name| format!("local.{name}"));
        let calls = module
            .module_calls
            .keys()
            .map(|name| format!("module.{name}"));
        let resources = module.resources.keys().map(ToString::to_string);
        let fixed = [
            "path.cwd",
            "path.module",
            "path.root",
            "terraform.workspace",
        ];
        functions
            .chain(variables)
            .chain(locals)
            .chain(calls)
            .chain(resources)
            .chain(fixed.map(str::to_owned))
            .collect()
    }
}

/// The values of a stack once all that is to be done has been done.
async fn foresee<'a>(stack: Stack<'a>, state: &State) -> (Evaluation<'a>, Diagnostics) {
    let (plan, mut found) = plan(stack, state, &Options::default(), Watch::default()).await;
    let (evaluation, about_values) = stack.foresee(&plan).await;
    if !found.has_errors() {
        found.extend(about_values);
    }
    (evaluation, found)
}

/// The argument if `expr` is a call of `type`, which exists at the prompt and
/// nowhere else.
fn type_argument(expr: &Expr) -> Result<Option<&Expr>, Box<Diagnostic>> {
    let ExprKind::Call(call) = &expr.kind else {
        return Ok(None);
    };
    if call.name.name.as_str() != "type" {
        return Ok(None);
    }
    let detail = match &call.args[..] {
        [argument] => return Ok(Some(argument)),
        [] => "Function \"type\" expects 1 argument(s). Missing value for \"value\".",
        _ => "Function \"type\" expects only 1 argument(s).",
    };
    let summary = match call.args.len() {
        0 => "Not enough function arguments",
        _ => "Too many function arguments",
    };
    Err(Box::new(Diagnostic::error(summary, detail, call.close)))
}
