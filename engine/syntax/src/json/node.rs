//! JSON values as they stand in the file.

use std::sync::Arc;

use trueup_value::Str;

use crate::{
    SourceFile, Span,
    ast::{Expr, ExprKind, ObjectKey},
};

/// A JSON value. Cheap to clone: what is in it is shared.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `{…}`
    Object(Arc<Object>),
    /// `[…]`
    Array(Arc<Array>),
    /// Anything else: an [`ExprKind::Literal`], [`ExprKind::JsonString`] or
    /// [`ExprKind::Invalid`].
    Leaf(Arc<Expr>),
}

/// A JSON object.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its properties in order; names may repeat.
    pub properties: Vec<Property>,
    /// From brace to brace.
    pub span: Span,
    /// The opening brace.
    pub open: Span,
    /// The closing brace.
    pub close: Span,
    /// The file it stands in, to tell places in messages.
    pub file: Arc<SourceFile>,
}

/// A JSON array.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Its values in order.
    pub values: Vec<Node>,
    /// From bracket to bracket.
    pub span: Span,
    /// The opening bracket.
    pub open: Span,
}

/// `"name": value`
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Its name.
    pub name: Str,
    /// The name as an expression, which it is in an object that is a value: an
    /// [`ExprKind::JsonString`] at the place of the name.
    pub key: Expr,
    /// Its value.
    pub value: Node,
}

impl Node {
    pub(super) fn empty(span: Span, file: &SourceFile) -> Node {
        Node::Object(Arc::new(Object {
            properties: Vec::new(),
            span,
            open: span,
            close: span,
            file: Arc::new(file.clone()),
        }))
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Node::Object(object) => object.span,
            Node::Array(array) => array.span,
            Node::Leaf(expr) => expr.span,
        }
    }

    /// Its opening bracket, or all of it: what diagnostics point at.
    pub fn start(&self) -> Span {
        match self {
            Node::Object(object) => object.open,
            Node::Array(array) => array.open,
            Node::Leaf(expr) => expr.span,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Node::Leaf(expr)
            if matches!(expr.kind, ExprKind::Literal(trueup_value::Value::Null(_))))
    }

    /// The expression it stands for where a value is wanted.
    pub fn to_expr(&self) -> Expr {
        let kind = match self {
            Node::Leaf(expr) => return (**expr).clone(),
            Node::Array(array) => ExprKind::Tuple(array.values.iter().map(Node::to_expr).collect()),
            Node::Object(object) => {
                ExprKind::Object(object.properties.iter().map(Property::to_item).collect())
            }
        };
        Expr {
            kind,
            span: self.span(),
        }
    }
}

impl Property {
    fn to_item(&self) -> (ObjectKey, Expr) {
        let key = ObjectKey {
            expr: self.key.clone(),
        };
        (key, self.value.to_expr())
    }
}
