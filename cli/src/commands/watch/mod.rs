//! `trueup watch`

mod check;
mod courier;
mod load;
mod log;
mod show;
mod signals;
mod site;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    time::SystemTime,
};

use trueup_core::progress::Stop;
use trueup_drift::{
    Timestamp,
    config::Config,
    history::{Claim, ClaimError, FileSystem, History, Verdict},
    service::{self, Board, Clock, Input, Line, Service, World},
};

use super::Context;
use crate::{error::CommandError, runtime};

/// Look for drift on a schedule, and tell when it changes
///
/// Checks the stacks that the configuration names when they are due, keeps what
/// was found, shows it on a page and in metrics, and tells those named in it when
/// something has drifted, has drifted otherwise or is as it should be again.
/// Nothing is changed unless a stack says that it may be repaired. SIGTERM ends the
/// service, SIGHUP has it read its configuration again. docs/watch.md is its manual.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup watch -check\n  trueup watch -config=/etc/trueup/watch.hcl\n  trueup watch -once\n\nWith -once the exit code is 0 if nothing has drifted, 2 if something has, 1 if a stack could not be checked."
)]
pub(crate) struct WatchArgs {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "watch.hcl")]
    config: PathBuf,

    /// Check every stack now, send what is to be sent, and end
    #[arg(long)]
    once: bool,

    /// Only read the configuration, and show when each stack is due
    #[arg(long, conflicts_with = "once")]
    check: bool,
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        now()
    }
}

/// The time; the beginning of time where the clock shows nothing sensible.
fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub(crate) fn run(args: &WatchArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let config = load::load(&args.config, context.environment, &context.ui)?;
    if args.check {
        load::whole(&config)?;
        return context.ui.print(&show::text(&args.config, &config, now()));
    }
    leave_out(&config, context)?;
    let _claim = claim(&config)?;
    let history = open(&config, context)?;
    let (sender, inbox) = mpsc::channel();
    let stop = Stop::default();
    signals::listen(args, context, &stop, &sender)?;
    let world = world(context, stop)?;
    let verdict = match args.once {
        true => {
            let service = Service::once(config, history, now());
            let board = Board::new(service.status());
            service::run(service, world, &inbox, &sender, &board)
        }
        false => serve(config, history, world, (&sender, &inbox), context)?,
    };
    match verdict {
        _ if !args.once => Ok(()),
        Verdict::Clean => Ok(()),
        Verdict::Drifted => Err(CommandError::Exit(2)),
        Verdict::Failed => Err(CommandError::Reported),
    }
}

/// Says which stacks are not checked. The others are, if there are any.
fn leave_out(config: &Config, context: &Context<'_>) -> Result<(), CommandError> {
    if config.stacks.is_empty() {
        load::whole(config)?;
    }
    for name in &config.left_out {
        let text = format!("{name}: not checked: its block in the configuration has errors");
        log::write(&context.ui, &Line::problem(text), now());
    }
    Ok(())
}

/// The service with its page, until it is told to end.
fn serve(
    config: Config,
    history: History,
    world: World,
    channel: (&Sender<Input>, &Receiver<Input>),
    context: &Context<'_>,
) -> Result<Verdict, CommandError> {
    let listener = site::listen(config.listen)?;
    let (address, token) = (listener.local_addr(), config.token.clone());
    let stacks = show::counted(config.stacks.len(), "stack", "stacks");
    let service = Service::new(config, history, now());
    let board = Board::new(service.status());
    let site = site::Site::open(listener, &board, token)?;
    if let Ok(address) = address {
        let line = Line::note(format!("watching {stacks}; http://{address}/"));
        log::write(&context.ui, &line, now());
    }
    let verdict = service::run(service, world, channel.1, channel.0, &board);
    site.close();
    Ok(verdict)
}

fn world(context: &Context<'_>, stop: Stop) -> Result<World, CommandError> {
    let ui = context.ui.clone();
    Ok(World {
        clock: Arc::new(SystemClock),
        checker: Arc::new(check::Stacks::new(context, stop)),
        courier: Arc::new(courier::Web::new(context.environment)?),
        say: Box::new(move |line| log::write(&ui, line, now())),
        stack_size: runtime::STACK_SIZE,
    })
}

/// Nobody else may write the same history.
fn claim(config: &Config) -> Result<Option<Claim>, CommandError> {
    match Claim::take(&config.history) {
        Ok(claim) => Ok(Some(claim)),
        Err(taken @ ClaimError::Taken { .. }) => Err(CommandError::usage(
            "History in use",
            format!("{taken} Each service needs a folder of its own."),
        )),
        // Where nothing can be written nobody else writes, either. The history
        // itself says what is wrong.
        Err(ClaimError::Io { .. }) => Ok(None),
    }
}

fn open(config: &Config, context: &Context<'_>) -> Result<History, CommandError> {
    let opened = History::open(Box::new(FileSystem), &config.history, config.keep, now());
    let (history, damage) = opened
        .map_err(|error| CommandError::usage("Failed to open the history", error.to_string()))?;
    for line in log::damage(&damage) {
        log::write(&context.ui, &line, now());
    }
    Ok(history)
}
