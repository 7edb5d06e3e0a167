//! The provider: `provider "test" { world = "FOLDER" }`.

use trueup_sdk::{
    Answer, Configuration, Problem, Provider, ProviderSchema,
    native::{Field, Fields, NativeProvider, Shape, attribute_problem},
    ready,
    world::World,
};
use trueup_value::{Type, Value};

use crate::{data::TestData, object::TestObject, places::Places};

/// `registry.terraform.io/trueup/test`
pub struct TestProvider {
    schema: ProviderSchema,
    /// Judges configurations; has no world.
    judge: NativeProvider,
    world: World,
}

impl TestProvider {
    /// The provider; a relative path of the folder is relative to the working
    /// folder of `world`.
    pub fn new(world: World) -> Self {
        let judge = at(&world, None);
        let folder =
            Field::required("world", Type::String).about("The folder the objects live in.");
        let schema = ProviderSchema {
            provider: Shape::new("A provider for tests.", [folder]).schema(),
            ..judge.schema().clone()
        };
        TestProvider {
            schema,
            judge,
            world,
        }
    }
}

fn at(world: &World, places: Option<Places>) -> NativeProvider {
    NativeProvider::new()
        .resource("test_object", TestObject::new(world, places.clone()))
        .data_source("test_object", TestData { places })
}

impl Provider for TestProvider {
    fn schema(&self) -> &ProviderSchema {
        &self.schema
    }

    fn validate_resource(&self, kind: &str, config: &Value) -> Vec<Problem> {
        self.judge.validate_resource(kind, config)
    }

    fn validate_data(&self, kind: &str, config: &Value) -> Vec<Problem> {
        self.judge.validate_data(kind, config)
    }

    fn configure<'a>(&'a self, config: &'a Value) -> Answer<'a, Configuration> {
        let fields = Fields::of(config);
        let folder = match (fields.get("world").is_known(), fields.text("world")) {
            (false, _) => None,
            (true, Some(folder)) => Some(Places::new(self.world.path(folder))),
            (true, None) => {
                let detail = "The provider \"test\" needs the folder its objects live in.";
                return ready(Err(vec![attribute_problem("world", "No world", detail)]));
            }
        };
        let provider = at(&self.world, folder);
        Box::pin(async move { provider.configure(&Value::empty_object()).await })
    }
}
