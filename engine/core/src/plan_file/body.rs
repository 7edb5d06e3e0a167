//! What stands in the frame.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use trueup_value::Str;

use super::{
    PlanFile, PlanFileError,
    plan::{self, StoredPlan},
    value::{Reader, Stored, Writer, nonsense},
};

#[derive(Debug, Serialize, Deserialize)]
struct Body {
    program: String,
    /// Seconds and nanoseconds since 1970.
    timestamp: (u64, u32),
    workspace: String,
    backend: BTreeMap<String, String>,
    variables: Vec<(String, Stored)>,
    ephemeral: BTreeSet<String>,
    sources: Vec<Source>,
    plan: StoredPlan,
    types: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Source {
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// What is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

pub(super) fn write(file: &PlanFile) -> Result<Vec<u8>, PlanFileError> {
    let mut writer = Writer::default();
    let variables = file.variables.iter().map(|(name, value)| {
        let stored = writer.value(value, &|| format!("var.{name}"))?;
        Ok((name.to_string(), stored))
    });
    let variables = variables.collect::<Result<_, PlanFileError>>()?;
    let since = file.timestamp.duration_since(UNIX_EPOCH);
    let since = since.unwrap_or_default();
    let body = Body {
        program: file.program.clone(),
        timestamp: (since.as_secs(), since.subsec_nanos()),
        workspace: file.workspace.clone(),
        backend: file.backend.clone(),
        variables,
        ephemeral: file.ephemeral.iter().map(ToString::to_string).collect(),
        sources: file.sources.iter().map(write_source).collect(),
        plan: plan::write(&file.plan, &mut writer)?,
        types: writer.types,
    };
    serde_json::to_vec(&body).map_err(nonsense)
}

fn write_source((path, bytes): (&PathBuf, &Vec<u8>)) -> Source {
    let text = String::from_utf8(bytes.clone()).ok();
    Source {
        path: path.to_string_lossy().into_owned(),
        base64: text.is_none().then(|| STANDARD.encode(bytes)),
        text,
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<PlanFile, PlanFileError> {
    let body: Body = serde_json::from_slice(bytes).map_err(nonsense)?;
    let reader = Reader::new(&body.types)?;
    let variables = body.variables.iter().map(|(name, stored)| {
        let value = reader.value(stored)?;
        Ok((Str::new(name), value))
    });
    let (seconds, nanos) = body.timestamp;
    Ok(PlanFile {
        program: body.program,
        timestamp: timestamp(seconds, nanos)?,
        workspace: body.workspace,
        backend: body.backend,
        variables: variables.collect::<Result<_, PlanFileError>>()?,
        ephemeral: body.ephemeral.into_iter().map(Str::from).collect(),
        sources: body
            .sources
            .into_iter()
            .map(read_source)
            .collect::<Result<_, _>>()?,
        plan: plan::read(body.plan, &reader)?,
    })
}

fn timestamp(seconds: u64, nanos: u32) -> Result<SystemTime, PlanFileError> {
    let since = Duration::from_secs(seconds).checked_add(Duration::from_nanos(nanos.into()));
    let time = since.and_then(|since| UNIX_EPOCH.checked_add(since));
    time.ok_or_else(|| nonsense("its time is out of range"))
}

fn read_source(source: Source) -> Result<(PathBuf, Vec<u8>), PlanFileError> {
    let bytes = match (source.text, source.base64) {
        (Some(text), _) => text.into_bytes(),
        (None, Some(encoded)) => STANDARD.decode(encoded).map_err(nonsense)?,
        (None, None) => return Err(nonsense(format!("{} has no contents", source.path))),
    };
    Ok((source.path.into(), bytes))
}
