//! `random_pet`: a name people can remember.

use std::sync::Arc;

use trueup_sdk::{
    Answer,
    native::{Create, Field, Fields, Made, ResourceType, Shape},
    ready,
    world::{Random, World},
};
use trueup_value::{Type, Value};

use super::words::{ADJECTIVES, ADVERBS, ANIMALS};
use crate::{draw, keepers::keepers};

pub(super) struct RandomPet {
    random: Arc<dyn Random>,
}

impl RandomPet {
    pub(super) fn new(world: &World) -> Self {
        RandomPet {
            random: Arc::clone(&world.random),
        }
    }

    fn draw(&self, mut planned: Fields) -> Made {
        // One word is an animal; otherwise there are at least two.
        let (adverbs, adjectives) = match draw::count(&planned, "length")? {
            1 => (0, 0),
            length => (length.max(2) - 2, 1),
        };
        let lists = std::iter::repeat_n(ADVERBS, adverbs)
            .chain(std::iter::repeat_n(ADJECTIVES, adjectives))
            .chain([ANIMALS]);
        let mut words = Vec::new();
        words.extend(planned.text("prefix").filter(|prefix| !prefix.is_empty()));
        for list in lists {
            let drawn = self.random.below(list.len() as u64);
            let at = drawn.map_err(|e| draw::failed(&e))?;
            words.extend(list.get(usize::try_from(at).unwrap_or_default()));
        }
        let name = words.join(planned.text("separator").unwrap_or("-"));
        planned.set_text("id", name);
        Ok(planned.into())
    }
}

impl ResourceType for RandomPet {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        Shape::new(
            "A random name of an animal with words before it, drawn once and kept in the state.",
            [
                keepers(),
                Field::optional("length", Type::Number)
                    .about("How many words the name has; 2 by default.")
                    .integer()
                    .default(Value::number(2))
                    .replaces(),
                Field::optional("prefix", Type::String)
                    .about("What the name begins with, before a separator.")
                    .replaces(),
                Field::optional("separator", Type::String)
                    .about("What stands between the words; `-` by default.")
                    .default(Value::string("-"))
                    .replaces(),
                Field::computed("id", Type::String)
                    .about("The name.")
                    .kept(),
            ],
        )
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        ready(self.draw(create.planned))
    }
}
