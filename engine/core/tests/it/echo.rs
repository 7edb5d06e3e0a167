//! A provider whose objects say how it was configured.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use trueup_sdk::{
    Answer, ApplyRequest, ApplyResponse, Attribute, Block, Configuration, Configured, Drift,
    Explanation, Object, Opened, PlanRequest, PlanResponse, Problem, Provider, ProviderSchema,
    ReadRequest, ReadResponse, Renewed, ResourceSchema, TypeSchemas, ready, world::Clock,
};
use trueup_testkit::FakeClock;
use trueup_value::{Path, Str, Type, Value};

/// `echo_thing` is where the `endpoint` of its provider is, its `place`, and has the length of
/// its secret; one named `slow` takes 35 seconds to be made. The token of
/// `echo_token` is its name in capitals; it has to be renewed every 10 seconds,
/// which one named `failing` cannot be. An `echo_vault` says that its place is
/// secret, and has the second version of its schema.
pub(crate) struct Echo {
    schema: ProviderSchema,
    clock: FakeClock,
}

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
    pub(crate) fn new(clock: FakeClock) -> Self {
        let thing = block([
            ("name", text()),
            ("place", Attribute::computed(Type::String)),
            ("length", Attribute::computed(Type::Number)),
            (
                "secret",
                Attribute {
                    write_only: true,
                    ..text()
                },
            ),
        ]);
        let token = block([
            ("name", text()),
            ("token", Attribute::computed(Type::String)),
        ]);
        let vault = ResourceSchema {
            version: 1,
            ..block([
                ("name", text()),
                ("place", Attribute::computed(Type::String)),
            ])
        };
        let schema = ProviderSchema {
            provider: block([("endpoint", text())]),
            resources: TypeSchemas::from([
                ("echo_thing".into(), thing),
                ("echo_vault".into(), vault),
            ]),
            ephemeral_resources: TypeSchemas::from([("echo_token".into(), token)]),
            ..ProviderSchema::default()
        };
        Echo { schema, clock }
    }
}

impl Provider for Echo {
    fn schema(&self) -> &ProviderSchema {
        &self.schema
    }

    fn configure<'a>(&'a self, config: &'a Value) -> Answer<'a, Configuration> {
        assert!(config.is_wholly_known(), "configured with {config:?}");
        let endpoint = config.get("endpoint").cloned();
        ready(Ok(Arc::new(Ready {
            endpoint: endpoint.unwrap_or_else(|| Value::null(Type::String)),
            clock: self.clock.clone(),
        })))
    }
}

struct Ready {
    endpoint: Value,
    clock: FakeClock,
}

impl Ready {
    fn soon(&self) -> Option<SystemTime> {
        Some(self.clock.now() + Duration::from_secs(10))
    }
}

fn with(value: &Value, name: &str, new: Value) -> Value {
    Value::object(value.elements().map(|(key, value)| {
        let key = Str::new(key.as_str().expect("a name"));
        let value = if key.as_str() == name {
            new.clone()
        } else {
            value
        };
        (key, value)
    }))
}

impl Configured for Ready {
    fn read<'a>(&'a self, requests: Vec<ReadRequest<'a>>) -> Answer<'a, Vec<ReadResponse>> {
        let found = requests.into_iter().map(|mut request| {
            if !self.endpoint.is_null() {
                let value = &request.object.value;
                request.object.value = with(value, "place", self.endpoint.clone());
            }
            ReadResponse {
                object: Some(request.object),
                ..ReadResponse::default()
            }
        });
        ready(found.collect())
    }

    fn explain<'a>(&'a self, drift: Drift<'a>) -> Answer<'a, Vec<Explanation>> {
        let place = |value: &Value| Some(value.get("place")?.as_str()?.to_owned());
        let who = drift.after.and_then(place).unwrap_or_default();
        ready(vec![Explanation {
            what: Path::new().attr("place"),
            who: format!("the movers of {who}"),
            when: Some("2026-11-29T06:00:00Z".to_owned()),
            how: Some("by night".to_owned()),
        }])
    }

    fn plan<'a>(&'a self, request: PlanRequest<'a>) -> Answer<'a, PlanResponse> {
        let proposed = request.proposed.cloned();
        let secret = (request.kind == "echo_vault").then(|| Path::new().attr("place"));
        ready(PlanResponse {
            sensitive: secret.into_iter().collect(),
            planned: proposed.map(|value| {
                let value = with(&value, "secret", Value::null(Type::String));
                match request.prior {
                    Some(_) => value,
                    None => with(
                        &with(&value, "place", Value::unknown(Type::String)),
                        "length",
                        Value::unknown(Type::Number),
                    ),
                }
            }),
            ..PlanResponse::default()
        })
    }

    fn apply<'a>(&'a self, request: ApplyRequest<'a>) -> Answer<'a, ApplyResponse> {
        let secret = request.config.and_then(|config| config.get("secret"));
        let length = secret.and_then(Value::as_str).map_or(0, str::len);
        let object = request.planned.map(|planned| Object {
            value: with(
                &with(planned, "place", self.endpoint.clone()),
                "length",
                Value::number(i64::try_from(length).expect("a length")),
            ),
            private: Vec::new(),
        });
        let name = request.planned.and_then(|planned| planned.get("name"));
        let slow = name.and_then(Value::as_str) == Some("slow");
        Box::pin(async move {
            if slow {
                self.clock.sleep(Duration::from_secs(35)).await;
            }
            ApplyResponse {
                object,
                ..ApplyResponse::default()
            }
        })
    }

    fn read_data<'a>(
        &'a self,
        _: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        ready(Ok(config.clone()))
    }

    fn open_ephemeral<'a>(
        &'a self,
        _: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Opened, Vec<Problem>>> {
        let name = config.get("name").and_then(Value::as_str).unwrap_or("");
        let token = Value::string(name.to_uppercase());
        ready(Ok(Opened {
            value: with(config, "token", token),
            private: name.as_bytes().to_vec(),
            renew_at: self.soon(),
        }))
    }

    fn renew_ephemeral<'a>(
        &'a self,
        _: &'a str,
        private: &'a [u8],
    ) -> Answer<'a, Result<Renewed, Vec<Problem>>> {
        ready(match private {
            b"failing" => Err(vec![Problem::error("Expired", "", Path::new())]),
            _ => Ok(Renewed {
                private: [private, b"+"].concat(),
                renew_at: self.soon(),
            }),
        })
    }

    fn close_ephemeral<'a>(&'a self, _: &'a str, private: &'a [u8]) -> Answer<'a, Vec<Problem>> {
        let private = String::from_utf8_lossy(private).into_owned();
        assert!(!private.is_empty());
        ready(match private.contains('+') {
            true => vec![Problem::warning(private, "", Path::new())],
            false => Vec::new(),
        })
    }
}
