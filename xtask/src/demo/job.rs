//! The whole job: stacks/loki, from an empty account to an empty account.

use std::{fs, path::PathBuf, time::Instant};

use anyhow::{Context, ensure};
use serde_json::{Map, Value, json};
use trueup_sandbox::{Cache, build};

use super::{
    DemoArgs,
    chart::Chart,
    copy_folder,
    outside::{Outside, Prepared},
    page, picture,
    terminal::{Terminal, seconds},
};
use crate::{
    process::{Profile, build_trueup, workspace_root},
    sandbox::{Content, Place},
};

/// The name of the sandbox.
const SANDBOX: &str = "demo";

/// When the stack is looked at.
const WATCH: &str = r#"listen   = "127.0.0.1:0"
history  = "history"
schedule = "@hourly"

stack "loki" {
  folder = "."
}
"#;

pub(super) fn run(args: &DemoArgs) -> anyhow::Result<()> {
    let start = Instant::now();
    println!("# Building trueup, and the first time the sandbox (minutes, once)");
    let trueup = match &args.trueup {
        Some(program) => std::path::absolute(program)?,
        None => build_trueup(Profile::Dev)?,
    };
    let programs = build(&Cache::of_user()?)?;
    let stack = prepare_folder()?;
    let terminal = Terminal::new(trueup, stack, args.picture.is_some());
    println!("({})", seconds(start.elapsed()));

    let place = Place::of(SANDBOX)?;
    place.up(Content {
        nodes: 1,
        load_balancer_controller: true,
    })?;
    let shown = tour(terminal, programs.python, args, &place);
    if args.keep {
        println!(
            "\nThe sandbox stays. To play with it:\n  eval \"$(cargo xtask sandbox env --name {SANDBOX})\"\n  cd {}\nand in the end: cargo xtask sandbox down --name {SANDBOX}",
            folder().display()
        );
    } else {
        place.down()?;
    }
    let terminal = shown?;
    match &args.picture {
        Some(file) => picture::write(terminal.shown(), file),
        None => Ok(()),
    }
}

/// The folder of the stack: a copy, so that its state does not end up in the
/// sources.
fn folder() -> PathBuf {
    workspace_root().join("target/demo")
}

fn prepare_folder() -> anyhow::Result<PathBuf> {
    let folder = folder();
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    copy_folder(&workspace_root().join("stacks/loki"), &folder)?;
    Ok(folder)
}

fn tour(
    mut terminal: Terminal,
    python: PathBuf,
    args: &DemoArgs,
    place: &Place,
) -> anyhow::Result<Terminal> {
    let held = place.held()?.context("the sandbox does not run")?;
    terminal.environment = held.description.environment();
    let outside = Outside {
        python,
        environment: held.description.environment(),
    };
    let chart = Chart::find(args.chart.as_deref())?;
    let before = outside.left()?;
    configure(
        &terminal,
        &chart,
        &outside.prepare()?,
        &held.description.cluster_name,
    )?;
    act(&mut terminal, &outside, &chart)?;
    if args.keep {
        return Ok(terminal);
    }
    destroy(&mut terminal, &outside, &before)?;
    Ok(terminal)
}

/// Says in the stack's variables where it is, and that it is watched.
fn configure(
    terminal: &Terminal,
    chart: &Chart,
    prepared: &Prepared,
    cluster: &str,
) -> anyhow::Result<()> {
    let variables = json!({
        "cluster_name": cluster,
        "bucket_name": "demo-loki-logs",
        "oidc_provider": "create",
        "listener_arn": prepared.listener_arn,
        "listener_priority": 10,
        "grafana_host": "grafana.example.com",
    });
    let mut all: Map<String, Value> = chart
        .variables()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    all.extend(
        variables
            .as_object()
            .into_iter()
            .flatten()
            .map(|(k, v)| (k.clone(), v.clone())),
    );
    let text = serde_json::to_string_pretty(&all)?;
    fs::write(terminal.stack.join("terraform.tfvars.json"), text)?;
    fs::write(terminal.stack.join("watch.hcl"), WATCH)?;
    Ok(())
}

fn act(terminal: &mut Terminal, outside: &Outside, chart: &Chart) -> anyhow::Result<()> {
    terminal.say(&format!(
        "stacks/loki: bucket, policy, role, {}, target group, rule, binding",
        chart.describe()
    ));
    terminal.trueup(&["plan", "-out=plan"], 0)?;
    terminal.say("What was planned is done:");
    terminal.trueup(&["apply", "plan"], 0)?;
    terminal.say("Then there is nothing left to do, and nothing has drifted:");
    terminal.trueup(&["plan", "-detailed-exitcode"], 0)?;
    terminal.trueup(&["watch", "-once"], 0)?;
    terminal.say("Somebody changes an object behind our back:");
    let done = outside.edit()?;
    terminal.show(&format!("$ {done}"));
    terminal.say("A plan sees it without the state being changed:");
    terminal.trueup(&["plan", "-refresh-only"], 0)?;
    terminal.say("What was changed, and who did it, here and as a page:");
    terminal.trueup(&["drift", "-html=drift.html"], 2)?;
    terminal.say("The service that looks every hour tells it once, and shows it on its page:");
    terminal.trueup(&["watch", "-once"], 2)?;
    page::show(terminal)?;
    terminal.say("Put right again, that and nothing else:");
    terminal.trueup(&["drift", "-repair", "-auto-approve"], 0)?;
    terminal.trueup(&["plan", "-detailed-exitcode"], 0)?;
    terminal.trueup(&["watch", "-once"], 0)?;
    Ok(())
}

fn destroy(terminal: &mut Terminal, outside: &Outside, before: &str) -> anyhow::Result<()> {
    terminal.say("And all of it is taken away again:");
    terminal.trueup(&["destroy", "-auto-approve"], 0)?;
    let left = outside.left()?;
    ensure!(
        left == before,
        "something is left that was not there before:\n{left}"
    );
    terminal.show("Nothing is left in the account or the cluster.");
    Ok(())
}
