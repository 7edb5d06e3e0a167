//! Which variables an expression refers to.

use trueup_syntax::ast::{
    Expr, ExprKind, For, ObjectKey, Splat, Template, TemplateFor, TemplatePart, Traversal,
};
use trueup_value::Str;

/// All traversals of `expr` in source order, but for those that begin with a
/// name bound inside it by a `for`.
pub fn references(expr: &Expr) -> Vec<&Traversal> {
    let mut walker = Walker {
        pending: vec![Task::Visit(expr)],
        bound: Vec::new(),
        found: Vec::new(),
    };
    walker.run();
    walker.found
}

/// Walks with a stack of its own, so that depth costs no call stack.
struct Walker<'a> {
    pending: Vec<Task<'a>>,
    bound: Vec<[Option<&'a Str>; 2]>,
    found: Vec<&'a Traversal>,
}

enum Task<'a> {
    Visit(&'a Expr),
    VisitTemplate(&'a Template),
    Bind([Option<&'a Str>; 2]),
    Unbind,
}

impl<'a> Walker<'a> {
    fn run(&mut self) {
        while let Some(task) = self.pending.pop() {
            let mark = self.pending.len();
            match task {
                Task::Visit(expr) => self.visit(expr),
                Task::VisitTemplate(template) => self.later_template(template),
                Task::Bind(names) => self.bound.push(names),
                Task::Unbind => {
                    self.bound.pop();
                }
            }
            self.pending[mark..].reverse();
        }
    }

    fn later(&mut self, expr: &'a Expr) {
        self.pending.push(Task::Visit(expr));
    }

    fn visit(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::SplatItem | ExprKind::Invalid => {}
            ExprKind::Template(template) => self.later_template(template),
            ExprKind::TemplateWrap(inner)
            | ExprKind::RelativeTraversal(inner, _)
            | ExprKind::Unary(_, inner)
            | ExprKind::Parens(inner) => self.later(inner),
            ExprKind::Traversal(traversal) => self.note(traversal),
            ExprKind::Index(left, right) | ExprKind::Binary(_, left, right) => {
                self.later(left);
                self.later(right);
            }
            ExprKind::Splat(splat) => self.visit_splat(splat),
            ExprKind::Call(call) => call.args.iter().for_each(|arg| self.later(arg)),
            ExprKind::Conditional(parts) => parts.iter().for_each(|part| self.later(part)),
            ExprKind::Tuple(items) => items.iter().for_each(|item| self.later(item)),
            ExprKind::Object(items) => self.visit_object(items),
            ExprKind::For(each) => self.visit_for(each),
            ExprKind::JsonString(string) => {
                if let Some(template) = &string.template {
                    self.later(template);
                }
            }
        }
    }

    fn note(&mut self, traversal: &'a Traversal) {
        let name = &traversal.root.name;
        let mut bound = self.bound.iter().flatten().flatten();
        if !bound.any(|n| *n == name) {
            self.found.push(traversal);
        }
    }

    fn visit_splat(&mut self, splat: &'a Splat) {
        self.later(&splat.source);
        self.later(&splat.each);
    }

    fn visit_object(&mut self, items: &'a [(ObjectKey, Expr)]) {
        for (key, value) in items {
            if key_name(&key.expr).is_none() {
                self.later(&key.expr);
            }
            self.later(value);
        }
    }

    fn visit_for(&mut self, each: &'a For) {
        self.later(&each.collection);
        let key = each.key.as_ref().map(|key| &key.name);
        self.pending.push(Task::Bind([key, Some(&each.value.name)]));
        let inner = [
            each.key_expr.as_ref(),
            Some(&each.value_expr),
            each.condition.as_ref(),
        ];
        inner.into_iter().flatten().for_each(|e| self.later(e));
        self.pending.push(Task::Unbind);
    }

    fn later_template(&mut self, template: &'a Template) {
        for part in &template.parts {
            match part {
                TemplatePart::Literal(..) => {}
                TemplatePart::Interpolation(expr) => self.later(expr),
                TemplatePart::If(choice) => {
                    self.later(&choice.condition);
                    self.pending.push(Task::VisitTemplate(&choice.then));
                    self.pending.push(Task::VisitTemplate(&choice.otherwise));
                }
                TemplatePart::For(each) => self.later_template_for(each),
            }
        }
    }

    fn later_template_for(&mut self, each: &'a TemplateFor) {
        self.later(&each.collection);
        let key = each.key.as_ref().map(|key| &key.name);
        self.pending.push(Task::Bind([key, Some(&each.value.name)]));
        self.pending.push(Task::VisitTemplate(&each.body));
        self.pending.push(Task::Unbind);
    }
}

/// The name an object key stands for by itself, as in `{ name = 1 }`.
pub(crate) fn key_name(key: &Expr) -> Option<Str> {
    match &key.kind {
        ExprKind::Traversal(traversal) if traversal.steps.is_empty() => {
            Some(traversal.root.name.clone())
        }
        ExprKind::Literal(trueup_value::Value::Bool(true)) => Some("true".into()),
        ExprKind::Literal(trueup_value::Value::Bool(false)) => Some("false".into()),
        ExprKind::Literal(trueup_value::Value::Null(_)) => Some("null".into()),
        _ => None,
    }
}
