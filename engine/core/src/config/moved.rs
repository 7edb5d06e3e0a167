//! `moved` blocks.

use trueup_syntax::{Span, ast::Expr};

use super::Decoder;
use crate::address::{Target, parse_target};
use trueup_syntax::body::{BlockItem, BodySchema, required};

/// What was at one address is now at another.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The old address, within the module.
    pub from: Target,
    /// The new address, within the module.
    pub to: Target,
    /// The header of its block.
    pub span: Span,
}

const SCHEMA: BodySchema<'_> = BodySchema {
    attributes: &[required("from"), required("to")],
    blocks: &[],
};

impl Decoder<'_> {
    /// A `moved` block.
    pub(crate) fn moved(&mut self, block: &BlockItem) -> Option<Moved> {
        let content = block.body.content(&SCHEMA, &mut self.diagnostics);
        let from = content.attribute("from").map(|a| self.target(&a.expr));
        let to = content.attribute("to").map(|a| self.target(&a.expr));
        let (from, to) = (from??, to??);
        let modules = |target: &Target| matches!(target, Target::Module(_));
        if modules(&from) != modules(&to) {
            self.error(
                "Invalid \"moved\" addresses",
                "The \"from\" and \"to\" addresses must either both refer to resources or both refer to modules.",
                block.header,
            );
            return None;
        }
        Some(Moved {
            from,
            to,
            span: block.header,
        })
    }

    /// An expression that is an address.
    pub(crate) fn target(&mut self, expr: &Expr) -> Option<Target> {
        let traversal = self.absolute_traversal(expr)?;
        match parse_target(&traversal) {
            Ok(target) => Some(target),
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                None
            }
        }
    }
}
