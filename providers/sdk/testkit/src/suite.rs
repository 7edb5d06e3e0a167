//! What a resource type declares.

use trueup_sdk::native::Fields;

/// The example configurations of a resource type, and what is special about
/// it.
///
/// Examples are JSON objects as a configuration would have them; arguments
/// and blocks left out are null. In their texts `${unique}` is something no
/// other run has, and `${NAME.attribute}`, or `${NAME.block.attribute}`, an
/// attribute of what [`Suite::needs`] declares under that name; a text that is nothing else
/// takes the attribute's type.
#[derive(Clone, Debug)]
pub struct Suite {
    pub(crate) kind: String,
    pub(crate) needs: Vec<Need>,
    pub(crate) given: Vec<(String, String)>,
    pub(crate) examples: Vec<String>,
    pub(crate) unvaried: Vec<String>,
    pub(crate) import: Import,
    pub(crate) untold: Vec<String>,
    pub(crate) presence: Presence,
    pub(crate) undrifting: bool,
    pub(crate) indelible: bool,
    pub(crate) rerolled: Vec<String>,
    pub(crate) costly: bool,
}

/// An object that has to be there first.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) example: String,
}

/// How objects are imported.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Import {
    /// By the attribute `id`.
    Id,
    /// By a text made from their attributes.
    By(fn(&Fields) -> String),
    /// Not at all.
    None,
}

/// Where objects are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// In the world.
    World,
    /// Nowhere but in the state.
    State,
}

impl Suite {
    /// The suite of a resource type, without examples yet.
    pub fn new(kind: &str) -> Self {
        Suite {
            kind: kind.to_owned(),
            needs: Vec::new(),
            given: Vec::new(),
            examples: Vec::new(),
            unvaried: Vec::new(),
            import: Import::Id,
            untold: Vec::new(),
            presence: Presence::World,
            undrifting: false,
            indelible: false,
            rerolled: Vec::new(),
            costly: false,
        }
    }

    /// The resource type.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The same with an object of another type that has to be there first.
    pub fn needs(mut self, name: &str, kind: &str, example: &str) -> Self {
        self.needs.push(Need {
            name: name.to_owned(),
            kind: kind.to_owned(),
            example: example.to_owned(),
        });
        self
    }

    /// The same with a text of the surroundings, written `${name}`.
    pub fn given(mut self, name: &str, text: impl Into<String>) -> Self {
        self.given.push((name.to_owned(), text.into()));
        self
    }

    /// The same with one more example. The first is made; the object then
    /// becomes each of the others in their order, and the first again.
    pub fn example(mut self, json: &str) -> Self {
        self.examples.push(json.to_owned());
        self
    }

    /// The same with arguments, written `block.argument`, that the examples
    /// need not set and vary, and why.
    pub fn unvaried(mut self, arguments: &[&str], why: &str) -> Self {
        debug_assert!(!why.is_empty(), "there must be a reason");
        let arguments = arguments.iter().map(|&name| name.to_owned());
        self.unvaried.extend(arguments);
        self
    }

    /// The same, imported by what `id` makes of an object, not by its
    /// attribute `id`.
    pub fn imported_by(mut self, id: fn(&Fields) -> String) -> Self {
        self.import = Import::By(id);
        self
    }

    /// The same for a type whose objects cannot be imported.
    pub fn not_imported(mut self) -> Self {
        self.import = Import::None;
        self
    }

    /// The same with attributes, written `block.attribute`, that the service does
    /// not tell, so that an import cannot know them, and why.
    pub fn untold(mut self, attributes: &[&str], why: &str) -> Self {
        debug_assert!(!why.is_empty(), "there must be a reason");
        let attributes = attributes.iter().map(|&name| name.to_owned());
        self.untold.extend(attributes);
        self
    }

    /// The same for a type whose objects are nowhere but in the state: nobody
    /// can change or destroy them behind our back.
    pub fn only_in_state(mut self) -> Self {
        self.presence = Presence::State;
        self
    }

    /// The same for a type none of whose changes behind our back the provider
    /// sees, and why.
    pub fn undrifting(mut self, why: &str) -> Self {
        debug_assert!(!why.is_empty(), "there must be a reason");
        self.undrifting = true;
        self
    }

    /// The same for a type whose objects the platform never takes away again:
    /// destroying one resets it as far as that goes; and why.
    pub fn indelible(mut self, why: &str) -> Self {
        debug_assert!(!why.is_empty(), "there must be a reason");
        self.indelible = true;
        self
    }

    /// The same for a type whose objects take seconds to come or go, and why:
    /// processes are killed and storms come less often.
    pub fn costly(mut self, why: &str) -> Self {
        debug_assert!(!why.is_empty(), "there must be a reason");
        self.costly = true;
        self
    }

    /// The same with attributes, written `block.attribute`, that are others for
    /// every object that is made: identifiers chosen by the service or by
    /// chance, counts of changes.
    pub fn rerolled(mut self, attributes: &[&str]) -> Self {
        let attributes = attributes.iter().map(|&name| name.to_owned());
        self.rerolled.extend(attributes);
        self
    }
}
