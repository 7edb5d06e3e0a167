//! `depends_on` and other lists of references.

use trueup_syntax::ast::{Attribute, Traversal};

use super::Decoder;

impl Decoder<'_> {
    /// The references of a `depends_on` argument.
    pub(crate) fn depends_on(&mut self, attribute: &Attribute) -> Vec<Traversal> {
        let mut found = Vec::new();
        for item in self.list_items(&attribute.expr) {
            let item = self.unquoted(item, true);
            found.extend(self.absolute_traversal(&item));
        }
        found
    }
}
