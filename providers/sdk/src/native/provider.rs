//! Resource types, data sources and functions as one provider.

use std::{collections::BTreeMap, fmt, sync::Arc};

use trueup_value::{Path, Str, Value};

use super::{DataSource, Failure, Fields, Made, NativeFunction, ResourceType, Shape, problem};
use crate::{
    Answer, ApplyRequest, ApplyResponse, Configuration, Configured, FunctionProblem, Imported,
    Interrupted, Object, PlanRequest, PlanResponse, Problem, Provider, ProviderSchema, ReadRequest,
    ReadResponse, Recovery, contract::ready,
};

/// A provider put together from its parts. It takes no configuration.
#[derive(Clone, Default)]
pub struct NativeProvider {
    schema: ProviderSchema,
    parts: Arc<Parts>,
}

#[derive(Clone, Default)]
struct Parts {
    resources: BTreeMap<Str, (Shape, Arc<dyn ResourceType>)>,
    data_sources: BTreeMap<Str, (Shape, Arc<dyn DataSource>)>,
    functions: BTreeMap<Str, Arc<dyn NativeFunction>>,
}

impl NativeProvider {
    /// A provider that offers nothing yet; `description` is plain text.
    pub fn new() -> Self {
        NativeProvider::default()
    }

    fn parts(&mut self) -> &mut Parts {
        Arc::make_mut(&mut self.parts)
    }

    /// The same with a resource type.
    pub fn resource(mut self, name: &str, resource: impl ResourceType + 'static) -> Self {
        let shape = resource.shape();
        let name = Str::new(name);
        self.schema.resources.insert(name.clone(), shape.schema());
        let resource = (shape, Arc::new(resource) as Arc<dyn ResourceType>);
        self.parts().resources.insert(name, resource);
        self
    }

    /// The same with a data source.
    pub fn data_source(mut self, name: &str, source: impl DataSource + 'static) -> Self {
        let shape = source.shape();
        let name = Str::new(name);
        self.schema
            .data_sources
            .insert(name.clone(), shape.schema());
        let source = (shape, Arc::new(source) as Arc<dyn DataSource>);
        self.parts().data_sources.insert(name, source);
        self
    }

    /// The same with a function.
    pub fn function(mut self, name: &str, function: impl NativeFunction + 'static) -> Self {
        let name = Str::new(name);
        self.schema
            .functions
            .insert(name.clone(), function.signature());
        self.parts().functions.insert(name, Arc::new(function));
        self
    }
}

impl Provider for NativeProvider {
    fn schema(&self) -> &ProviderSchema {
        &self.schema
    }

    fn validate_resource(&self, kind: &str, config: &Value) -> Vec<Problem> {
        let Some((shape, resource)) = self.parts.resources.get(kind) else {
            return Vec::new();
        };
        let config = Fields::of(config);
        let mut problems = shape.validate(&config);
        problems.extend(resource.validate(&config));
        problems
    }

    fn validate_data(&self, kind: &str, config: &Value) -> Vec<Problem> {
        let Some((shape, source)) = self.parts.data_sources.get(kind) else {
            return Vec::new();
        };
        let config = Fields::of(config);
        let mut problems = shape.validate(&config);
        problems.extend(source.validate(&config));
        problems
    }

    fn configure<'a>(&'a self, _: &'a Value) -> Answer<'a, Configuration> {
        ready(Ok(Arc::clone(&self.parts) as Arc<dyn Configured>))
    }

    fn upgrade<'a>(
        &'a self,
        kind: &'a str,
        version: u64,
        json: &'a str,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        ready(match self.parts.resources.get(kind) {
            Some((shape, resource)) => resource.upgrade(shape, version, json),
            None => Err(vec![unsupported(kind)]),
        })
    }

    fn call_function<'a>(
        &'a self,
        name: &'a str,
        arguments: &'a [Value],
    ) -> Answer<'a, Result<Value, FunctionProblem>> {
        ready(match self.parts.functions.get(name) {
            Some(function) => function.call(arguments),
            None => Err(FunctionProblem {
                argument: None,
                message: format!("there is no function named \"{name}\""),
            }),
        })
    }
}

impl Configured for Parts {
    fn read<'a>(&'a self, requests: Vec<ReadRequest<'a>>) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(async move {
            let mut responses = Vec::with_capacity(requests.len());
            for request in requests {
                responses.push(match self.resources.get(request.kind) {
                    Some((_, resource)) => resource.read(request.object).await,
                    None => ReadResponse {
                        object: None,
                        problems: vec![unsupported(request.kind)],
                    },
                });
            }
            responses
        })
    }

    fn plan<'a>(&'a self, request: PlanRequest<'a>) -> Answer<'a, PlanResponse> {
        ready(match self.resources.get(request.kind) {
            Some(_) if request.proposed.is_none() => PlanResponse::default(),
            Some((shape, resource)) => resource.plan(shape, &request),
            None => PlanResponse {
                problems: vec![unsupported(request.kind)],
                ..PlanResponse::default()
            },
        })
    }

    fn identify(&self, kind: &str, planned: &Value) -> Option<String> {
        let (_, resource) = self.resources.get(kind)?;
        resource.identify(&Fields::of(planned))
    }

    fn apply<'a>(&'a self, request: ApplyRequest<'a>) -> Answer<'a, ApplyResponse> {
        Box::pin(async move {
            let Some((_, resource)) = self.resources.get(request.kind) else {
                return ApplyResponse {
                    object: request.prior.cloned(),
                    problems: vec![unsupported(request.kind)],
                    ..ApplyResponse::default()
                };
            };
            match (request.prior, request.planned) {
                (None, None) => ApplyResponse::default(),
                (None, Some(planned)) => {
                    let planned = Fields::of(planned);
                    made(None, resource.create(planned, request.identity).await)
                }
                (Some(prior), Some(planned)) => {
                    let planned = Fields::of(planned);
                    made(Some(prior), resource.update(prior, planned).await)
                }
                (Some(prior), None) => match resource.delete(prior).await {
                    Ok(()) => ApplyResponse::default(),
                    Err(problems) => ApplyResponse {
                        object: Some(prior.clone()),
                        problems,
                        ..ApplyResponse::default()
                    },
                },
            }
        })
    }

    fn import<'a>(
        &'a self,
        kind: &'a str,
        id: &'a str,
    ) -> Answer<'a, Result<Vec<Imported>, Vec<Problem>>> {
        let Some((shape, resource)) = self.resources.get(kind) else {
            return ready(Err(vec![unsupported(kind)]));
        };
        let Some(answer) = resource.import(shape.empty(), id) else {
            return ready(Err(vec![problem(
                "Resource Import Not Implemented",
                format!("Objects of type \"{kind}\" cannot be imported."),
            )]));
        };
        Box::pin(async move {
            let found = answer.await.map_err(|failure| failure.problems)?;
            Ok(vec![Imported {
                kind: kind.to_owned(),
                object: object(found),
            }])
        })
    }

    fn read_data<'a>(
        &'a self,
        kind: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        let Some((_, source)) = self.data_sources.get(kind) else {
            return ready(Err(vec![unsupported(kind)]));
        };
        let answer = source.read(Fields::of(config));
        Box::pin(async move { answer.await.map(Fields::into_value) })
    }

    fn recover<'a>(&'a self, action: Interrupted<'a>) -> Answer<'a, Recovery> {
        match self.resources.get(action.kind) {
            Some((_, resource)) => resource.recover(action),
            None => ready(Recovery::Unknown),
        }
    }
}

fn object(fields: Fields) -> Object {
    Object {
        value: fields.into_value(),
        private: Vec::new(),
    }
}

fn made(prior: Option<&Object>, made: Made) -> ApplyResponse {
    match made {
        Ok(fields) => ApplyResponse {
            object: Some(object(fields)),
            ..ApplyResponse::default()
        },
        Err(Failure { problems, left }) => ApplyResponse {
            object: left.map(object).or_else(|| prior.cloned()),
            problems,
            ..ApplyResponse::default()
        },
    }
}

fn unsupported(kind: &str) -> Problem {
    Problem::error(
        "Unsupported resource type",
        format!("The provider has no type named \"{kind}\"."),
        Path::new(),
    )
}

impl fmt::Debug for NativeProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NativeProvider").finish_non_exhaustive()
    }
}
