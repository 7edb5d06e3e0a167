//! The block `provider "aws"`.

mod endpoints;
mod settings;
mod shape;
mod validate;

pub(crate) use settings::{AssumeRole, Settings, WebIdentity};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use trueup_sdk::{
    Answer, Problem,
    native::{Configure, Fields, Shape},
    world::World,
};

use crate::client::{Account, Pool, Surroundings};

/// How the provider gets ready for work: nothing is called, and credentials
/// are looked for when the first call needs them.
pub(crate) struct Block {
    surroundings: Surroundings,
}

impl Block {
    /// All blocks of a provider share what they learn of services' limits.
    pub(crate) fn new(world: &World, pool: &Pool, connector: Option<SharedHttpConnector>) -> Self {
        Block {
            surroundings: Surroundings::new(world, pool, connector),
        }
    }
}

impl Configure<Account> for Block {
    fn shape(&self) -> Shape {
        shape::shape()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        validate::validate(config)
    }

    fn configure<'a>(&'a self, config: Fields) -> Answer<'a, Result<Account, Vec<Problem>>> {
        Box::pin(async move {
            let world = &self.surroundings.world;
            let settings = Settings::read(&config, &world.variables).within(&world.working_dir);
            Account::new(settings, &self.surroundings).await
        })
    }
}
