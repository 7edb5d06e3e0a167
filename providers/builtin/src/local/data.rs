//! Data sources `local_file` and `local_sensitive_file`: what a file holds.

use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD};
use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape, problem},
    ready,
    world::World,
};
use trueup_value::Type;

use super::checksums;

pub(super) struct FileData {
    world: World,
    sensitive: bool,
}

impl FileData {
    pub(super) fn plain(world: &World) -> Self {
        FileData {
            world: world.clone(),
            sensitive: false,
        }
    }

    pub(super) fn sensitive(world: &World) -> Self {
        FileData {
            world: world.clone(),
            sensitive: true,
        }
    }

    fn answer(&self, mut config: Fields) -> Result<Fields, Vec<Problem>> {
        let filename = config.text("filename").unwrap_or_default();
        let contents = fs::read(self.world.path(filename)).map_err(|error| {
            let summary = match self.sensitive {
                true => "Read local sensitive file data source error",
                false => "Read local file data source error",
            };
            let detail = format!("The file \"{filename}\" cannot be read: {error}.");
            vec![problem(summary, detail)]
        })?;
        config.set_text("content", String::from_utf8_lossy(&contents).as_ref());
        config.set_text("content_base64", STANDARD.encode(&contents));
        checksums::set(&mut config, &contents);
        Ok(config)
    }
}

impl DataSource for FileData {
    fn shape(&self) -> Shape {
        let contents = |name: &str, about: &str| {
            let field = Field::computed(name, Type::String).about(about);
            if self.sensitive {
                field.sensitive()
            } else {
                field
            }
        };
        let mut fields = vec![
            Field::required("filename", Type::String)
                .about("The path of the file. It is an error if there is none."),
            contents(
                "content",
                "The contents as text. What is not UTF-8 is replaced by replacement characters.",
            ),
            contents("content_base64", "The contents in Base64."),
        ];
        fields.extend(checksums::fields());
        let about = match self.sensitive {
            true => "A file of this machine whose contents are not shown.",
            false => "A file of this machine.",
        };
        Shape::new(about, fields)
    }

    fn read<'a>(&'a self, _: &'a (), config: Fields) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        ready(self.answer(config))
    }
}
