//! `random_id`: random bytes in several notations.

use std::sync::Arc;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use dashu_int::UBig;
use trueup_sdk::{
    Answer,
    native::{Create, Failure, Field, Fields, Made, ResourceType, Shape, problem},
    ready,
    world::{Random, World},
};
use trueup_value::{Type, Value};

use crate::{draw, hexadecimal, keepers::keepers};

pub(super) struct RandomId {
    random: Arc<dyn Random>,
}

impl RandomId {
    pub(super) fn new(world: &World) -> Self {
        RandomId {
            random: Arc::clone(&world.random),
        }
    }

    fn draw(&self, mut planned: Fields) -> Made {
        let length = draw::count(&planned, "byte_length")?;
        let bytes = self.random.bytes(length).map_err(|e| draw::failed(&e))?;
        let prefix = planned.text("prefix").unwrap_or_default().to_owned();
        write(&mut planned, &prefix, &bytes);
        Ok(planned.into())
    }
}

impl ResourceType for RandomId {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        let result = |name: &str, about: &str| {
            let field = Field::computed(name, Type::String);
            field.about(about).kept()
        };
        Shape::new(
            "Random bytes from the system's secure source, drawn once and kept in the state: part of a name that must be unique.",
            [
                keepers(),
                Field::required("byte_length", Type::Number)
                    .about("How many bytes to draw; 8 bits of randomness each.")
                    .integer()
                    .replaces(),
                Field::optional("prefix", Type::String)
                    .about("What all notations but `id` begin with, as it is given.")
                    .replaces(),
                result("b64_url", "The bytes in URL-safe Base64 without padding."),
                result("b64_std", "The bytes in standard Base64."),
                result("hex", "The bytes in hexadecimal digits, two for each byte."),
                result(
                    "dec",
                    "The bytes as one decimal number, without leading zeros.",
                ),
                result("id", "The bytes in URL-safe Base64, without the prefix."),
            ],
        )
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        ready(self.draw(create.planned))
    }

    /// `[PREFIX,]ID`, the ID in URL-safe Base64.
    fn import<'a>(&'a self, _: &'a (), empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        Some(ready(imported(empty, id)))
    }
}

fn imported(mut object: Fields, id: &str) -> Made {
    let (prefix, id) = id.rsplit_once(',').unwrap_or(("", id));
    let bytes = URL_SAFE_NO_PAD.decode(id).map_err(|error| {
        let detail = format!(
            "\"{id}\" is not URL-safe Base64 without padding: {error}. The ID of an import is the attribute \"id\", with \"PREFIX,\" in front where there is a prefix."
        );
        Failure::from(problem("Import Random ID Error", detail))
    })?;
    let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    object.set_integer("byte_length", length);
    object.set("keepers", Value::map::<&str>(Type::String, []));
    if !prefix.is_empty() {
        object.set_text("prefix", prefix);
    }
    write(&mut object, prefix, &bytes);
    Ok(object.into())
}

fn write(object: &mut Fields, prefix: &str, bytes: &[u8]) {
    let id = URL_SAFE_NO_PAD.encode(bytes);
    let notations = [
        ("b64_url", id.clone()),
        ("b64_std", STANDARD.encode(bytes)),
        ("hex", hexadecimal(bytes)),
        ("dec", UBig::from_be_bytes(bytes).to_string()),
    ];
    for (name, text) in notations {
        object.set_text(name, format!("{prefix}{text}"));
    }
    object.set_text("id", id);
}
