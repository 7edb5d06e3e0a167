//! Checking stacks: from one folder to one report, on as many threads as may be.

use std::{
    fs, io,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Sender},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use trueup_core::{
    plan::{Mode, Options},
    progress::Stop,
};
use trueup_drift::{
    ignore::{self, Rules},
    report::{Outcome, Problem, Report},
};
use trueup_syntax::SourceMap;

use super::{
    found,
    repair::{Repaired, Terms, repair},
};
use crate::{
    commands::{Context, VariableArgs},
    environment::Environment,
    error::CommandError,
    log::Log,
    operation::{
        Command, Opening, Run, RunFlags,
        view::{QuietView, view},
    },
    pool::Pool,
    runtime,
    ui::Ui,
    world,
};

/// How long connections and credentials are used by checks that begin. Those
/// that changed since are found with the next pool.
const POOL_AGE: Duration = Duration::from_secs(60);

/// How to check a stack.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) variables: VariableArgs,

    #[command(flatten)]
    pub(crate) run: RunFlags,
}

/// Checks stacks, from any thread, many at once. What they share is how services
/// are reached; each check reads anew what there is.
pub(crate) struct Checker {
    environment: Environment,
    ui: Ui,
    log: Log,
    stop: Stop,
    pool: Arc<Mutex<Option<(Instant, Pool)>>>,
}

/// What became of a check.
pub(crate) struct Checked {
    /// What was found.
    pub(crate) report: Report,
    /// What a person should see besides: warnings and errors with their places.
    pub(crate) said: String,
}

impl Checker {
    /// Checks in the environment of a command, until `stop` is requested.
    pub(crate) fn new(context: &Context<'_>, stop: Stop) -> Self {
        Checker {
            environment: context.environment.clone(),
            ui: context.ui.clone(),
            log: context.log.clone(),
            stop,
            pool: Arc::default(),
        }
    }

    /// The same, until `asked` says that it is to stop, too.
    pub(crate) fn until(&self, asked: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Checker {
            environment: self.environment.clone(),
            ui: self.ui.clone(),
            log: self.log.clone(),
            stop: self.stop.or(asked),
            pool: Arc::clone(&self.pool),
        }
    }

    /// Whether checks are to stop.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.is_requested()
    }

    /// Checks one stack; what goes wrong is part of the report. Nothing is asked
    /// and nothing is shown. The thread must be one of [`runtime::thread`].
    pub(crate) fn check(&self, folder: &Path, args: &CheckArgs) -> Checked {
        let ui = self.ui.keeping();
        let name = folder.display().to_string();
        let report = self
            .look(folder, args, &ui)
            .inspect_err(|error| ui.error(error));
        let kept = ui.taken();
        let report = report.unwrap_or_else(|error| {
            let told = kept.errors.into_iter();
            let mut problems: Vec<Problem> = told.map(problem).collect();
            if problems.is_empty() {
                problems.push(problem((error.to_string(), String::new())));
            }
            Report::new(name, Outcome::Failed(problems))
        });
        Checked {
            report,
            said: kept.text,
        }
    }

    /// Changes what a report tells back to what it was, and nothing else; shows
    /// the plan on `ui`, and asks there unless that is not wanted. Fields are taken
    /// back from those who have changed them. The thread must be one of
    /// [`runtime::thread`].
    ///
    /// # Errors
    /// If it cannot be planned, nobody answers, or something could not be done;
    /// all but the error itself has been shown.
    pub(crate) fn repair(
        &self,
        folder: &Path,
        report: &Report,
        args: &CheckArgs,
        terms: Terms,
        ui: &Ui,
    ) -> Result<Repaired, CommandError> {
        self.within(folder, ui, true, |context| {
            let view = view(&args.run, context)?;
            let repaired = repair(report, args, terms, context, view.as_ref());
            repaired.map_err(|error| view.failed(error))
        })
    }

    /// Does something in the folder of a stack, as a command started there would.
    fn within<T>(
        &self,
        folder: &Path,
        ui: &Ui,
        reclaim: bool,
        act: impl FnOnce(&Context<'_>) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        let place = self.environment.place(folder);
        let place = entered(&place).map_err(|source| {
            CommandError::io("Failed to enter the folder of a stack", &place, source)
        })?;
        let mut environment = self.environment.in_folder(place);
        environment.pool = self.pool();
        environment.reclaim = reclaim;
        act(&Context {
            environment: &environment,
            ui: ui.clone(),
            log: self.log.clone(),
            stop: Some(self.stop.clone()),
        })
    }

    /// Checks stacks, so many at once, and hands over what became of each in
    /// their order.
    ///
    /// # Errors
    /// What `each` answers; stacks that have not been begun are not then.
    pub(crate) fn check_all(
        &self,
        folders: &[PathBuf],
        args: &CheckArgs,
        at_once: NonZeroUsize,
        mut each: impl FnMut(Checked) -> Result<(), CommandError>,
    ) -> Result<(), CommandError> {
        let next = AtomicUsize::new(0);
        let (send, receive) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..at_once.get().min(folders.len()) {
                let (send, next) = (send.clone(), &next);
                let work = move || self.work(folders, args, next, &send);
                runtime::thread("check")
                    .spawn_scoped(scope, work)
                    .map_err(|source| CommandError::io("Failed to start a thread", ".", source))?;
            }
            drop(send);
            let mut waiting: Vec<Option<Checked>> = folders.iter().map(|_| None).collect();
            let mut shown = 0;
            for (at, checked) in receive {
                if let Some(place) = waiting.get_mut(at) {
                    *place = Some(checked);
                }
                while let Some(checked) = waiting.get_mut(shown).and_then(Option::take) {
                    each(checked).inspect_err(|_| next.store(folders.len(), Ordering::Relaxed))?;
                    shown += 1;
                }
            }
            Ok(())
        })
    }

    fn work(
        &self,
        folders: &[PathBuf],
        args: &CheckArgs,
        next: &AtomicUsize,
        done: &Sender<(usize, Checked)>,
    ) {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(folder) = folders.get(at) else {
                return;
            };
            if done.send((at, self.check(folder, args))).is_err() {
                return;
            }
        }
    }

    fn look(&self, folder: &Path, args: &CheckArgs, ui: &Ui) -> Result<Report, CommandError> {
        let name = folder.display().to_string();
        self.within(folder, ui, false, |context| look(name, args, context))
    }

    fn pool(&self) -> Pool {
        let mut place = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, pool)) = &*place
            && since.elapsed() < POOL_AGE
        {
            return pool.clone();
        }
        let pool = Pool::of_many();
        *place = Some((Instant::now(), pool.clone()));
        pool
    }
}

/// The folder by the name the system has for it.
fn entered(folder: &Path) -> io::Result<PathBuf> {
    fs::metadata(folder.join("."))?;
    fs::canonicalize(folder)
}

fn problem((summary, detail): (String, String)) -> Problem {
    Problem { summary, detail }
}

/// The rules of the stack.
fn rules(context: &Context<'_>) -> Result<Rules, CommandError> {
    let files = world::context(context.environment).files;
    let text = match files.read(Path::new(ignore::FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Rules::default()),
        Err(error) => return Err(CommandError::io("Failed to read", ignore::FILE, error)),
    };
    let mut sources = SourceMap::default();
    let (file, mut found) = sources.add_bytes(ignore::FILE, text);
    let (rules, wrong) = Rules::read(sources.file(file));
    found.extend(wrong);
    context.ui.diagnostics(&found, &sources);
    match found.has_errors() {
        true => Err(CommandError::Reported),
        false => Ok(rules),
    }
}

fn look(name: String, args: &CheckArgs, context: &Context<'_>) -> Result<Report, CommandError> {
    let options = Options {
        mode: Mode::RefreshOnly,
        parallelism: args.run.parallelism()?,
        ..Options::default()
    };
    let rules = rules(context)?;
    let flags = args.run.without_questions();
    let opening = Opening {
        command: Command::Plan,
        dir: Path::new("."),
        mode: options.mode,
        flags: &flags,
        variables: &args.variables,
    };
    let view = QuietView::new(context);
    let mut run = Run::open(&opening, context, &view)?;
    let plan = run.plan(&options);
    run.forget_checks();
    run.tell()?;
    let drift = found::drifted(&plan, run.state(), run.project.environment().schemas);
    let mut report = Report::new(name, Outcome::of(drift));
    rules.judge(&mut report, &run.addresses(), SystemTime::now());
    run.close()?;
    Ok(report)
}
