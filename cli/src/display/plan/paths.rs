//! Which parts of a value something holds for.

use trueup_value::{Path, PathStep};

/// Paths seen from a place within a value.
#[derive(Clone, Debug)]
pub(super) enum Paths<'a> {
    /// It holds everywhere.
    Everywhere,
    /// It holds where one of these ends.
    Of {
        rest: Vec<&'a [PathStep]>,
        /// It holds for all below, too.
        below: bool,
    },
}

impl<'a> Paths<'a> {
    pub(super) const NOWHERE: Paths<'static> = Paths::Of {
        rest: Vec::new(),
        below: false,
    };

    pub(super) fn of(paths: impl IntoIterator<Item = &'a Path>, below: bool) -> Self {
        let rest = paths.into_iter().map(Path::steps).collect();
        Paths::Of { rest, below }
    }

    /// Whether it holds here.
    pub(super) fn here(&self) -> bool {
        match self {
            Paths::Everywhere => true,
            Paths::Of { rest, .. } => rest.iter().any(|path| path.is_empty()),
        }
    }

    /// Whether it holds here or somewhere below.
    pub(super) fn anywhere(&self) -> bool {
        match self {
            Paths::Everywhere => true,
            Paths::Of { rest, .. } => !rest.is_empty(),
        }
    }

    pub(super) fn attribute(&self, name: &str) -> Self {
        self.step(|step| match step {
            PathStep::Attr(attribute) => attribute.as_str() == name,
            PathStep::Index(key) => key.as_str() == Some(name),
        })
    }

    pub(super) fn element(&self, index: usize) -> Self {
        self.step(|step| match step {
            PathStep::Attr(_) => false,
            PathStep::Index(key) => match key.as_number() {
                Some(number) => number.to_u64() == Some(index as u64),
                None => key.as_str().and_then(|text| text.parse().ok()) == Some(index),
            },
        })
    }

    fn step(&self, matches: impl Fn(&PathStep) -> bool) -> Self {
        let Paths::Of { rest, below } = self else {
            return Paths::Everywhere;
        };
        let below = *below;
        let rest = rest.iter().filter_map(|path| match path.split_first() {
            None => below.then_some(*path),
            Some((first, others)) => matches(first).then_some(others),
        });
        Paths::Of {
            rest: rest.collect(),
            below,
        }
    }
}
