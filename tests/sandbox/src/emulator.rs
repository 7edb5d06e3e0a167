//! The AWS half of a sandbox by itself.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Cache, Faults, Part, Programs, build,
    faults::request,
    sandbox::{Endpoint, Proxy, emulator, proxy},
    shared::is_missing,
};

static SHARED: OnceLock<Option<Emulator>> = OnceLock::new();

/// A running AWS emulator without a cluster; it ends when this is dropped.
#[derive(Debug)]
pub struct Emulator {
    endpoint: String,
    programs: Programs,
    dir: PathBuf,
    _part: Part,
}

/// An emulator as one test sees it: the calls that are counted and the faults
/// that strike are those of this test alone.
#[derive(Debug)]
pub struct EmulatorFront {
    /// Where it is called.
    pub endpoint: String,
    /// The calls and faults.
    pub faults: Faults,
    _part: Part,
}

/// The network every account begins with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Network {
    /// The ID of the VPC.
    pub vpc: String,
    /// The IDs of its subnets.
    pub subnets: Vec<String>,
}

impl Emulator {
    /// Starts an emulator whose logs are in `dir`, which is deleted at its end.
    ///
    /// # Errors
    /// It does not start, with its log.
    pub fn start(programs: Programs, dir: &Path) -> anyhow::Result<Emulator> {
        fs::create_dir_all(dir)?;
        let mut command = emulator(&programs, dir);
        command.arg("--remove-at-end").arg(dir);
        let (part, started): (_, Endpoint) = Part::start("emulator", command, dir)?;
        Ok(Emulator {
            endpoint: started.endpoint,
            programs,
            dir: dir.to_owned(),
            _part: part,
        })
    }

    /// The emulator of this program, started by whoever asks first. `None`
    /// where [`shared`](crate::shared) gives none.
    ///
    /// # Panics
    /// As there.
    pub fn shared() -> Option<&'static Emulator> {
        let start = || {
            if is_missing() {
                return None;
            }
            match begin() {
                Ok(emulator) => Some(emulator),
                Err(error) => panic!("the emulator did not start: {error:#}"),
            }
        };
        SHARED.get_or_init(start).as_ref()
    }

    /// The emulator itself, past all proxies.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// A proxy in front of it that ends when it is dropped.
    ///
    /// # Errors
    /// It does not start, with its log.
    pub fn front(&self) -> anyhow::Result<EmulatorFront> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("front-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let dir = self.dir.join(name);
        fs::create_dir_all(&dir)?;
        let command = proxy(&self.programs, &self.endpoint, None);
        let (part, front): (_, Proxy) = Part::start("aws-faults", command, &dir)?;
        Ok(EmulatorFront {
            endpoint: front.endpoint,
            faults: Faults {
                control: front.control,
            },
            _part: part,
        })
    }

    /// How many objects of one of Terraform's types there are whose names have
    /// `text` in them; `None` where the emulator cannot tell.
    ///
    /// # Errors
    /// It cannot be reached.
    pub fn census(&self, region: &str, kind: &str, text: &str) -> anyhow::Result<Option<usize>> {
        census(&self.endpoint, region, kind, text)
    }

    /// The default network of a region.
    ///
    /// # Errors
    /// It cannot be reached.
    pub fn network(&self, region: &str) -> anyhow::Result<Network> {
        self.ask(&format!("network/{region}"))
    }

    /// Puts a cluster of EKS into the account, which nothing answers for.
    ///
    /// # Errors
    /// The emulator cannot be reached.
    pub fn register_cluster(&self, region: &str, name: &str) -> anyhow::Result<()> {
        let settings = serde_json::json!({
            "region": region,
            "endpoint": "https://127.0.0.1:1",
            "ca": "",
            "issuer": format!("https://oidc.eks.{region}.amazonaws.com/id/{name}"),
            "version": "1.36",
        });
        let url = format!("{}/_sandbox/eks-clusters/{name}", self.endpoint);
        request(&url, "PUT", &settings.to_string())?;
        Ok(())
    }

    fn ask<T: DeserializeOwned>(&self, what: &str) -> anyhow::Result<T> {
        ask(&self.endpoint, what)
    }
}

fn begin() -> anyhow::Result<Emulator> {
    let programs = build(&Cache::of_user()?)?;
    let name = format!("trueup-emulator-{}", std::process::id());
    Emulator::start(programs, &env::temp_dir().join(name))
}

/// Counts objects in the emulator at `endpoint`, as [`Emulator::census`] does.
pub(crate) fn census(
    endpoint: &str,
    region: &str,
    kind: &str,
    text: &str,
) -> anyhow::Result<Option<usize>> {
    ask(endpoint, &format!("census/{region}/{kind}/{text}"))
}

fn ask<T: DeserializeOwned>(endpoint: &str, what: &str) -> anyhow::Result<T> {
    let told = request(&format!("{endpoint}/_sandbox/{what}"), "GET", "")?;
    Ok(serde_json::from_str(&told)?)
}
