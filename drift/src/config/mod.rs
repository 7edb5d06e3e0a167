//! What the service is to do: `watch.hcl`.

mod duration;
mod folders;
mod read;
mod secret;
mod stack;
mod target;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use jiff::{SignedDuration, Timestamp};
use trueup_lang::context::Files;
use trueup_syntax::{
    Diagnostics, Severity, SourceMap, Span,
    body::{self, Body, BodySchema, Content},
    parse::parse_file,
};

use self::read::{Given, Reader};

pub use self::{
    secret::Secret,
    stack::{Allowed, Stack},
    target::{Protocol, Target},
};

/// Everything the service is to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where the page is served.
    pub listen: SocketAddr,
    /// What whoever asks for the page must know.
    pub token: Option<Secret>,
    /// The folder of the history.
    pub history: PathBuf,
    /// How much history is kept.
    pub keep: Keep,
    /// How many stacks are checked at a time.
    pub concurrency: usize,
    /// How long checks may take to end when the service stops.
    pub grace: SignedDuration,
    /// The stacks, in the order they are written.
    pub stacks: Vec<Stack>,
    /// The names of blocks with errors, whose stacks are left out.
    pub left_out: Vec<String>,
    /// Who is told.
    pub targets: Vec<Target>,
}

/// How much history is kept, of each stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// How many checks.
    pub checks: usize,
    /// For how long.
    pub age: SignedDuration,
}

/// What a configuration is read in.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Files.
    pub files: &'a dyn Files,
    /// The environment variables there are.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The time.
    pub now: Timestamp,
}

/// What became of reading a configuration.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration, without stacks whose blocks have errors; none if there are
    /// errors elsewhere.
    pub config: Option<Config>,
    /// What is to be said about it.
    pub diagnostics: Diagnostics,
    /// The text the diagnostics point into.
    pub sources: SourceMap,
}

const SCHEMA: BodySchema<'static> = BodySchema {
    attributes: &[
        body::attribute("listen"),
        body::attribute("token_env"),
        body::attribute("token_file"),
        body::required("history"),
        body::attribute("concurrency"),
        body::attribute("stop_within"),
        body::attribute("schedule"),
        body::attribute("timezone"),
        body::attribute("jitter"),
        body::attribute("check_within"),
        body::attribute("notify"),
    ],
    blocks: &[
        body::block("keep", &[]),
        body::block("stack", &["name"]),
        body::block("notify", &["name"]),
    ],
};

const KEEP: BodySchema<'static> = BodySchema {
    attributes: &[body::attribute("checks"), body::attribute("days")],
    blocks: &[],
};

/// Reads the text of `path`; relative paths in it start at its folder.
pub fn read(path: &Path, text: Vec<u8>, around: Surroundings<'_>) -> Loaded {
    let mut sources = SourceMap::default();
    let (id, mut diagnostics) = sources.add_bytes(path.display().to_string(), text);
    let (tree, found) = parse_file(sources.file(id));
    diagnostics.extend(found);
    let base = path.parent().unwrap_or(Path::new(""));
    let mut reader = Reader::new(base, around);
    let content = Body::from(tree).content(&SCHEMA, &mut reader.diagnostics);
    let config = config(&content, &mut reader);
    let in_stacks = reader.in_stacks;
    diagnostics.extend(reader.diagnostics);
    Loaded {
        config: config.filter(|_| errors(&diagnostics) == in_stacks),
        diagnostics,
        sources,
    }
}

/// How many of them are errors.
fn errors(diagnostics: &Diagnostics) -> usize {
    let severities = diagnostics.0.iter().map(|one| one.severity);
    severities.filter(|one| *one == Severity::Error).count()
}

/// None only after an error.
fn config(content: &Content, reader: &mut Reader<'_>) -> Option<Config> {
    let targets = target::targets(content, reader);
    let (stacks, left_out) = stack::stacks(content, &target::names(content), reader);
    let token = secret::secret(content, "token", reader).map(|given| given.value);
    let listen = listen(content, token.is_some(), reader);
    let history = reader.text(content, "history");
    let concurrency = reader.count(content, "concurrency", 1..=256);
    let grace = reader.duration(content, "stop_within");
    Some(Config {
        listen: listen?,
        token,
        history: reader.base.join(history?.value),
        keep: keep(content, reader),
        concurrency: concurrency.map_or(4, |given| given.value),
        grace: grace.map_or(SignedDuration::from_secs(30), |given| given.value),
        stacks,
        left_out,
        targets,
    })
}

fn listen(content: &Content, token: bool, reader: &mut Reader<'_>) -> Option<SocketAddr> {
    let given = reader.text(content, "listen").unwrap_or_else(|| Given {
        value: "127.0.0.1:9127".to_owned(),
        span: content.missing.unwrap_or(NOWHERE),
    });
    let Ok(address) = given.value.parse::<SocketAddr>() else {
        reader.wrong(
            "Invalid address to listen on",
            format!(
                "{:?} is no address. Expected an IP address and a port, such as \"127.0.0.1:9127\" or \"[::1]:9127\".",
                given.value
            ),
            given.span,
        );
        return None;
    };
    if !address.ip().is_loopback() && !token {
        reader.wrong(
            "Page open to everybody",
            format!(
                "Others can reach {address}, and the page tells what has drifted in your stacks. Name the secret that they must know with token_env or token_file, or listen on 127.0.0.1."
            ),
            given.span,
        );
    }
    Some(address)
}

fn keep(content: &Content, reader: &mut Reader<'_>) -> Keep {
    let mut keep = Keep {
        checks: 2000,
        age: SignedDuration::from_hours(90 * 24),
    };
    let block = content
        .blocks
        .iter()
        .find(|block| block.kind.name.as_str() == "keep");
    if let Some(block) = block {
        let content = block.body.content(&KEEP, &mut reader.diagnostics);
        if let Some(checks) = reader.count(&content, "checks", 1..=1_000_000) {
            keep.checks = checks.value;
        }
        if let Some(days) = reader.count(&content, "days", 1..=3650) {
            keep.age = SignedDuration::from_hours(24 * i64::try_from(days.value).unwrap_or(3650));
        }
    }
    keep
}

/// Where what is nowhere written is said to be.
const NOWHERE: Span = Span {
    file: trueup_syntax::FileId(0),
    start: 0,
    end: 0,
};
