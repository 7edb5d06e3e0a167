//! `random_uuid`: an identifier in the form of a UUID.

use std::sync::Arc;

use trueup_sdk::{
    Answer,
    native::{Create, Failure, Field, Fields, Made, ResourceType, Shape, problem},
    ready,
    world::{Random, World},
};
use trueup_value::Type;

use crate::{draw, hexadecimal, keepers::keepers};

pub(super) struct RandomUuid {
    random: Arc<dyn Random>,
}

impl RandomUuid {
    pub(super) fn new(world: &World) -> Self {
        RandomUuid {
            random: Arc::clone(&world.random),
        }
    }

    fn draw(&self, mut planned: Fields) -> Made {
        let mut bytes = [0_u8; 16];
        self.random.fill(&mut bytes).map_err(|e| draw::failed(&e))?;
        // Version 4 of RFC 9562.
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        write(&mut planned, &hexadecimal(&bytes));
        Ok(planned.into())
    }
}

impl ResourceType for RandomUuid {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        let result = |name: &str| {
            let field = Field::computed(name, Type::String);
            field.about("The UUID, in lower case.").kept()
        };
        Shape::new(
            "A random UUID of version 4 from the system's secure source, drawn once and kept in the state.",
            [keepers(), result("result"), result("id")],
        )
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        ready(self.draw(create.planned))
    }

    /// The UUID.
    fn import<'a>(&'a self, _: &'a (), mut empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        Some(ready(match digits(id) {
            Some(digits) => {
                write(&mut empty, &digits);
                Ok(empty.into())
            }
            None => Err(Failure::from(problem(
                "Import Random UUID Error",
                format!(
                    "\"{id}\" is not a UUID: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12."
                ),
            ))),
        }))
    }
}

/// The 32 digits of a UUID, in lower case.
fn digits(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let digits = groups.concat();
    let right = lengths == [8, 4, 4, 4, 12] && digits.bytes().all(|b| b.is_ascii_hexdigit());
    right.then(|| digits.to_lowercase())
}

fn write(object: &mut Fields, digits: &str) {
    let mut uuid = digits.to_owned();
    for at in [20, 16, 12, 8] {
        uuid.insert(at, '-');
    }
    object.set_text("result", uuid.as_str());
    object.set_text("id", uuid);
}
