//! URLs taken apart and put together.

use super::arguments::{Args, Result, fail, put};
use crate::url::{Url, UserInfo};
use crate::{Error, Functions, Map, Str, Type, Value};

pub(super) fn add(functions: &mut Functions) {
    put(functions, "urlParse", &[Type::String], parse);
    put(functions, "urlJoin", &[Type::MAP], join);
}

/// The parts of a URL as Sprig names them.
fn parse(args: Args<'_>) -> Result {
    let url = Url::parse(args.str(0).as_bytes())
        .map_err(|error| Error::new(format!("unable to parse url: {error}")))?;
    let user = url.user.as_ref().map(UserInfo::encoded);
    let entry = |key: &str, value: &[u8]| (Str::from(key), Value::string(Str::from_bytes(value)));
    let map: Map = [
        entry("scheme", &url.scheme),
        entry("host", &url.host),
        entry("hostname", url.hostname()),
        entry("path", &url.path),
        entry("query", &url.query),
        entry("opaque", &url.opaque),
        entry("fragment", &url.fragment),
        entry("userinfo", &user.unwrap_or_default()),
    ]
    .into_iter()
    .collect();
    Ok(map.into())
}

fn join(args: Args<'_>) -> Result {
    let map = args.map(0);
    let url = Url {
        scheme: part(&map, "scheme")?,
        host: part(&map, "host")?,
        path: part(&map, "path")?,
        query: part(&map, "query")?,
        opaque: part(&map, "opaque")?,
        fragment: part(&map, "fragment")?,
        user: None,
    };
    let user = user(&part(&map, "userinfo")?)?;
    Ok(Value::string(Str::from(Url { user, ..url }.print())))
}

fn part(map: &Map, key: &str) -> Result<Vec<u8>> {
    let Some(value) = map.get(key) else {
        return Ok(Vec::new());
    };
    match value.as_string() {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => fail(format!(
            "unable to parse {key} key, must be of type string, but {} found",
            value.ty().map_or("invalid", Type::kind_name)
        )),
    }
}

/// Sprig reads a user as part of a URL.
fn user(text: &[u8]) -> Result<Option<UserInfo>> {
    if text.is_empty() {
        return Ok(None);
    }
    let url = [b"proto://", text, b"@host"].concat();
    let url = Url::parse(&url)
        .map_err(|error| Error::new(format!("unable to parse userinfo in dict: {error}")))?;
    Ok(url.user)
}
