//! A provider whose objects say how it was configured.

use std::{collections::BTreeMap, sync::Arc};

use trueup_sdk::{
    Answer, ApplyRequest, ApplyResponse, Attribute, Block, Configuration, Configured, Object,
    PlanRequest, PlanResponse, Problem, Provider, ProviderSchema, ReadRequest, ReadResponse,
    ResourceSchema, ready,
};
use trueup_value::{Str, Type, Value};

/// `echo_thing` has the `endpoint` of its provider as `place`.
pub(crate) struct Echo(ProviderSchema);

fn block<const N: usize>(attributes: [(&str, Attribute); N]) -> ResourceSchema {
    let attributes = attributes.map(|(name, attribute)| (Str::new(name), attribute));
    ResourceSchema::new(Block {
        attributes: BTreeMap::from(attributes),
        ..Block::default()
    })
}

fn text() -> Attribute {
    Attribute::optional(Type::String)
}

impl Echo {
    pub(crate) fn new() -> Self {
        let thing = block([
            ("name", text()),
            ("place", Attribute::computed(Type::String)),
        ]);
        Echo(ProviderSchema {
            provider: block([("endpoint", text())]),
            resources: BTreeMap::from([("echo_thing".into(), thing)]),
            ..ProviderSchema::default()
        })
    }
}

impl Provider for Echo {
    fn schema(&self) -> &ProviderSchema {
        &self.0
    }

    fn configure<'a>(&'a self, config: &'a Value) -> Answer<'a, Configuration> {
        assert!(config.is_wholly_known(), "configured with {config:?}");
        let endpoint = config.get("endpoint").cloned();
        ready(Ok(Arc::new(Ready(
            endpoint.unwrap_or_else(|| Value::null(Type::String)),
        ))))
    }
}

struct Ready(Value);

fn with_place(value: &Value, place: Value) -> Value {
    Value::object(value.elements().map(|(key, value)| {
        let name = Str::new(key.as_str().expect("a name"));
        let value = if name.as_str() == "place" {
            place.clone()
        } else {
            value
        };
        (name, value)
    }))
}

impl Configured for Ready {
    fn read<'a>(&'a self, requests: Vec<ReadRequest<'a>>) -> Answer<'a, Vec<ReadResponse>> {
        let unchanged = requests.into_iter().map(|request| ReadResponse {
            object: Some(request.object),
            problems: Vec::new(),
        });
        ready(unchanged.collect())
    }

    fn plan<'a>(&'a self, request: PlanRequest<'a>) -> Answer<'a, PlanResponse> {
        let proposed = request.proposed.cloned();
        ready(PlanResponse {
            planned: proposed.map(|value| match request.prior {
                Some(_) => value,
                None => with_place(&value, Value::unknown(Type::String)),
            }),
            ..PlanResponse::default()
        })
    }

    fn apply<'a>(&'a self, request: ApplyRequest<'a>) -> Answer<'a, ApplyResponse> {
        let object = request.planned.map(|planned| Object {
            value: with_place(planned, self.0.clone()),
            private: Vec::new(),
        });
        ready(ApplyResponse {
            object,
            ..ApplyResponse::default()
        })
    }

    fn read_data<'a>(
        &'a self,
        _: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        ready(Ok(config.clone()))
    }
}
