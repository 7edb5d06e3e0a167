//! Programs that log in. Each is run once for a connection; what it says about
//! the end of its credentials decides when the next one is made.
//!
//! <https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins>

use std::{
    io,
    process::{Command, Output, Stdio},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use k8s_openapi::jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use trueup_sdk::native::off_thread;

use super::{Action, Cause, ClusterError};

/// What a program may be told of the cluster, where it wants to be.
const CLUSTER: [&str; 6] = [
    "server",
    "tls-server-name",
    "insecure-skip-tls-verify",
    "certificate-authority-data",
    "proxy-url",
    "disable-compression",
];

/// Puts the credentials of the user's program in its place, if there is one.
/// When they end, in seconds since 1970, if it says so.
pub(super) async fn log_in(
    user: &mut Map<String, Json>,
    cluster: &Map<String, Json>,
) -> Result<Option<i64>, ClusterError> {
    let Some(exec) = user.remove("exec").filter(Json::is_object) else {
        return Ok(None);
    };
    let command = command(&exec, cluster);
    let program = command.get_program().to_string_lossy().into_owned();
    let output = run(command).await;
    let output = output
        .map_err(|error| refused(format!("the exec plugin could not be started: {error}")))?;
    if !output.status.success() {
        return Err(refused(complaint(&program, &output)));
    }
    let status = serde_json::from_slice::<Json>(&output.stdout).ok();
    let status = status.and_then(|mut credential| match credential["status"].take() {
        Json::Object(status) => Some(status),
        _ => None,
    });
    let status =
        status.ok_or_else(|| refused("the exec plugin did not print an ExecCredential"))?;
    let text = |name: &str| status.get(name).and_then(Json::as_str);
    if let Some(token) = text("token") {
        user.insert("token".to_owned(), json!(token));
    }
    for (name, data) in [
        ("clientCertificateData", "client-certificate-data"),
        ("clientKeyData", "client-key-data"),
    ] {
        if let Some(pem) = text(name) {
            user.insert(data.to_owned(), json!(STANDARD.encode(pem)));
        }
    }
    let ends = text("expirationTimestamp").and_then(|time| time.parse::<Timestamp>().ok());
    Ok(ends.map(Timestamp::as_second))
}

async fn run(mut command: Command) -> io::Result<Output> {
    off_thread(move || command.output()).await?
}

fn command(exec: &Json, cluster: &Map<String, Json>) -> Command {
    let text = |json: &Json, name: &str| json[name].as_str().unwrap_or_default().to_owned();
    let mut command = Command::new(text(exec, "command"));
    let args = exec["args"].as_array().into_iter().flatten();
    command.args(args.filter_map(Json::as_str));
    for pair in exec["env"].as_array().into_iter().flatten() {
        command.env(text(pair, "name"), text(pair, "value"));
    }
    let interactive = exec["interactiveMode"] != "Never";
    match interactive {
        true => command.stdin(Stdio::inherit()).stderr(Stdio::inherit()),
        false => command.stdin(Stdio::null()).stderr(Stdio::piped()),
    };
    let mut spec = json!({ "interactive": interactive });
    if exec["provideClusterInfo"] == true {
        let known = cluster.iter();
        let known = known.filter(|(name, _)| CLUSTER.contains(&name.as_str()));
        let known = known.map(|(name, value)| (name.clone(), value.clone()));
        spec["cluster"] = Json::Object(known.collect());
    }
    let told = json!({
        "apiVersion": exec["apiVersion"],
        "kind": "ExecCredential",
        "spec": spec,
    });
    command.env("KUBERNETES_EXEC_INFO", told.to_string());
    command
}

fn refused(why: impl Into<String>) -> ClusterError {
    ClusterError::new(
        Action::Connect,
        "the Kubernetes cluster",
        Cause::Credentials(why.into()),
    )
}

/// The end of what a program says on standard error; never what it prints, as
/// that may be a token.
fn complaint(program: &str, output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = said.trim().lines().collect();
    let last = lines.len().saturating_sub(3);
    let failed = format!("the exec plugin {program} failed ({})", output.status);
    match lines.get(last..) {
        Some(lines) if !lines.is_empty() => format!("{failed}: {}", lines.join(" ")),
        _ => failed,
    }
}
