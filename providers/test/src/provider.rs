//! The provider: `provider "test" { world = "FOLDER" }`.

use trueup_sdk::{
    Answer, Problem,
    native::{Configure, Field, Fields, NativeProvider, Shape, attribute_problem},
    ready,
    world::World,
};
use trueup_value::Type;

use crate::{data::TestData, object::TestObject, places::Places};

/// `registry.terraform.io/trueup/test`; a relative path of the folder is
/// relative to the working folder of `world`.
pub fn provider(world: &World) -> NativeProvider<Option<Places>> {
    NativeProvider::configured_by(Folder(world.clone()))
        .resource("test_object", TestObject::new(world))
        .resource("test_listed", TestObject::listed(world))
        .data_source("test_object", TestData)
}

/// The folder the objects live in. It may be unknown while planning: then there
/// are no objects.
struct Folder(World);

impl Configure<Option<Places>> for Folder {
    fn shape(&self) -> Shape {
        let folder =
            Field::required("world", Type::String).about("The folder the objects live in.");
        Shape::new("A provider for tests.", [folder])
    }

    fn configure<'a>(&'a self, config: Fields) -> Answer<'a, Result<Option<Places>, Vec<Problem>>> {
        ready(
            match (config.get("world").is_known(), config.text("world")) {
                (false, _) => Ok(None),
                (true, Some(folder)) => Ok(Some(Places::new(self.0.path(folder)))),
                (true, None) => {
                    let detail = "The provider \"test\" needs the folder its objects live in.";
                    Err(vec![attribute_problem("world", "No world", detail)])
                }
            },
        )
    }
}
