//! Function calls.

use std::cell::Cell;

use trueup_syntax::{
    Diagnostic, Diagnostics, FailedCall, Signature, Span,
    ast::{Call, Expr},
};
use trueup_value::{Type, Value, convert, quote};

use super::{Evaluator, Spent, lookup, start_span};
use crate::{
    function::{Expressions, Function, FunctionError, Implementation, LazyBody, Param},
    scope::Scope,
};

/// An argument: of an expanded sequence, each element with the expression of
/// the sequence.
struct Argument<'a> {
    expr: &'a Expr,
    value: Option<Value>,
}

impl Argument<'_> {
    /// What to point at: of an expanded sequence, all of it.
    fn start(&self) -> Span {
        match self.value {
            Some(_) => self.expr.span,
            None => start_span(self.expr),
        }
    }
}

/// A call being carried out.
struct Site<'a> {
    expr: &'a Expr,
    call: &'a Call,
    function: &'a Function,
    scope: &'a Scope<'a>,
}

impl Evaluator {
    pub(super) fn call(&mut self, expr: &Expr, call: &Call, scope: &Scope<'_>) -> Value {
        let Some(functions) = scope.functions() else {
            let detail = "Functions may not be called here.";
            let diagnostic = Diagnostic::error("Function calls not allowed", detail, expr.span);
            self.fail(diagnostic, expr, scope);
            return Value::dynamic();
        };
        let Some(function) = lookup::function(&call.name.name, functions, scope) else {
            let diagnostic = lookup::unknown(call, functions, scope).within(expr.span);
            self.fail(diagnostic, expr, scope);
            return Value::dynamic();
        };
        let site = Site {
            expr,
            call,
            function,
            scope,
        };
        if let Implementation::Lazy { body, .. } = &function.implementation {
            return self.call_lazy(&site, body.as_ref());
        }
        let errors = self.errors;
        let Some(args) = self.arguments(&site) else {
            return Value::dynamic();
        };
        let values = self.values(&site, &args);
        if self.errors > errors {
            return Value::dynamic();
        }
        match function.call(&values) {
            Ok(value) => {
                self.count_made(&value, expr.span, scope);
                value
            }
            Err(error) => self.failed(&site, &args, &error),
        }
    }

    /// The arguments, as many as there should be. `None` if there are not, or
    /// if their number is not known.
    fn arguments<'a>(&mut self, site: &Site<'a>) -> Option<Vec<Argument<'a>>> {
        let exprs = site.call.args.iter();
        let mut args: Vec<Argument<'a>> =
            exprs.map(|expr| Argument { expr, value: None }).collect();
        if site.call.expand_final {
            self.expand(site, &mut args)?;
        }
        if let Some(problem) = wrong_count(site, &args) {
            self.blame(site, problem, site.expr);
            return None;
        }
        Some(args)
    }

    /// Replaces the last argument by its elements.
    fn expand(&mut self, site: &Site<'_>, args: &mut Vec<Argument<'_>>) -> Option<()> {
        let last = args.pop()?.expr;
        let errors = self.errors;
        let sequence = self.eval(last, site.scope);
        if self.errors > errors {
            return None;
        }
        let ty = sequence.ty();
        let sequential = matches!(
            ty,
            Type::Tuple(_) | Type::List(_) | Type::Set(_) | Type::Dynamic
        );
        let problem = if !sequential {
            "The expanding argument (indicated by ...) must be of a tuple, list, or set type."
        } else if sequence.is_null() {
            "The expanding argument (indicated by ...) must not be null."
        } else if !sequence.is_known() {
            return None;
        } else {
            let (bare, marks) = sequence.unmarked();
            args.extend(bare.values().map(|element| Argument {
                expr: last,
                value: Some(element.with_marks(marks)),
            }));
            return Some(());
        };
        let diagnostic = Diagnostic::error("Invalid expanding argument value", problem, last.span);
        self.blame(site, diagnostic.within(site.expr.span), last);
        None
    }

    /// The values of all arguments, converted to the types of the parameters.
    fn values(&mut self, site: &Site<'_>, args: &[Argument<'_>]) -> Vec<Value> {
        let mut values = Vec::with_capacity(args.len());
        for (index, arg) in args.iter().enumerate() {
            let value = match &arg.value {
                Some(value) => value.clone(),
                None => self.eval(arg.expr, site.scope),
            };
            let Some(param) = site.function.param(index) else {
                continue;
            };
            values.push(match convert::convert(&value, &param.ty) {
                Ok(value) => value,
                Err(error) => {
                    self.blame_argument(site, arg, param, &error.to_string());
                    Value::dynamic()
                }
            });
        }
        values
    }

    fn failed(&mut self, site: &Site<'_>, args: &[Argument<'_>], error: &FunctionError) -> Value {
        let blamed = error
            .argument
            .map(|index| (args.get(index), site.function.param(index)));
        match blamed {
            Some((Some(arg), Some(param))) => {
                self.blame_argument(site, arg, param, &error.message);
            }
            Some((None, Some(param))) => {
                let detail = invalid_value(param, &error.message);
                let diagnostic = Diagnostic::error(INVALID_ARGUMENT, detail, site.expr.span);
                self.blame(site, diagnostic, site.expr);
            }
            _ => self.blame_call(site, error),
        }
        Value::dynamic()
    }

    fn blame_argument(
        &mut self,
        site: &Site<'_>,
        arg: &Argument<'_>,
        param: &Param,
        message: &str,
    ) {
        let detail = invalid_value(param, message);
        let diagnostic = Diagnostic::error(INVALID_ARGUMENT, detail, arg.start());
        self.blame(site, diagnostic.within(site.expr.span), arg.expr);
    }

    fn blame_call(&mut self, site: &Site<'_>, error: &FunctionError) {
        let name = quote(&site.call.name.name);
        let detail = format!("Call to function {name} failed: {error}.");
        let subject = start_span(site.expr);
        let diagnostic = Diagnostic::error("Error in function call", detail, subject);
        self.blame(site, diagnostic.within(site.expr.span), site.expr);
    }

    fn blame(&mut self, site: &Site<'_>, mut diagnostic: Diagnostic, expr: &Expr) {
        diagnostic.call = Some(Box::new(failed_call(site.call, site.function)));
        self.fail(diagnostic, expr, site.scope);
    }

    fn call_lazy(&mut self, site: &Site<'_>, body: &LazyBody) -> Value {
        let Some(args) = self.arguments(site) else {
            return Value::dynamic();
        };
        let errors = self.errors;
        let eager = args.iter().enumerate().map(|(index, arg)| {
            let eager = site.function.param(index).is_some_and(|p| p.eager);
            (eager && arg.value.is_none()).then(|| self.eval(arg.expr, site.scope))
        });
        let eager: Vec<_> = eager.collect();
        if self.errors > errors {
            return Value::dynamic();
        }
        let closures = Closures {
            args: &args,
            eager,
            scope: site.scope,
            depth: self.depth,
            spent: Cell::new(self.spent),
        };
        let result = body(&closures);
        self.spent = closures.spent.get();
        match result {
            Ok(value) => {
                self.count_made(&value, site.expr.span, site.scope);
                value
            }
            Err(error) => self.failed(site, &args, &error),
        }
    }
}

/// The arguments of a lazy function with what they are evaluated in.
struct Closures<'a> {
    args: &'a [Argument<'a>],
    /// What has been evaluated already, by argument.
    eager: Vec<Option<Value>>,
    scope: &'a Scope<'a>,
    depth: usize,
    spent: Cell<Spent>,
}

impl Expressions for Closures<'_> {
    fn count(&self) -> usize {
        self.args.len()
    }

    fn expression(&self, index: usize) -> Option<&Expr> {
        let argument = self.args.get(index)?;
        argument.value.is_none().then_some(argument.expr)
    }

    fn evaluate(&self, index: usize) -> (Value, Diagnostics) {
        let Some(Argument { expr, value }) = self.args.get(index) else {
            return (Value::dynamic(), Diagnostics::default());
        };
        let eager = self.eager.get(index).and_then(Option::as_ref);
        if let Some(value) = value.as_ref().or(eager) {
            return (value.clone(), Diagnostics::default());
        }
        let mut evaluator = Evaluator {
            depth: self.depth,
            spent: self.spent.get(),
            ..Evaluator::default()
        };
        let value = evaluator.eval(expr, self.scope);
        self.spent.set(evaluator.spent);
        (value, Diagnostics(evaluator.diagnostics))
    }

    fn locate(&self, span: Span) -> String {
        self.scope.locate(span)
    }
}

const INVALID_ARGUMENT: &str = "Invalid function argument";

fn invalid_value(param: &Param, message: &str) -> String {
    format!(
        "Invalid value for {} parameter: {message}.",
        quote(&param.name)
    )
}

fn wrong_count(site: &Site<'_>, args: &[Argument<'_>]) -> Option<Diagnostic> {
    let params = &site.function.params;
    let name = quote(&site.call.name.name);
    let diagnostic = if let Some(missing) = params.get(args.len()) {
        let least = if site.function.variadic.is_some() {
            " at least"
        } else {
            ""
        };
        let detail = format!(
            "Function {name} expects{least} {} argument(s). Missing value for {}.",
            params.len(),
            quote(&missing.name)
        );
        Diagnostic::error("Not enough function arguments", detail, site.call.close)
    } else if let (None, Some(extra)) = (&site.function.variadic, args.get(params.len())) {
        let detail = format!("Function {name} expects only {} argument(s).", params.len());
        let subject = extra.start();
        Diagnostic::error("Too many function arguments", detail, subject)
    } else {
        return None;
    };
    Some(diagnostic.within(site.expr.span))
}

fn failed_call(call: &Call, function: &Function) -> FailedCall {
    let param = |param: &Param| (param.name.to_string(), param.ty.clone());
    FailedCall {
        called_as: call.name.name.to_string(),
        signature: Some(Signature {
            params: function.params.iter().map(param).collect(),
            variadic: function.variadic.as_ref().map(param),
            result: function.static_result(),
        }),
    }
}
