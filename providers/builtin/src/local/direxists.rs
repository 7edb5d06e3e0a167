//! `direxists`: whether there is a folder.

use std::{fs, io};

use trueup_sdk::{FunctionProblem, FunctionSignature, native::NativeFunction, world::World};
use trueup_value::{Str, Type, Value};

pub(super) struct DirExists {
    world: World,
}

impl DirExists {
    pub(super) fn new(world: &World) -> Self {
        DirExists {
            world: world.clone(),
        }
    }
}

impl NativeFunction for DirExists {
    fn signature(&self) -> FunctionSignature {
        FunctionSignature {
            summary: Str::new("Whether there is a folder at a path"),
            description: Str::new(
                "Returns `true` if there is a folder at the path, and `false` if there is nothing. Anything else there is an error. `~` means nothing special: `pathexpand` knows it.",
            ),
            return_type: Type::Bool,
            parameters: vec![(Str::new("path"), Type::String)],
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionProblem> {
        let path = arguments
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default();
        let blame = |message| FunctionProblem {
            argument: Some(0),
            message,
        };
        match fs::metadata(self.world.path(path)) {
            Ok(found) if found.is_dir() => Ok(Value::bool(true)),
            Ok(_) => Err(blame(format!(
                "Invalid file mode detected: {path:?} was found, but is not a directory"
            ))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Value::bool(false)),
            Err(error) => Err(blame(format!("Error checking for directory: {error}"))),
        }
    }
}
