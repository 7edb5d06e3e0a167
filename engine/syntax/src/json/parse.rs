//! The JSON parser. As in HCL it says what users of JSON or of the native
//! syntax commonly get wrong.

use std::sync::Arc;

use trueup_value::{Number, Str, Type, Value, quote};

use super::{
    node::{Array, Node, Object, Property},
    scan::{Kind, Token, scan},
    string::{decode, is_number},
};
use crate::{
    Diagnostic, Diagnostics, SourceFile, Span,
    ast::{Expr, ExprKind, JsonString},
    parse::{MAX_DEPTH, Snippet, parse_template},
    suggest::similar_name,
};

const VALUE: &str =
    "A JSON value must start with a brace, a bracket, a number, a string, or a keyword.";
const COLON: &str = "Missing property value colon";
pub(super) const TOO_DEEP: &str = "Nesting too deep";
/// Spelt as in HCL.
const COMMA: &str = "Missing attribute seperator comma";

pub(super) fn document(file: &SourceFile) -> (Node, Diagnostics) {
    let mut parser = Parser {
        file: Arc::new(file.clone()),
        tokens: scan(&file.text),
        position: 0,
        depth: 0,
        stopped: false,
        diagnostics: Diagnostics::default(),
    };
    let root = parser.value();
    let next = parser.peek();
    if parser.diagnostics.0.is_empty() && next.kind != Kind::Eof {
        let detail = "Extra characters appear after the JSON value.";
        parser.error("Extraneous data after value", detail, next);
    }
    (root, parser.diagnostics)
}

struct Parser {
    file: Arc<SourceFile>,
    tokens: Vec<Token>,
    position: usize,
    depth: u32,
    /// Nesting was too deep; nothing is reported any more.
    stopped: bool,
    diagnostics: Diagnostics,
}

impl Parser {
    fn peek(&self) -> Token {
        let end = self.file.text.len() as u32;
        self.tokens.get(self.position).copied().unwrap_or(Token {
            kind: Kind::Eof,
            start: end,
            end,
        })
    }

    fn read(&mut self) -> Token {
        let token = self.peek();
        if token.kind != Kind::Eof {
            self.position += 1;
        }
        token
    }

    fn span(&self, token: Token) -> Span {
        Span::new(self.file.id, token.start, token.end)
    }

    fn error(&mut self, summary: &str, detail: impl Into<String>, at: Token) {
        self.report(Diagnostic::error(summary, detail, self.span(at)));
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if !self.stopped {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reads a value; an error has been reported where it is invalid.
    fn value(&mut self) -> Node {
        let start = self.peek();
        let node = match start.kind {
            Kind::OBrace => self.deeper(start, Self::object),
            Kind::OBrack => self.deeper(start, Self::array),
            Kind::Number => self.number(),
            Kind::String => self.string().map(|(_, expr)| Node::Leaf(Arc::new(expr))),
            Kind::Keyword => self.keyword(),
            Kind::CBrace => self.no_value("Missing JSON value", VALUE, start),
            Kind::CBrack => self.no_value("Missing array element value", VALUE, start),
            Kind::Eof => self.no_value("Missing value", "The JSON data ends prematurely.", start),
            _ => self.no_value("Invalid start of value", VALUE, start),
        };
        node.unwrap_or_else(|| {
            Node::Leaf(Arc::new(Expr {
                kind: ExprKind::Invalid,
                span: self.span(start),
            }))
        })
    }

    fn no_value(&mut self, summary: &str, detail: &str, at: Token) -> Option<Node> {
        self.error(summary, detail, at);
        None
    }

    fn deeper(&mut self, start: Token, read: fn(&mut Self) -> Option<Node>) -> Option<Node> {
        if self.depth >= MAX_DEPTH {
            let detail = format!("JSON values can be nested at most {MAX_DEPTH} levels deep.");
            self.error(TOO_DEEP, detail, start);
            self.stopped = true;
            self.position = self.tokens.len().saturating_sub(1);
            return None;
        }
        self.depth += 1;
        let node = stacker::maybe_grow(128 * 1024, 1024 * 1024, || read(self));
        self.depth -= 1;
        node
    }

    fn object(&mut self) -> Option<Node> {
        let open = self.read();
        let mut properties = Vec::new();
        while self.peek().kind != Kind::CBrace {
            properties.push(self.property()?);
            if !self.after_property(open)? {
                break;
            }
        }
        let close = self.read();
        properties.shrink_to_fit();
        let (open, close) = (self.span(open), self.span(close));
        Some(Node::Object(Arc::new(Object {
            properties,
            span: open.through(close),
            open,
            close,
            file: self.file.clone(),
        })))
    }

    fn property(&mut self) -> Option<Property> {
        let start = self.peek();
        let named = if start.kind == Kind::String {
            self.string()
        } else {
            self.value();
            None
        };
        let Some((name, key)) = named else {
            let detail = "A JSON object property name must be a string";
            self.error("Invalid object property name", detail, start);
            return None;
        };
        let colon = self.read();
        if colon.kind != Kind::Colon {
            self.recover(colon, Kind::OBrace, Kind::CBrace);
            let (summary, detail) = match colon.kind {
                Kind::CBrace | Kind::Comma => (
                    "Missing object value",
                    "A JSON object attribute must have a value, introduced by a colon.",
                ),
                Kind::Equals => (
                    COLON,
                    "JSON uses a colon as its name/value delimiter, not an equals sign.",
                ),
                _ => (
                    COLON,
                    "A colon must appear between an object property's name and its value.",
                ),
            };
            self.error(summary, detail, colon);
            return None;
        }
        let value = self.value();
        Some(Property { name, key, value })
    }

    /// Whether another property follows.
    fn after_property(&mut self, open: Token) -> Option<bool> {
        match self.peek().kind {
            Kind::Comma => {
                let comma = self.read();
                if self.peek().kind == Kind::CBrace {
                    let detail = "JSON does not permit a trailing comma after the final property in an object.";
                    self.error("Trailing comma in object", detail, comma);
                    return None;
                }
                Some(true)
            }
            Kind::CBrace => Some(false),
            Kind::Eof => {
                let detail = "No closing brace was found for this JSON object.";
                self.error("Unclosed object", detail, open);
                None
            }
            Kind::CBrack => {
                self.read();
                let detail = "A JSON object must be closed with a brace, not a bracket.";
                self.error("Mismatched braces", detail, self.peek());
                None
            }
            _ => {
                let next = self.read();
                self.recover(next, Kind::OBrace, Kind::CBrace);
                let detail = "A comma must appear between each property definition in an object.";
                self.error(COMMA, detail, self.peek());
                None
            }
        }
    }

    fn array(&mut self) -> Option<Node> {
        let open = self.read();
        let mut values = Vec::new();
        while self.peek().kind != Kind::CBrack {
            values.push(self.value());
            if !self.after_element(open)? {
                break;
            }
        }
        let close = self.read();
        values.shrink_to_fit();
        let open = self.span(open);
        Some(Node::Array(Arc::new(Array {
            values,
            span: open.through(self.span(close)),
            open,
        })))
    }

    /// Whether another element follows.
    fn after_element(&mut self, open: Token) -> Option<bool> {
        let next = self.peek();
        let (summary, detail) = match next.kind {
            Kind::Comma => {
                self.read();
                if self.peek().kind == Kind::CBrack {
                    let detail =
                        "JSON does not permit a trailing comma after the final value in an array.";
                    self.error("Trailing comma in array", detail, next);
                    return None;
                }
                return Some(true);
            }
            Kind::CBrack => return Some(false),
            Kind::Eof => {
                let detail = "No closing bracket was found for this JSON array.";
                self.error("Unclosed object", detail, open);
                return None;
            }
            Kind::Colon => (
                "Invalid array value",
                "A colon is not used to introduce values in a JSON array.",
            ),
            Kind::CBrace => (
                "Mismatched brackets",
                "A JSON array must be closed with a bracket, not a brace.",
            ),
            _ => (COMMA, "A comma must appear between each value in an array."),
        };
        self.read();
        self.recover(next, Kind::OBrack, Kind::CBrack);
        self.error(summary, detail, self.peek());
        None
    }

    /// Goes on after what seems to be the end of the object or array, from
    /// `token`, which has been read.
    fn recover(&mut self, mut token: Token, open: Kind, close: Kind) {
        let mut nesting = 1_usize;
        loop {
            if token.kind == open {
                nesting += 1;
            } else if token.kind == close {
                nesting = nesting.saturating_sub(1);
                if nesting <= 1 {
                    return;
                }
            } else if token.kind == Kind::Eof {
                return;
            }
            token = self.read();
        }
    }

    fn text(&self, token: Token) -> &str {
        self.file.slice(self.span(token))
    }

    fn literal(&self, value: Value, token: Token) -> Option<Node> {
        Some(Node::Leaf(Arc::new(Expr {
            kind: ExprKind::Literal(value),
            span: self.span(token),
        })))
    }

    fn number(&mut self) -> Option<Node> {
        let token = self.read();
        let text = self.text(token);
        match Number::parse(text).filter(|_| is_number(text)) {
            Some(number) => self.literal(Value::Number(number), token),
            None => {
                let detail = "There is a syntax error in the given JSON number.";
                self.no_value("Invalid JSON number", detail, token)
            }
        }
    }

    fn keyword(&mut self) -> Option<Node> {
        let token = self.read();
        let text = self.text(token);
        let detail = match text {
            "true" => return self.literal(Value::Bool(true), token),
            "false" => return self.literal(Value::Bool(false), token),
            "null" => return self.literal(Value::Null(Type::Dynamic), token),
            "undefined" | "NaN" | "Infinity" => {
                format!(
                    "The JavaScript identifier {} cannot be used in JSON.",
                    quote(text)
                )
            }
            _ => {
                let similar = similar_name(text, ["false", "true", "null"]);
                let similar = similar.map_or(String::new(), |name| {
                    format!(" Did you mean {}?", quote(name))
                });
                format!("{} is not a valid JSON keyword.{similar}", quote(text))
            }
        };
        self.no_value("Invalid JSON keyword", &detail, token)
    }

    fn string(&mut self) -> Option<(Str, Expr)> {
        let token = self.read();
        let span = self.span(token);
        match decode(self.text(token)) {
            Ok(text) => {
                let kind = ExprKind::JsonString(Box::new(self.json_string(&text, span)));
                Some((Str::from(text), Expr { kind, span }))
            }
            Err(offset) => {
                let start = span.start.saturating_add(offset as u32);
                let subject = Span::new(span.file, start, start.saturating_add(1));
                let detail = "There is a syntax error in the given JSON string.";
                self.report(Diagnostic::error("Invalid JSON string", detail, subject).within(span));
                None
            }
        }
    }

    fn json_string(&self, text: &str, span: Span) -> JsonString {
        let raw = Str::from(text);
        if !text.contains("${") && !text.contains("%{") {
            let kind = ExprKind::Literal(Value::String(raw.clone()));
            return JsonString {
                raw,
                template: Some(Arc::new(Expr { kind, span })),
                errors: Diagnostics::default(),
            };
        }
        let (template, errors) = parse_template(Snippet {
            file: &self.file,
            text,
            start: span.start + 1,
        });
        JsonString {
            raw,
            template: (!errors.has_errors()).then(|| Arc::new(template)),
            errors,
        }
    }
}
