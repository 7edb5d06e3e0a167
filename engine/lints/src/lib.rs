//! Checks that see a whole plan, across resources and providers.
//!
//! A [`Rule`] is a pure function from a [`View`] of the plan to what is wrong
//! with it. [`review`] runs rules and heeds what the configuration says is to
//! be ignored. A rule concludes nothing from what is not known: it is silent.

mod aws;
mod catalog;
mod cluster;
mod elb;
mod found;
mod ignore;
mod place;
mod review;
mod rule;
mod rules;
mod software;
mod text;
mod view;

pub use catalog::document;
pub use place::{Place, diagnostic, place};
pub use review::{Review, Reviewer, review};
pub use rule::{Rule, find_rule, rules};
pub use view::{Look, Object, Origin, Resource, Resources, View};
