//! Signals: SIGTERM and SIGINT end the service, SIGHUP has it read its
//! configuration again.

use std::{path::Path, sync::mpsc::Sender};

use trueup_core::progress::Stop;
use trueup_drift::{
    config::Config,
    service::{Input, Line},
};

use super::{WatchArgs, load, log, now};
use crate::{commands::Context, environment::Environment, error::CommandError, ui::Ui};

/// From now on signals reach the service.
///
/// # Errors
/// If the system does not let it hear of them.
#[cfg(unix)]
pub(super) fn listen(
    args: &WatchArgs,
    context: &Context<'_>,
    stop: &Stop,
    sender: &Sender<Input>,
) -> Result<(), CommandError> {
    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
    };
    let signals = Signals::new([SIGHUP, SIGINT, SIGTERM]);
    let mut signals =
        signals.map_err(|source| CommandError::io("Failed to listen to signals", ".", source))?;
    let (path, environment) = (args.config.clone(), context.environment.clone());
    let (ui, stop, sender) = (context.ui.clone(), stop.clone(), sender.clone());
    let mut stopping = false;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let input = match signal {
                SIGHUP => match reload(&path, &environment, &ui) {
                    Ok(config) => Input::Reload(Box::new(config)),
                    Err(error) => {
                        ui.error(&error);
                        let line = Line::problem(
                            "the configuration was not read; everything stays as it was",
                        );
                        log::write(&ui, &line, now());
                        continue;
                    }
                },
                _ if stopping => end(),
                _ => {
                    stopping = true;
                    stop.request();
                    Input::Stop
                }
            };
            // Nobody hears of it any more once the service has ended.
            drop(sender.send(input));
        }
    });
    Ok(())
}

/// The configuration as it is now; a stack that is checked is not left out because of
/// an error.
#[cfg(unix)]
fn reload(path: &Path, environment: &Environment, ui: &Ui) -> Result<Config, CommandError> {
    let config = load::load(path, environment, ui)?;
    load::whole(&config)?;
    Ok(config)
}

/// The system ends the service.
#[cfg(not(unix))]
pub(super) fn listen(
    _: &WatchArgs,
    _: &Context<'_>,
    _: &Stop,
    _: &Sender<Input>,
) -> Result<(), CommandError> {
    Ok(())
}

#[cfg(unix)]
#[expect(
    clippy::exit,
    reason = "the user insists; the history is whole at any moment"
)]
fn end() -> ! {
    std::process::exit(i32::from(crate::error::FAILURE));
}
