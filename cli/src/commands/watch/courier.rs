//! Messages of the service, sent by HTTP.

use trueup_drift::notify::{Answer, Courier, Http, Outgoing};

use crate::{environment::Environment, error::CommandError, runtime};

pub(super) struct Web(Http);

impl Web {
    pub(super) fn new(environment: &Environment) -> Result<Self, CommandError> {
        let variable = |name: &str| environment.variable(name).map(str::to_owned);
        let http = Http::new(&variable);
        http.map(Web)
            .map_err(|why| CommandError::usage("No message can be sent", format!("{why}.")))
    }
}

impl Courier for Web {
    fn deliver(&self, message: &Outgoing) -> Answer {
        runtime::block_on(self.0.deliver(message))
    }
}
