//! Talking to the proxy that counts calls and injects faults.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Which calls go wrong, and how. `None` matches everything.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// An AWS service in lower case, or `kubernetes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The AWS action, or the method; `*` as in file names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The path of the URL; `*` as in file names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only calls that change something.
    pub mutating: bool,
    /// What happens to them.
    pub fault: Fault,
    /// The status of a call that fails or is refused; 0 for 500.
    pub status: u16,
    /// Why a call is refused, as the service calls it.
    pub code: &'static str,
    /// What the service says when it refuses.
    pub message: &'static str,
    /// How long they are held back.
    pub milliseconds: u32,
    /// So many matching calls pass first.
    pub skip: u32,
    /// The rule ends after so many faults; 0 for never.
    pub times: u32,
    /// Of a matching call to go wrong.
    pub probability: f64,
}

/// A way for a call to go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fault {
    /// The service's own answer to too many calls.
    Throttle,
    /// The service says that it failed.
    Error,
    /// The service says this, with a status, a code and a message: that it
    /// refuses, say.
    Answer,
    /// The connection breaks before the call reaches the service.
    Reset,
    /// The service acts, and the connection breaks instead of the answer.
    Lost,
    /// The service acts, and its answer is held back.
    Held,
    /// The call is only held back.
    Latency,
}

impl Rule {
    /// A service refuses an action.
    pub fn refusal(
        operation: &str,
        status: u16,
        code: &'static str,
        message: &'static str,
    ) -> Rule {
        Rule {
            operation: Some(operation.to_owned()),
            status,
            code,
            message,
            ..Rule::new(Fault::Answer)
        }
    }

    /// Every call meets `fault`.
    pub fn new(fault: Fault) -> Rule {
        Rule {
            service: None,
            operation: None,
            path: None,
            mutating: false,
            fault,
            status: 0,
            code: "",
            message: "",
            milliseconds: 0,
            skip: 0,
            times: 0,
            probability: 1.0,
        }
    }
}

/// A call the proxy has seen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Call {
    /// The AWS service in lower case, or `kubernetes`.
    pub service: String,
    /// The AWS action, or the method.
    pub operation: String,
    /// The path of the URL.
    pub path: String,
    /// It asks for a change; a dry run does not.
    pub mutating: bool,
    /// What an AWS action is asked about: its form without the action, its
    /// query or its body.
    pub arguments: String,
}

/// The control port of a proxy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// Its address, as a URL.
    pub control: String,
}

impl Faults {
    /// Puts `rules` in force instead of all others. The same seed gives the
    /// same faults to the same calls.
    ///
    /// # Errors
    /// The proxy cannot be reached or refuses the rules.
    pub fn set(&self, rules: &[Rule], seed: u64) -> anyhow::Result<()> {
        let body = serde_json::to_string(rules)?;
        self.ask("PUT", &format!("/rules?seed={seed}"), &body)?;
        Ok(())
    }

    /// How often each rule has struck.
    ///
    /// # Errors
    /// The proxy cannot be reached.
    pub fn fired(&self) -> anyhow::Result<Vec<u32>> {
        self.get("/fired")
    }

    /// How many answers are held back now.
    ///
    /// # Errors
    /// The proxy cannot be reached.
    pub fn held(&self) -> anyhow::Result<u32> {
        self.get("/held")
    }

    /// The calls since they were last forgotten.
    ///
    /// # Errors
    /// The proxy cannot be reached.
    pub fn calls(&self) -> anyhow::Result<Vec<Call>> {
        self.get("/calls")
    }

    /// How many calls asked for a change since they were last forgotten.
    ///
    /// # Errors
    /// The proxy cannot be reached.
    pub fn mutations(&self) -> anyhow::Result<usize> {
        let mutations = self.calls()?.into_iter().filter(|call| call.mutating);
        Ok(mutations.count())
    }

    /// From now on this portion of all calls goes wrong, in equal parts:
    /// throttled, failed, never arrived, or answered in vain.
    ///
    /// # Errors
    /// The proxy cannot be reached.
    pub fn storm(&self, seed: u64, portion: f64) -> anyhow::Result<()> {
        let faults = [Fault::Throttle, Fault::Error, Fault::Reset, Fault::Lost];
        // Each strikes only what those before it let pass.
        let mut passed = 1.0;
        let rules = faults.map(|fault| {
            let probability = portion / 4.0 / passed;
            passed -= portion / 4.0;
            Rule {
                probability,
                ..Rule::new(fault)
            }
        });
        self.set(&rules, seed)
    }

    /// Forgets the calls so far.
    ///
    /// # Errors
    /// The proxy cannot be reached.
    pub fn forget(&self) -> anyhow::Result<()> {
        self.ask("DELETE", "/calls", "")?;
        Ok(())
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        Ok(serde_json::from_str(&self.ask("GET", path, "")?)?)
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> anyhow::Result<String> {
        request(&format!("{}{path}", self.control), method, body)
    }
}

/// One request on one connection, to a plain `http://` URL of this machine.
pub(crate) fn request(url: &str, method: &str, body: &str) -> anyhow::Result<String> {
    request_with(url, method, &[], body)
}

/// The same with headers.
pub(crate) fn request_with(
    url: &str,
    method: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> anyhow::Result<String> {
    let rest = url
        .strip_prefix("http://")
        .context("not a plain HTTP URL")?;
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut stream = TcpStream::connect(host)?;
    let length = body.len();
    let headers = headers.iter();
    let headers: String = headers
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    if !status.starts_with('2') {
        bail!("{method} {url} answered {status}: {}", body.trim());
    }
    Ok(body.to_owned())
}
