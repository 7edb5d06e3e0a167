//! What waits for a provider while planning: the most urgent first, and what
//! can be read with one call together.

use std::{
    collections::{HashMap, VecDeque},
    ops::Range,
    rc::Rc,
};

use trueup_value::Str;

use crate::{evaluate::ModuleScope, run::ProviderKey, schedule::Queue};

/// What an item has to do that may have to wait for a provider.
pub(super) enum Work {
    Configure(u32),
    Plan(Instances),
    /// To be read with others first.
    Read(Together, Instances),
}

/// Some instances of a resource in a module instance.
pub(super) struct Instances {
    pub(super) item: u32,
    pub(super) scope: Rc<ModuleScope>,
    pub(super) positions: Range<usize>,
}

/// A resource instance to be planned.
pub(super) struct Instance {
    pub(super) item: u32,
    pub(super) scope: Rc<ModuleScope>,
    pub(super) position: usize,
}

/// Objects that one call reads: of one type, with one provider configuration.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Together {
    pub(super) provider: ProviderKey,
    pub(super) kind: Str,
    /// How many at most.
    pub(super) limit: usize,
}

/// Instances whose objects are read with one call.
pub(super) struct Batch {
    pub(super) instances: Vec<Instance>,
    urgency: u32,
}

/// Something to be done by itself.
pub(super) enum Job {
    Configure(u32),
    Instance(Instance),
    Read(Batch),
}

/// The work nobody has begun yet.
#[derive(Default)]
pub(super) struct Jobs {
    queue: Queue<Pending>,
    /// What is read together is equally urgent: nothing waits for what less
    /// depends on.
    gathered: HashMap<(Together, u32), VecDeque<Instances>>,
}

enum Pending {
    Configure(u32),
    Plan(Instances),
    Read(Together, u32),
}

impl Work {
    /// How many jobs it comes to, reading aside.
    pub(super) fn count(&self) -> usize {
        match self {
            Work::Configure(_) => 1,
            Work::Plan(instances) | Work::Read(_, instances) => instances.positions.len(),
        }
    }
}

impl Jobs {
    /// Adds work; the higher `urgency`, the sooner its turn comes.
    pub(super) fn add(&mut self, urgency: u32, work: Vec<Work>) {
        for work in work {
            match work {
                Work::Configure(item) => self.queue.push(urgency, Pending::Configure(item)),
                Work::Plan(instances) => self.queue.push(urgency, Pending::Plan(instances)),
                Work::Read(together, instances) => self.gather(together, urgency, instances),
            }
        }
    }

    fn gather(&mut self, together: Together, urgency: u32, instances: Instances) {
        let gathered = self
            .gathered
            .entry((together.clone(), urgency))
            .or_default();
        if gathered.is_empty() {
            self.queue.push(urgency, Pending::Read(together, urgency));
        }
        gathered.push_back(instances);
    }

    /// Adds instances whose objects have been read.
    pub(super) fn add_read(&mut self, batch: Batch) {
        for instance in batch.instances {
            let positions = instance.position..instance.position + 1;
            let (item, scope) = (instance.item, instance.scope);
            let instances = Instances {
                item,
                scope,
                positions,
            };
            self.queue.push(batch.urgency, Pending::Plan(instances));
        }
    }

    /// Whether there is nothing to be begun.
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// What is to be done next.
    pub(super) fn next(&mut self) -> Option<Job> {
        let gathered = &mut self.gathered;
        self.queue.pop_part(|pending| match pending {
            Pending::Configure(item) => (Job::Configure(*item), false),
            Pending::Plan(instances) => {
                let (instance, more) = instances.take();
                (Job::Instance(instance), more)
            }
            Pending::Read(together, urgency) => {
                let key = (together.clone(), *urgency);
                let waiting = gathered.entry(key).or_default();
                let mut instances = Vec::new();
                while instances.len() < together.limit
                    && let Some(first) = waiting.front_mut()
                {
                    let (instance, more) = first.take();
                    instances.push(instance);
                    if !more {
                        waiting.pop_front();
                    }
                }
                let urgency = *urgency;
                let batch = Batch { instances, urgency };
                (Job::Read(batch), !waiting.is_empty())
            }
        })
    }
}

impl Instances {
    /// Takes the first, which there must be; whether there are more.
    fn take(&mut self) -> (Instance, bool) {
        let instance = Instance {
            item: self.item,
            scope: Rc::clone(&self.scope),
            position: self.positions.start,
        };
        self.positions.start += 1;
        (instance, !self.positions.is_empty())
    }
}
