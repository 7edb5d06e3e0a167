//! Ctrl-C: the first asks a run to stop, the second ends the process.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
    mpsc::Sender,
};

use trueup_core::progress::Stop;
use trueup_syntax::render::wrap;

use crate::{error::FAILURE, operation::stream, prompt::Heard, ui::Ui};

const FIRST: &str = "\nInterrupt received.\nPlease wait for Terraform to exit or data loss may occur.\nGracefully shutting down...\n";

const SECOND: &str =
    "\nTwo interrupts received. Exiting immediately. Note that data loss may have occurred.\n";

/// The question that waits for an answer, if there is one.
static WAITING: Mutex<Option<Sender<Heard>>> = Mutex::new(None);

/// Somebody has interrupted before.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Sets who hears of an interrupt instead of the run.
pub(crate) fn tell(question: Option<Sender<Heard>>) {
    *WAITING.lock().unwrap_or_else(PoisonError::into_inner) = question;
}

/// From now on an interrupt requests `stop`, and a second one ends the
/// process: what was begun is in the journal, and the next run finds out what
/// came of it.
#[cfg(unix)]
pub(crate) fn listen(stop: Stop, ui: Ui, json: bool) {
    use signal_hook::{consts, iterator::Signals};
    // Without a handler an interrupt ends the process, which loses nothing
    // either.
    let Ok(mut signals) = Signals::new([consts::SIGINT, consts::SIGTERM]) else {
        return;
    };
    std::thread::spawn(move || {
        for _ in signals.forever() {
            interrupted(&stop, &ui, json);
        }
    });
}

/// An interrupt ends the process.
#[cfg(not(unix))]
pub(crate) fn listen(_: Stop, _: Ui, _: bool) {}

fn interrupted(stop: &Stop, ui: &Ui, json: bool) {
    let waiting = WAITING
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let asked = waiting.is_some_and(|question| question.send(Heard::Interrupt).is_ok());
    let again = INTERRUPTED.swap(true, Ordering::AcqRel);
    stop.request();
    match (asked, again) {
        (_, true) => end(ui, json),
        (true, false) => {}
        (false, false) => announce(ui, json),
    }
}

fn announce(ui: &Ui, json: bool) {
    let lines = match json {
        true => [FIRST, "Stopping operation..."].map(stream::log).concat(),
        false => format!("{}\nStopping operation...\n", wrap(FIRST, ui.width)),
    };
    drop(ui.print(&lines));
}

#[expect(clippy::exit, reason = "the user insists")]
fn end(ui: &Ui, json: bool) {
    match json {
        true => drop(ui.print(&stream::log(SECOND))),
        false => ui.complain(&format!("{}\n", wrap(SECOND, ui.width))),
    }
    std::process::exit(i32::from(FAILURE));
}
