//! `helm template` for comparisons: `helm-template NAME CHART -n NS [-f FILE]… --kube-version V`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use trueup_helm::{
    Capabilities, ChartError, Clock, Entropy, KubeVersion, Options, Release, Selection, Setting,
    Sources, load, load_values, merge, render, set,
};

struct System;

impl Entropy for System {
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            bytes.fill(0);
        }
    }
}

impl Clock for System {
    fn now(&self) -> (i64, u32) {
        let since = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        (
            i64::try_from(since.as_secs()).unwrap_or(0),
            since.subsec_nanos(),
        )
    }
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]
fn main() -> ExitCode {
    match run() {
        Ok((text, warnings)) => {
            for warning in warnings {
                eprintln!("{warning}");
            }
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("Error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(String, Vec<String>), ChartError> {
    let mut positional = Vec::new();
    let mut settings: Vec<(String, String)> = Vec::new();
    let mut values = serde_json::Map::new();
    let mut release = Release {
        name: String::new(),
        namespace: "default".to_owned(),
        revision: 1,
        is_upgrade: false,
    };
    let mut capabilities = Capabilities::default();
    let mut selection = Selection::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "-n" => release.namespace = arguments.next().unwrap_or_default(),
            "-f" => {
                let path = arguments.next().unwrap_or_default();
                let text = std::fs::read(&path)
                    .map_err(|error| ChartError::new(format!("open {path}: {error}")))?;
                merge(&mut values, load_values(&text)?);
            }
            "--kube-version" => {
                let version = KubeVersion::parse(&arguments.next().unwrap_or_default())?;
                capabilities = Capabilities::offline(version);
            }
            "--set-json" | "--set" | "--set-string" | "--set-literal" => {
                settings.push((argument.clone(), arguments.next().unwrap_or_default()));
            }
            "--is-upgrade" => release.is_upgrade = true,
            "--include-crds" => selection.include_crds = true,
            "-s" => selection.show_only.extend(arguments.next()),
            _ => positional.push(argument),
        }
    }
    for (flag, setting) in [
        ("--set-json", Setting::Json),
        ("--set", Setting::Typed),
        ("--set-string", Setting::Text),
        ("--set-literal", Setting::Literal),
    ] {
        for (_, text) in settings.iter().filter(|(given, _)| given == flag) {
            set(&mut values, text, setting)?;
        }
    }
    let [name, path] = positional.as_slice() else {
        return Err(ChartError::new(
            "\"helm template\" requires a name and a chart",
        ));
    };
    release.name.clone_from(name);
    let chart = load(Path::new(path))?;
    let system = Arc::new(System);
    let sources = Sources {
        entropy: system.clone(),
        clock: system,
    };
    let options = Options {
        release,
        values,
        capabilities,
        sources,
        helm_3: false,
        strict: false,
        skip_schema: false,
        limits: trueup_helm_template::Limits::default(),
    };
    let rendered = render(&chart, &options)?;
    Ok((rendered.print(&selection)?, rendered.warnings))
}
