//! The parser of the native syntax.
//!
//! It reads as HCL's does: the same inputs are accepted, and the same errors
//! are reported at the same places, all of them at once. An error in one
//! item of a body does not hide errors in the next.
//!
//! Trees are at most [`MAX_DEPTH`] levels deep, so that code that walks them
//! by recursion has a bound to plan its stack for. The parser itself grows
//! its stack on the heap and can be called on any thread.

mod block;
mod call;
mod collection;
mod conditional;
mod cursor;
mod directive;
mod flush;
mod for_expr;
mod invalid;
mod operators;
mod postfix;
mod string;
mod template;
mod term;
mod traversal;
mod unclosed;

use std::sync::Arc;

use crate::{
    Diagnostic, Diagnostics, SourceFile, Span, Token, TokenKind,
    ast::{Body, Expr, ExprKind, Traversal},
    token::{ScanMode, scan},
};

/// How many levels a tree may have: brackets, operators, template sequences
/// and blocks, each counted where it contains the next.
pub const MAX_DEPTH: u32 = 1024;

/// A text to parse, and where it stands in a file.
#[derive(Clone, Copy, Debug)]
pub struct Snippet<'a> {
    /// The file that diagnostics will speak of.
    pub file: &'a SourceFile,
    /// The text; not always a slice of the file, as escapes may have been
    /// decoded.
    pub text: &'a str,
    /// Where in the file it starts.
    pub start: u32,
}

impl<'a> From<&'a SourceFile> for Snippet<'a> {
    fn from(file: &'a SourceFile) -> Self {
        Snippet {
            file,
            text: &file.text,
            start: 0,
        }
    }
}

/// Reads a whole file. What could not be read is missing from the body or is
/// [`ExprKind::Invalid`], and has been reported.
pub fn parse_file(file: &SourceFile) -> (Body, Diagnostics) {
    parse(file.into(), ScanMode::Normal, |parser| parser.file_body())
}

/// Reads one expression; newlines mean nothing in it.
pub fn parse_expression<'a>(snippet: impl Into<Snippet<'a>>) -> (Expr, Diagnostics) {
    parse(snippet.into(), ScanMode::Normal, |parser| {
        parser.without_newlines(Parser::whole_expression)
    })
}

/// Reads a template without quotes around it, such as a template file.
pub fn parse_template<'a>(snippet: impl Into<Snippet<'a>>) -> (Expr, Diagnostics) {
    parse(snippet.into(), ScanMode::Template, |parser| {
        parser.whole_template()
    })
}

/// Reads a variable and constant steps, such as the address of a resource.
///
/// There is none only if the text doesn't start with a name; after another
/// error it is what was read before the error.
pub fn parse_traversal<'a>(snippet: impl Into<Snippet<'a>>) -> (Option<Traversal>, Diagnostics) {
    parse(snippet.into(), ScanMode::Normal, |parser| {
        parser.without_newlines(Parser::whole_traversal)
    })
}

fn parse<T>(
    snippet: Snippet<'_>,
    mode: ScanMode,
    read: impl FnOnce(&mut Parser<'_>) -> T,
) -> (T, Diagnostics) {
    let tokens = scan(snippet.text, mode);
    let mut parser = Parser::new(snippet, &tokens);
    parser.report_invalid_tokens();
    let tree = read(&mut parser);
    (tree, Diagnostics(parser.diagnostics))
}

struct Parser<'a> {
    file: &'a SourceFile,
    text: &'a str,
    start: u32,
    tokens: &'a [Token],
    /// The index after the last token read.
    position: usize,
    /// The next token that counts, and whether it was looked for with
    /// newlines counting.
    peeked: Option<(usize, bool)>,
    newlines: bool,
    /// An error has left the parser at a place from which further errors are
    /// probably not the user's.
    recovery: bool,
    depth: u32,
    /// The greatest depth of what was read since this was last set.
    reach: u32,
    diagnostics: Vec<Diagnostic>,
}

/// A count of diagnostics, to see whether there are more now.
#[derive(Clone, Copy)]
struct Mark(usize);

impl<'a> Parser<'a> {
    fn new(snippet: Snippet<'a>, tokens: &'a [Token]) -> Self {
        Parser {
            file: snippet.file,
            text: snippet.text,
            start: snippet.start,
            tokens,
            position: 0,
            peeked: None,
            newlines: true,
            recovery: false,
            depth: 0,
            reach: 0,
            diagnostics: Vec::new(),
        }
    }

    fn file_body(&mut self) -> Body {
        let body = self.body(TokenKind::Eof);
        Arc::unwrap_or_clone(body)
    }

    fn whole_expression(&mut self) -> Expr {
        let expr = self.expression();
        let next = self.peek();
        if next.kind != TokenKind::Eof && !self.recovery {
            self.error(
                "Extra characters after expression",
                "An expression was successfully parsed, but extra characters were found after it.",
                self.span(next),
            );
        }
        expr
    }

    fn whole_template(&mut self) -> Expr {
        let template = self.template(TokenKind::Eof, false);
        Expr {
            span: template.span,
            kind: template.kind(),
        }
    }

    fn mark(&self) -> Mark {
        Mark(self.diagnostics.len())
    }

    fn errors_since(&self, mark: Mark) -> bool {
        self.diagnostics.len() > mark.0
    }

    /// Whether what was read since `mark` ended at a place of no use.
    fn lost_since(&self, mark: Mark) -> bool {
        self.recovery && self.errors_since(mark)
    }

    fn error(&mut self, summary: impl Into<String>, detail: impl Into<String>, subject: Span) {
        self.diagnostics
            .push(Diagnostic::error(summary, detail, subject));
    }

    fn error_within(
        &mut self,
        summary: impl Into<String>,
        detail: impl Into<String>,
        subject: Span,
        context: Span,
    ) {
        let diagnostic = Diagnostic::error(summary, detail, subject);
        self.diagnostics.push(diagnostic.within(context));
    }

    /// Adds a next step to what was said last.
    fn hint(&mut self, hint: impl Into<String>) {
        if let Some(last) = self.diagnostics.last_mut() {
            last.hints.push(hint.into());
        }
    }

    /// Reads something one level down, on a stack that grows as needed.
    /// `None` if that level is one too many; this has been reported then.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            let next = self.peek();
            self.too_deep(self.span(next));
            return None;
        }
        self.depth += 1;
        self.reach = self.reach.max(self.depth);
        let result = stacker::maybe_grow(128 * 1024, 1024 * 1024, || read(self));
        self.depth -= 1;
        Some(result)
    }

    fn too_deep(&mut self, subject: Span) {
        if !self.recovery {
            self.error(
                "Nesting too deep",
                format!("Expressions and blocks can be nested at most {MAX_DEPTH} levels deep."),
                subject,
            );
        }
        self.recovery = true;
    }
}

fn invalid(span: Span) -> Expr {
    Expr {
        kind: ExprKind::Invalid,
        span,
    }
}
