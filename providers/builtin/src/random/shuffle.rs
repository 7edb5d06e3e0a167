//! `random_shuffle`: texts in random order.

use std::sync::Arc;

use trueup_sdk::{
    Answer,
    native::{Create, Field, Fields, Made, ResourceType, Shape},
    ready,
    world::{Random, World},
};
use trueup_value::{Type, Value};

use super::go_rand::GoSeeds;
use crate::{draw, keepers::keepers};

pub(super) struct RandomShuffle {
    random: Arc<dyn Random>,
    seeds: Arc<GoSeeds>,
}

impl RandomShuffle {
    pub(super) fn new(world: &World, seeds: &Arc<GoSeeds>) -> Self {
        RandomShuffle {
            random: Arc::clone(&world.random),
            seeds: Arc::clone(seeds),
        }
    }

    fn draw(&self, mut planned: Fields) -> Made {
        let input: Vec<Value> = planned.get("input").values().cloned().collect();
        let count = match draw::count(&planned, "result_count")? {
            0 => input.len(),
            count => count,
        };
        let seed = planned.text("seed").filter(|seed| !seed.is_empty());
        let mut generator = seed.map(|seed| self.seeds.generator(seed));
        let mut result = Vec::new();
        // One permutation after the other, until there are enough.
        while result.len() < count && !input.is_empty() {
            let order = match &mut generator {
                Some(generator) => generator.permutation(input.len()),
                None => {
                    let mut order: Vec<usize> = (0..input.len()).collect();
                    draw::shuffle(&*self.random, &mut order).map_err(|e| draw::failed(&e))?;
                    order
                }
            };
            result.extend(order.into_iter().map(|at| input[at].clone()));
        }
        result.truncate(count);
        planned.set("result", Value::list(Type::String, result));
        planned.set_text("id", "-");
        Ok(planned.into())
    }
}

impl ResourceType for RandomShuffle {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        let texts = Type::list(Type::String);
        Shape::new(
            "The texts of a list in random order, put in order once and kept in the state.",
            [
                keepers(),
                Field::required("input", texts.clone())
                    .about("The texts.")
                    .replaces(),
                Field::optional("seed", Type::String)
                    .about("Any text. The same seed and list always give the same order.")
                    .replaces(),
                Field::optional("result_count", Type::Number)
                    .about("How many texts to return, all of them by default. Where more are wanted than there are, all come once before any comes again.")
                    .integer()
                    .replaces(),
                Field::computed("result", texts)
                    .about("The texts in random order.")
                    .kept(),
                Field::computed("id", Type::String).about("Always `-`.").kept(),
            ],
        )
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        ready(self.draw(create.planned))
    }
}
