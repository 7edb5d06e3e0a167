//! `random_integer`: a number of a range.

use std::sync::Arc;

use trueup_sdk::{
    Answer, Problem,
    native::{Create, Failure, Field, Fields, Made, ResourceType, Shape, problem},
    ready,
    world::{Random, World},
};
use trueup_value::Type;

use super::go_rand::GoSeeds;
use crate::{draw, keepers::keepers};

pub(super) struct RandomInteger {
    random: Arc<dyn Random>,
    seeds: Arc<GoSeeds>,
}

impl RandomInteger {
    pub(super) fn new(world: &World, seeds: &Arc<GoSeeds>) -> Self {
        RandomInteger {
            random: Arc::clone(&world.random),
            seeds: Arc::clone(seeds),
        }
    }

    fn draw(&self, mut planned: Fields) -> Made {
        let min = planned.integer("min").unwrap_or_default();
        let max = planned.integer("max").unwrap_or_default();
        if max < min {
            return Err(empty_range().into());
        }
        // The numbers of a range of all 64 bits are one more than fit.
        let above = match max.abs_diff(min).checked_add(1) {
            Some(count) => self.below(planned.text("seed"), count)?,
            None => self.below(None, u64::MAX)?,
        };
        let number = min.wrapping_add_unsigned(above);
        planned.set_integer("result", number);
        planned.set_text("id", number.to_string());
        Ok(planned.into())
    }

    fn below(&self, seed: Option<&str>, count: u64) -> Result<u64, Failure> {
        match seed {
            Some(seed) if !seed.is_empty() && i64::try_from(count).is_ok() => {
                Ok(self.seeds.generator(seed).below(count))
            }
            _ => self.random.below(count).map_err(|e| draw::failed(&e)),
        }
    }
}

impl ResourceType for RandomInteger {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        let bound = |name: &str, about: &str| {
            let field = Field::required(name, Type::Number);
            field.about(about).integer().replaces()
        };
        Shape::new(
            "A random whole number of a range, drawn once and kept in the state.",
            [
                keepers(),
                bound("min", "The smallest number of the range."),
                bound("max", "The largest number of the range."),
                Field::optional("seed", Type::String)
                    .about("Any text. The same seed and range always give the same number; without one it is drawn from the system's secure source.")
                    .replaces(),
                Field::computed("result", Type::Number)
                    .about("The number.")
                    .kept(),
                Field::computed("id", Type::String)
                    .about("The number as text.")
                    .kept(),
            ],
        )
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        ready(self.draw(create.planned))
    }

    /// `RESULT,MIN,MAX[,SEED]`
    fn import<'a>(&'a self, _: &'a (), empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        Some(ready(imported(empty, id)))
    }
}

fn imported(mut object: Fields, id: &str) -> Made {
    let parts: Vec<&str> = id.split(',').collect();
    let [result, min, max, seed @ ..] = &parts[..] else {
        return Err(wrong_id().into());
    };
    for (name, text) in [("result", result), ("min", min), ("max", max)] {
        let number = text.parse().map_err(|_| {
            let detail = format!("The {name} \"{text}\" of the import is not a whole number.");
            problem("Import Random Integer Error", detail)
        })?;
        object.set_integer(name, number);
    }
    match seed {
        [] => {}
        [seed] => object.set_text("seed", *seed),
        _ => return Err(wrong_id().into()),
    }
    object.set_text("id", *result);
    Ok(object.into())
}

fn wrong_id() -> Problem {
    problem(
        "Import Random Integer Error",
        "Invalid import usage: expecting {result},{min},{max} or {result},{min},{max},{seed}",
    )
}

fn empty_range() -> Problem {
    problem(
        "Create Random Integer Error",
        "The minimum (min) value needs to be smaller than or equal to maximum (max) value.",
    )
}
