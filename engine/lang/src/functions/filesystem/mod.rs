//! Functions that read files and take paths apart.

mod checksum;
mod glob;
mod path;

use std::{io, path::Path, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use trueup_value::{Marks, Type, Value};

use super::Named;
use crate::{
    context::{Context, FileKind, Files},
    function::{Function, FunctionError, Param},
    redact::redacted,
};

pub(super) fn functions(context: &Context) -> Vec<Named> {
    let place = Arc::new(Place::of(context));
    vec![
        ("abspath", abspath(&place)),
        ("basename", of_path("The last part of a path.", path::base)),
        (
            "dirname",
            of_path("A path without its last part.", path::directory),
        ),
        ("file", file(&place)),
        ("filebase64", filebase64(&place)),
        (
            "filebase64sha256",
            hash_of(&place, |bytes| base64(&checksum::sha256(bytes))),
        ),
        (
            "filebase64sha512",
            hash_of(&place, |bytes| base64(&checksum::sha512(bytes))),
        ),
        ("fileexists", fileexists(&place)),
        (
            "filemd5",
            hash_of(&place, |bytes| checksum::hex(&checksum::md5(bytes))),
        ),
        ("fileset", fileset(&place)),
        (
            "filesha1",
            hash_of(&place, |bytes| checksum::hex(&checksum::sha1(bytes))),
        ),
        (
            "filesha256",
            hash_of(&place, |bytes| checksum::hex(&checksum::sha256(bytes))),
        ),
        (
            "filesha512",
            hash_of(&place, |bytes| checksum::hex(&checksum::sha512(bytes))),
        ),
        ("pathexpand", pathexpand(&place)),
    ]
}

/// What paths are relative to, and the files there.
struct Place {
    base: String,
    working: String,
    home: Option<String>,
    files: Arc<dyn Files>,
}

impl Place {
    fn of(context: &Context) -> Place {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        Place {
            base: text(&context.base_dir),
            working: text(&context.working_dir),
            home: context.home_dir.as_deref().map(text),
            files: Arc::clone(&context.files),
        }
    }

    /// `path` with a leading `~` replaced.
    fn expand(&self, path: &str) -> Result<String, String> {
        let Some(rest) = path.strip_prefix('~') else {
            return Ok(path.to_owned());
        };
        if !rest.is_empty() && !rest.starts_with(['/', '\\']) {
            return Err("cannot expand user-specific home dir".to_owned());
        }
        match &self.home {
            Some(home) => Ok(path::join(home, rest)),
            None => Err("home directory is not known".to_owned()),
        }
    }

    /// Where the file that a configuration calls `path` is.
    fn locate(&self, path: &str) -> Result<String, String> {
        let path = self
            .expand(path)
            .map_err(|error| format!("failed to expand ~: {error}"))?;
        Ok(self.resolve(&path))
    }

    fn resolve(&self, path: &str) -> String {
        match path.starts_with('/') {
            true => path::clean(path),
            false => path::join(&self.base, path),
        }
    }

    fn read(&self, path: &str, marks: Marks) -> Result<Vec<u8>, ReadError> {
        let place = self.locate(path).map_err(ReadError::Other)?;
        self.files
            .read(Path::new(&place))
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => ReadError::Missing {
                    shown: redacted(path, marks),
                    place,
                },
                io::ErrorKind::IsADirectory => {
                    ReadError::Unreadable(format!("read {place}: is a directory"))
                }
                _ => ReadError::Other(format!("open {place}: {}", reason(&error))),
            })
    }
}

/// Why a file could not be read; functions word it differently.
enum ReadError {
    Missing { shown: String, place: String },
    Unreadable(String),
    Other(String),
}

impl ReadError {
    /// As `file` says it.
    fn advice(self) -> String {
        match self {
            ReadError::Missing { shown, .. } => format!(
                "no file exists at {shown}; this function works only with files that are distributed as part of the configuration source code, so if this file will be created by a resource in this configuration you must instead obtain this result from an attribute of that resource"
            ),
            ReadError::Unreadable(message) => format!("failed to read file: {message}"),
            ReadError::Other(message) => message,
        }
    }

    /// As the functions that hash a file say it.
    fn plain(self) -> String {
        match self {
            ReadError::Missing { place, .. } => format!("open {place}: no such file or directory"),
            ReadError::Unreadable(message) | ReadError::Other(message) => message,
        }
    }
}

/// A system error as Unix names it.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "not a directory".to_owned(),
        io::ErrorKind::IsADirectory => "is a directory".to_owned(),
        io::ErrorKind::InvalidInput => "invalid argument".to_owned(),
        _ => without_number(&error.to_string()),
    }
}

/// "File name too long (os error 36)" as Go has it: in small letters, and
/// without the number.
fn without_number(message: &str) -> String {
    match message.split_once(" (os error ") {
        Some((words, _)) => words.to_lowercase(),
        None => message.to_owned(),
    }
}

fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn path_param() -> Param {
    Param::new("path", Type::String)
}

fn text(value: &Value) -> (&str, Marks) {
    let (bare, marks) = value.unmarked();
    (bare.as_str().unwrap_or_default(), marks)
}

fn of_path(description: &'static str, change: fn(&str) -> String) -> Function {
    Function::new(description, vec![path_param()], Type::String, move |args| {
        Ok(Value::string(change(text(&args[0]).0)))
    })
}

fn abspath(place: &Arc<Place>) -> Function {
    let place = Arc::clone(place);
    let description = "A path as an absolute one.";
    Function::new(description, vec![path_param()], Type::String, move |args| {
        let path = text(&args[0]).0;
        Ok(Value::string(match path.starts_with('/') {
            true => path::clean(path),
            false => path::join(&place.working, path),
        }))
    })
}

fn pathexpand(place: &Arc<Place>) -> Function {
    let place = Arc::clone(place);
    let description = "A path with a leading ~ replaced by the home directory.";
    Function::new(description, vec![path_param()], Type::String, move |args| {
        let path = place.expand(text(&args[0]).0);
        path.map(Value::string).map_err(FunctionError::new)
    })
}

/// The function `file`, for others that read text.
pub(super) fn file_of(context: &Context) -> Function {
    file(&Arc::new(Place::of(context)))
}

fn file(place: &Arc<Place>) -> Function {
    let place = Arc::clone(place);
    let description = "The contents of a file, which must be UTF-8 text.";
    let params = vec![path_param().markable()];
    Function::new(description, params, Type::String, move |args| {
        let (path, marks) = text(&args[0]);
        let bytes = read_or_advise(&place, path, marks)?;
        let text = String::from_utf8(bytes).map_err(|_| {
            FunctionError::new(format!(
                "contents of {} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead",
                redacted(path, marks)
            ))
        })?;
        Ok(Value::string(text).with_marks(marks))
    })
}

fn filebase64(place: &Arc<Place>) -> Function {
    let place = Arc::clone(place);
    let description = "The contents of a file in Base64.";
    let params = vec![path_param().markable()];
    Function::new(description, params, Type::String, move |args| {
        let (path, marks) = text(&args[0]);
        let bytes = read_or_advise(&place, path, marks)?;
        Ok(Value::string(base64(&bytes)).with_marks(marks))
    })
}

fn read_or_advise(place: &Place, path: &str, marks: Marks) -> Result<Vec<u8>, FunctionError> {
    place
        .read(path, marks)
        .map_err(|error| FunctionError::argument(0, error.advice()))
}

fn hash_of(place: &Arc<Place>, hash: fn(&[u8]) -> String) -> Function {
    let place = Arc::clone(place);
    let description = "The checksum of the contents of a file.";
    Function::new(description, vec![path_param()], Type::String, move |args| {
        let bytes = place.read(text(&args[0]).0, Marks::NONE);
        let bytes = bytes.map_err(|error| FunctionError::new(error.plain()))?;
        Ok(Value::string(hash(&bytes)))
    })
}

fn fileexists(place: &Arc<Place>) -> Function {
    let place = Arc::clone(place);
    let description = "Whether there is a regular file at a path.";
    let params = vec![path_param().markable()];
    Function::new(description, params, Type::Bool, move |args| {
        let (path, marks) = text(&args[0]);
        let found = place.locate(path).map_err(FunctionError::new)?;
        let shown = redacted(&found, marks);
        let what = match place.files.kind(Path::new(&found)) {
            Ok(FileKind::File) => return Ok(Value::bool(true).with_marks(marks)),
            Ok(FileKind::Directory) => format!("{shown} is a directory, not a file"),
            Ok(FileKind::Other) => format!("{shown} is not a regular file"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Value::bool(false).with_marks(marks));
            }
            Err(_) => format!("failed to stat {shown}"),
        };
        Err(FunctionError::new(what))
    })
}

fn fileset(place: &Arc<Place>) -> Function {
    let place = Arc::clone(place);
    let pattern = Param::new("pattern", Type::String)
        .markable()
        .describe("Names with *, ?, [a-z] and {a,b}; ** stands for any directories.");
    let params = vec![path_param().markable(), pattern];
    let strings = Type::set(Type::String);
    let description = "The files below a path whose names match a pattern.";
    Function::new(description, params, strings, move |args| {
        let ((path, marks), (pattern, more)) = (text(&args[0]), text(&args[1]));
        let marks = marks | more;
        let root = match path.starts_with('/') {
            true => path.to_owned(),
            false => path::join(&place.base, path),
        };
        let pattern = path::join(&root, pattern);
        let found = glob::glob(place.files.as_ref(), &pattern).map_err(|error| {
            let shown = redacted(&pattern, marks);
            FunctionError::new(format!("failed to glob pattern {shown}: {error}"))
        })?;
        let names = regular_files(place.files.as_ref(), &root, found, marks)?;
        Ok(Value::set(Type::String, names).with_marks(marks))
    })
}

/// Those of the paths that are regular files, relative to `root`.
fn regular_files(
    files: &dyn Files,
    root: &str,
    found: Vec<String>,
    marks: Marks,
) -> Result<Vec<Value>, FunctionError> {
    let mut names = Vec::with_capacity(found.len());
    for path in found {
        let kind = files.kind(Path::new(&path)).map_err(|error| {
            let (shown, reason) = (redacted(&path, marks), reason(&error));
            FunctionError::new(format!("failed to stat {shown}: stat {path}: {reason}"))
        })?;
        if kind == FileKind::File {
            names.push(Value::string(path::relative(root, &path)));
        }
    }
    Ok(names)
}
