//! `random_string`: a random text that is no secret.

use std::sync::Arc;

use trueup_sdk::{
    Answer, Problem,
    native::{Create, Field, Fields, Made, ResourceType, Shape},
    read_stored, ready,
    world::{Random, World},
};
use trueup_value::{Type, Value};

use super::characters;

pub(super) struct RandomString {
    random: Arc<dyn Random>,
}

impl RandomString {
    pub(super) fn new(world: &World) -> Self {
        RandomString {
            random: Arc::clone(&world.random),
        }
    }

    fn draw(&self, mut planned: Fields) -> Made {
        let result = characters::draw(&*self.random, &planned)?;
        planned.set_text("id", result.as_str());
        planned.set_text("result", result);
        Ok(planned.into())
    }
}

impl ResourceType for RandomString {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        let result = |name: &str| {
            let field = Field::computed(name, Type::String);
            field.about("The text.").kept()
        };
        let mut fields = characters::arguments();
        fields.extend([result("result"), result("id")]);
        Shape::new(
            "A random text from the system's secure source, drawn once and kept in the state. It is shown in plans: for secrets there is `random_password`.",
            fields,
        )
        .version(2)
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        characters::validate(config)
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        ready(self.draw(create.planned))
    }

    /// The text. All arguments are at their defaults afterwards.
    fn import<'a>(&'a self, _: &'a (), mut empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        characters::imported(&mut empty, id);
        empty.set_text("id", id);
        Some(ready(Ok(empty.into())))
    }

    fn upgrade(&self, shape: &Shape, version: u64, json: &str) -> Result<Value, Vec<Problem>> {
        let stored = read_stored(&shape.schema(), version, json)?;
        if version >= 2 {
            return Ok(stored);
        }
        let mut object = Fields::of(&stored);
        characters::fill(&mut object);
        Ok(object.into_value())
    }
}
