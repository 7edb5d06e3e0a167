//! How services are reached: one client for each service of an account and
//! region, made when it is needed first.

mod account;
mod assumed;
mod calls;
mod clock;
mod credentials;
mod form;
mod identity;
mod judge;
mod kept;
mod pace;
mod pool;
mod signed;
mod wire;
mod xml;

pub use account::Account;
pub(crate) use account::Surroundings;
pub(crate) use calls::Call;
pub use calls::Service;
pub(crate) use form::Parameters;
pub(crate) use identity::Identity;
pub use pool::Pool;
pub(crate) use xml::Element;
