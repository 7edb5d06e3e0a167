//! Events on a terminal: what is done stays above, what is running is told in
//! one line below.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{
    event::{Event, Operation, Seconds, What},
    lines,
    tracker::{Running, Sink},
};
use crate::ui::Ui;

/// A line that tells how far a run is.
pub(in crate::operation) struct Terminal {
    ui: Ui,
    state: Mutex<State>,
}

struct State {
    bar: Option<ProgressBar>,
    since: Instant,
    /// How many actions there will be; none while planning.
    total: Option<usize>,
    done: usize,
    refreshed: usize,
    running: Vec<(String, Operation)>,
}

impl Terminal {
    pub(in crate::operation) fn new(ui: &Ui) -> Self {
        let state = State {
            bar: None,
            since: Instant::now(),
            total: None,
            done: 0,
            refreshed: 0,
            running: Vec::new(),
        };
        Terminal {
            ui: ui.clone(),
            state: Mutex::new(state),
        }
    }

    /// From now on so many actions are taken.
    pub(in crate::operation) fn expect(&self, total: usize) {
        self.clear();
        let mut state = self.lock();
        state.total = Some(total);
        state.since = Instant::now();
        (state.done, state.refreshed) = (0, 0);
    }

    /// Makes room for other output. The line comes back with the next event.
    pub(in crate::operation) fn clear(&self) {
        if let Some(bar) = self.lock().bar.take() {
            bar.finish_and_clear();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Terminal {
    fn event(&self, event: &Event<'_>) {
        let address = event.object.to_string();
        let mut state = self.lock();
        let said = match &event.what {
            What::Started(operation, _) => {
                state.running.push((address, *operation));
                false
            }
            What::Finished(operation, ..) | What::Failed(operation, _) => {
                state.running.retain(|running| running.0 != address);
                state.done += usize::from(!operation.is_ephemeral());
                true
            }
            What::RefreshFinished(_) => {
                state.refreshed += 1;
                false
            }
            What::RefreshStarted(_) | What::Still(..) => false,
            _ => true,
        };
        let bar = state.bar.get_or_insert_with(bar).clone();
        if said {
            for line in lines::texts(event, self.ui.color) {
                bar.println(line);
            }
        }
        bar.set_message(state.text(None, self.ui.width));
        bar.tick();
    }

    fn tick(&self, running: &[Running]) {
        let state = self.lock();
        if let Some(bar) = &state.bar {
            bar.set_message(state.text(running.first().map(Running::elapsed), self.ui.width));
            bar.tick();
        }
    }
}

fn bar() -> ProgressBar {
    let target = ProgressDrawTarget::stdout_with_hz(8);
    let bar = ProgressBar::with_draw_target(None, target);
    match ProgressStyle::with_template("{wide_msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

impl State {
    /// How far the run is, in one line; `oldest` is for how long the first of
    /// what is running has been.
    fn text(&self, oldest: Option<Seconds>, width: usize) -> String {
        let (doing, done) = match self.total {
            Some(total) => ("Applying", Some(format!("{} of {total} done", self.done))),
            None if self.refreshed > 0 => {
                ("Planning", Some(format!("{} refreshed", self.refreshed)))
            }
            None => ("Planning", None),
        };
        let elapsed = Seconds::of(self.since.elapsed());
        let done = done.unwrap_or_default();
        let Some((address, operation)) = self.running.first() else {
            return format!("{doing} [{elapsed}] {done}");
        };
        let comma = if done.is_empty() { "" } else { ", " };
        let operation = operation.beginning().to_lowercase();
        let before = format!("{doing} [{elapsed}] {done}{comma}{operation} ");
        let time = oldest.filter(|oldest| oldest.0 > 0);
        let time = time.map(|oldest| format!(" {oldest}")).unwrap_or_default();
        let after = match self.running.len() {
            1 => time,
            count => format!("{time} and {} more", count - 1),
        };
        let room = width.saturating_sub(before.chars().count() + after.chars().count());
        format!("{before}{}{after}", end_of(address, room))
    }
}

/// An address, of which only the end is told if there is no room for more.
fn end_of(address: &str, room: usize) -> String {
    let count = address.chars().count();
    if count <= room {
        return address.to_owned();
    }
    let end = address.chars().skip(count + 1 - room.max(1));
    std::iter::once('…').chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(total: Option<usize>, running: &[&str], width: usize) -> String {
        let running = running.iter();
        let state = State {
            bar: None,
            since: Instant::now(),
            total,
            done: 12,
            refreshed: 0,
            running: running
                .map(|address| ((*address).to_owned(), Operation::Create))
                .collect(),
        };
        state.text(Some(Seconds(75)), width)
    }

    #[test]
    fn the_line_fits_the_terminal() {
        let address = "module.observability.aws_iam_role_policy.loki_reads_its_chunks";
        assert_eq!(
            [100, 60, 20].map(|width| shown(Some(300), &[address, "b", "c"], width)),
            [
                "Applying [0s] 12 of 300 done, creating …y.aws_iam_role_policy.loki_reads_its_chunks 1m15s and 2 more",
                "Applying [0s] 12 of 300 done, creating …nks 1m15s and 2 more",
                "Applying [0s] 12 of 300 done, creating … 1m15s and 2 more",
            ]
        );
        assert_eq!(
            [shown(None, &["a.b"], 60), shown(Some(13), &[], 60)],
            [
                "Planning [0s] creating a.b 1m15s",
                "Applying [0s] 12 of 13 done",
            ]
        );
    }
}
