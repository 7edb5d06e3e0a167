//! Helm charts: loading, values, rendering, byte for byte as Helm 4.3 does it.

mod archive;
mod capabilities;
mod chart;
mod chart_files;
mod dependencies;
mod directory;
mod error;
mod file_match;
mod glob;
mod ignore;
mod loader;
mod manifests;
mod messages;
mod metadata;
mod node;
mod reads;
mod render;
mod schema;
mod template;
mod unused;
mod values;

pub use capabilities::{Capabilities, KubeVersion};
pub use chart::{Chart, File};
pub use error::ChartError;
pub use loader::{load, load_archive, load_files};
pub use manifests::{Hook, HookEvent, Manifest, sort, split};
pub use metadata::{Dependency, Maintainer, Metadata};
pub use reads::{ChartReads, Read};
pub use render::Release;
pub use template::{Options, Rendered, Selection, render};
pub use trueup_helm_template::Limits;
pub use trueup_helm_template::functions::{Clock, Entropy, Sources};
pub use unused::{Near, Unused, unused};
pub use values::{Given, Place, ReadFile, Setting, Step, ValuePath, load_values, merge, set};
