//! `local_file` and `local_sensitive_file`: a file with given contents.

use std::{fs, io};

use base64::{Engine, engine::general_purpose::STANDARD};
use trueup_sdk::{
    Answer, Interrupted, Object, Problem, ReadResponse, Recovery,
    native::{
        Create, Delete, Deleted, Field, Fields, Made, ResourceType, Shape, attribute_problem,
        problem,
    },
    ready,
    world::World,
};
use trueup_value::{Type, Value};

use super::{checksums, recovery::Token, write};
use crate::{draw, hexadecimal};

pub(super) struct File {
    world: World,
    flavour: &'static Flavour,
}

/// What the two types differ in.
struct Flavour {
    /// For summaries.
    name: &'static str,
    about: &'static str,
    /// The arguments contents can come from.
    sources: &'static [&'static str],
    mode: &'static str,
    sensitive: bool,
}

static PLAIN: Flavour = Flavour {
    name: "local file",
    about: "A file on this machine. It is created anew when it is gone or has other contents. For secrets there is `local_sensitive_file`.",
    sources: &["content", "sensitive_content", "content_base64", "source"],
    mode: "0777",
    sensitive: false,
};

static SENSITIVE: Flavour = Flavour {
    name: "local sensitive file",
    about: "A file on this machine whose contents are never shown. It is created anew when it is gone or has other contents.",
    sources: &["content", "content_base64", "source"],
    mode: "0700",
    sensitive: true,
};

impl File {
    pub(super) fn plain(world: &World) -> Self {
        File {
            world: world.clone(),
            flavour: &PLAIN,
        }
    }

    pub(super) fn sensitive(world: &World) -> Self {
        File {
            world: world.clone(),
            flavour: &SENSITIVE,
        }
    }

    fn failed(&self, doing: &str, what: &str, error: &io::Error) -> Problem {
        let summary = format!("{doing} {} error", self.flavour.name);
        problem(&summary, format!("{what}: {error}."))
    }

    /// The argument the contents come from, and the contents.
    fn contents(&self, object: &Fields) -> Result<(&'static str, Vec<u8>), Problem> {
        let given = |name: &&&'static str| object.text(name).is_some();
        let from = self.flavour.sources.iter().find(given);
        let from = from.copied().unwrap_or("content");
        let text = object.text(from).unwrap_or_default();
        let bytes = match from {
            "content_base64" => STANDARD.decode(text).map_err(|error| {
                let summary = format!("Create {} error", self.flavour.name);
                let detail = format!("The contents are not standard Base64: {error}.");
                attribute_problem(from, &summary, detail)
            })?,
            "source" => fs::read(self.world.path(text)).map_err(|error| {
                let what = format!("The source \"{text}\" cannot be read");
                self.failed("Create", &what, &error)
            })?,
            _ => text.as_bytes().to_vec(),
        };
        Ok((from, bytes))
    }

    fn make(&self, mut planned: Fields, identity: Option<&str>) -> Made {
        let (_, contents) = self.contents(&planned)?;
        let filename = planned.text("filename").unwrap_or_default();
        let path = self.world.path(filename);
        let mode = |name: &str| mode(planned.text(name).unwrap_or(self.flavour.mode));
        write::make_folder(&path, mode("directory_permission")).map_err(|error| {
            let what = format!("The folder of \"{filename}\" cannot be made");
            self.failed("Create", &what, &error)
        })?;
        let unique = match identity.and_then(Token::read) {
            Some(token) => token.salt,
            None => self.salt().map_err(|e| draw::failed(&e))?,
        };
        write::write(&path, &contents, mode("file_permission"), &unique).map_err(|error| {
            let what = format!("The file \"{filename}\" cannot be written");
            self.failed("Create", &what, &error)
        })?;
        checksums::set(&mut planned, &contents);
        Ok(planned.into())
    }

    fn salt(&self) -> io::Result<String> {
        Ok(hexadecimal(&self.world.random.bytes(8)?))
    }

    /// Whether there still is the file an object stands for.
    fn is_there(&self, object: &Fields) -> Result<bool, Problem> {
        let filename = object.text("filename").unwrap_or_default();
        match fs::read(self.world.path(filename)) {
            Ok(contents) => Ok(object.text("id") == Some(checksums::id(&contents).as_str())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => {
                let what = format!("The file \"{filename}\" cannot be read");
                Err(self.failed("Read", &what, &error))
            }
        }
    }

    fn found(&self, token: &Token) -> Option<Fields> {
        let contents = fs::read(self.world.path(token.filename())).ok()?;
        if !token.matches(&contents) {
            return None;
        }
        let mut object = self.shape().empty();
        let given = match token.is_base64() {
            true => Value::string(STANDARD.encode(&contents)),
            false => Value::string(String::from_utf8_lossy(&contents).as_ref()),
        };
        token.show(&mut object, given);
        checksums::set(&mut object, &contents);
        Some(object)
    }
}

/// The bits of permissions in octal digits, which were validated.
fn mode(text: &str) -> u32 {
    u32::from_str_radix(text, 8).unwrap_or(0o600)
}

impl ResourceType for File {
    fn shape(&self) -> Shape {
        let contents = |name: &str, about: &str, sensitive: bool| {
            let others = self.flavour.sources.iter();
            let others = others.filter(|other| **other != name);
            let others: Vec<String> = others.map(|name| format!("`{name}`")).collect();
            let about = format!(
                "{about} Exactly one of this and {} is given.",
                others.join(", ")
            );
            let field = Field::optional(name, Type::String).about(&about).replaces();
            if sensitive { field.sensitive() } else { field }
        };
        let mode = |name: &str, of: &str| {
            let about = format!(
                "The permissions of {of}, in octal digits and before the umask; \"{}\" by default.",
                self.flavour.mode
            );
            let field = Field::optional(name, Type::String).about(&about);
            field.default(Value::string(self.flavour.mode)).replaces()
        };
        let hidden = self.flavour.sensitive;
        let mut fields = vec![
            Field::required("filename", Type::String)
                .about("The path of the file. Folders that are missing are made; a file that is there already is replaced.")
                .replaces(),
            contents("content", "The contents, as text.", hidden),
            contents("content_base64", "The contents, in Base64.", hidden),
            contents("source", "The path of a file with the contents.", false),
            mode("file_permission", "the file"),
            mode("directory_permission", "folders that are made"),
        ];
        if !hidden {
            let old = "The contents, as text that is not shown; `local_sensitive_file` shows none at all.";
            fields.push(contents("sensitive_content", old, true).deprecated());
        }
        fields.extend(checksums::fields());
        Shape::new(self.flavour.about, fields)
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let mut problems = Vec::new();
        let sources = self.flavour.sources;
        let given = sources.iter().filter(|name| !config.get(name).is_null());
        let known = sources.iter().all(|name| config.get(name).is_known());
        let count = given.count();
        if known && count != 1 {
            let number = match count {
                0 => "No attribute".to_owned(),
                _ => format!("{count} attributes"),
            };
            let detail = format!(
                "{number} specified when one (and only one) of [{}] is required",
                sources.join(",")
            );
            problems.push(attribute_problem(
                "content",
                "Invalid Attribute Combination",
                detail,
            ));
        }
        if let Some(name) = config.text("filename")
            && (name.is_empty() || name.ends_with('/') || name.contains('\0'))
        {
            let detail = format!("{name:?} is not the path of a file.");
            problems.push(attribute_problem("filename", "Invalid path", detail));
        }
        problems.extend(
            ["file_permission", "directory_permission"]
                .iter()
                .filter_map(|name| validate_mode(name, config.text(name)?)),
        );
        problems
    }

    fn read<'a>(&'a self, _: &'a (), object: Object) -> Answer<'a, ReadResponse> {
        let there = self.is_there(&Fields::of(&object.value));
        ready(there.map(|there| there.then_some(object)).into())
    }

    fn identify(&self, _: &(), planned: &Fields) -> Option<String> {
        let (from, contents) = self.contents(planned).ok()?;
        Token::new(planned, from, &contents, self.salt().ok()?).write()
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        ready(self.make(create.planned, create.identity))
    }

    /// A file with other contents is not the one this object stands for: its
    /// successor, where that is created first.
    fn delete<'a>(&'a self, _: &'a (), delete: Delete<'a>) -> Answer<'a, Deleted> {
        let object = Fields::of(&delete.prior.value);
        let filename = object.text("filename").unwrap_or_default();
        let removed = match self.is_there(&object) {
            Ok(true) => fs::remove_file(self.world.path(filename)),
            Ok(false) => Ok(()),
            Err(problem) => return ready(Err(problem.into())),
        };
        ready(match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let what = format!("The file \"{filename}\" cannot be removed");
                Err(self.failed("Delete", &what, &error).into())
            }
            _ => Ok(Vec::new()),
        })
    }

    fn recover<'a>(&'a self, _: &'a (), action: Interrupted<'a>) -> Answer<'a, Recovery> {
        let token = action.identity.and_then(Token::read);
        ready(match (action.prior, token) {
            (Some(prior), _) => match self.is_there(&Fields::of(&prior.value)) {
                Ok(true) => Recovery::Found(prior.clone()),
                Ok(false) => Recovery::Absent,
                Err(_) => Recovery::Unknown,
            },
            (None, Some(token)) => match self.found(&token) {
                Some(object) => Recovery::Found(object.into()),
                None => Recovery::Absent,
            },
            (None, None) => Recovery::Unknown,
        })
    }
}

fn validate_mode(name: &str, mode: &str) -> Option<Problem> {
    let octal = u32::from_str_radix(mode, 8).is_ok_and(|bits| bits <= 0o777);
    let wrong = if !(3..=4).contains(&mode.len()) {
        "string length should be 3 or 4 digits"
    } else if !octal || mode.starts_with('+') {
        "string must be expressed in octal numeric notation"
    } else {
        return None;
    };
    Some(attribute_problem(
        name,
        "Invalid File Permission String Value",
        format!("bad mode permission: {wrong}: {mode}"),
    ))
}
