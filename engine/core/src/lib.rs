//! Configuration and modules, static validation, graphs.
