//! `null_data_source`: gives back what it is given.

use std::sync::Arc;

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape},
    ready,
    world::{Random, World},
};
use trueup_value::Type;

use crate::draw;

pub(super) struct NullDataSource {
    random: Arc<dyn Random>,
}

impl NullDataSource {
    pub(super) fn new(world: &World) -> Self {
        NullDataSource {
            random: Arc::clone(&world.random),
        }
    }

    fn answer(&self, mut config: Fields) -> Result<Fields, Vec<Problem>> {
        config.set("outputs", config.get("inputs").clone());
        let random = draw::id(&*self.random).map_err(|failure| failure.problems)?;
        config.set_text("random", random);
        if config.get("has_computed_default").is_null() {
            config.set_text("has_computed_default", "default");
        }
        config.set_text("id", "static");
        Ok(config)
    }
}

impl DataSource for NullDataSource {
    fn shape(&self) -> Shape {
        let texts = Type::map(Type::String);
        Shape::new(
            "Gives back what it is given. Local values do the same, and better.",
            [
                Field::optional("inputs", texts.clone()).about("What `outputs` will be."),
                Field::computed("outputs", texts).about("The same as `inputs`."),
                Field::computed("random", Type::String)
                    .about("A random number, another one on every reading."),
                Field::optional("has_computed_default", Type::String)
                    .or_computed()
                    .about("What is given, or `default`."),
                Field::computed("id", Type::String)
                    .about("Always `static`.")
                    .deprecated(),
            ],
        )
        .deprecated()
    }

    fn read<'a>(&'a self, _: &'a (), config: Fields) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        ready(self.answer(config))
    }
}
