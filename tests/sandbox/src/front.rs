//! Proxies of one test's own.

use std::ops::Deref;

use crate::{
    Description, Faults, Part, Sandbox,
    sandbox::{Proxy, kubeconfig_through, proxy},
};

/// A sandbox as one test sees it: the calls that are counted and the faults
/// that strike are those of this test alone, whatever others do meanwhile.
#[derive(Debug)]
pub struct Front {
    description: Description,
    _parts: [Part; 2],
}

impl Sandbox {
    /// Proxies in front of this sandbox that end when they are dropped.
    ///
    /// # Errors
    /// One does not start, with its log.
    pub fn front(&self) -> anyhow::Result<Front> {
        let name = self.unique("front");
        let dir = self.dir.join(&name);
        std::fs::create_dir_all(&dir)?;
        let kubernetes = proxy(&self.programs, &self.cluster.server, Some(&self.cluster.ca));
        let (first, kubernetes) = Part::start::<Proxy>("kubernetes-faults", kubernetes, &dir)?;
        let aws = proxy(
            &self.programs,
            &self.description().direct_aws_endpoint,
            None,
        );
        let (second, aws) = Part::start::<Proxy>("aws-faults", aws, &dir)?;
        let faults = |control: String| Faults { control };
        Ok(Front {
            description: Description {
                kubeconfig: kubeconfig_through(&self.cluster, &kubernetes.endpoint, &name)?,
                aws_endpoint: aws.endpoint,
                kubernetes_faults: faults(kubernetes.control),
                aws_faults: faults(aws.control),
                ..self.description().clone()
            },
            _parts: [first, second],
        })
    }
}

impl Deref for Front {
    type Target = Description;

    fn deref(&self) -> &Description {
        &self.description
    }
}
