//! URLs taken apart and put together.

use super::arguments::{Result, fail, put};
use crate::strconv::quote;
use crate::{Error, Functions, Map, Str, Type, Value};

pub(super) fn add(functions: &mut Functions) {
    put(functions, "urlParse", &[Type::String], |args| {
        parse(&args.text(0))
    });
    put(functions, "urlJoin", &[Type::MAP], |args| {
        join(&args.map(0))
    });
}

/// The parts of a URL as Sprig names them.
fn parse(text: &str) -> Result {
    let failed =
        |reason: String| Error::new(format!("unable to parse url: parse {text:?}: {reason}"));
    if text.chars().any(|character| character.is_ascii_control()) {
        return Err(failed(
            "net/url: invalid control character in URL".to_owned(),
        ));
    }
    let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (scheme, rest) = scheme(rest).map_err(&failed)?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut opaque = "";
    let mut path = rest;
    let (mut user, mut host) = ("", "");
    if !rest.starts_with('/') && !scheme.is_empty() {
        (opaque, path) = (rest, "");
    } else if let Some(after) = rest.strip_prefix("//") {
        let slash = after.find('/').unwrap_or(after.len());
        let (authority, after) = after.split_at(slash);
        path = after;
        (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    }
    let hostname = match host.rfind(':') {
        Some(colon) if !host.get(colon..).unwrap_or_default().contains(']') => {
            let port = host.get(colon + 1..).unwrap_or_default();
            if !port.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(failed(format!("invalid port \":{port}\" after host")));
            }
            host.get(..colon).unwrap_or_default()
        }
        _ => host,
    };
    let hostname = hostname.trim_start_matches('[').trim_end_matches(']');
    let path = decode(path).ok_or_else(|| failed(invalid_escape(path)))?;
    let entry = |key: &str, value: &str| (Str::from(key), Value::from(value));
    let map: Map = [
        entry("scheme", &scheme),
        entry("host", host),
        entry("hostname", hostname),
        entry("path", &path),
        entry("query", query),
        entry("opaque", opaque),
        entry("fragment", fragment),
        entry("userinfo", user),
    ]
    .into_iter()
    .collect();
    Ok(map.into())
}

fn scheme(text: &str) -> std::result::Result<(String, &str), String> {
    for (index, character) in text.char_indices() {
        match character {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if index > 0 => {}
            ':' if index == 0 => return Err("missing protocol scheme".to_owned()),
            ':' => {
                let (scheme, rest) = text.split_at(index);
                return Ok((scheme.to_lowercase(), rest.get(1..).unwrap_or_default()));
            }
            _ => break,
        }
    }
    let first = text.split('/').next().unwrap_or_default();
    if first.contains(':') {
        return Err("first path segment in URL cannot contain colon".to_owned());
    }
    Ok((String::new(), text))
}

fn decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

/// The first `%` that no two hexadecimal digits follow, with what follows instead.
fn invalid_escape(text: &str) -> String {
    let wrong = text.match_indices('%').find_map(|(at, _)| {
        let digits = text.bytes().skip(at + 1).take(2);
        let right = digits.filter(u8::is_ascii_hexdigit).count() == 2;
        let end = text.len().min(at + 3);
        (!right).then(|| text.get(at..end).unwrap_or_default())
    });
    format!("invalid URL escape {:?}", wrong.unwrap_or_default())
}

const USER: &[u8] = b"-_.~$&+,;=";
const HOST: &[u8] = b"-_.~!$&'()*+,;=:[]<>\"";
const PATH: &[u8] = b"-_.~$&+,/:;=@";
const FRAGMENT: &[u8] = b"-_.~$&+,/:;=?@!()*";

/// Letters, digits and `plain` as they are, other bytes as `%XX`.
fn encode(text: &str, plain: &[u8]) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn encode_user(user: &str) -> Option<String> {
    Some(match user.split_once(':') {
        Some((name, password)) => {
            let password = encode(&decode(password)?, USER);
            format!("{}:{password}", encode(&decode(name)?, USER))
        }
        None => encode(&decode(user)?, USER),
    })
}

fn join(map: &Map) -> Result {
    let part = |key: &str| match map.get(key) {
        None => Ok(String::new()),
        Some(value) => match value.as_string() {
            Some(text) => Ok(text.to_string()),
            None => fail(format!(
                "unable to parse {key} key, must be of type string, but {} found",
                value.ty().map_or("invalid", Type::kind_name)
            )),
        },
    };
    let (scheme, host, path) = (part("scheme")?, part("host")?, part("path")?);
    let (query, opaque, fragment, user) = (
        part("query")?,
        part("opaque")?,
        part("fragment")?,
        part("userinfo")?,
    );
    let mut out = String::new();
    if !scheme.is_empty() {
        out.push_str(&scheme);
        out.push(':');
    }
    if opaque.is_empty() {
        if !scheme.is_empty() || !host.is_empty() || !user.is_empty() {
            if !host.is_empty() || !path.is_empty() || !user.is_empty() {
                out.push_str("//");
            }
            if !user.is_empty() {
                let shown = encode_user(&user);
                let invalid = || {
                    let parsed = quote(format!("proto://{user}@host").as_bytes());
                    Error::new(format!(
                        "unable to parse userinfo in dict: parse {parsed}: net/url: invalid userinfo"
                    ))
                };
                out.push_str(&shown.ok_or_else(invalid)?);
                out.push('@');
            }
            out.push_str(&encode(&host, HOST));
        }
        if !path.is_empty() && !path.starts_with('/') && !host.is_empty() {
            out.push('/');
        }
        let path = if path == "*" {
            path
        } else {
            encode(&path, PATH)
        };
        // Without this the first part would read as a scheme.
        let first = path.split('/').next().unwrap_or_default();
        if out.is_empty() && first.contains(':') {
            out.push_str("./");
        }
        out.push_str(&path);
    } else {
        out.push_str(&opaque);
    }
    if !query.is_empty() {
        out.push('?');
        out.push_str(&query);
    }
    if !fragment.is_empty() {
        out.push('#');
        out.push_str(&encode(&fragment, FRAGMENT));
    }
    Ok(out.into())
}
