//! `random_password`: a random text that is a secret.

use std::sync::Arc;

use bcrypt::Version;
use trueup_sdk::{
    Answer, Problem,
    native::{Create, Failure, Field, Fields, Made, ResourceType, Shape, off_thread, problem},
    read_stored,
    world::{Random, World},
};
use trueup_value::{Type, Value};

use super::characters;
use crate::draw;

pub(super) struct RandomPassword {
    random: Arc<dyn Random>,
}

impl RandomPassword {
    pub(super) fn new(world: &World) -> Self {
        RandomPassword {
            random: Arc::clone(&world.random),
        }
    }

    fn with_hash(&self, mut object: Fields) -> Answer<'static, Made> {
        let random = Arc::clone(&self.random);
        Box::pin(async move {
            add_hash(random, &mut object).await?;
            object.set_text("id", "none");
            Ok(object.into())
        })
    }
}

impl ResourceType for RandomPassword {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        let secret = |name: &str, about: &str| {
            let field = Field::computed(name, Type::String);
            field.about(about).sensitive().kept()
        };
        let mut fields = characters::arguments();
        fields.extend([
            secret("result", "The text."),
            secret(
                "bcrypt_hash",
                "A bcrypt hash of the text, or of its first 72 bytes if it is longer.",
            ),
            Field::computed("id", Type::String)
                .about("Always `none`: the text is a secret.")
                .kept(),
        ]);
        Shape::new(
            "A random text from the system's secure source, drawn once, kept in the state and never shown.",
            fields,
        )
        .version(3)
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        characters::validate(config)
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        let mut object = create.planned;
        let drawn = characters::draw(&*self.random, &object);
        Box::pin(async move {
            object.set_text("result", drawn?);
            self.with_hash(object).await
        })
    }

    /// The text. All arguments are at their defaults afterwards.
    fn import<'a>(&'a self, _: &'a (), mut empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        characters::imported(&mut empty, id);
        Some(self.with_hash(empty))
    }

    fn upgrade(&self, shape: &Shape, version: u64, json: &str) -> Result<Value, Vec<Problem>> {
        let stored = read_stored(&shape.schema(), version, json)?;
        if version >= 3 {
            return Ok(stored);
        }
        let mut object = Fields::of(&stored);
        characters::fill(&mut object);
        let password = object.text("result").unwrap_or_default();
        // Before version 1 there was no hash, and under 2 it could be wrong.
        let right = match (version, object.text("bcrypt_hash")) {
            (_, None) => false,
            (2, Some(hash)) => bcrypt::verify(first_72(password), hash).unwrap_or(false),
            _ => true,
        };
        if !right {
            let hash = hash(&*self.random, password).map_err(|failure| failure.problems)?;
            object.set_text("bcrypt_hash", hash);
        }
        Ok(object.into_value())
    }
}

/// Adds a hash of the text. Hashing takes its time, so it is done elsewhere.
pub(super) async fn add_hash(random: Arc<dyn Random>, object: &mut Fields) -> Result<(), Failure> {
    let password = object.text("result").unwrap_or_default().to_owned();
    let hashed = off_thread(move || hash(&*random, &password)).await;
    let hashed = hashed.map_err(|error| draw::failed(&error))??;
    object.set_text("bcrypt_hash", hashed);
    Ok(())
}

/// bcrypt looks at no more.
fn first_72(password: &str) -> &[u8] {
    let bytes = password.as_bytes();
    bytes.get(..72).unwrap_or(bytes)
}

fn hash(random: &dyn Random, password: &str) -> Result<String, Failure> {
    let mut salt = [0; 16];
    random.fill(&mut salt).map_err(|e| draw::failed(&e))?;
    // The cost Go hashes with unless told otherwise.
    let cost = 10;
    let parts = bcrypt::hash_with_salt(first_72(password), cost, salt).map_err(|error| {
        let detail = format!("The password could not be hashed: {error}.");
        Failure::from(problem("Hash Generation Error", detail))
    })?;
    Ok(parts.format_for_version(Version::TwoA))
}
