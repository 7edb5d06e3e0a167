//! What Kubernetes makes of objects: workloads, services, images.

pub(crate) mod image;
pub(crate) mod service;
pub(crate) mod workload;
