//! URLs by the rules of Go's `net/url`. They are bytes: what is not UTF-8 passes.

mod address;
mod escape;
mod host;

use self::escape::{Part, escape, unescape};
use crate::strconv::quote;

/// A URL in parts, each as it is meant, without escapes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Url {
    /// In lower case; empty if there is none.
    pub scheme: Vec<u8>,
    /// What follows the scheme where no slash does.
    pub opaque: Vec<u8>,
    /// Who logs in.
    pub user: Option<UserInfo>,
    /// With the port.
    pub host: Vec<u8>,
    /// From the first slash on.
    pub path: Vec<u8>,
    /// Behind the question mark, as it was written.
    pub query: Vec<u8>,
    /// Behind the `#`.
    pub fragment: Vec<u8>,
}

/// Name and password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserInfo {
    name: Vec<u8>,
    password: Option<Vec<u8>>,
}

impl UserInfo {
    /// As it stands in a URL.
    pub fn encoded(&self) -> Vec<u8> {
        let mut out = escape(&self.name, Part::User);
        if let Some(password) = &self.password {
            out.push(b':');
            out.extend(escape(password, Part::User));
        }
        out
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        let allowed =
            |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
        if !text.iter().all(allowed) {
            return Err("net/url: invalid userinfo".to_owned());
        }
        let (name, password) = cut(text, b':');
        Ok(UserInfo {
            name: unescape(name, Part::User)?,
            password: password
                .map(|password| unescape(password, Part::User))
                .transpose()?,
        })
    }
}

impl Url {
    /// Takes a URL apart.
    ///
    /// # Errors
    /// In Go's words, with the URL.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let (url, fragment) = cut(text, b'#');
        let failed = |text: &[u8], reason: String| format!("parse {}: {reason}", quote(text));
        let mut parsed = Url::without_fragment(url).map_err(|reason| failed(url, reason))?;
        parsed.fragment = unescape(fragment.unwrap_or_default(), Part::Fragment)
            .map_err(|reason| failed(text, reason))?;
        Ok(parsed)
    }

    /// Takes a URL apart in which `#` means nothing, as in requests of HTTP.
    ///
    /// # Errors
    /// In Go's words.
    pub fn without_fragment(text: &[u8]) -> Result<Self, String> {
        if text.iter().any(u8::is_ascii_control) {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        let mut url = Url::default();
        let (scheme, rest) = scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (rest, query) = cut(rest, b'?');
        url.query = query.unwrap_or_default().to_vec();
        if !rest.starts_with(b"/") {
            if !scheme.is_empty() {
                url.opaque = rest.to_vec();
                return Ok(url);
            }
            if cut(rest, b'/').0.contains(&b':') {
                return Err("first path segment in URL cannot contain colon".to_owned());
            }
        }
        let mut path = rest;
        if let Some(after) = rest.strip_prefix(b"//")
            && !(scheme.is_empty() && after.starts_with(b"/"))
        {
            let end = after.iter().position(|byte| *byte == b'/');
            let (authority, after) = after.split_at(end.unwrap_or(after.len()));
            url.authority(authority)?;
            path = after;
        }
        url.path = unescape(path, Part::Path)?;
        Ok(url)
    }

    fn authority(&mut self, text: &[u8]) -> Result<(), String> {
        let Some(at) = text.iter().rposition(|byte| *byte == b'@') else {
            self.host = host::parse(&self.scheme, text)?;
            return Ok(());
        };
        let (user, host) = text.split_at(at);
        self.host = host::parse(&self.scheme, host.get(1..).unwrap_or_default())?;
        self.user = Some(UserInfo::parse(user)?);
        Ok(())
    }

    /// The host without port and brackets.
    pub fn hostname(&self) -> &[u8] {
        let colon = self.host.iter().rposition(|byte| *byte == b':');
        let (host, port) = self.host.split_at(colon.unwrap_or(self.host.len()));
        let host = if host::is_port(port) {
            host
        } else {
            &self.host
        };
        let inner = host.strip_prefix(b"[");
        inner
            .and_then(|inner| inner.strip_suffix(b"]"))
            .unwrap_or(host)
    }

    /// The URL as text.
    pub fn print(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend_from_slice(&self.scheme);
            out.push(b':');
        }
        if self.opaque.is_empty() {
            self.print_authority(&mut out);
            self.print_path(&mut out);
        } else {
            out.extend_from_slice(&self.opaque);
        }
        if !self.query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(escape(&self.fragment, Part::Fragment));
        }
        out
    }

    fn print_authority(&self, out: &mut Vec<u8>) {
        let named = !self.host.is_empty() || self.user.is_some();
        if named || !self.scheme.is_empty() && !self.path.is_empty() {
            out.extend_from_slice(b"//");
        }
        if let Some(user) = &self.user {
            out.extend(user.encoded());
            out.push(b'@');
        }
        out.extend(escape(&self.host, Part::Host));
    }

    fn print_path(&self, out: &mut Vec<u8>) {
        let path = match self.path.as_slice() {
            b"*" => b"*".to_vec(),
            path => escape(path, Part::Path),
        };
        if !path.is_empty() && !path.starts_with(b"/") && !self.host.is_empty() {
            out.push(b'/');
        }
        // Without this the first part would read as a scheme.
        if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
            out.extend_from_slice(b"./");
        }
        out.extend(path);
    }
}

/// What stands before the first `mark`, and what after it if there is one.
fn cut(text: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|byte| *byte == mark) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    }
}

/// The scheme, if there is one, and what follows it.
fn scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    for (index, byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if index > 0 => {}
            b':' if index == 0 => return Err("missing protocol scheme".to_owned()),
            b':' => {
                let (scheme, rest) = text.split_at(index);
                return Ok((scheme, rest.get(1..).unwrap_or_default()));
            }
            _ => break,
        }
    }
    Ok((&[], text))
}
