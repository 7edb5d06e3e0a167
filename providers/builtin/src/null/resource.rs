//! `null_resource`: an object that is nothing but its ID, for provisioners.

use std::sync::Arc;

use trueup_sdk::{
    Answer,
    native::{Create, Field, Made, ResourceType, Shape},
    ready,
    world::{Random, World},
};
use trueup_value::Type;

use crate::{draw, keepers::keeper};

pub(super) struct NullResource {
    random: Arc<dyn Random>,
}

impl NullResource {
    pub(super) fn new(world: &World) -> Self {
        NullResource {
            random: Arc::clone(&world.random),
        }
    }
}

impl ResourceType for NullResource {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        Shape::new(
            "An object with a life cycle and nothing else: something for provisioners and dependencies to hang on. `terraform_data` does the same without a provider.",
            [
                keeper(
                    "triggers",
                    "Any values. When one of them changes, the object is replaced and its provisioners run again.",
                ),
                Field::computed("id", Type::String)
                    .about("A random number, drawn when the object is created.")
                    .kept(),
            ],
        )
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        let mut object = create.planned;
        ready(draw::id(&*self.random).map(|id| {
            object.set_text("id", id);
            object.into()
        }))
    }
}
