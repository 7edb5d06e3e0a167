//! `random_bytes`: random bytes as a secret.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use trueup_sdk::{
    Answer,
    native::{Create, Failure, Field, Fields, Made, ResourceType, Shape, problem},
    ready,
    world::{Random, World},
};
use trueup_value::Type;

use crate::{draw, hexadecimal, keepers::keepers};

pub(super) struct RandomBytes {
    random: Arc<dyn Random>,
}

impl RandomBytes {
    pub(super) fn new(world: &World) -> Self {
        RandomBytes {
            random: Arc::clone(&world.random),
        }
    }

    fn draw(&self, mut planned: Fields) -> Made {
        let length = draw::count(&planned, "length")?;
        let bytes = self.random.bytes(length).map_err(|e| draw::failed(&e))?;
        write(&mut planned, &bytes);
        Ok(planned.into())
    }
}

impl ResourceType for RandomBytes {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        let secret = |name: &str, about: &str| {
            let field = Field::computed(name, Type::String);
            field.about(about).sensitive().kept()
        };
        Shape::new(
            "Random bytes from the system's secure source, drawn once and kept in the state: a key or another secret.",
            [
                keepers(),
                Field::required("length", Type::Number)
                    .about("How many bytes to draw.")
                    .at_least(1)
                    .replaces(),
                secret("base64", "The bytes in standard Base64."),
                secret("hex", "The bytes in hexadecimal digits."),
                Field::computed("id", Type::String)
                    .about("Always `none`: the bytes are a secret.")
                    .kept(),
            ],
        )
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        ready(self.draw(create.planned))
    }

    /// The bytes in standard Base64.
    fn import<'a>(&'a self, _: &'a (), mut empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        let decoded = STANDARD.decode(id);
        Some(ready(match decoded {
            Ok(bytes) => {
                empty.set_integer("length", i64::try_from(bytes.len()).unwrap_or(i64::MAX));
                write(&mut empty, &bytes);
                Ok(empty.into())
            }
            // The ID is a secret and stays out of the message.
            Err(error) => Err(Failure::from(problem(
                "Import Random bytes Error",
                format!("The ID of the import must be the bytes in standard Base64: {error}."),
            ))),
        }))
    }
}

fn write(object: &mut Fields, bytes: &[u8]) {
    object.set_text("id", "none");
    object.set_text("base64", STANDARD.encode(bytes));
    object.set_text("hex", hexadecimal(bytes));
}
