//! A tree as text: the form in which the parser's results are compared with
//! HCL's.

use trueup_syntax::{
    Diagnostics, SourceFile, Span,
    ast::{
        BinaryOp, Body, Expr, ExprKind, Step, StepKind, Template, TemplatePart, Traversal, UnaryOp,
    },
};
use trueup_value::{Str, Value, quote};

/// A body with the places of everything in it.
pub(crate) fn body(body: &Body) -> String {
    let attributes = body.attributes.iter().map(|a| {
        format!(
            "{}{}={}{}",
            a.name.name,
            at(a.name.span),
            expr(&a.expr),
            at(a.span)
        )
    });
    let blocks = body.blocks.iter().map(|b| {
        let labels: String = b
            .labels
            .iter()
            .map(|l| format!(" {}{}", quote(&l.name), at(l.span)))
            .collect();
        let places = format!("{}{}{}", at(b.open), at(b.close), at(b.header));
        format!(
            "block({}{}{labels} {places} {})",
            b.kind.name,
            at(b.kind.span),
            self::body(&b.body)
        )
    });
    let items: Vec<String> = attributes.chain(blocks).collect();
    format!("{{{}}}{}{}", items.join("; "), at(body.span), at(body.end))
}

/// An expression with the places of everything in it.
pub(crate) fn expr(e: &Expr) -> String {
    let text = match &e.kind {
        ExprKind::Invalid => return "invalid".to_owned(),
        ExprKind::Call(call) => {
            let more = if call.expand_final { "..." } else { "" };
            let name = format!("{}{}", call.name.name, at(call.name.span));
            return format!(
                "call({name} {}{more}){}{}",
                list(&call.args),
                at(call.open),
                at(call.close)
            );
        }
        ExprKind::Literal(value) => format!("val({})", self::value(value)),
        ExprKind::Template(template) => format!("tmpl{}", self::template(template)),
        ExprKind::TemplateWrap(inner) => format!("wrap({})", expr(inner)),
        ExprKind::Traversal(traversal) => format!("var({})", self::traversal(traversal)),
        ExprKind::RelativeTraversal(source, steps) => {
            format!("rel({} {})", expr(source), self::steps(steps))
        }
        ExprKind::Index(collection, key) => format!("index({} {})", expr(collection), expr(key)),
        ExprKind::Splat(splat) => {
            format!(
                "splat({} {} {})",
                expr(&splat.source),
                expr(&splat.each),
                at(splat.marker)
            )
        }
        ExprKind::SplatItem => "item".to_owned(),
        ExprKind::Unary(UnaryOp::Negate, operand) => format!("un(- {})", expr(operand)),
        ExprKind::Unary(UnaryOp::Not, operand) => format!("un(! {})", expr(operand)),
        ExprKind::Binary(op, a, b) => format!("bin({} {} {})", expr(a), symbol(*op), expr(b)),
        ExprKind::Conditional(parts) => format!("cond({})", list(parts.as_slice())),
        ExprKind::Tuple(items) => format!("tuple({})", list(items)),
        ExprKind::Object(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|(key, value)| format!("{}={}", expr(&key.expr), expr(value)))
                .collect();
            format!("object({})", items.join(" "))
        }
        ExprKind::For(f) => {
            let optional = |e: &Option<Expr>| e.as_ref().map_or("-".to_owned(), expr);
            format!(
                "forexpr({},{} {} {} {} {} {})",
                f.key.as_ref().map_or("", |key| key.name.as_str()),
                f.value.name,
                expr(&f.collection),
                optional(&f.key_expr),
                expr(&f.value_expr),
                optional(&f.condition),
                f.group,
            )
        }
        ExprKind::Parens(inner) => format!("paren({})", expr(inner)),
        ExprKind::JsonString(string) => format!("json({})", quote(&string.raw)),
    };
    text + &at(e.span)
}

/// A traversal with the places of its steps.
pub(crate) fn traversal(traversal: &Traversal) -> String {
    let root = &traversal.root;
    format!("{}{}{}", root.name, at(root.span), steps(&traversal.steps))
}

/// What was reported, one line each: summary, subject, context, detail.
pub(crate) fn diagnostics(file: &SourceFile, diagnostics: &Diagnostics) -> Vec<[String; 4]> {
    let place = |span: Option<Span>| {
        span.map_or(String::new(), |span| {
            let [a, b] = [span.start, span.end].map(|byte| file.position(byte));
            format!(
                "{}:{}:{}-{}:{}:{}",
                a.line, a.column, a.byte, b.line, b.column, b.byte
            )
        })
    };
    let all = diagnostics.0.iter();
    all.map(|d| {
        [
            d.summary.clone(),
            d.detail.clone(),
            place(d.subject),
            place(d.context),
        ]
    })
    .collect()
}

fn at(span: Span) -> String {
    format!("@{}-{}", span.start, span.end)
}

fn list(items: &[Expr]) -> String {
    items.iter().map(expr).collect::<Vec<_>>().join(" ")
}

fn steps(steps: &[Step]) -> String {
    let step = |step: &Step| match &step.kind {
        StepKind::Attr(name) => format!(".{name}{}", at(step.span)),
        StepKind::Index(key) => format!("[{}]{}", value(key), at(step.span)),
    };
    steps.iter().map(step).collect()
}

fn value(value: &Value) -> String {
    match value {
        Value::Null(_) => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quote(text),
        _ => "unknown".to_owned(),
    }
}

fn template(template: &Template) -> String {
    match template.parts.as_slice() {
        [TemplatePart::Literal(text, _)] if *text == Str::default() => "{}".to_owned(),
        parts => format!(
            "{{{}}}",
            parts.iter().map(part).collect::<Vec<_>>().join(" ")
        ),
    }
}

fn part(part: &TemplatePart) -> String {
    match part {
        TemplatePart::Literal(text, span) => format!("lit({}){}", quote(text), at(*span)),
        TemplatePart::Interpolation(inner) => expr(inner),
        TemplatePart::If(i) => {
            let branches = format!("{} {}", template(&i.then), template(&i.otherwise));
            format!("if({} {branches}){}", expr(&i.condition), at(i.span))
        }
        TemplatePart::For(f) => {
            let key = f.key.as_ref().map_or("", |key| key.name.as_str());
            let names = format!("{key},{}", f.value.name);
            format!(
                "for({names} {} {}){}",
                expr(&f.collection),
                template(&f.body),
                at(f.span)
            )
        }
    }
}

fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "||",
        BinaryOp::And => "&&",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Modulo => "%",
    }
}
