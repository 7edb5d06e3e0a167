//! How services are reached: one client for each service of an account and
//! region, made when it is needed first.

mod account;
mod assumed;
mod calls;
mod clock;
mod credentials;
mod identity;
mod signed;
mod xml;

pub use account::Account;
pub use calls::Service;
pub(crate) use identity::Identity;
pub(crate) use signed::Parameters;
pub(crate) use xml::Element;
