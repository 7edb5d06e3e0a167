//! The syntax tree of the native syntax; JSON syntax yields the same
//! expressions.

use std::sync::Arc;

use trueup_value::{Str, Value};

use crate::{Diagnostics, Span};

/// A name with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Ident {
    /// The name.
    pub name: Str,
    /// Where it stands.
    pub span: Span,
}

/// The contents of a file or of a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// `name = expression`, in source order; names are distinct.
    pub attributes: Vec<Arc<Attribute>>,
    /// Nested blocks, in source order.
    pub blocks: Vec<Block>,
    /// From the opening to the closing brace; of a block on one line, its
    /// attribute; of a file, from its first token to its end.
    pub span: Span,
    /// The empty span at its end.
    pub end: Span,
}

/// `name = expression`
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: Ident,
    /// Its expression.
    pub expr: Expr,
    /// From the name to the end of the expression.
    pub span: Span,
}

/// `kind "label" { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// What it is, such as `resource`.
    pub kind: Ident,
    /// Its labels, quotes and escapes decoded; spans include the quotes.
    pub labels: Vec<Ident>,
    /// What is between the braces.
    pub body: Arc<Body>,
    /// From the kind to the last label: what diagnostics point at.
    pub header: Span,
    /// The opening brace.
    pub open: Span,
    /// The closing brace.
    pub close: Span,
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A number, `true`, `false`, `null`, or a string without sequences that
    /// did not come from quotes.
    Literal(Value),
    /// A quoted string or a heredoc; the result is a string.
    Template(Template),
    /// `"${expr}"` alone: the value of `expr`, whatever its type.
    TemplateWrap(Box<Expr>),
    /// `root.step[0]…`: a variable and constant steps into it.
    Traversal(Traversal),
    /// Constant steps into the result of an expression.
    RelativeTraversal(Box<Expr>, Vec<Step>),
    /// `collection[key]` with a key that is not a constant.
    Index(Box<Expr>, Box<Expr>),
    /// `source.*` or `source[*]` and what follows for each element.
    Splat(Box<Splat>),
    /// The element at hand, inside [`Splat::each`]; of the innermost splat.
    SplatItem,
    /// `name(args…)`
    Call(Box<Call>),
    /// `-x` or `!x`
    Unary(UnaryOp, Box<Expr>),
    /// `a op b`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `condition ? yes : no`
    Conditional(Box<[Expr; 3]>),
    /// `[a, b]`
    Tuple(Vec<Expr>),
    /// `{ key = value }`; of equal keys the last counts.
    Object(Vec<(ObjectKey, Expr)>),
    /// `[for … : …]` or `{for … : … => …}`
    For(Box<For>),
    /// `(expr)`
    Parens(Box<Expr>),
    /// A string of the JSON syntax: a template when evaluated, its raw text
    /// where a keyword, a traversal or a type is asked for.
    JsonString(Box<JsonString>),
    /// What could not be parsed; an error has been reported.
    Invalid,
}

/// Literal text and sequences.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// In order. Strip markers and `<<-` indentation have been applied,
    /// escapes decoded.
    pub parts: Vec<TemplatePart>,
}

/// A piece of a [`Template`].
#[derive(Clone, Debug, PartialEq)]
pub enum TemplatePart {
    /// Text, already decoded.
    Literal(Str, Span),
    /// `${expr}`
    Interpolation(Expr),
    /// `%{if c}…%{else}…%{endif}`; its span covers the opening `%{ … }`.
    If(Box<TemplateIf>),
    /// `%{for k, v in c}…%{endfor}`
    For(Box<TemplateFor>),
}

/// `%{if}` with its two branches.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateIf {
    /// What decides.
    pub condition: Expr,
    /// The text if it is true.
    pub then: Template,
    /// The text if it is false; empty if there is no `%{else}`.
    pub otherwise: Template,
    /// From `%{if` to the end of `%{endif}`.
    pub span: Span,
}

/// `%{for}` with its body.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateFor {
    /// The name for keys or indices.
    pub key: Option<Ident>,
    /// The name for elements.
    pub value: Ident,
    /// What is iterated over.
    pub collection: Expr,
    /// The text for each element.
    pub body: Template,
    /// From `%{for` to the end of `%{endfor}`.
    pub span: Span,
}

/// A variable and constant steps into it.
#[derive(Clone, Debug, PartialEq)]
pub struct Traversal {
    /// The variable's name.
    pub root: Ident,
    /// What follows.
    pub steps: Vec<Step>,
}

impl Traversal {
    /// All of it.
    pub fn span(&self) -> Span {
        let end = self.steps.last().map_or(self.root.span, |step| step.span);
        Span {
            end: end.end,
            ..self.root.span
        }
    }
}

/// A constant step of a traversal.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What kind of step.
    pub kind: StepKind,
    /// From the dot or bracket to its end.
    pub span: Span,
}

/// The kinds of constant step.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// `.name`
    Attr(Str),
    /// `["key"]`, `[0]`, or the old `.0`; a string or a number.
    Index(Value),
}

/// A splat expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Splat {
    /// What is iterated over.
    pub source: Expr,
    /// What is done with each element; contains [`ExprKind::SplatItem`].
    pub each: Expr,
    /// The `.*` or `[*]`.
    pub marker: Span,
    /// `[*]` rather than `.*`.
    pub full: bool,
}

/// A function call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The name, such as `upper` or `provider::kubernetes::manifest_decode`.
    pub name: Ident,
    /// The arguments in order.
    pub args: Vec<Expr>,
    /// The last argument is followed by `...`.
    pub expand_final: bool,
    /// The opening parenthesis.
    pub open: Span,
    /// The closing parenthesis.
    pub close: Span,
}

/// The key of an object item.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectKey {
    /// The expression; a bare name is a [`ExprKind::Traversal`] without steps.
    pub expr: Expr,
}

/// A for expression.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// The name for keys or indices.
    pub key: Option<Ident>,
    /// The name for elements.
    pub value: Ident,
    /// What is iterated over.
    pub collection: Expr,
    /// The key expression: there is one exactly if the result is an object.
    pub key_expr: Option<Expr>,
    /// The value expression.
    pub value_expr: Expr,
    /// What decides whether an element takes part.
    pub condition: Option<Expr>,
    /// `...`: values of equal keys are gathered in a tuple.
    pub group: bool,
    /// The opening bracket or brace.
    pub open: Span,
    /// The closing one.
    pub close: Span,
}

/// A string of the JSON syntax.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonString {
    /// The text, JSON escapes decoded.
    pub raw: Str,
    /// The text read as a template; `None` where its syntax is broken.
    pub template: Option<Arc<Expr>>,
    /// What is wrong with the template. Not reported yet: it is an error only
    /// once the string is evaluated.
    pub errors: Diagnostics,
}

/// An operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// An operator with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after their symbols")]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}
