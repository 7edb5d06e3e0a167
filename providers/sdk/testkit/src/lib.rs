//! The Provider test kit: one lifecycle that every resource type goes through.
//!
//! A resource type declares example configurations in a [`Suite`]; the kit
//! drives its provider as the engine does and reports every promise that was
//! broken:
//!
//! | act | what is promised |
//! |---|---|
//! | [`Act::Coverage`] | the examples set and vary every argument |
//! | [`Act::Create`] | what was made is what is read back, and there is nothing left to do |
//! | [`Act::Change`] | from each example to the next and back to the first, in place or by replacement |
//! | [`Act::Import`] | an import has the same state, and there is nothing left to do |
//! | [`Act::Drift`] | what was changed behind our back is shown and repaired |
//! | [`Act::Gone`] | what was destroyed behind our back is noticed and made again |
//! | [`Act::Destroy`] | what is destroyed is gone; destroying it again is harmless |
//! | [`Act::Interrupted`] | what a killed process left is found again, or was never made |
//! | [`Act::Storm`] | throttling, errors, resets and lost answers lead to the same state, and to one object |
//!
//! What only reads must change nothing in any of them; [`Outside`] counts.
//! Only [`Provider`] and [`Configured`](trueup_sdk::Configured) are used, so that a
//! plugin can be put through it as well.

mod acts;
mod clock;
mod difference;
mod examples;
mod outside;
mod report;
mod stage;
mod suite;

pub use clock::{FakeClock, FakeRandom};
pub use outside::{Nothing, Outside};
pub use report::{Act, Broken, Report};
pub use suite::Suite;

use std::collections::BTreeSet;

use trueup_sdk::{Provider, ProviderSchema};
use trueup_value::Value;

/// Puts a resource type through its lifecycle, the provider configured with
/// `config`.
pub async fn run(
    suite: &Suite,
    provider: &dyn Provider,
    config: &Value,
    outside: &dyn Outside,
) -> Report {
    acts::run(suite, provider, config, outside).await
}

/// A step of an object's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The first example is made.
    Create,
    /// It becomes the second one.
    Change,
    /// The first example is destroyed.
    Destroy,
}

/// Takes one step of a type's life, after what comes before it and after
/// `disturb`; then it is calm, and everything is taken away again. What the step
/// failed with, if it did.
///
/// # Errors
/// What went wrong before or after.
pub async fn disturbed(
    suite: &Suite,
    provider: &dyn Provider,
    config: &Value,
    outside: &dyn Outside,
    step: Step,
    disturb: impl FnOnce(),
) -> Result<Option<String>, String> {
    acts::disturbed::play(suite, provider, config, outside, step, disturb).await
}

/// The resource types of a provider that none of the suites is for. A test of
/// every provider holds that there are none.
pub fn without_suite(schema: &ProviderSchema, suites: &[Suite]) -> Vec<String> {
    let tested: BTreeSet<&str> = suites.iter().map(Suite::kind).collect();
    let kinds = schema.resources.keys().map(|kind| kind.to_string());
    kinds
        .filter(|kind| !tested.contains(kind.as_str()))
        .collect()
}
