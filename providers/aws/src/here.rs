//! Data sources of the provider's region.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Fields, Shape},
    ready,
};

use crate::{client::Account, plan};

/// A data source that is asked in the provider's region only.
pub(crate) struct Here<D>(pub(crate) D);

impl<D: DataSource<Account>> DataSource<Account> for Here<D> {
    fn shape(&self) -> Shape {
        self.0.shape()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        self.0.validate(config)
    }

    fn read<'a>(
        &'a self,
        account: &'a Account,
        config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        match plan::elsewhere(account, &config) {
            Some(problem) => ready(Err(vec![problem])),
            None => self.0.read(account, config),
        }
    }
}
