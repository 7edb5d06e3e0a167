//! The Provider contract: schemas and what a provider answers.
