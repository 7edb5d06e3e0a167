//! Where Helm charts come from: folders, archives, HTTP repositories, OCI registries.
//!
//! Apart from rendering on purpose: what renders a chart links neither TLS nor OpenPGP. Everything
//! from outside is an argument (settings, credentials, folders, the time); nothing is read from
//! the environment, nothing is printed, and dropping a future cancels what it was doing.

mod cache;
mod chart_lock;
mod dependencies;
mod digest;
mod error;
mod homes;
mod http;
mod index;
mod locate;
mod location;
mod pack;
mod pins;
mod provenance;
mod registry;
mod repositories;
mod repository;
mod secret;
mod version;

pub use cache::Cache;
pub use chart_lock::{ChartLock, lock_digest, lock_digest_2};
pub use dependencies::{ChartDependencies, dependency_status, stray_charts};
pub use digest::Digest;
pub use error::SourceError;
pub use homes::Homes;
pub use http::{ClientCertificate, Http, HttpSettings, Proxies, Retry};
pub use index::{ChartVersion, chart_versions};
pub use locate::{ChartRequest, Located, Sources};
pub use pins::{Pin, PinKey, Pins};
pub use provenance::{Keyring, Verification, verify};
pub use registry::{Login, Logins, OciReference, Pulled, Registry, is_oci};
pub use repositories::{NamedRepository, Repositories};
pub use repository::{Repository, SizeLimits};
pub use secret::{Credentials, Secret, redact};
pub use version::Wanted;
