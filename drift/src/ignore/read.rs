//! From the text of the file to rules.

use jiff::civil::Date;
use trueup_lang::{Scope, evaluate};
use trueup_syntax::{
    Diagnostic, Diagnostics, SourceFile, Span,
    body::{self, Body, BodySchema, Content},
    parse::parse_file,
};
use trueup_value::quote;

use super::{Pattern, Rule, Rules};

const SCHEMA: BodySchema<'static> = BodySchema {
    attributes: &[],
    blocks: &[body::block("ignore", &[])],
};

const RULE: BodySchema<'static> = BodySchema {
    attributes: &[
        body::attribute("address"),
        body::attribute("part"),
        body::attribute("path"),
        body::attribute("manager"),
        body::required("reason"),
        body::attribute("until"),
    ],
    blocks: &[],
};

impl Rules {
    /// Reads the rules of a file. Those with errors are left out.
    pub fn read(file: &SourceFile) -> (Self, Diagnostics) {
        let (tree, mut found) = parse_file(file);
        if found.has_errors() {
            return (Rules::default(), found);
        }
        let content = Body::from(tree).content(&SCHEMA, &mut found);
        let mut rules = Vec::new();
        for block in &content.blocks {
            let line = file.position(block.header.start).line;
            let place = format!("{}:{line}", file.name);
            rules.extend(rule(place, &block.body, block.header, &mut found));
        }
        (Rules(rules), found)
    }
}

fn rule(place: String, body: &Body, header: Span, found: &mut Diagnostics) -> Option<Rule> {
    let mut wrong = Diagnostics::default();
    let content = body.content(&RULE, &mut wrong);
    let mut text = |name: &str| text(&content, name, &mut wrong);
    let (address, part) = (text("address"), text("part"));
    let (path, manager) = (text("path"), text("manager"));
    let (reason, until) = (text("reason"), text("until"));
    let until = until.and_then(|(text, span)| day(&text, span, &mut wrong));
    let pattern = |given: Option<(String, Span)>| given.map(|(text, _)| Pattern::new(text));
    let rule = Rule {
        place,
        address: pattern(address),
        part: pattern(part),
        path: path.map(|(text, _)| Pattern::of_path(&text)),
        manager: pattern(manager),
        reason: reason.map(|(text, _)| text).unwrap_or_default(),
        until,
    };
    let whole = [&rule.address, &rule.part, &rule.path, &rule.manager];
    if !wrong.has_errors() && whole.iter().all(|given| given.is_none()) {
        wrong.push(Diagnostic::error(
            "Rule for everything",
            "A rule says what it ignores: by \"address\", \"part\", \"path\" or \"manager\". What is to be ignored wherever it is has the address \"*\".",
            header,
        ));
    }
    let usable = !wrong.has_errors();
    found.extend(wrong);
    usable.then_some(rule)
}

/// The text of an argument that is there.
fn text(content: &Content, name: &str, found: &mut Diagnostics) -> Option<(String, Span)> {
    let attribute = content.attribute(name)?;
    let span = attribute.expr.span;
    let (value, more) = evaluate(&attribute.expr, &Scope::empty());
    let failed = more.has_errors();
    found.extend(more);
    match value.as_str().filter(|text| !text.trim().is_empty()) {
        Some(text) => Some((text.to_owned(), span)),
        None if failed => None,
        None => {
            let detail = format!("{} is a text that is not empty.", quote(name));
            found.push(Diagnostic::error("Invalid rule", detail, span));
            None
        }
    }
}

fn day(text: &str, span: Span, found: &mut Diagnostics) -> Option<Date> {
    let day = text.parse();
    if day.is_err() {
        let detail = format!(
            "\"until\" is the last day the rule holds, such as \"2027-01-31\", and {} is no day.",
            quote(text)
        );
        found.push(Diagnostic::error("Invalid rule", detail, span));
    }
    day.ok()
}
