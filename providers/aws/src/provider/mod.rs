//! The block `provider "aws"`.

mod endpoints;
mod settings;
mod shape;
mod validate;

pub(crate) use settings::{AssumeRole, Settings, WebIdentity};

use trueup_sdk::{
    Answer, Problem,
    native::{Configure, Fields, Shape},
    world::World,
};

use crate::client::Account;

/// How the provider gets ready for work: nothing is called, and credentials
/// are looked for when the first call needs them.
pub(crate) struct Block {
    world: World,
}

impl Block {
    pub(crate) fn new(world: &World) -> Self {
        Block {
            world: world.clone(),
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
            let settings = Settings::read(&config, &self.world.variables);
            Account::new(settings, self.world.clone()).await
        })
    }
}
