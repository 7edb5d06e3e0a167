//! The `terraform` provider: `terraform_data` and `terraform_remote_state`.

mod backend;
mod data;
mod remote_state;

pub use backend::{backend_schema, check_backend};

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use trueup_sdk::{
    Answer, ApplyRequest, ApplyResponse, Attribute, Block, Configuration, Configured, Foreign,
    FunctionSignature, Imported, Interrupted, Object, PlanRequest, PlanResponse, Problem, Provider,
    ProviderSchema, ReadRequest, ReadResponse, Recovery, ResourceSchema, TypeSchemas, ready,
};
use trueup_value::{Path, Str, Type, Value};

/// `terraform.io/builtin/terraform`.
#[derive(Debug)]
pub struct TerraformProvider {
    schema: ProviderSchema,
    folder: PathBuf,
}

impl TerraformProvider {
    /// The provider; it has no configuration.
    pub fn new() -> Self {
        TerraformProvider::at(PathBuf::new())
    }

    /// The provider of a stack in `folder`, where states of other stacks are
    /// looked for.
    pub fn at(folder: PathBuf) -> Self {
        TerraformProvider {
            schema: schema(),
            folder,
        }
    }
}

impl Default for TerraformProvider {
    fn default() -> Self {
        TerraformProvider::new()
    }
}

impl Provider for TerraformProvider {
    fn schema(&self) -> &ProviderSchema {
        &self.schema
    }

    fn validate_resource(&self, _kind: &str, config: &Value) -> Vec<Problem> {
        let read_only = ["id", "output"].into_iter();
        let given = read_only.filter(|name| config.get(name).is_some_and(|v| !v.is_null()));
        given
            .map(|name| {
                let path = Path::new().attr(name);
                Problem::error(format!("\"{name}\" attribute is read-only"), "", path)
            })
            .collect()
    }

    fn validate_data(&self, _kind: &str, config: &Value) -> Vec<Problem> {
        backend::check_remote_state(config)
    }

    fn configure<'a>(&'a self, _config: &'a Value) -> Answer<'a, Configuration> {
        ready(Ok(Arc::new(Ready(self.folder.clone()))))
    }

    fn take_over<'a>(
        &'a self,
        _kind: &'a str,
        foreign: Foreign<'a>,
    ) -> Option<Answer<'a, Result<Object, Vec<Problem>>>> {
        Some(ready(data::take_over(&foreign)))
    }
}

/// The provider at work: there is nothing to configure.
struct Ready(PathBuf);

impl Configured for Ready {
    fn read<'a>(&'a self, requests: Vec<ReadRequest<'a>>) -> Answer<'a, Vec<ReadResponse>> {
        let unchanged = requests.into_iter().map(|request| ReadResponse {
            object: Some(request.object),
            ..ReadResponse::default()
        });
        ready(unchanged.collect())
    }

    fn plan<'a>(&'a self, request: PlanRequest<'a>) -> Answer<'a, PlanResponse> {
        ready(data::plan(&request))
    }

    fn apply<'a>(&'a self, request: ApplyRequest<'a>) -> Answer<'a, ApplyResponse> {
        ready(data::apply(&request))
    }

    fn lives_in_state(&self, _: &str) -> bool {
        true
    }

    fn import<'a>(
        &'a self,
        kind: &'a str,
        id: &'a str,
    ) -> Answer<'a, Result<Vec<Imported>, Vec<Problem>>> {
        ready(Ok(vec![Imported {
            kind: kind.to_owned(),
            object: Object {
                value: data::imported(id),
                private: Vec::new(),
            },
            warnings: Vec::new(),
        }]))
    }

    /// Objects are nothing but what the state holds: nothing was made, and
    /// nothing lost.
    fn recover<'a>(&'a self, action: Interrupted<'a>) -> Answer<'a, Recovery> {
        ready(match action.prior {
            Some(prior) => Recovery::Found(prior.clone()),
            None => Recovery::Absent,
        })
    }

    fn read_data<'a>(
        &'a self,
        _kind: &'a str,
        config: &'a Value,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        ready(remote_state::read(config, &self.0))
    }
}

fn schema() -> ProviderSchema {
    ProviderSchema {
        resources: TypeSchemas::from([("terraform_data".into(), ResourceSchema::new(data()))]),
        data_sources: TypeSchemas::from([(
            "terraform_remote_state".into(),
            ResourceSchema::new(remote_state()),
        )]),
        functions: functions(),
        ..ProviderSchema::default()
    }
}

fn block<const N: usize>(attributes: [(&str, Attribute); N]) -> Block {
    Block {
        attributes: BTreeMap::from(attributes.map(|(name, attribute)| (name.into(), attribute))),
        ..Block::default()
    }
}

fn data() -> Block {
    block([
        ("id", Attribute::computed(Type::String)),
        ("input", Attribute::optional(Type::Dynamic)),
        ("output", Attribute::computed(Type::Dynamic)),
        ("triggers_replace", Attribute::optional(Type::Dynamic)),
    ])
}

fn remote_state() -> Block {
    block([
        (
            "backend",
            Attribute::required(Type::String)
                .describe("The backend that holds the state, such as `s3` or `local`."),
        ),
        (
            "config",
            Attribute::optional(Type::Dynamic)
                .describe("The arguments of the backend, as its `backend` block takes them."),
        ),
        (
            "defaults",
            Attribute::optional(Type::Dynamic)
                .describe("Values for outputs that the state does not have."),
        ),
        (
            "outputs",
            Attribute::computed(Type::Dynamic)
                .describe("The outputs of the root module of that state."),
        ),
        (
            "workspace",
            Attribute::optional(Type::String)
                .describe("The workspace to read, where the backend has workspaces."),
        ),
    ])
}

fn functions() -> BTreeMap<Str, FunctionSignature> {
    let signature = |summary: &str, parameter: (&str, Type), return_type| FunctionSignature {
        description: Str::new(summary),
        summary: Str::new(summary),
        return_type,
        parameters: vec![(Str::new(parameter.0), parameter.1)],
    };
    BTreeMap::from([
        (
            Str::new("decode_tfvars"),
            signature(
                "Reads text in the syntax of a `.tfvars` file",
                ("src", Type::String),
                Type::Dynamic,
            ),
        ),
        (
            Str::new("encode_expr"),
            signature(
                "Writes any value as an expression",
                ("value", Type::Dynamic),
                Type::String,
            ),
        ),
        (
            Str::new("encode_tfvars"),
            signature(
                "Writes an object in the syntax of a `.tfvars` file",
                ("value", Type::Dynamic),
                Type::String,
            ),
        ),
    ])
}
