//! A provider with any schema, whose every misbehaviour is asked for in the
//! configuration. `tests/differential/README.md` says how; the same provider
//! stands on Terraform's side in `tests/differential/oracle/mock.go`.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};
use trueup_sdk::{
    Answer, ApplyRequest, ApplyResponse, Attribute, AttributeType, Block, Configuration,
    Configured, Imported, NestingMode, Object, Opened, PlanRequest, PlanResponse, Problem,
    ProblemSeverity, Provider, ProviderSchema, ReadRequest, ReadResponse, ready,
};
use trueup_value::{Path, PathStep, Str, Type, Value, json::from_json};

/// The provider.
pub struct Mock(Arc<ProviderSchema>);

struct Ready(Arc<ProviderSchema>);

impl Mock {
    /// One that has a schema, with the attributes that `README.md` names.
    pub fn new(schema: ProviderSchema) -> Self {
        Mock(Arc::new(schema))
    }
}

impl Provider for Mock {
    fn schema(&self) -> &ProviderSchema {
        &self.0
    }

    fn configure<'a>(&'a self, _: &'a Value) -> Answer<'a, Configuration> {
        ready(Ok(Arc::new(Ready(Arc::clone(&self.0)))))
    }

    fn upgrade<'a>(
        &'a self,
        kind: &'a str,
        version: u64,
        text: &'a str,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        let stored = serde_json::from_str::<Map<String, Json>>(text);
        let (Some(schema), Ok(mut stored)) = (self.0.resources.get(kind), stored) else {
            return ready(Err(vec![problem("Unsupported object", "")]));
        };
        let ty = schema.block.implied_type();
        if version < schema.version {
            let upgraded = format!("upgraded from {version}");
            stored.insert("comp".to_owned(), json!(upgraded));
        }
        if let Type::Object(object) = &ty {
            stored.retain(|name, _| object.get(name).is_some());
            for (name, _) in object.attributes() {
                stored.entry(name.as_str()).or_insert(Json::Null);
            }
        }
        let value = from_json(Json::Object(stored).to_string(), &ty);
        ready(value.map_err(|error| vec![problem(&error.to_string(), "")]))
    }
}

impl Configured for Ready {
    fn read<'a>(&'a self, requests: Vec<ReadRequest<'a>>) -> Answer<'a, Vec<ReadResponse>> {
        ready(requests.into_iter().map(read).collect())
    }

    fn plan<'a>(&'a self, request: PlanRequest<'a>) -> Answer<'a, PlanResponse> {
        ready(self.planned(&request))
    }

    fn apply<'a>(&'a self, request: ApplyRequest<'a>) -> Answer<'a, ApplyResponse> {
        ready(applied(&request))
    }

    fn import<'a>(
        &'a self,
        kind: &'a str,
        id: &'a str,
    ) -> Answer<'a, Result<Vec<Imported>, Vec<Problem>>> {
        ready(match self.0.resources.get(kind) {
            Some(schema) if id != "unknown" => Ok(vec![Imported {
                kind: kind.to_owned(),
                object: Object {
                    value: found(&schema.block, id),
                    private: b"imported".to_vec(),
                },
                warnings: Vec::new(),
            }]),
            _ => Err(vec![problem("Importing failed", "")]),
        })
    }

    fn read_data<'a>(
        &'a self,
        kind: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        ready(match self.0.data_sources.get(kind) {
            Some(schema) if !modes(config).contains("fail-read") => {
                Ok(complete(&plan_block(&schema.block, config, config, false)))
            }
            _ => Err(vec![problem("Reading failed", "mode")]),
        })
    }

    fn open_ephemeral<'a>(
        &'a self,
        kind: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Opened, Vec<Problem>>> {
        ready(match self.0.ephemeral_resources.get(kind) {
            Some(schema) if !modes(config).contains("fail-open") => Ok(Opened {
                value: complete(&plan_block(&schema.block, config, config, false)),
                private: Vec::new(),
                renew_at: None,
            }),
            _ => Err(vec![problem("Opening failed", "mode")]),
        })
    }
}

impl Ready {
    fn planned(&self, request: &PlanRequest<'_>) -> PlanResponse {
        let private = b"planned".to_vec();
        let (Some(config), Some(proposed)) = (request.config, request.proposed) else {
            return PlanResponse {
                private,
                ..PlanResponse::default()
            };
        };
        let modes = modes(config);
        let Some(schema) = self.0.resources.get(request.kind) else {
            return PlanResponse::default();
        };
        let block = &schema.block;
        let changed = request.prior.is_some_and(|prior| prior.value != *proposed);
        let mut planned = plan_block(block, config, proposed, changed);
        let names = block.attributes.keys();
        let mut replace: Vec<Path> = names
            .filter(|name| name.starts_with("force"))
            .map(|name| Path::new().attr(name.as_str()))
            .collect();
        if modes.contains("final-differs") {
            let known = planned.get("plain").is_some_and(Value::is_known);
            let text = if known { "late" } else { "early" };
            planned = replaced(&planned, "comp", |_| Value::string(text));
        }
        if modes.contains("plan-plain") {
            planned = replaced(&planned, "plain", |_| Value::string("other"));
        }
        if modes.contains("plan-path") {
            replace.push(Path::new().attr("nowhere"));
        }
        let problems = match modes.contains("fail-plan") {
            true => vec![problem("Planning failed", "plain")],
            false => Vec::new(),
        };
        PlanResponse {
            planned: (!modes.contains("plan-null")).then_some(planned),
            requires_replace: replace,
            private,
            legacy: modes.contains("legacy"),
            problems,
            ..PlanResponse::default()
        }
    }
}

fn read(request: ReadRequest<'_>) -> ReadResponse {
    let modes = modes(&request.object.value);
    let found = |object, problems| ReadResponse {
        object,
        problems,
        ..ReadResponse::default()
    };
    if modes.contains("fail-read") {
        return found(None, vec![problem("Reading failed", "mode")]);
    }
    if modes.contains("gone") {
        return found(None, Vec::new());
    }
    let mut object = request.object;
    if modes.contains("drift") {
        object.value = replaced(&object.value, "drifting", |value| match value.as_str() {
            None => Value::string("drift"),
            Some(text) => Value::string(format!("{text}+")),
        });
    }
    found(Some(object), Vec::new())
}

fn applied(request: &ApplyRequest<'_>) -> ApplyResponse {
    let private = [b"applied-", request.private].concat();
    let kept = || request.prior.cloned();
    let failed = |object: Option<Object>, problem| ApplyResponse {
        object,
        problems: vec![problem],
        ..ApplyResponse::default()
    };
    let (Some(planned), Some(config)) = (request.planned, request.config) else {
        let prior = request.prior.map(|prior| modes(&prior.value));
        return match prior.is_some_and(|modes| modes.contains("fail-delete")) {
            true => failed(kept(), problem("Deleting failed", "")),
            false => ApplyResponse::default(),
        };
    };
    let modes = modes(config);
    let mut value = complete(planned);
    let mut problems = Vec::new();
    let create = request.prior.is_none();
    if modes.contains("fail-create") && create {
        return failed(None, problem("Creating failed", ""));
    } else if modes.contains("fail-partial") && create {
        problems.push(problem("Creating failed halfway", "plain"));
    } else if let (true, Some(prior)) = (modes.contains("fail-update"), request.prior) {
        value = prior.value.clone();
        problems.push(problem("Updating failed", "plain"));
    } else if modes.contains("warn") {
        problems.push(Problem {
            severity: ProblemSeverity::Warning,
            summary: "Applied with care".to_owned(),
            detail: "Something is to be known.".to_owned(),
            path: Path::new(),
        });
    }
    if modes.contains("apply-plain") {
        value = replaced(&value, "plain", |_| Value::string("other"));
    }
    if modes.contains("apply-unknown") {
        value = replaced(&value, "comp", |v| Value::unknown(v.ty()));
    }
    ApplyResponse {
        object: (!modes.contains("apply-null")).then_some(Object { value, private }),
        legacy: modes.contains("legacy"),
        problems,
        ..ApplyResponse::default()
    }
}

fn problem(summary: &str, attribute: &str) -> Problem {
    let path = match attribute {
        "" => Path::new(),
        name => Path::new().attr(name),
    };
    Problem::error(summary, "It was asked for.", path)
}

/// What an import finds: an object of which little is known before it is read.
fn found(block: &Block, id: &str) -> Value {
    let attributes = block.attributes.iter().map(|(name, schema)| {
        let value = match name.as_str() {
            "id" => Value::string(id),
            "name" => Value::string(id.trim_start_matches("id-")),
            "plain" => Value::string("imported"),
            "mode" if id.starts_with("id-gone") => Value::string("gone"),
            _ => Value::null(schema.implied_type()),
        };
        (name.clone(), value)
    });
    Value::object(attributes.chain(empty_blocks(block)).collect::<Vec<_>>())
}

fn empty_blocks(block: &Block) -> Vec<(Str, Value)> {
    let empty = block.blocks.iter().map(|(name, nested)| {
        let ty = nested.block.implied_type();
        let value = match nested.nesting {
            NestingMode::List => Value::list(ty, Vec::new()),
            NestingMode::Set => Value::set(ty, Vec::new()),
            NestingMode::Map => Value::map(ty, Vec::<(Str, Value)>::new()),
            NestingMode::Single => Value::null(ty),
            NestingMode::Group => {
                let attributes = nested.block.attributes.iter();
                let null = |(name, schema): (&Str, &Attribute)| {
                    (name.clone(), Value::null(schema.implied_type()))
                };
                let attributes: Vec<_> = attributes.map(null).collect();
                Value::object(attributes.into_iter().chain(empty_blocks(&nested.block)))
            }
        };
        (name.clone(), value)
    });
    empty.collect()
}

struct Modes(String);

impl Modes {
    fn contains(&self, mode: &str) -> bool {
        self.0.split(',').any(|one| one == mode)
    }
}

fn modes(value: &Value) -> Modes {
    let mode = value.get("mode").and_then(Value::as_str);
    Modes(mode.unwrap_or_default().to_owned())
}

fn replaced(value: &Value, name: &str, with: impl Fn(&Value) -> Value) -> Value {
    let Value::Object(object) = value else {
        return value.clone();
    };
    let attributes = object.attributes().iter().map(|(own, value)| {
        let value = match own.as_str() == name {
            true => with(value),
            false => value.clone(),
        };
        (own.clone(), value)
    });
    Value::object(attributes)
}

fn null() -> Value {
    Value::null(Type::Dynamic)
}

fn plan_attributes<'a>(
    attributes: impl Iterator<Item = (&'a Str, &'a Attribute)>,
    config: &Value,
    value: &Value,
    changed: bool,
) -> Vec<(Str, Value)> {
    let one = |(name, schema): (&Str, &Attribute)| {
        let value = value.get(name).cloned().unwrap_or_else(null);
        let given = config.get(name).cloned().unwrap_or_else(null);
        let ty = schema.implied_type();
        let volatile = given.is_null() && changed && name.starts_with("volatile");
        let value = if schema.write_only {
            Value::null(ty)
        } else if schema.computed && (value.is_null() || volatile) {
            Value::unknown(ty)
        } else if let AttributeType::Nested(nested) = &schema.ty {
            let one = |config: &Value, value: &Value| {
                let attributes = nested.attributes.iter();
                Value::object(plan_attributes(attributes, config, value, changed))
            };
            each(nested.nesting, &given, &value, &one)
        } else {
            value
        };
        (name.clone(), value)
    };
    attributes.map(one).collect()
}

fn plan_block(block: &Block, config: &Value, value: &Value, changed: bool) -> Value {
    if value.is_null() || !value.is_known() {
        return value.clone();
    }
    let mut all = plan_attributes(block.attributes.iter(), config, value, changed);
    for (name, nested) in &block.blocks {
        let given = config.get(name).cloned().unwrap_or_else(null);
        let value = value.get(name).cloned().unwrap_or_else(null);
        let one = |config: &Value, value: &Value| plan_block(&nested.block, config, value, changed);
        all.push((name.clone(), each(nested.nesting, &given, &value, &one)));
    }
    Value::object(all)
}

fn each(
    nesting: NestingMode,
    config: &Value,
    value: &Value,
    one: &dyn Fn(&Value, &Value) -> Value,
) -> Value {
    if value.is_null() || !value.is_known() {
        return value.clone();
    }
    match nesting {
        NestingMode::Single | NestingMode::Group => one(config, value),
        // Elements of collections have no configuration of their own here.
        _ => value.map_values(&mut |_, value| match value.is_null() || !value.is_known() {
            true => value.clone(),
            false => one(value, value),
        }),
    }
}

/// A value in place of everything unknown.
fn complete(value: &Value) -> Value {
    let name = value.get("name").and_then(Value::as_str).unwrap_or("");
    fill(value, "", name)
}

fn fill(value: &Value, attribute: &str, name: &str) -> Value {
    match value {
        Value::Unknown(unknown) => made(unknown.ty(), attribute, name),
        _ => value.map_values(&mut |step, value| match step() {
            PathStep::Attr(own) => fill(value, &own, name),
            PathStep::Index(_) => fill(value, "", name),
        }),
    }
}

fn made(ty: &Type, attribute: &str, name: &str) -> Value {
    match ty {
        Type::String if attribute == "id" => Value::string(format!("id-{name}")),
        Type::String => Value::string(format!("made-{attribute}")),
        Type::Number => Value::number(7),
        Type::Bool => Value::bool(true),
        Type::Dynamic => Value::string("made"),
        Type::List(ty) => Value::list(Type::clone(ty), vec![made(ty, attribute, name)]),
        Type::Set(ty) => Value::set(Type::clone(ty), vec![made(ty, attribute, name)]),
        Type::Map(ty) => Value::map(Type::clone(ty), [("k", made(ty, attribute, name))]),
        Type::Object(object) => {
            let attributes = object.attributes().iter();
            Value::object(attributes.map(|(key, ty)| (key.clone(), made(ty, key, name))))
        }
        Type::Tuple(_) => Value::null(ty.clone()),
    }
}
