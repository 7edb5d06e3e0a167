//! The JSON syntax: `*.tf.json` and `*.tfvars.json`.
//!
//! What a property means, an argument or a block, only a schema says: see
//! [`crate::body`]. Strings are templates, and are read as such right away; a
//! broken template is only an error once its value is asked for, as many
//! strings never are templates (a description, a type).

mod node;
mod parse;
mod scan;
mod string;

pub use node::{Array, Node, Object, Property};

use crate::{Diagnostics, SourceFile, Span, ast::Expr};

/// Reads a whole file. If its root is neither an object nor an array, this has
/// been reported and an empty object is returned.
pub fn parse_file(file: &SourceFile) -> (Node, Diagnostics) {
    let (root, mut diagnostics) = parse::document(file);
    if let Node::Leaf(value) = &root {
        let placeholder = Node::empty(Span::new(file.id, 0, 0), file);
        if diagnostics.0.iter().any(|d| d.summary == parse::TOO_DEEP) {
            return (placeholder, diagnostics);
        }
        diagnostics.push(crate::Diagnostic::error(
            "Root value must be object",
            "The root value in a JSON-based configuration must be either a JSON object or a JSON array of objects.",
            value.span,
        ));
        return (placeholder, diagnostics);
    }
    (root, diagnostics)
}

/// Reads a JSON value as an expression.
pub fn parse_expression(file: &SourceFile) -> (Expr, Diagnostics) {
    let (root, diagnostics) = parse::document(file);
    (root.to_expr(), diagnostics)
}
