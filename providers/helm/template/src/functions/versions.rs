//! Versions in templates.

use std::any::Any;

use super::arguments::{Result, fail, put};
use super::semver::{Constraint, Version};
use crate::function::Method;
use crate::value::Object;
use crate::{Call, Error, Functions, Signature, Type, Value};

const S: Type = Type::String;

pub(super) fn add(functions: &mut Functions) {
    put(functions, "semver", &[S], |args| {
        let version =
            Version::parse(&args.text(0)).map_err(|error| Error::new(error.to_string()))?;
        Ok(Value::object(SemVer(version)))
    });
    put(functions, "semverCompare", &[S, S], |args| {
        let refused = |error: super::semver::SemverError| Error::new(error.to_string());
        let constraint = Constraint::parse(&args.text(0)).map_err(refused)?;
        let version = Version::parse(&args.text(1)).map_err(refused)?;
        Ok(constraint.matches(&version).into())
    });
}

/// `*semver.Version`.
#[derive(Debug)]
struct SemVer(Version);

impl SemVer {
    fn number(&self, name: &str) -> Option<Value> {
        let number = match name {
            "Major" => self.0.major,
            "Minor" => self.0.minor,
            "Patch" => self.0.patch,
            _ => return None,
        };
        Some(Value::integer(
            crate::value::IntKind::Uint64,
            i128::from(number),
        ))
    }
}

fn receiver(args: &[Value]) -> Result<&SemVer> {
    args.first()
        .and_then(Value::as_object)
        .ok_or_else(|| Error::new("nil version"))
}

const NONE: Signature = Signature::fixed(&[]);
const OTHER: Signature = Signature::fixed(&[Type::Opaque("*semver.Version")]);

fn order(args: &[Value]) -> Result<std::cmp::Ordering> {
    let other: &SemVer = args
        .get(1)
        .and_then(Value::as_object)
        .ok_or_else(|| Error::new("nil version"))?;
    Ok(receiver(args)?.0.compare(&other.0))
}

static METHODS: [Method; 12] = [
    Method {
        name: "Major",
        signature: NONE,
        body: |_, args| Ok(receiver(args)?.number("Major").unwrap_or_default()),
    },
    Method {
        name: "Minor",
        signature: NONE,
        body: |_, args| Ok(receiver(args)?.number("Minor").unwrap_or_default()),
    },
    Method {
        name: "Patch",
        signature: NONE,
        body: |_, args| Ok(receiver(args)?.number("Patch").unwrap_or_default()),
    },
    Method {
        name: "Prerelease",
        signature: NONE,
        body: |_, args| Ok(receiver(args)?.0.prerelease.as_str().into()),
    },
    Method {
        name: "Metadata",
        signature: NONE,
        body: |_, args| Ok(receiver(args)?.0.metadata.as_str().into()),
    },
    Method {
        name: "Original",
        signature: NONE,
        body: |_, args| Ok(receiver(args)?.0.original.as_str().into()),
    },
    Method {
        name: "String",
        signature: NONE,
        body: |_, args| Ok(receiver(args)?.0.to_string().into()),
    },
    Method {
        name: "Compare",
        signature: OTHER,
        body: |_, args| Ok(Value::int(order(args)? as i64)),
    },
    Method {
        name: "Equal",
        signature: OTHER,
        body: |_, args| Ok(order(args)?.is_eq().into()),
    },
    Method {
        name: "LessThan",
        signature: OTHER,
        body: |_, args| Ok(order(args)?.is_lt().into()),
    },
    Method {
        name: "GreaterThan",
        signature: OTHER,
        body: |_, args| Ok(order(args)?.is_gt().into()),
    },
    Method {
        name: "IncMajor",
        signature: NONE,
        body: increment,
    },
];

fn increment(_: &mut Call<'_>, args: &[Value]) -> Result {
    let major = receiver(args)?.0.major.saturating_add(1);
    match Version::parse(&format!("{major}.0.0")) {
        Ok(version) => Ok(Value::object(SemVer(version))),
        Err(error) => fail(error.to_string()),
    }
}

impl Object for SemVer {
    fn ty(&self) -> Type {
        Type::Opaque("*semver.Version")
    }

    fn method(&self, name: &str) -> Option<&'static Method> {
        METHODS.iter().find(|method| method.name == name)
    }

    fn text(&self) -> Option<String> {
        Some(self.0.to_string())
    }

    fn data(&self) -> Option<Value> {
        Some(self.0.to_string().into())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
