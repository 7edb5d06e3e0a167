//! What is shown of a difference.

use std::collections::BTreeMap;

use trueup_value::Str;

use super::tree::Tree;

/// What happens to a part of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    NoOp,
    Create,
    Update,
    Delete,
}

impl Action {
    /// The action of a whole, part by part: parts of different fates make it
    /// an update.
    pub(super) fn with(self, part: Action) -> Action {
        match part {
            Action::NoOp => self,
            part if part == self => self,
            _ => Action::Update,
        }
    }
}

/// A difference at one place.
#[derive(Clone, Debug)]
pub(super) struct Diff {
    pub(super) action: Action,
    /// It forces a replacement.
    pub(super) replace: bool,
    pub(super) shape: Shape,
}

/// What kind of thing differs.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Block {
        attributes: BTreeMap<Str, Diff>,
        blocks: BTreeMap<Str, Group>,
    },
    List {
        elements: Vec<Diff>,
        /// Neighbours of what differs are shown.
        context: bool,
    },
    Set {
        elements: Vec<Diff>,
        nested: bool,
    },
    Map {
        elements: BTreeMap<Str, Diff>,
        nested: bool,
    },
    Object {
        attributes: BTreeMap<Str, Diff>,
        nested: bool,
    },
    /// Booleans, numbers and nulls: their texts.
    Plain {
        before: Option<Str>,
        after: Option<Str>,
    },
    Text {
        before: Option<Str>,
        after: Option<Str>,
    },
    Sensitive(Secret),
    SensitiveBlock(Secret),
    Unknown(Option<Box<Diff>>),
    TypeChange(Box<Diff>, Box<Diff>),
    WriteOnly {
        sensitive: bool,
    },
}

/// What may be said of something that must not be shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Secret {
    pub(super) inner: Action,
    pub(super) before: bool,
    pub(super) after: bool,
}

/// The blocks of one type.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) blocks: Blocks,
    pub(super) replace: bool,
    pub(super) before_sensitive: bool,
    pub(super) after_sensitive: bool,
    pub(super) unknown: bool,
}

/// Blocks as they are gathered.
#[derive(Clone, Debug)]
pub(super) enum Blocks {
    One(Diff),
    Many(Vec<Diff>),
    Map(BTreeMap<Str, Diff>),
}

impl Diff {
    pub(super) fn new(shape: Shape, action: Action, replace: bool) -> Self {
        Diff {
            action,
            replace,
            shape,
        }
    }
}

/// A text shown as it is; `None` for null.
pub(super) fn plain_text(tree: Option<&Tree>) -> Option<Str> {
    use super::tree::Kind;
    match &tree?.kind {
        Kind::Bool(true) => Some(Str::from("true")),
        Kind::Bool(false) => Some(Str::from("false")),
        Kind::Number(text) | Kind::Text(text) => Some(text.clone()),
        _ => None,
    }
}
