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
        bar.set_message(state.text(None));
        bar.tick();
    }

    fn tick(&self, running: &[Running]) {
        let state = self.lock();
        if let Some(bar) = &state.bar {
            bar.set_message(state.text(running.first().map(Running::elapsed)));
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
    /// How far the run is; `oldest` is for how long the first of what is
    /// running has been.
    fn text(&self, oldest: Option<Seconds>) -> String {
        let mut parts = Vec::new();
        match self.total {
            Some(total) => parts.push(format!("{} of {total} done", self.done)),
            None if self.refreshed > 0 => parts.push(format!("{} refreshed", self.refreshed)),
            None => {}
        }
        if let Some((address, operation)) = self.running.first() {
            let doing = operation.beginning().to_lowercase();
            let time = oldest.filter(|oldest| oldest.0 > 0);
            let time = time.map(|oldest| format!(" {oldest}")).unwrap_or_default();
            let more = match self.running.len() {
                1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            parts.push(format!("{doing} {address}{time}{more}"));
        }
        let doing = match self.total {
            Some(_) => "Applying",
            None => "Planning",
        };
        let elapsed = Seconds::of(self.since.elapsed());
        format!("{doing} [{elapsed}] {}", parts.join(", "))
    }
}
