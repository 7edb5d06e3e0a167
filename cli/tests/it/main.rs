//! The command line as its users see it: what was typed, and everything that
//! was printed.

mod environment;

mod command_line;
mod console;
mod fmt;
mod graph;
mod helm_template;
mod validate;
