//! Evaluation of expressions and templates, and the function library.
