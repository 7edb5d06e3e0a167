//! The ephemeral `random_password`: a random text that is in no state.

use std::sync::Arc;

use trueup_sdk::{
    Answer, Opened, Problem,
    native::{EphemeralType, Failure, Field, Fields, Shape},
    world::{Random, World},
};
use trueup_value::Type;

use super::{characters, password::add_hash};

pub(super) struct EphemeralPassword {
    random: Arc<dyn Random>,
}

impl EphemeralPassword {
    pub(super) fn new(world: &World) -> Self {
        EphemeralPassword {
            random: Arc::clone(&world.random),
        }
    }

    async fn drawn(&self, mut object: Fields) -> Result<Opened, Failure> {
        characters::set_defaults(&mut object);
        let drawn = characters::draw(&*self.random, &object)?;
        object.set_text("result", drawn);
        add_hash(Arc::clone(&self.random), &mut object).await?;
        Ok(Opened {
            value: object.into_value(),
            private: Vec::new(),
            renew_at: None,
        })
    }
}

impl EphemeralType for EphemeralPassword {
    fn shape(&self) -> Shape {
        let secret = |name: &str, about: &str| {
            let field = Field::computed(name, Type::String);
            field.about(about).sensitive()
        };
        let mut fields = characters::ephemeral_arguments();
        fields.extend([
            secret("result", "The text."),
            secret(
                "bcrypt_hash",
                "A bcrypt hash of the text, or of its first 72 bytes if it is longer.",
            ),
        ]);
        Shape::new(
            "A random text from the system's secure source, drawn with every plan and every apply and kept nowhere: for write-only attributes.",
            fields,
        )
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        characters::validate(config)
    }

    fn open<'a>(&'a self, _: &'a (), config: Fields) -> Answer<'a, Result<Opened, Vec<Problem>>> {
        Box::pin(async move {
            let drawn = self.drawn(config).await;
            drawn.map_err(|failure| failure.problems)
        })
    }
}
