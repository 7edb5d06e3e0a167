//! A value before and after, at one place of an object.

use super::{
    diff::Action,
    paths::Paths,
    tree::{Kind, Tree},
};
use trueup_value::Str;

/// What is not known of the value after.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unknown<'a> {
    /// What its tree says.
    AsTree,
    /// All of it.
    Whole,
    /// Nothing, whatever its tree says.
    Nothing,
    /// Attributes of these names, whatever its tree says.
    Children(&'a [Str]),
}

/// A value before and after.
///
/// A value that is null may be so explicitly, as an element of a list is, or
/// because nothing is said of it.
#[derive(Clone, Debug)]
pub(super) struct Change<'a> {
    pub(super) before: Option<&'a Tree>,
    pub(super) after: Option<&'a Tree>,
    pub(super) before_explicit: bool,
    pub(super) after_explicit: bool,
    pub(super) unknown: Unknown<'a>,
    /// Sensitivity is looked at elsewhere.
    pub(super) bare: bool,
    /// What forces a replacement.
    pub(super) replace: Paths<'a>,
    /// What there is to be shown.
    pub(super) relevant: Paths<'a>,
    /// Null and the empty string are known to be different things.
    pub(super) modern: bool,
}

impl<'a> Change<'a> {
    /// The change of a whole object.
    pub(super) fn of(before: Option<&'a Tree>, after: Option<&'a Tree>) -> Self {
        Change {
            before,
            after,
            before_explicit: false,
            after_explicit: false,
            unknown: Unknown::AsTree,
            bare: false,
            replace: Paths::NOWHERE,
            relevant: Paths::Everywhere,
            modern: false,
        }
    }

    /// The value before unless it is null.
    pub(super) fn old(&self) -> Option<&'a Tree> {
        self.before.filter(|tree| !tree.is_null())
    }

    /// The value after unless it is null or unknown.
    pub(super) fn new_value(&self) -> Option<&'a Tree> {
        self.after.filter(|tree| !tree.is_null())
    }

    /// Both are null.
    pub(super) fn is_null(&self) -> bool {
        self.old().is_none() && self.new_value().is_none()
    }

    pub(super) fn is_unknown(&self) -> bool {
        match self.unknown {
            Unknown::AsTree => self.after.is_some_and(Tree::is_unknown),
            Unknown::Whole => true,
            Unknown::Nothing | Unknown::Children(_) => false,
        }
    }

    pub(super) fn before_sensitive(&self) -> bool {
        !self.bare && self.before.is_some_and(|tree| tree.sensitive)
    }

    pub(super) fn after_sensitive(&self) -> bool {
        !self.bare && self.after.is_some_and(|tree| tree.sensitive)
    }

    /// The action both values together tell.
    pub(super) fn action(&self) -> Action {
        let (before, after) = (self.old(), self.new_value());
        let was = before.is_some() || self.before_explicit;
        let will = after.is_some() || self.after_explicit;
        match (was, will) {
            (false, true) => Action::Create,
            (true, false) => Action::Delete,
            _ if same(before, after)
                && self.after_explicit == self.before_explicit
                && self.before_sensitive() == self.after_sensitive() =>
            {
                Action::NoOp
            }
            _ => Action::Update,
        }
    }

    /// The action to begin with where those of the parts decide.
    pub(super) fn outline(&self) -> Action {
        match (self.old().is_some(), self.new_value().is_some()) {
            (false, true) => Action::Create,
            (true, false) => Action::Delete,
            _ => Action::NoOp,
        }
    }

    /// The same as if nothing changed.
    pub(super) fn unchanged(self) -> Self {
        Change {
            after: self.before,
            after_explicit: self.before_explicit,
            unknown: Unknown::Nothing,
            modern: false,
            ..self
        }
    }

    /// The same as if there were nothing afterwards.
    pub(super) fn deleted(self) -> Self {
        Change {
            after: None,
            after_explicit: false,
            unknown: Unknown::Nothing,
            modern: false,
            ..self
        }
    }

    /// The same as if there had been nothing.
    pub(super) fn created(self) -> Self {
        Change {
            before: None,
            before_explicit: false,
            modern: false,
            ..self
        }
    }

    /// The same with values nobody set, but that follow from others.
    pub(super) fn implicit(self) -> Self {
        Change {
            before_explicit: false,
            after_explicit: false,
            ..self
        }
    }

    /// The same without what is not to be shown.
    pub(super) fn if_relevant(self) -> Self {
        match self.relevant.anywhere() {
            true => self,
            false => self.unchanged(),
        }
    }

    /// An attribute or map element.
    pub(super) fn attribute(&self, name: &Str) -> Self {
        let before = child(self.before, name);
        let after = child(self.after, name);
        let unknown = match self.unknown {
            Unknown::AsTree | Unknown::Whole => Unknown::AsTree,
            Unknown::Nothing => Unknown::Nothing,
            Unknown::Children(names) if names.contains(name) => Unknown::Whole,
            Unknown::Children(_) => Unknown::Nothing,
        };
        Change {
            before,
            after,
            before_explicit: before.is_some(),
            after_explicit: after.is_some_and(|tree| !tree.is_unknown()),
            unknown,
            bare: self.bare,
            replace: self.replace.attribute(name),
            relevant: self.relevant.attribute(name),
            modern: self.modern,
        }
    }

    /// The elements at these positions; there is none past the end.
    pub(super) fn element(&self, old: usize, new: usize) -> Self {
        let before = elements(self.before).get(old);
        let after = elements(self.after).get(new);
        let index = if before.is_some() { old } else { new };
        Change {
            before,
            after,
            before_explicit: before.is_some(),
            after_explicit: after.is_some(),
            unknown: match self.unknown {
                Unknown::Nothing | Unknown::Children(_) => Unknown::Nothing,
                Unknown::AsTree | Unknown::Whole => Unknown::AsTree,
            },
            bare: self.bare,
            replace: self.replace.element(index),
            relevant: self.relevant.element(index),
            modern: false,
        }
    }

    /// The names of all attributes, in order.
    pub(super) fn names(&self) -> Vec<Str> {
        self.names_where(|_| true)
    }

    /// The names of all attributes but those that are unknown as a whole.
    pub(super) fn known_names(&self) -> Vec<Str> {
        self.names_where(|tree| !tree.is_unknown())
    }

    fn names_where(&self, wanted: impl Fn(&Tree) -> bool) -> Vec<Str> {
        let both = [self.before, self.after].into_iter().flatten();
        let entries = both.filter_map(|tree| match &tree.kind {
            Kind::Object(entries) => Some(entries),
            _ => None,
        });
        let names = entries.flatten().filter(|(_, tree)| wanted(tree));
        let mut names: Vec<Str> = names.map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Whether two values are the same as far as they are known.
pub(super) fn same(a: Option<&Tree>, b: Option<&Tree>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.same(b),
        (None, None) => true,
        _ => false,
    }
}

/// The elements of a list, set or tuple; none of anything else.
pub(super) fn elements(tree: Option<&Tree>) -> &[Tree] {
    match tree.map(|tree| &tree.kind) {
        Some(Kind::Array(elements)) => elements,
        _ => &[],
    }
}

fn child<'a>(tree: Option<&'a Tree>, name: &Str) -> Option<&'a Tree> {
    match tree.map(|tree| &tree.kind) {
        Some(Kind::Object(entries)) => entries.get(name),
        _ => None,
    }
}
