//! What there may be in a body.

/// An argument there may be.
#[derive(Clone, Copy, Debug)]
pub struct AttributeSpec<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it is an error to leave it out.
    pub required: bool,
}

/// A type of block there may be, any number of times.
#[derive(Clone, Copy, Debug)]
pub struct BlockSpec<'a> {
    /// What it is called.
    pub kind: &'a str,
    /// What its labels are called, in order; a block must have all of them.
    pub labels: &'a [&'a str],
}

/// All there may be in a body.
#[derive(Clone, Copy, Debug)]
pub struct BodySchema<'a> {
    /// The arguments.
    pub attributes: &'a [AttributeSpec<'a>],
    /// The types of block.
    pub blocks: &'a [BlockSpec<'a>],
}

/// An argument that may be left out.
pub const fn attribute(name: &str) -> AttributeSpec<'_> {
    AttributeSpec {
        name,
        required: false,
    }
}

/// An argument that must be there.
pub const fn required(name: &str) -> AttributeSpec<'_> {
    AttributeSpec {
        name,
        required: true,
    }
}

/// A type of block and what its labels are called.
pub const fn block<'a>(kind: &'a str, labels: &'a [&'a str]) -> BlockSpec<'a> {
    BlockSpec { kind, labels }
}

impl<'a> BodySchema<'a> {
    /// Nothing at all.
    pub const EMPTY: BodySchema<'static> = BodySchema {
        attributes: &[],
        blocks: &[],
    };

    pub(super) fn attribute(&self, name: &str) -> Option<&'a AttributeSpec<'a>> {
        self.attributes.iter().find(|spec| spec.name == name)
    }

    pub(super) fn block(&self, kind: &str) -> Option<&'a BlockSpec<'a>> {
        self.blocks.iter().find(|spec| spec.kind == kind)
    }
}
