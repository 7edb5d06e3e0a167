//! What is known not to work together, with where that is known from.
//!
//! A row here is all that a new case takes. Versions are those of images'
//! tags; charts are told by their names.

use super::version::{Range, Version};

/// A program, told by its image.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Program {
    /// What people call it.
    pub(crate) name: &'static str,
    /// The repository its images are in, without the registry.
    pub(crate) image: &'static str,
    pub(crate) versions: Range,
}

/// What a program does not work with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum With {
    /// Another program in the same namespace.
    Program(Program),
    /// This schema in its own configuration.
    LokiSchema(&'static str),
    /// Credentials from an EKS Pod Identity association.
    PodIdentity,
}

/// A row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incompatible {
    pub(crate) program: Program,
    pub(crate) with: With,
    /// Nothing works, not only a part.
    pub(crate) is_fatal: bool,
    /// What happens. A full sentence.
    pub(crate) effect: &'static str,
    /// What works instead.
    pub(crate) instead: &'static str,
    /// Where that is known from.
    pub(crate) source: &'static str,
}

const LOKI: &str = "grafana/loki";

/// All rows.
pub(crate) const TABLE: &[Incompatible] = &[
    Incompatible {
        program: Program {
            name: "Loki",
            image: LOKI,
            versions: Range::below(Version(2, 9, 0)),
        },
        with: With::LokiSchema("v13"),
        is_fatal: true,
        effect: "It ends at once with `invalid schema version`: schema v13 came with Loki 2.9.",
        instead: "use schema v12, or an image of Loki 2.9 or later",
        source: "https://github.com/grafana/loki/blob/v2.9.0/CHANGELOG.md (9710: add schema v13)",
    },
    Incompatible {
        program: Program {
            name: "Loki",
            image: LOKI,
            versions: Range::below(Version(3, 0, 0)),
        },
        with: With::PodIdentity,
        is_fatal: true,
        effect: "It finds no credentials: its AWS SDK is older than Pod Identity and doesn't know where to ask.",
        instead: "annotate the service account with a role that trusts the cluster's OIDC provider (IRSA), or use Loki 3.0 or later",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-minimum-sdk.html (Go SDK v1.47.11; Loki 2.9.3 has v1.44.315, 3.0.0 has v1.50.32)",
    },
    Incompatible {
        program: Program {
            name: "Grafana",
            image: "grafana/grafana",
            versions: Range::from(Version(10, 3, 0)),
        },
        with: With::Program(Program {
            name: "Loki",
            image: LOKI,
            versions: Range::below(Version(2, 8, 0)),
        }),
        is_fatal: false,
        effect: "The log volume panel fails: from 10.3 on Grafana asks for the pipeline stage `drop`, which Loki has since 2.8.",
        instead: "set Grafana's image tag to 10.2.5, or use Loki 2.8 or later",
        source: "https://github.com/grafana/grafana/issues/84144, https://github.com/grafana/loki/issues/13131",
    },
];
