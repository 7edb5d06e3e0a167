//! One sandbox for all tests of a program.

use std::{
    env,
    ops::Deref,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{
        OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU32, Ordering},
    },
};

use crate::{Cache, Options, Sandbox, build};

static SHARED: OnceLock<Option<Sandbox>> = OnceLock::new();

/// Held for reading by who minds nobody, for writing by who must be alone.
static ALONE: RwLock<()> = RwLock::new(());

/// The sandbox, used by several tests at once.
#[derive(Debug)]
pub struct Shared {
    sandbox: &'static Sandbox,
    _together: RwLockReadGuard<'static, ()>,
}

/// The sandbox, used by one test and nobody else. The faults it asks for and
/// the calls that are counted are its own.
#[derive(Debug)]
pub struct Alone {
    sandbox: &'static Sandbox,
    _alone: RwLockWriteGuard<'static, ()>,
}

/// The sandbox of this program, started by whoever asks first, and built if
/// need be. It ends with the program and leaves nothing behind. `None`, with a
/// word on standard error, where Go or Python is missing, and where
/// `TRUEUP_SANDBOX` is `off`.
///
/// Tests keep out of each other's way by names from [`Sandbox::unique`]: for
/// namespaces, roles, everything.
///
/// # Panics
/// It does not start; or something is missing where `CI` is set.
pub fn shared() -> Option<Shared> {
    let together = ALONE.read().unwrap_or_else(PoisonError::into_inner);
    Some(Shared {
        sandbox: running()?,
        _together: together,
    })
}

/// The same for a test that needs faults or counts calls.
///
/// # Panics
/// As [`shared`].
pub fn alone() -> Option<Alone> {
    let alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
    let alone = Alone {
        sandbox: running()?,
        _alone: alone,
    };
    alone.reset();
    Some(alone)
}

fn running() -> Option<&'static Sandbox> {
    SHARED.get_or_init(start).as_ref()
}

fn start() -> Option<Sandbox> {
    if is_missing() {
        return None;
    }
    match begin() {
        Ok(sandbox) => Some(sandbox),
        Err(error) => panic!("the sandbox did not start: {error:#}"),
    }
}

fn begin() -> anyhow::Result<Sandbox> {
    let programs = build(&Cache::of_user()?)?;
    let name = format!("trueup-sandbox-{}", std::process::id());
    let options = Options {
        ephemeral: true,
        ..Options::default()
    };
    Sandbox::start(programs, &env::temp_dir().join(name), &options)
}

/// Whether there is no sandbox; why is said on standard error.
pub(crate) fn is_missing() -> bool {
    let why = missing();
    if let Some(why) = &why {
        say(&format!("tests in the sandbox are skipped: {why}"));
    }
    why.is_some()
}

/// Why there is no sandbox.
fn missing() -> Option<String> {
    if env::var("TRUEUP_SANDBOX").is_ok_and(|set| set == "off") {
        return Some("TRUEUP_SANDBOX is off".to_owned());
    }
    let tools = [("go", "version"), ("python3", "--version")];
    let missing = tools.into_iter().find(|(tool, flag)| {
        let mut command = Command::new(tool);
        let command = command
            .arg(flag)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        !command.status().is_ok_and(|status| status.success())
    });
    let (tool, _) = missing?;
    assert!(
        env::var_os("CI").is_none(),
        "the sandbox needs {tool}, which is missing"
    );
    Some(format!("{tool} is missing"))
}

#[expect(clippy::print_stderr, reason = "for whoever reads what tests say")]
fn say(what: &str) {
    eprintln!("{what}");
}

impl Cache {
    /// The one of whoever runs this: `$TRUEUP_SANDBOX_CACHE`, else a folder
    /// among the user's caches.
    ///
    /// # Errors
    /// Nothing says where those are.
    pub fn of_user() -> anyhow::Result<Cache> {
        let given = env::var_os("TRUEUP_SANDBOX_CACHE").map(PathBuf::from);
        let base = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let home = env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
        let usual = base.or(home).map(|base| base.join("trueup-sandbox"));
        match given.or(usual) {
            Some(place) => Ok(Cache::new(place)),
            None => anyhow::bail!("neither XDG_CACHE_HOME nor HOME is set"),
        }
    }
}

impl Sandbox {
    /// A name that nobody else in this sandbox has: lower case, digits and
    /// dashes.
    pub fn unique(&self, prefix: &str) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        format!("{prefix}-{:x}-{count}", std::process::id())
    }
}

impl Alone {
    /// No faults, and no calls so far.
    fn reset(&self) {
        let description = self.sandbox.description();
        for faults in [&description.kubernetes_faults, &description.aws_faults] {
            let reset = faults.set(&[], 0).and_then(|()| faults.forget());
            if let Err(error) = reset {
                panic!("the proxy could not be reset: {error:#}");
            }
        }
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.reset();
        }
    }
}

impl Deref for Shared {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        self.sandbox
    }
}

impl Deref for Alone {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        self.sandbox
    }
}
